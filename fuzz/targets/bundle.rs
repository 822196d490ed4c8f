//! A bundle from outside, up to the bytes of its media.
//!
//! The first byte chooses: 0 takes the rest as the zip itself; otherwise the rest is `length of the name (u8), name, length (u24, little endian), bytes` again
//! and again: members that are packed here under a manifest signed here, so that the input reaches what lies behind container and manifest.
//! A journal among them that does not begin like a signed line is signed as in the target `journal`.

#![no_main]

use std::io::{Cursor, Read, Seek};

use libfuzzer_sys::fuzz_target;
use quanji_evidence::bundle::{Bundle, BundleFault, BundleWriter, Packing};
use quanji_evidence::id::RecordId;
use quanji_evidence::manifest::{Manifest, Purpose};
use quanji_evidence::text::MemberName;
use quanji_evidence::verify::{Members, Terms, examine};
use quanji_evidence::{Drafts, Ed25519Signer, PublicKey, Signer};
use quanji_fuzz::{device, signed_journal};
use quanji_rules::Calendar;

/// The agency's root key of the seeds.
fn agency_key() -> PublicKey {
    Ed25519Signer::from_seed(&[3; 32]).public().clone()
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&mode, rest)) = bytes.split_first() else { return };
    let packed = if mode == 0 { Some(rest.to_vec()) } else { pack(rest) };
    let Some(zip) = packed else { return };
    let Ok(mut bundle) = Bundle::open(Cursor::new(zip)) else { return };

    let declared: Vec<u64> = bundle.members().iter().map(|member| member.size_bytes).collect();
    for (number, size_bytes) in declared.into_iter().enumerate() {
        let mut came = 0_u64;
        let read = bundle.read_pieces(number, &mut [0; 4096], |piece| came += piece.len() as u64);
        assert!(came <= size_bytes, "a member gave more bytes than it declared");
        if let Ok(read_bytes) = read {
            assert_eq!((read_bytes, came), (size_bytes, size_bytes), "a member read whole has the size it declared");
        }
    }

    let key = agency_key();
    let calendar = Calendar::published();
    for agency_key in [None, Some(&key)] {
        let terms = Terms { agency_key, drafts: Drafts::Accepted, calendar: &calendar };
        if let Ok(examination) = examine(&mut Reading(&mut bundle), terms) {
            for finding in examination.findings.iter() {
                assert!(!finding.place.is_empty(), "a finding names its place: {finding:?}");
            }
            std::hint::black_box(examination.findings.verdict());
        }
    }
});

struct Reading<'a, R>(&'a mut Bundle<R>);

impl<R: Read + Seek> Members for Reading<'_, R> {
    fn has(&self, name: &str) -> bool {
        self.0.position(name).is_some()
    }

    fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, BundleFault> {
        self.0.read(name)
    }
}

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
