//! What a power cut leaves of what was not synced.

use std::collections::BTreeMap;

use crate::Dice;
use crate::torn_file::{Sparse, TornFile};
use crate::torn_state::NameOp;

/// How a crash treats what was not synced. Uniform coins alone would hardly ever make the cases that hurt most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mood {
    /// Chances in a hundred that a newer version of a sector, a newer length, a name operation is on the disk.
    sector: u64,
    length: u64,
    name: u64,
}

impl Mood {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let (sector, length, name) = match dice.below(8) {
            0 => (0, 0, 0),
            1 => (100, 100, 100),
            // Metadata before data: the classic file of the right length and full of zeros.
            2 => (0, 100, 100),
            3 => (100, 0, 100),
            4 => (100, 100, 0),
            5 => (10, 90, 90),
            _ => (dice.below(101), dice.below(101), dice.below(101)),
        };
        Self { sector, length, name }
    }
}

/// The file after the crash. Each sector and the length choose for themselves among their versions.
pub(crate) fn survive_file(file: &TornFile, mood: Mood, dice: &mut Dice) -> Sparse {
    let mut left = file.durable.clone();
    for (index, versions) in &file.versions {
        if dice.percent(mood.sector) {
            // Mostly the newest; an older one was written back before the newer came.
            let version = if dice.percent(70) { versions.last() } else { dice.pick(versions) };
            match version.copied().flatten() {
                Some(sector) => drop(left.sectors.insert(*index, sector)),
                None => drop(left.sectors.remove(index)),
            }
        }
    }
    if !file.lengths.is_empty() && dice.percent(mood.length) {
        let length = if dice.percent(70) { file.lengths.last() } else { dice.pick(&file.lengths) };
        left.len = length.copied().unwrap_or(left.len);
    }
    left.trim();
    left
}

/// The names after the crash: each operation that was not synced is there or not.
pub(crate) fn survive_names(
    durable: &BTreeMap<String, u64>,
    operations: &[NameOp],
    mood: Mood,
    dice: &mut Dice,
) -> BTreeMap<String, u64> {
    let mut names = durable.clone();
    for operation in operations {
        if dice.percent(mood.name) {
            operation.apply(&mut names);
        }
    }
    names
}
