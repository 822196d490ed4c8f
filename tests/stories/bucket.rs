//! Originals in an S3 bucket under lock, from a phone to anyone's desk: several instances, a store that fails, and what `fsck` sees.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::process::Command;
use std::time::Duration;

use quanji_testkit::{Failure, FaultyServer, Planned};
use support::bucket::{BUCKET, Ground};
use support::*;

const SEED: u64 = 0x2026_1126;

fn planned(method: &'static str, failure: Failure, times: u32) -> Planned {
    Planned { method, holds: "/originals/agency/", failure, times }
}

fn url(instance: &support::bucket::Instance) -> String {
    format!("http://{}", instance.address)
}

#[test]
fn a_phones_requests_go_to_any_of_three_instances_and_one_receipt_comes_of_it() {
    let ground = Ground::begin();
    let instances: Vec<_> = ["first", "second", "third"].map(|name| ground.serve(name, &ground.store.url())).into();
    let spread = FaultyServer::before_all(instances.iter().map(|instance| instance.address).collect(), SEED).unwrap();
    let phone = Phone::new();
    phone.enrol(&ground.code(&spread.url()), &spread.url());
    let record = phone.record();
    let before = phone.vault_bytes();
    // Some bodies stop in the middle: what came lies staged at one instance, and the phone goes on at another.
    let cut = Failure::RequestCut { after_bytes: 50_000 };
    spread.plan(Planned { method: "PATCH", holds: "/v1/files/", failure: cut, times: 6 });
    let arrived = (0..20).any(|_| phone.upload(&spread.url(), &["--until-receipt", "--patience-s", "20"]).0);
    assert!(arrived, "{:?}", spread.seen().iter().rev().take(20).collect::<Vec<_>>());
    println!("{} requests, {} cut", spread.seen().len(), spread.met());
    assert!(phone.vault_bytes() < before / 2, "the film was not freed");
    assert_eq!(ground.count("SELECT count(*) FROM receipt"), 1);
    assert_eq!(ground.count("SELECT count(*) FROM state"), 0);
    ground.fsck(0);
    ground.is_valid_for_anyone(&record);
}

#[test]
fn an_instance_killed_in_the_middle_of_a_receipt_leaves_it_to_another() {
    let ground = Ground::begin();
    let store = FaultyServer::before(ground.store.address()).unwrap();
    let first = ground.serve("first", &store.url());
    let phone = Phone::new();
    phone.enrol(&ground.code(&url(&first)), &url(&first));
    let record = phone.record();
    let before = phone.vault_bytes();
    // Reading back stops at its first original.
    store.plan(planned("GET", Failure::Held, 1));
    let mut upload = phone.begin_upload(&url(&first));
    assert!(store.wait_for_held(Duration::from_secs(60)), "nothing was read back");
    assert_eq!(ground.count("SELECT count(*) FROM receipt"), 0);
    assert_eq!(ground.count("SELECT count(*) FROM job WHERE kind = 'receipt' AND claimed_until_us > 0"), 1);
    let second = ground.serve("second", &ground.store.url());
    first.kill();
    upload.kill_if_running();
    assert!(phone.vault_bytes() * 10 > before * 9, "film was freed without a receipt");
    // The claim runs out within 20 s.
    assert!(phone.upload(&url(&second), &["--until-receipt", "--patience-s", "60"]).0);
    assert_eq!(ground.count("SELECT count(*) FROM receipt"), 1);
    assert!(phone.vault_bytes() < before / 2, "the film was not freed");
    ground.fsck(0);
    ground.is_valid_for_anyone(&record);
}

