//! What the stories stand on: the real programs, started and ended.
#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    reason = "each test takes what it needs"
)]

pub mod agency;
pub mod bucket;
pub mod phone;
pub mod programs;
pub mod shifted_clock;

pub use agency::Agency;
pub use phone::{Phone, hevc_clip};
pub use programs::{json_of, programs, run};
pub use shifted_clock::ShiftedClock;

/// The agency's bundle of a record, in a folder of its own.
pub fn export(agency: &Agency, record: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("bundle.zip");
    run(agency.command("export", &["--record", record, "--out"]).arg(&bundle), 0);
    (folder, bundle)
}

/// Exports the record at the agency and judges it as anyone would who has the agency's public key.
pub fn is_valid_for_anyone(agency: &Agency, record: &str) {
    let (_folder, bundle) = export(agency, record);
    let mut verify = std::process::Command::new(&programs().verify);
    verify.args(["bundle", "--json", "--agency-key"]).arg(agency.data.join("keys/agency.pub")).arg(&bundle);
    let report = json_of(&run(&mut verify, 0));
    assert_eq!(report["verdict"], "valid", "{report}");
}

/// A job of the agency comes round every so often.
#[expect(clippy::disallowed_methods, reason = "another process is waited for; nothing is asserted on how long")]
pub fn wait_a_moment() {
    std::thread::sleep(std::time::Duration::from_millis(200));
}
