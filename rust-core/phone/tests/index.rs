//! The index spares reading, holds no name, and is made again from the vault when it is lost or damaged.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::path::PathBuf;

use support::*;

fn with_two_records() -> Phone {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "160x90", 3);
    phone.record(&clip, "", &[]);
    phone.record_until_killed(&clip, "[[at]]\ns = 2\ndo = \"kill\"\n", &[]);
    phone
}

fn index(phone: &Phone) -> PathBuf {
    phone.vault().join("vault/index.db")
}

#[test]
fn an_opening_reads_only_what_has_changed_and_still_finds_what_was_cut_off() {
    let phone = with_two_records();
    let first = phone.status();
    assert_eq!(first["opening"]["index"]["state"], "opened");
    assert_eq!(first["opening"]["recovered"].as_array().unwrap().len(), 1);
    assert_eq!(first["opening"]["index"]["summarised"], 1, "the sealed record was not looked at again");
    let second = phone.status();
    assert_eq!(second["opening"]["files_read"], 0);
    assert_eq!(second["opening"]["index"]["summarised"], 0);
    assert_eq!(second["records"], first["records"]);
}

#[test]
fn a_lost_index_is_made_again_and_finds_what_was_cut_off() {
    let phone = with_two_records();
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::rename(phone.vault().join(format!("vault/index.db{end}")), phone.path(&format!("away{end}")));
    }
    let status = phone.status();
    assert_eq!(status["opening"]["index"]["state"], "created");
    assert_eq!(status["opening"]["index"]["summarised"], 2);
    assert_eq!(status["opening"]["recovered"].as_array().unwrap().len(), 1);
    assert_eq!(status["records"].as_array().unwrap().len(), 2);
}

#[test]
fn a_damaged_index_is_moved_aside_kept_reported_and_made_again() {
    let phone = with_two_records();
    for end in ["-wal", "-shm"] {
        let _ = std::fs::rename(phone.vault().join(format!("vault/index.db{end}")), phone.path(&format!("away{end}")));
    }
    let damaged = b"this was a database".repeat(400);
    std::fs::write(index(&phone), &damaged).unwrap();
    let status = phone.status();
    assert_eq!(status["opening"]["index"]["state"], "set_aside");
    assert_eq!(status["opening"]["recovered"].as_array().unwrap().len(), 1);
    let kept = std::fs::read(phone.vault().join("vault/index.damaged-1")).unwrap();
    assert!(kept == damaged, "kept as it was");
    assert_eq!(phone.status()["opening"]["files_read"], 0, "the new one knows all");
}
