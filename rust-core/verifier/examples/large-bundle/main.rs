//! Writes one long record for measuring: `large-bundle OUT.zip AGENCY.pub SECONDS BYTES_A_PICTURE`. 25 pictures a second, sound beside them,
//! fragments of half a second, segments of eight. Deterministic; the media are mostly zeros, which no hash minds.
#![allow(dead_code, reason = "what the vectors' generator needs and this does not")]

#[path = "../make-vectors/agency.rs"]
mod agency;
#[path = "../make-vectors/draft.rs"]
mod draft;
#[path = "../make-vectors/film.rs"]
mod film;
#[path = "../make-vectors/keys.rs"]
mod keys;
#[path = "../make-vectors/receipt.rs"]
mod receipt;
#[path = "../make-vectors/record.rs"]
mod record;
#[path = "../make-vectors/signed.rs"]
mod signed;
#[path = "../make-vectors/zip.rs"]
mod zip;

use draft::Draft;
use film::Film;
use receipt::Receipt;
use record::Record;

const FRAGMENTS_A_SEGMENT: usize = 17;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let [out, key, seconds, picture_bytes] = args[..] else {
        return Err("usage: large-bundle OUT.zip AGENCY.pub SECONDS BYTES_A_PICTURE".into());
    };
    let (seconds, picture_bytes): (i64, usize) = (seconds.parse()?, picture_bytes.parse()?);
    let mut record = Record::open("large");
    record.describe();
    let film = Film { pictures: 25 * seconds, picture_bytes, ..record.next_film() };
    record.film(&film, "start", FRAGMENTS_A_SEGMENT);
    record.say_opening();
    record.end("officer");
    record.seal();
    record.receipts.push(Receipt::ordinary());
    let mut draft = Draft::of(vec![record]);
    // All stored, as an exporter stores media; packing zeros would measure something else, and go beyond the limit.
    draft.bend_entries = Some(Box::new(|entries| {
        entries.iter_mut().filter(|entry| entry.name.ends_with(b".m4s")).for_each(|entry| entry.method = 0);
    }));
    std::fs::write(out, draft.pack())?;
    std::fs::write(key, agency::public_file("root 1"))?;
    Ok(())
}
