//! Every single-byte change in any member is found: sampled, with fixed seeds.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;
#[allow(dead_code, reason = "this test packs nothing")]
#[path = "../examples/make-vectors/zip.rs"]
mod zip;

use std::io::Cursor;

use common::vectors;
use quanji_evidence::bundle::Bundle;
use quanji_testkit::Dice;
use zip::Entry;

/// Changes a member of a vector by one byte, this often.
const CHANGES_A_MEMBER: u64 = 3;

fn members(bundle: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut bundle = Bundle::open(Cursor::new(bundle)).unwrap();
    let names: Vec<String> = bundle.members().iter().map(|member| member.name.to_string()).collect();
    names.into_iter().map(|name| (name.clone(), bundle.read(&name).unwrap().unwrap())).collect()
}

fn packed(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    zip::write(&members.iter().map(|(name, data)| Entry::stored(name, data)).collect::<Vec<_>>())
}

#[test]
fn every_single_byte_change_in_any_member_of_an_honest_bundle_is_found() {
    let mut dice = Dice::new(20_261_112);
    let mut tried = 0;
    for vector in vectors().into_iter().filter(|vector| vector.is_valid) {
        let members = members(&vector.bundle());
        assert_eq!(vector.judge_bytes(packed(&members)), vector.expected, "{}: packed anew", vector.place());
        for number in 0..members.len() {
            for _ in 0..CHANGES_A_MEMBER {
                let mut changed = members.clone();
                let (name, bytes) = &mut changed[number];
                let at = dice.below(bytes.len() as u64) as usize;
                let other = bytes[at].wrapping_add(1 + dice.below(255) as u8);
                let (name, was) = (name.clone(), std::mem::replace(&mut bytes[at], other));
                let found = vector.judge_bytes(packed(&changed));
                let place = format!("{}: {name} byte {at} from {was} to {other}", vector.place());
                assert_ne!(found["verdict"], vector.expected["verdict"], "{place}");
                assert_eq!(found["verdict"], "broken", "{place}: {found}");
                tried += 1;
            }
        }
    }
    assert!(tried > 800, "{tried} changes tried");
}
