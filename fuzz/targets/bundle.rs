//! A bundle from outside, judged whole, by one thread and by two.
//!
//! The first byte chooses: 0 takes the rest as the zip itself; otherwise the rest is `length of the name (u8), name, length (u24, little endian), bytes` again
//! and again: members that are packed here under a manifest signed here, so that the input reaches what lies behind container and manifest.
//! A journal among them that does not begin like a signed line is signed as in the target `journal`.

#![no_main]

use std::io::Cursor;
use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use quanji_evidence::bundle::{BundleWriter, Packing};
use quanji_evidence::id::RecordId;
use quanji_evidence::manifest::{Manifest, Purpose};
use quanji_evidence::text::MemberName;
use quanji_evidence::verify::Terms;
use quanji_evidence::{Drafts, Ed25519Signer, PublicKey, Signer};
use quanji_fuzz::{device, signed_journal};
use quanji_rules::Calendar;
use quanji_verifier::NoProgress;

static CALENDAR: LazyLock<Calendar> = LazyLock::new(Calendar::published);

/// The agency's root key of the seeds.
fn agency_key() -> PublicKey {
    Ed25519Signer::from_seed(&[3; 32]).public().clone()
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&mode, rest)) = bytes.split_first() else { return };
    let packed = if mode == 0 { Some(rest.to_vec()) } else { pack(rest) };
    let Some(zip) = packed else { return };
    let zip: Arc<[u8]> = zip.into();

    let key = agency_key();
    for agency_key in [None, Some(&key)] {
        let terms = Terms { agency_key, drafts: Drafts::Accepted, calendar: &CALENDAR };
        let judge = |threads| quanji_verifier::verify(Cursor::new(zip.clone()), terms, threads, &NoProgress);
        let (alone, together) = (judge(NonZeroUsize::MIN), judge(NonZeroUsize::MIN.saturating_add(1)));
        let (Ok(alone), Ok(together)) = (&alone, &together) else {
            assert_eq!(alone.is_err(), together.is_err(), "readable by one thread and not by two");
            continue;
        };
        assert_eq!((&alone.codes, alone.verdict), (&together.codes, together.verdict), "two threads judge otherwise");
        for finding in alone.findings.iter() {
            assert!(!finding.place.is_empty(), "a finding names its place: {finding:?}");
        }
        serde_json::to_string(alone).expect("every report is JSON");
    }
});

fn pack(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut writer = BundleWriter::new(Cursor::new(Vec::new()));
    let mut records: Vec<RecordId> = Vec::new();
    while let Some((&length, after)) = rest.split_first() {
        let (name, after) = after.split_at_checked(usize::from(length))?;
        let (size, after) = after.split_first_chunk::<3>()?;
        let size = usize::from(size[0]) | usize::from(size[1]) << 8 | usize::from(size[2]) << 16;
        let (content, after) = after.split_at(size.min(after.len()));
        rest = after;
        let name = MemberName::parse(std::str::from_utf8(name).ok()?).ok()?;
        let journal_of = name.as_str().strip_prefix("records/").and_then(|name| name.strip_suffix("/journal"));
        let mut content = content.to_vec();
        if let Some(id) = journal_of.and_then(RecordId::parse) {
            records.push(id);
            if !content.starts_with(b"ed25519.") && !content.starts_with(b"p256.") {
                content = signed_journal(&content);
            }
        }
        writer.add(&name, Packing::AsItIs, &mut content.as_slice()).ok()?;
    }
    let signer = device();
    let manifest = Manifest {
        edition: 1,
        created_us: 1_790_000_100_000_000,
        purpose: Purpose::Court,
        signer: signer.public().clone(),
        records,
        members: Vec::new(),
        withheld_private: Vec::new(),
        withheld_members: Vec::new(),
    };
    writer.finish(manifest, &signer).ok().map(Cursor::into_inner)
}
