//! Writes the vectors of the evidence format: `cargo run -p quanji-verifier --example make-vectors -- proto/vectors/v1`.
//!
//! Deterministic: keys, ids and salts are made from names, instants are constants, nothing is drawn. `valid/` holds honest bundles
//! (their findings, if any, are what an honest record may have); each of `invalid/` is an honest one with one thing bent, and
//! everything above the bend made anew, so that only the rule in question can find it.

mod agency;
mod case;
mod draft;
mod film;
mod invalid;
mod keys;
mod receipt;
mod record;
mod signed;
mod valid;
mod zip;

use std::fs;
use std::path::Path;

use case::{Case, Expected};
use serde_json::json;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(out) = std::env::args_os().nth(1) else { return Err("usage: make-vectors OUT".into()) };
    let out = Path::new(&out);
    let mut count = 0;
    for (folder, cases) in [("valid", valid::cases()), ("invalid", invalid::cases())] {
        for case in cases {
            write(&out.join(folder).join(case.name), &case)?;
            count += 1;
        }
    }
    println!("{count} vectors");
    Ok(())
}

fn write(folder: &Path, case: &Case) -> Result<(), Box<dyn std::error::Error>> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("bundle.zip"), case.draft.pack())?;
    if let Some(key) = &case.draft.agency {
        fs::write(folder.join("agency.pub"), key)?;
    }
    let mut expected = match case.expected {
        Expected::Verdict(verdict, codes) => {
            let mut codes = codes.to_vec();
            codes.sort_unstable();
            json!({ "verdict": verdict, "codes": codes })
        }
        Expected::Unreadable(code) => json!({ "unreadable": code }),
    };
    if case.draft.is_release {
        expected["release"] = json!(true);
    }
    fs::write(folder.join("expected.json"), format!("{expected}\n"))?;
    fs::write(folder.join("about.txt"), format!("{}\n", case.about))?;
    Ok(())
}
