//! The same promises on a real folder, and across processes.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use quanji_store::{
    Disk, FileKind, Identity, Known, OpenError, OsChance, Ports, RealDisk, RecordId, Reserve, SyncPoint, Vault,
};
use quanji_testkit::FixedKeys;

const RECORD: RecordId = RecordId([4; 16]);

fn ports(folder: &Path) -> Ports {
    Ports {
        disk: Arc::new(RealDisk::open(folder).expect("the test's folder")),
        keys: Arc::new(FixedKeys::of(&[3])),
        chance: Arc::new(OsChance),
        reserve_bytes: 1 << 20,
    }
}

#[test]
fn a_vault_is_made_with_its_folders_and_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("deep/er/vault");
    let segment = Identity::segment(RECORD, 1, 0);
    let journal = Identity::journal(RECORD);
    {
        let (vault, _) = Vault::open(ports(&root), &Known::default()).unwrap();
        let mut writer = vault.writer().unwrap();
        assert_eq!(writer.reserve(), Reserve::Ready { bytes: 1 << 20 });
        writer.create(journal).unwrap();
        writer.create(segment).unwrap();
        writer.append_media(segment, &[8; 100_000]).unwrap();
        writer.append_line(journal, b"line\n").unwrap();
        let _ = writer.commit().unwrap();
    }
    let (vault, recovery) = Vault::open(ports(&root), &Known::default()).unwrap();
    assert_eq!((recovery.found.len(), recovery.troubles.len(), recovery.orphans.len()), (2, 0, 0));
    assert_eq!(vault.lines(journal).unwrap(), b"line\n");
    let mut bytes = [0; 100];
    assert_eq!(vault.content(segment).unwrap().read_at(99_950, &mut bytes).unwrap(), 50);
    assert_eq!(bytes[..50], [8; 50]);
}

#[test]
fn the_reserve_takes_real_blocks() {
    use std::os::unix::fs::MetadataExt;
    let folder = tempfile::tempdir().unwrap();
    let (vault, _) = Vault::open(ports(folder.path()), &Known::default()).unwrap();
    let _writer = vault.writer().unwrap();
    let about = std::fs::metadata(folder.path().join("reserve")).unwrap();
    assert!(about.blocks() * 512 >= 1 << 20, "{} blocks", about.blocks());
}

#[test]
fn the_real_disk_keeps_the_ports_promises() {
    let folder = tempfile::tempdir().unwrap();
    let disk = RealDisk::open(folder.path()).unwrap();
    let file = disk.create("a").unwrap();
    assert_eq!(disk.create("a").unwrap_err().kind(), std::io::ErrorKind::AlreadyExists);
    file.write_at(b"hello", 3).unwrap();
    file.sync_data(SyncPoint::NamedBytes).unwrap();
    assert_eq!(file.size().unwrap(), 8);
    file.set_len(5).unwrap();
    let mut bytes = [9; 8];
    assert_eq!(file.read_at(&mut bytes, 0).unwrap(), 5);
    assert_eq!(bytes[..5], *b"\0\0\0he");
    disk.create("b").unwrap();
    assert_eq!(disk.rename("a", "b").unwrap_err().kind(), std::io::ErrorKind::AlreadyExists, "no file is replaced");
    disk.rename("a", "c").unwrap();
    disk.remove_purged("b").unwrap();
    disk.sync_names(SyncPoint::NewNames).unwrap();
    let listed = disk.list().unwrap();
    assert_eq!(listed.iter().map(|file| (file.name.as_str(), file.len)).collect::<Vec<_>>(), [("c", 5)]);
    assert!(disk.free_space().unwrap() > 0);
}

const CHILD: &str = "QUANJI_CHILD_FOLDER";

/// Not a test of its own: what the other process of the next one runs.
#[test]
fn child_that_tries_to_open_a_vault() {
    let Some(folder) = std::env::var_os(CHILD) else { return };
    match Vault::open(ports(Path::new(&folder)), &Known::default()) {
        Err(OpenError::InUse) => println!("child: in use"),
        other => println!("child: {}", other.is_ok()),
    }
}

#[test]
fn another_process_is_told_that_the_vault_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let child = || {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child_that_tries_to_open_a_vault", "--nocapture"])
            .env(CHILD, folder.path())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let (vault, _) = Vault::open(ports(folder.path()), &Known::default()).unwrap();
    assert!(child().contains("child: in use"));
    drop(vault);
    assert!(child().contains("child: true"));
}

/// Bytes from outside: whatever lies in the folder, the vault opens, and says what it could not read.
#[test]
fn no_bytes_in_the_folder_keep_the_vault_from_opening() {
    use quanji_testkit::Dice;
    let folder = tempfile::tempdir().unwrap();
    {
        let (vault, _) = Vault::open(ports(folder.path()), &Known::default()).unwrap();
        let mut writer = vault.writer().unwrap();
        for kind in FileKind::ALL {
            let identity = Identity { record: RECORD, kind, take: 0, number: 0 };
            writer.create(identity).unwrap();
            if kind.holds_lines() {
                writer.append_line(identity, b"a line\n").unwrap();
            } else {
                writer.append_media(identity, &[1; 700]).unwrap();
            }
            writer.finish(identity).unwrap();
        }
        let _ = writer.commit().unwrap();
    }
    let mut dice = Dice::new(11);
    let sealed: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().len() == 32)
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    assert_eq!(sealed.len(), FileKind::ALL.len());
    std::fs::write(folder.path().join("f".repeat(32)), dice.bytes(3_000)).unwrap();
    std::fs::write(folder.path().join("e".repeat(32)), b"").unwrap();
    std::fs::write(folder.path().join("名.txt"), b"foreign").unwrap();
    std::fs::write(folder.path().join("reserve"), b"short").unwrap();
    for _ in 0..40 {
        for (path, good) in &sealed {
            let mut bytes = good.clone();
            for _ in 0..1 + dice.below(3) {
                match dice.below(4) {
                    0 => bytes.truncate(dice.below(bytes.len() as u64 + 1) as usize),
                    1 => {
                        let more = dice.below(200) as usize;
                        bytes.extend(dice.bytes(more));
                    }
                    2 if !bytes.is_empty() => {
                        let at = dice.below(bytes.len() as u64) as usize;
                        bytes[at] = dice.below(256) as u8;
                    }
                    // Lengths that lie: the first frame's.
                    _ if bytes.len() > 44 => bytes[40..44].copy_from_slice(&(dice.u64() as u32).to_le_bytes()),
                    _ => {}
                }
            }
            std::fs::write(path, &bytes).unwrap();
        }
        let (vault, recovery) = Vault::open(ports(folder.path()), &Known::default()).unwrap();
        assert!(recovery.found.len() + recovery.orphans.len() >= sealed.len());
        for content in vault.contents_of(RECORD) {
            let lines = content.identity.kind.holds_lines().then(|| vault.lines(content.identity));
            if let Some(Ok(lines)) = lines {
                assert!(b"a line\n".starts_with(&lines[..]), "what is read was written");
            }
        }
    }
}
