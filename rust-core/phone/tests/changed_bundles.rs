//! Any byte changed in any member is found, whatever the member.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use quanji_evidence::Verdict;
use quanji_evidence::journal::Drafts;
use quanji_evidence::verify::Terms;
use quanji_rules::Calendar;
use quanji_testkit::Dice;
use quanji_verifier::{NoProgress, Report, verify};
use support::*;
use zip::write::SimpleFileOptions;

const SEED: u64 = 0x2026_1125;

/// A bundle of these members, as another program might pack them.
fn pack(members: &BTreeMap<String, Vec<u8>>) -> Cursor<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in members {
        zip.start_file(name.as_str(), stored).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap()
}

fn judge_members(members: &BTreeMap<String, Vec<u8>>) -> Report {
    let calendar = Calendar::published();
    let terms = Terms { agency_key: None, drafts: Drafts::Accepted, calendar: &calendar };
    verify(pack(members), terms, std::num::NonZeroUsize::MIN, &NoProgress).unwrap()
}

/// A record with every kind of member: two takes, private values, a photo, a document, a playlist.
fn bundle_with_everything(phone: &Phone) -> BTreeMap<String, Vec<u8>> {
    let clip = clip(phone.folder.path(), "clip.mp4", "160x90", 6);
    phone.write("photo.jpg", "a photo");
    phone.write("document.txt", "a document");
    let timeline = r#"
        [[officer]]
        id = "a"
        name = "赵晓东"
        certificate = "1401987654"
        [[at]]
        s = 1
        do = "describe"
        place = "长治市"
        recorded_by = "a"
        party = "named"
        name = "兴隆五金店"
        [[at]]
        s = 2
        do = "photo"
        file = "photo.jpg"
        [[at]]
        s = 2.5
        do = "document"
        file = "document.txt"
        document = "inspection_record"
        [[at]]
        s = 3
        do = "interrupt"
        cause = "officer"
        [[at]]
        s = 4
        do = "resume"
    "#;
    phone.record(&clip, timeline, &[]);
    phone.export().members()
}

#[test]
fn every_single_byte_changed_in_any_member_is_found() {
    let phone = Phone::new();
    let members = bundle_with_everything(&phone);
    assert!(members.len() >= 10, "{:?}", members.keys());
    is_unanchored(&judge_members(&members));
    let changes = ordinary_or_long(400, 4_000);
    let mut dice = Dice::new(SEED);
    let names: Vec<&String> = members.keys().collect();
    for number in 0..changes {
        // Each member in turn, so that small ones are tried as often as media.
        let name = names[usize::try_from(number).unwrap() % names.len()];
        let mut changed = members.clone();
        let bytes = changed.get_mut(name).unwrap();
        let at = usize::try_from(dice.below(bytes.len() as u64)).unwrap();
        let mask = u8::try_from(1 + dice.below(255)).unwrap();
        bytes[at] ^= mask;
        let report = judge_members(&changed);
        let place = format!("seed {SEED:#x}, change {number}: byte {at} of {name} ^ {mask:#04x}");
        assert!(
            !matches!(report.verdict, Verdict::ValidUnanchored | Verdict::Valid | Verdict::ValidWithheld),
            "{place}"
        );
        let names_it = report.findings.iter().any(|finding| finding.place.contains(name.as_str()));
        assert!(names_it, "{place}: {:?}", report.codes);
    }
    println!("{changes} changes in {} members, all found", names.len());
}

#[test]
fn a_member_that_is_missing_or_too_many_or_swapped_is_found() {
    let phone = Phone::new();
    let members = bundle_with_everything(&phone);
    for name in members.keys() {
        let mut changed = members.clone();
        changed.remove(name);
        assert_ne!(judge_members(&changed).verdict, Verdict::ValidUnanchored, "without {name}");
        let mut changed = members.clone();
        changed.get_mut(name).unwrap().pop();
        assert_ne!(judge_members(&changed).verdict, Verdict::ValidUnanchored, "{name} one byte shorter");
        let mut changed = members.clone();
        changed.get_mut(name).unwrap().push(b'\n');
        assert_ne!(judge_members(&changed).verdict, Verdict::ValidUnanchored, "{name} one byte longer");
    }
    let mut changed = members.clone();
    changed.insert("notes.txt".to_owned(), b"one more".to_vec());
    assert_ne!(judge_members(&changed).verdict, Verdict::ValidUnanchored, "one member more");
}
