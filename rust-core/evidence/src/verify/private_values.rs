//! Private values against the entries that name them (FORMAT.md, section 5).

use std::collections::BTreeMap;

use super::place_of;
use crate::digest::Digest;
use crate::finding::{Code, Findings};
use crate::id::RecordId;
use crate::journal::Journal;
use crate::manifest::WithheldPrivate;
use crate::private;
use crate::text::Ref;

pub(super) fn check(
    id: RecordId,
    bytes: &[u8],
    journal: &Journal,
    withheld: &[WithheldPrivate],
    findings: &mut Findings,
) {
    let (values, fault) = private::read(bytes);
    let file = place_of(id, "private");
    if let Some(fault) = &fault {
        findings.add(Code::PrivateMalformed, format!("{file}:{}", fault.line), "a private value", fault.reason);
    }
    let mut named: BTreeMap<&Ref, Vec<(u64, &Digest)>> = BTreeMap::new();
    for entry in &journal.entries {
        for private in entry.body.privates() {
            named.entry(&private.reference).or_default().push((entry.seq, &private.digest));
        }
    }
    for (reference, value) in &values {
        let digest = value.digest();
        match named.get(reference) {
            None if journal.is_read_in_full() => {
                findings.add(
                    Code::PrivateUnreferenced,
                    format!("{file}:{reference}"),
                    "named by an entry",
                    "not named",
                );
            }
            None => {}
            Some(claims) => {
                if let Some((seq, claimed)) = claims.iter().find(|(_, claimed)| !claimed.matches(&digest)) {
                    let place = format!("{file}:{reference}");
                    findings.add(Code::PrivateMismatch, place, format!("{claimed} (entry {seq})"), &digest);
                }
            }
        }
    }
    let withheld: Vec<&Ref> = withheld.iter().filter(|item| item.record == id).map(|item| &item.reference).collect();
    for reference in withheld.iter().filter(|reference| values.contains_key(**reference)) {
        let place = format!("{file}:{reference}");
        findings.add(Code::WithheldPresent, place, "not in the bundle", "in the bundle");
    }
    if fault.is_none() {
        for reference in
            named.keys().filter(|reference| !values.contains_key(**reference) && !withheld.contains(*reference))
        {
            findings.add(
                Code::PrivateMissing,
                format!("{file}:{reference}"),
                "the value, or its withholding",
                "neither",
            );
        }
    }
}
