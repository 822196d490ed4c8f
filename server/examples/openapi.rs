//! Writes `openapi.json` into the folder that is named: `cargo run -p quanji-agency --example openapi -- proto/api/v1`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: openapi FOLDER");
        return ExitCode::from(2);
    };
    let Ok(text) = quanji_agency::api::openapi::text() else {
        eprintln!("the document could not be written as JSON");
        return ExitCode::FAILURE;
    };
    match std::fs::write(std::path::Path::new(&folder).join("openapi.json"), text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("{fault}");
            ExitCode::FAILURE
        }
    }
}
