//! Designated storage (本单位指定的储存器, 第十七条), from a phone's bundle on a stick or over the dock's own network to the agency.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use quanji_testkit::Dice;
use support::agency::serve;
use support::*;
use tempfile::TempDir;

const SEED: u64 = 0x2026_1127;

/// An agency, a dock of it, and a stick between them.
struct Yard {
    agency: Agency,
    folder: TempDir,
}

impl Yard {
    /// The dock is made before any phone is enrolled.
    fn begin() -> Yard {
        let yard = Yard::without_dock();
        yard.make_dock();
        yard
    }

    fn without_dock() -> Yard {
        let folder = tempfile::tempdir().unwrap();
        let agency = Agency::begin(&folder.path().join("agency"));
        Yard { agency, folder }
    }

    fn make_dock(&self) {
        run(self.program(&["dock", "init"]).arg("--from").arg(&self.agency.data).arg("--data").arg(self.dock()), 0);
    }

    fn program(&self, args: &[&str]) -> Command {
        let mut program = Command::new(&programs().agency);
        program.args(args);
        program
    }

    fn dock(&self) -> PathBuf {
        self.path("dock")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An enrolled phone with a record, and the record's id.
    fn phone(&self) -> (Phone, String) {
        let phone = Phone::new();
        phone.enrol(&self.agency.code(), &format!("http://{}", self.agency.address()));
        let record = phone.record();
        (phone, record)
    }

    fn learn(&self) -> String {
        let list = self.path("list");
        run(self.program(&["dock", "list", "--data"]).arg(&self.agency.data).arg("--out").arg(&list), 0);
        text(&run(self.program(&["dock", "learn", "--data"]).arg(self.dock()).arg(list), 0))
    }

    fn take(&self, bundle: &Path) -> Command {
        let mut take = self.program(&["dock", "take", "--data"]);
        take.arg(self.dock()).arg(bundle);
        take
    }

    fn import(&self) -> Command {
        let mut import = self.program(&["import", "--data"]);
        import.arg(&self.agency.data).arg("--from").arg(self.dock());
        import
    }

    fn fsck_dock(&self) {
        run(self.program(&["fsck", "--data"]).arg(self.dock()), 0);
    }
}

fn text(said: &Output) -> String {
    String::from_utf8_lossy(&said.stdout).into_owned()
}

fn files_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { 1 }).sum()
}

/// Starts a command and kills it (-9) once `folder` holds so many files; whether it was still running.
fn kill_at(command: &mut Command, folder: &Path, files: usize) -> bool {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while files_below(folder) < files && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let was_running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    was_running
}

fn is_valid_for_anyone(yard: &Yard, record: &str) {
    let bundle = yard.path(record).with_extension("zip");
    run(yard.agency.command("export", &["--record", record, "--out"]).arg(&bundle), 0);
    let mut verify = Command::new(&programs().verify);
    verify.args(["bundle", "--json", "--agency-key"]).arg(yard.agency.data.join("keys/agency.pub")).arg(&bundle);
    let report = json_of(&run(&mut verify, 0));
    assert_eq!(report["verdict"], "valid", "{report}");
}

#[test]
fn receipts_that_come_back_on_the_stick_free_the_film_and_forged_or_foreign_ones_free_nothing() {
    let yard = Yard::without_dock();
    let (phone, record) = yard.phone();
    // The phone has never heard of this dock's keys.
    yard.make_dock();
    let before = phone.vault_bytes();
    let bundle = yard.path("phone.zip");
    run(phone.command("export", &["--out"]).arg(&bundle), 0);
    run(&mut yard.take(&bundle), 0);
    let receipts = bundle.with_extension("zip.receipts");
    let bring =
        |from: &Phone, file: &Path, status: i32| json_of(&run(from.command("receipts", &["--json"]).arg(file), status));

    // A receipt with a changed signature, in a place without the dock's keys, and on a phone that has no such record.
    let mut forged = std::fs::read(&receipts).unwrap();
    let at = forged.iter().position(|byte| *byte == b' ').unwrap() - 3;
    forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
    let elsewhere = yard.path("elsewhere.receipts");
    std::fs::write(&elsewhere, &forged).unwrap();
    std::fs::copy(bundle.with_extension("zip.keyset"), elsewhere.with_extension("keyset")).unwrap();
    assert_eq!(bring(&phone, &elsewhere, 1)["brought"][0]["came"], "not_valid");
    let without_keys = yard.path("without-keys.receipts");
    std::fs::copy(&receipts, &without_keys).unwrap();
    assert_eq!(
        bring(&phone, &without_keys, 1)["brought"][0]["came"],
        "not_valid",
        "by a key that the phone does not know"
    );
    std::fs::write(&elsewhere, "no receipt\n").unwrap();
    assert_eq!(bring(&phone, &elsewhere, 2)["error"]["code"], "no_receipt");
    let (other, _) = yard.phone();
    assert_eq!(bring(&other, &receipts, 1)["brought"][0]["came"], "not_here");
    assert_eq!(phone.vault_bytes(), before);

    let brought = bring(&phone, &receipts, 0);
    assert_eq!(
        (&brought["brought"][0]["came"], &brought["brought"][0]["record"]),
        (&"taken".into(), &record.clone().into())
    );
    assert!(phone.vault_bytes() < before / 2, "the film was not freed");
    assert_eq!(bring(&phone, &receipts, 0)["brought"][0]["came"], "known");

    // The agency gets the words from the phone, asks for no film that the phone no longer has, and gets it from the dock.
    assert!(phone.upload(&format!("http://{}", yard.agency.address()), &["--until-receipt"]).0);
    // So it is when the phone lost its index, and learns from the agency what is there: what was freed cannot go again.
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::rename(phone.path(&format!("phone/vault/index.db{end}")), yard.path(&format!("index{end}")));
    }
    let (is_all_there, said) = phone.upload(&format!("http://{}", yard.agency.address()), &["--until-receipt"]);
    assert!(is_all_there, "{said}");
    run(&mut yard.import(), 0);
    yard.agency.fsck();
    is_valid_for_anyone(&yard, &record);
}

