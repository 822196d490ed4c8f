//! Two readers of one format must agree on more than the cases somebody thought of.
//!
//! `mutations make OUT COUNT SEED` writes bundles that differ from the valid vectors by one to three seeded mutations: of members' bytes, or of
//! what lines say, signed anew so that what lies behind the signatures is reached. `OUT/list` names them, `BUNDLE TAB AGENCY-KEY`.
//! `mutations judge` reads such a list from standard input and prints this library's answer, a line of JSON each.

#![allow(dead_code, reason = "what the vectors' generator needs and this does not")]

#[path = "../make-vectors/agency.rs"]
mod agency;
#[path = "../make-vectors/case.rs"]
mod case;
#[path = "../make-vectors/draft.rs"]
mod draft;
#[path = "../make-vectors/film.rs"]
mod film;
mod judge;
#[path = "../make-vectors/keys.rs"]
mod keys;
mod mutate;
#[path = "../make-vectors/receipt.rs"]
mod receipt;
#[path = "../make-vectors/record.rs"]
mod record;
#[path = "../make-vectors/signed.rs"]
mod signed;
mod tree;
#[path = "../make-vectors/valid/mod.rs"]
mod valid;
#[path = "../make-vectors/zip.rs"]
mod zip;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use quanji_testkit::Dice;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["make", out, count, seed] => make(Path::new(out), count.parse()?, seed.parse()?),
        ["judge"] => Ok(judge::all()?),
        _ => Err("usage: mutations make OUT COUNT SEED | mutations judge".into()),
    }
}

fn make(out: &Path, count: usize, seed: u64) -> Result<(), Box<dyn std::error::Error>> {
    fs::create_dir_all(out)?;
    let mut dice = Dice::new(seed);
    let mut list = String::new();
    let mut made = 0;
    while made < count {
        for case in valid::cases().into_iter().take(count - made) {
            let (mut draft, bundle, key) = (case.draft, format!("{made:05}.zip"), format!("{made:05}.pub"));
            let what: Vec<&str> = (0..=dice.below(3) / 2).map(|_| mutate::draft(&mut draft, &mut dice)).collect();
            fs::write(out.join(&bundle), draft.pack())?;
            let key = match &draft.agency {
                Some(text) => {
                    fs::write(out.join(&key), text)?;
                    out.join(&key).display().to_string()
                }
                None => String::new(),
            };
            writeln!(list, "{}\t{key}\t{} {}", out.join(&bundle).display(), case.name, what.join("+"))?;
            made += 1;
        }
    }
    fs::write(out.join("list"), list)?;
    println!("{made} mutated bundles");
    Ok(())
}
