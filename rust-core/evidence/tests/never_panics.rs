//! No byte from outside panics: 20,000 seeded mutations of real bytes, through every reader of this crate.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use quanji_evidence::bundle::Bundle;
use quanji_evidence::certificate::Certificate;
use quanji_evidence::head::Head;
use quanji_evidence::keyset::Keyset;
use quanji_evidence::manifest::Manifest;
use quanji_evidence::verify::{Members, Terms, examine};
use quanji_evidence::{Drafts, Findings, Journal, PublicKey, private};
use quanji_rules::Calendar;
use quanji_testkit::Dice;

/// Mutations of each kind of bytes.
const MUTATIONS: u64 = 4_000;

/// Real bytes of one kind.
struct Samples {
    journals: Vec<Vec<u8>>,
    keysets: Vec<Vec<u8>>,
    manifests: Vec<Vec<u8>>,
    privates: Vec<Vec<u8>>,
    bundles: Vec<Vec<u8>>,
    heads: Vec<Vec<u8>>,
}

fn samples() -> Samples {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto/vectors/v1/valid");
    let mut folders: Vec<PathBuf> = fs::read_dir(home).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut samples = Samples {
        journals: Vec::new(),
        keysets: Vec::new(),
        manifests: Vec::new(),
        privates: Vec::new(),
        bundles: Vec::new(),
        heads: Vec::new(),
    };
    for folder in folders {
        let bytes = fs::read(folder.join("bundle.zip")).unwrap();
        let mut bundle = Bundle::open(Cursor::new(bytes.clone())).unwrap();
        samples.bundles.push(bytes);
        let names: Vec<String> = bundle.members().iter().map(|member| member.name.to_string()).collect();
        for name in names {
            let bytes = bundle.read(&name).unwrap().unwrap();
            match name.rsplit('/').next().unwrap_or_default() {
                "journal" => samples.journals.push(bytes),
                "keyset" => samples.keysets.push(bytes),
                "manifest" => samples.manifests.push(bytes),
                "private" => samples.privates.push(bytes),
                _ => {}
            }
        }
    }
    let mut findings = Findings::default();
    for journal in &samples.journals {
        let journal = Journal::read(journal, Drafts::Accepted, "journal", &mut findings);
        let anchor = journal.opened().and_then(|opened| opened.anchor.as_ref());
        samples.heads.extend(anchor.map(|anchor| anchor.head.clone().into_bytes()));
    }
    samples
}

/// One to four small changes.
fn mutated(samples: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = dice.pick(samples).cloned().unwrap_or_default();
    for _ in 0..=dice.below(4) {
        if bytes.is_empty() {
            return bytes;
        }
        let at = dice.below(bytes.len() as u64) as usize;
        let until = (at + dice.below(60) as usize).min(bytes.len());
        match dice.below(7) {
            0 => bytes[at] ^= 1 << dice.below(8),
            1 => bytes[at] = dice.u64() as u8,
            2 => drop(bytes.drain(at..until)),
            3 => bytes.truncate(at),
            4 => {
                let copy = bytes[at..until].to_vec();
                bytes.splice(at..at, copy);
            }
            5 => drop(bytes.splice(at..at, *b"\",{}[]:0\\u")),
            _ => {
                let count = dice.below(9) as usize;
                let more = dice.bytes(count);
                bytes.splice(at..until, more);
            }
        }
    }
    bytes
}

fn root_key() -> PublicKey {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../proto/vectors/v1/valid/sealed-and-receipted/agency.pub");
    PublicKey::from_file(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn journals_key_sets_manifests_private_values_and_heads_never_panic() {
    let (samples, key) = (samples(), root_key());
    let mut dice = Dice::new(4_711);
    for _ in 0..MUTATIONS {
        let mut findings = Findings::default();
        let bytes = mutated(&samples.journals, &mut dice);
        let journal = Journal::read(&bytes, Drafts::Accepted, "journal", &mut findings);
        assert!(journal.is_read_in_full() || findings.iter().count() > 0, "what is not read in full is a finding");
        let keyset = Keyset::read(&mutated(&samples.keysets, &mut dice), &key);
        drop(Manifest::read(&mutated(&samples.manifests, &mut dice)));
        drop(private::read(&mutated(&samples.privates, &mut dice)));
        if let Ok(text) = String::from_utf8(mutated(&samples.heads, &mut dice)) {
            drop(Head::parse(&text));
            if let (Ok(keyset), Some(opened)) = (keyset, journal.opened()) {
                drop(Certificate::read(&text, &keyset, opened));
            }
        }
    }
}

/// A bundle as its examination reads it.
struct Whole(Bundle<Cursor<Vec<u8>>>);

impl Members for Whole {
    fn has(&self, name: &str) -> bool {
        self.0.position(name).is_some()
    }

    fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, quanji_evidence::bundle::BundleFault> {
        self.0.read(name)
    }
}

#[test]
fn bundles_never_panic_from_their_directory_to_their_last_line() {
    let (samples, key, calendar) = (samples(), root_key(), Calendar::published());
    let mut dice = Dice::new(815);
    let (mut opened, mut examined) = (0, 0);
    for _ in 0..MUTATIONS {
        let Ok(bundle) = Bundle::open(Cursor::new(mutated(&samples.bundles, &mut dice))) else { continue };
        opened += 1;
        let terms = Terms { agency_key: Some(&key), drafts: Drafts::Accepted, calendar: &calendar };
        let mut whole = Whole(bundle);
        examined += u64::from(examine(&mut whole, terms).is_ok());
        let mut buffer = Vec::new();
        for number in 0..whole.0.members().len() {
            drop(whole.0.unpack(number, &mut buffer).map(<[u8]>::len));
        }
    }
    // Were all refused at the door, nothing behind it would have been tried.
    assert!(opened > 500 && examined > 100, "{opened} opened, {examined} examined");
}