#[test]
fn while_the_store_fails_nothing_is_held_nothing_is_freed_and_memory_stays_bounded() {
    let ground = Ground::begin();
    let store = FaultyServer::before(ground.store.address()).unwrap();
    let server = ground.serve("first", &store.url());
    let phone = Phone::new();
    phone.enrol(&ground.code(&url(&server)), &url(&server));
    let record = phone.record();
    let before = phone.vault_bytes();
    for failure in [
        Failure::Answered { status: 503, code: "SlowDown" },
        Failure::Answered { status: 403, code: "AccessDenied" },
        Failure::RequestCut { after_bytes: 20 },
    ] {
        store.plan(planned("PUT", failure.clone(), u32::MAX));
        let (is_all_there, said) = phone.upload(&url(&server), &[]);
        assert!(!is_all_there, "{failure:?}: {said}");
        assert_eq!(ground.stored(), Vec::<std::path::PathBuf>::new(), "{failure:?}");
        assert_eq!(ground.count("SELECT count(*) FROM original"), 0, "{failure:?}");
        store.release();
    }
    // Puts that wait.
    store.plan(planned("PUT", Failure::Held, u32::MAX));
    let mut upload = phone.begin_upload(&url(&server));
    assert!(store.wait_for_held(Duration::from_secs(60)), "nothing was put");
    let peak = server.peak_bytes();
    println!("the server's peak while puts wait: {} MiB", peak >> 20);
    assert!(peak < 256 << 20, "{peak}");
    assert_eq!(ground.count("SELECT count(*) FROM original"), 0);
    assert!(phone.vault_bytes() * 10 > before * 9, "film was freed without a receipt");
    upload.kill_if_running();
    store.release();
    assert!((0..10).any(|_| phone.upload(&url(&server), &["--until-receipt", "--patience-s", "20"]).0));
    ground.fsck(0);
    ground.is_valid_for_anyone(&record);
}

#[test]
fn fsck_over_a_bucket_names_the_record_of_a_changed_a_missing_and_an_unlocked_original() {
    let ground = Ground::begin();
    let server = ground.serve("first", &ground.store.url());
    let phone = Phone::new();
    phone.enrol(&ground.code(&url(&server)), &url(&server));
    let record = phone.record();
    assert!(phone.upload(&url(&server), &["--until-receipt"]).0);
    ground.fsck(0);
    let stored = ground.stored();
    assert!(stored.len() >= 3, "{stored:?}");
    let [changed, missing, unlocked] = [&stored[0], &stored[1], &stored[2]];

    // Whoever has the gateway's own disk can do all of this: a lock is worth what the store below it is.
    let mut bytes = std::fs::read(changed).unwrap();
    bytes[0] ^= 1;
    std::fs::write(changed, bytes).unwrap();
    let target = missing.strip_prefix(ground.store.files_of(BUCKET)).unwrap();
    let hidden = ground.store.request("DELETE", &format!("/{BUCKET}/{}", target.display()), &[]).unwrap();
    assert_eq!(hidden.status, 204, "{}", hidden.body);
    let strip = "import os, sys\nfor name in os.listxattr(sys.argv[1]):\n    if 'retention' in name: os.removexattr(sys.argv[1], name)";
    run(Command::new("python3").args(["-c", strip]).arg(unlocked), 0);

    let said = ground.fsck(1);
    for code in ["stored_bytes_changed", "media_missing", "lock_missing"] {
        let line = said.lines().find(|line| line.starts_with(code)).unwrap_or_else(|| panic!("{code}: {said}"));
        assert!(line.contains(&record), "{line}");
    }
    drop(server);

    // A longer term was stated since: what is locked for less is named, with both instants.
    let mut longer = ground.command("first", "serve", &["--listen", "127.0.0.1:0", "--retain-days", "500"]);
    let mut longer = longer.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(longer.stdout.take().unwrap()), &mut line).unwrap();
    longer.kill().unwrap();
    longer.wait().unwrap();
    let said = ground.fsck(1);
    let short = said.lines().find(|line| line.starts_with("lock_short")).unwrap_or_else(|| panic!("{said}"));
    assert!(short.contains(&record) && short.contains("locked until"), "{short}");
    // Locks can be set to the new term; what else is amiss stays named.
    let said = String::from_utf8(run(&mut ground.command("first", "fsck", &["--lengthen-locks"]), 1).stdout).unwrap();
    assert!(!said.contains("lock_") && said.contains("media_missing"), "{said}");
    assert!(!ground.fsck(1).contains("lock_"));
    let shorter = run(&mut ground.command("first", "serve", &["--listen", "127.0.0.1:0", "--retain-days", "499"]), 1);
    assert!(String::from_utf8_lossy(&shorter.stderr).contains("只能延长"));
    let elsewhere = ["--listen", "127.0.0.1:0", "--bucket", "file:///tmp"];
    let elsewhere = run(&mut ground.command("first", "serve", &elsewhere), 1);
    assert!(String::from_utf8_lossy(&elsewhere.stderr).contains("s3://originals/agency"));
}
