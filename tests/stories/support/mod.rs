//! What the stories stand on: the real programs, started and ended.
#![allow(dead_code, unused_imports, reason = "no story needs all of it")]
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, reason = "a test")]

pub mod agency;
pub mod phone;
pub mod programs;
pub mod shifted_clock;

pub use agency::Agency;
pub use phone::Phone;
pub use programs::{json_of, programs, run};
pub use shifted_clock::ShiftedClock;

/// Exports the record at the agency and judges it as anyone would who has the agency's public key.
pub fn is_valid_for_anyone(agency: &Agency, record: &str) {
    let bundle = agency.data.with_extension("zip");
    // `export` refuses to write over a file.
    let _ = std::fs::remove_file(&bundle);
    run(agency.command("export", &["--record", record, "--out"]).arg(&bundle), 0);
    let mut verify = std::process::Command::new(&programs().verify);
    verify.args(["bundle", "--json", "--agency-key"]).arg(agency.data.join("keys/agency.pub")).arg(&bundle);
    let report = json_of(&run(&mut verify, 0));
    assert_eq!(report["verdict"], "valid", "{report}");
}
