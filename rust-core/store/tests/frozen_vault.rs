//! Files that version 1 sealed stay readable: `tests/frozen/vault-1` is never made again.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quanji_store::{Identity, Known, Ports, RealDisk, RecordId, Vault};
use quanji_testkit::{FixedKeys, SeededChance};

const RECORD: RecordId = RecordId(*b"a frozen record!");

fn frozen() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen/vault-1")
}

fn open(folder: &Path) -> Vault {
    let ports = Ports {
        disk: Arc::new(RealDisk::open(folder).expect("the folder is there")),
        keys: Arc::new(FixedKeys::of(&[0x5A])),
        chance: Arc::new(SeededChance::new(1)),
        reserve_bytes: 0,
    };
    Vault::open(ports, &Known::default()).expect("the vault opens").0
}

#[test]
fn files_sealed_by_version_1_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = 0;
    for entry in std::fs::read_dir(frozen()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        files += 1;
    }
    assert_eq!(files, 2);
    let vault = open(folder.path());
    assert_eq!(vault.lines(Identity::journal(RECORD)).unwrap(), b"one\ntwo\nthree\n");
    let mut content = vault.content(Identity::segment(RECORD, 3, 7)).unwrap();
    let mut bytes = [0; 400];
    assert_eq!(content.read_at(0, &mut bytes).unwrap(), 300);
    assert_eq!(bytes[..300], [0xC3; 300]);
}

#[test]
#[ignore = "made the frozen vault, once"]
fn freeze_a_vault() {
    assert!(std::env::var_os("QUANJI_FREEZE").is_some() && !frozen().exists(), "a frozen vault is never made again");
    let folder = tempfile::tempdir().unwrap();
    let vault = open(folder.path());
    let mut writer = vault.writer().unwrap();
    let (journal, segment) = (Identity::journal(RECORD), Identity::segment(RECORD, 3, 7));
    writer.create(journal).unwrap();
    writer.create(segment).unwrap();
    writer.append_media(segment, &[0xC3; 200]).unwrap();
    writer.append_line(journal, b"one\n").unwrap();
    let _ = writer.commit().unwrap();
    writer.append_media(segment, &[0xC3; 100]).unwrap();
    writer.append_line(journal, b"two\n").unwrap();
    writer.append_line(journal, b"three\n").unwrap();
    writer.finish(segment).unwrap();
    let _ = writer.commit().unwrap();
    std::fs::create_dir_all(frozen()).unwrap();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let name = entry.unwrap().file_name();
        if name.len() == 32 {
            std::fs::copy(folder.path().join(&name), frozen().join(&name)).unwrap();
        }
    }
}
