//! One long record: 25 pictures a second, sound beside them, fragments of half a second, segments of eight. Deterministic; the
//! media are mostly zeros, which no hash minds.

use crate::agency;
use crate::draft::Draft;
use crate::film::Film;
use crate::receipt::Receipt;
use crate::record::Record;

const FRAGMENTS_A_SEGMENT: usize = 17;

/// A bundle and the key it is judged with.
#[derive(Debug)]
pub(crate) struct Large {
    pub(crate) zip: Vec<u8>,
    /// The text of `agency.pub`.
    pub(crate) agency_key: String,
}

impl Large {
    /// A record of that length whose pictures have that size, sealed and stored.
    pub(crate) fn make(seconds: i64, picture_bytes: usize) -> Large {
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
        Large { zip: draft.pack(), agency_key: agency::public_file("root 1") }
    }
}