#[test]
fn a_bundle_on_a_stick_is_taken_once_known_whatever_interrupts_and_later_the_agency_has_it_all() {
    let yard = Yard::begin();
    let (phone, record) = yard.phone();
    let before = phone.vault_bytes();
    let bundle = yard.path("phone.zip");
    run(phone.command("export", &["--out"]).arg(&bundle), 0);

    let unknown = run(&mut yard.take(&bundle), 1);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("device_unknown"));
    assert!(yard.learn().starts_with("1 devices"));

    // No room: a file of more than 128 KiB cannot be written.
    let mut full = Command::new("bash");
    full.args(["-c", r#"trap '' XFSZ; ulimit -f 128; exec "$@""#, "bash"]).arg(&programs().agency);
    full.args(["dock", "take", "--data"]).arg(yard.dock()).arg(&bundle);
    let full = full.stdin(Stdio::null()).output().unwrap();
    assert_eq!(full.status.code(), Some(1), "{}", String::from_utf8_lossy(&full.stderr));
    assert!(!bundle.with_extension("zip.receipts").exists(), "a receipt without the bytes");

    let mut dice = Dice::new(SEED);
    let originals = yard.dock().join("originals");
    let kills = (0..5).filter(|_| {
        let files = files_below(&originals) + 1 + usize::try_from(dice.below(2)).unwrap();
        kill_at(&mut yard.take(&bundle), &originals, files)
    });
    assert!(kills.count() > 0, "never killed in the middle");
    let taken = text(&run(&mut yard.take(&bundle), 0));
    assert!(
        taken.starts_with(&record) && (taken.contains("receipt 1") || taken.contains("has its receipt")),
        "{taken}"
    );
    let receipts = std::fs::read(bundle.with_extension("zip.receipts")).unwrap();
    assert_eq!(receipts.iter().filter(|byte| **byte == b'\n').count(), 1);
    assert!(text(&run(&mut yard.take(&bundle), 0)).contains("has its receipt"));
    assert_eq!(std::fs::read(bundle.with_extension("zip.receipts")).unwrap(), receipts);
    yard.fsck_dock();

    let held = yard.agency.data.join("originals");
    let kills = (0..3).filter(|_| kill_at(&mut yard.import(), &held, files_below(&held) + 1));
    assert!(kills.count() > 0, "never killed in the middle");
    assert!(text(&run(&mut yard.import(), 0)).starts_with("1 records"));
    assert!(text(&run(&mut yard.import(), 0)).contains(" 0 receipts left"));
    // The phone asks the agency, has nothing to send but what it is asked for, and verifies the dock's receipt too.
    assert!(phone.upload(&format!("http://{}", yard.agency.address()), &["--until-receipt"]).0);
    assert!(phone.vault_bytes() < before / 2, "the film was not freed");
    yard.agency.fsck();
    is_valid_for_anyone(&yard, &record);
    let report = run(
        Command::new(&programs().verify)
            .args(["bundle", "--json", "--agency-key"])
            .arg(yard.agency.data.join("keys/agency.pub"))
            .arg(yard.path(&record).with_extension("zip")),
        0,
    );
    assert!(text(&report).contains("designated_storage"), "{}", text(&report));
}

#[test]
fn a_dock_on_its_own_network_gives_a_receipt_that_the_phone_frees_its_film_on() {
    let yard = Yard::begin();
    let (phone, record) = yard.phone();
    let before = phone.vault_bytes();
    yard.learn();
    let (mut dock, address) = serve(&mut Command::new(&programs().agency), &yard.dock(), "127.0.0.1:0");
    let url = format!("http://{address}");
    let mut upload = phone.command("upload", &["--until-receipt", "--network", "dock", "--url", &url]);
    let said = upload.stdin(Stdio::null()).output().unwrap();
    dock.kill().unwrap();
    dock.wait().unwrap();
    assert_eq!(said.status.code(), Some(0), "{}{}", text(&said), String::from_utf8_lossy(&said.stderr));
    assert!(phone.vault_bytes() < before / 2, "the film was not freed");
    yard.fsck_dock();
    run(&mut yard.import(), 0);
    yard.agency.fsck();
    is_valid_for_anyone(&yard, &record);
}
