//! Writes one long record for measuring: `large-bundle OUT.zip AGENCY.pub SECONDS BYTES_A_PICTURE`; what it is like says `large.rs`.
#![allow(dead_code, reason = "what the vectors' generator needs and this does not")]

#[path = "../make-vectors/agency.rs"]
mod agency;
#[path = "../make-vectors/draft.rs"]
mod draft;
#[path = "../make-vectors/film.rs"]
mod film;
#[path = "../make-vectors/keys.rs"]
mod keys;
mod large;
#[path = "../make-vectors/receipt.rs"]
mod receipt;
#[path = "../make-vectors/record.rs"]
mod record;
#[path = "../make-vectors/signed.rs"]
mod signed;
#[path = "../make-vectors/zip.rs"]
mod zip;

use large::Large;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let [out, key, seconds, picture_bytes] = args[..] else {
        return Err("usage: large-bundle OUT.zip AGENCY.pub SECONDS BYTES_A_PICTURE".into());
    };
    let large = Large::make(seconds.parse()?, picture_bytes.parse()?);
    std::fs::write(out, large.zip)?;
    std::fs::write(key, large.agency_key)?;
    Ok(())
}
