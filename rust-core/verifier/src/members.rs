//! Members against the manifest (FORMAT.md, section 2).

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use quanji_evidence::manifest::Manifest;
use quanji_evidence::{Code, Findings};

use crate::run::Found;

pub(crate) fn compare<R: Read + Seek>(manifest: &Manifest, found: &Found<'_, R>, findings: &mut Findings) {
    for listed in &manifest.members {
        let name = listed.name.as_str();
        match found.member(name) {
            None => findings.add(Code::MemberMissing, name, format!("{} bytes", listed.size_bytes), "no such member"),
            Some((_, member)) if member.size_bytes != listed.size_bytes || !member.digest.matches(&listed.digest) => {
                let expected = format!("{} bytes, {}", listed.size_bytes, listed.digest);
                findings.add(
                    Code::MemberMismatch,
                    name,
                    expected,
                    format!("{} bytes, {}", member.size_bytes, member.digest),
                );
            }
            Some(_) => {}
        }
    }
    let listed: BTreeSet<&str> = manifest.members.iter().map(|member| member.name.as_str()).collect();
    for name in found.names().filter(|name| !listed.contains(name)) {
        findings.add(Code::MemberUncovered, name, "listed in the manifest", "not listed");
    }
}
