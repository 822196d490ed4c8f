//! Honest bundles with one thing bent.

mod certificates;
mod clocks;
mod containers;
mod keysets;
mod lines;
mod manifests;
mod media;
mod order;
mod private;
mod receipts;
mod signatures;
mod tools;
mod vouching;

use crate::case::Case;

pub(crate) fn cases() -> Vec<Case> {
    [
        containers::cases(),
        manifests::cases(),
        keysets::cases(),
        certificates::cases(),
        lines::cases(),
        signatures::cases(),
        order::cases(),
        vouching::cases(),
        private::cases(),
        media::cases(),
        clocks::cases(),
        receipts::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
