//! How long an import of a catalog of 5,000 matters takes, from the bytes of a spreadsheet to the signed document in the database, and how that
//! grows: 2,500 and 5,000 rows in turns.
//!
//! The times are bounds for a person who waits, and leave room for a slower machine; the growth is a ratio, which no machine moves.
#![allow(dead_code, unreachable_pub, missing_debug_implementations, clippy::unwrap_used, clippy::print_stderr)]

#[path = "common/figures.rs"]
mod figures;
#[path = "../tests/support/mod.rs"]
mod support;

use std::process::ExitCode;

use figures::{at_most, median, ms_since, now, rounds, sha256_mib_s};
use quanji_agency::catalog::{self, About, Encoding, Form};
use quanji_agency::documents::Number;
use quanji_rules::MatterId;
use quanji_rules::catalog::Catalog;
use support::{Database, Stage};

const SAMPLE: &[u8] = include_bytes!("../../proto/catalog/v1/sample.csv");
const ROWS: u32 = 5_000;
const MOST_MS: f64 = 5_000.0;
/// 2 where it grows with the rows.
const GROWTH_MOST: f64 = 2.6;

fn about(title: String) -> About {
    About { title, in_force_from: None, is_sample: true, replaced: Vec::new(), number: Number::Next }
}

/// The sample's matters over and over, each with a number and a code of its own.
fn file(rows: u32, form: Form) -> Vec<u8> {
    let day = quanji_rules::Date::from_ymd(2026, 11, 27).unwrap();
    let sample = catalog::checked(SAMPLE, Form::Csv, &about("a catalog".to_owned()), "某市", day).unwrap();
    let mut draft = sample.as_written().clone();
    let matters = std::mem::take(&mut draft.matters);
    draft.matters = matters
        .iter()
        .cycle()
        .zip(1..=rows)
        .map(|(matter, number)| {
            let mut matter = matter.clone();
            (matter.number, matter.code) = (number, MatterId(format!("bench/{number}")));
            matter
        })
        .collect();
    catalog::write(&Catalog::checked(draft).unwrap(), form, Encoding::Utf8).unwrap()
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let stage = runtime.block_on(Stage::begin(Database::Sqlite));
    let mut imported = 0;
    let mut import_ms = |file: &[u8], form: Form| {
        imported += 1;
        let about = about(format!("a catalog, {imported}"));
        let began = now();
        runtime.block_on(catalog::import(&stage.app, file, form, &about)).unwrap().issued.expect("a further edition");
        ms_since(began)
    };
    let mut holds = true;
    for (name, form) in [("csv", Form::Csv), ("xlsx", Form::Xlsx)] {
        let [half, whole] = [file(ROWS / 2, form), file(ROWS, form)];
        let [mut times, mut ratios] = [const { Vec::<f64>::new() }; 2];
        for _ in 0..rounds() {
            let (short, long) = (import_ms(&half, form), import_ms(&whole, form));
            times.push(long);
            ratios.push(long / short);
        }
        println!("bench catalog-{name}: {ROWS} rows, {} bytes; SHA-256 here {} MiB/s", whole.len(), sha256_mib_s());
        holds &= at_most(&format!("catalog-{name}-5000"), median(&mut times), "ms", MOST_MS);
        holds &= at_most(&format!("catalog-{name}-growth"), median(&mut ratios), "times 2,500 rows", GROWTH_MOST);
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
