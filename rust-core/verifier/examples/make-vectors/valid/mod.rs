//! Honest bundles.

mod breaks;
mod bundles;
mod keysets;
mod media;
mod receipts;
mod several;
mod statements;

use crate::case::Case;
use crate::draft::Draft;
use crate::receipt::Receipt;
use crate::record::Record;

pub(crate) fn cases() -> Vec<Case> {
    [
        bundles::cases(),
        keysets::cases(),
        media::cases(),
        breaks::cases(),
        several::cases(),
        statements::cases(),
        receipts::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn with(bend: impl FnOnce(&mut Draft)) -> Draft {
    let mut draft = Draft::inspection();
    bend(&mut draft);
    draft
}

/// A record that begins and ends as usual, with something of its own between.
fn story(name: &str, tell: impl FnOnce(&mut Record)) -> Draft {
    let mut record = Record::open(name);
    record.describe();
    tell(&mut record);
    record.end("officer");
    record.seal();
    record.receipts.push(Receipt::ordinary());
    Draft::of(vec![record])
}
