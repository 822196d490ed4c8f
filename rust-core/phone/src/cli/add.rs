//! `quanji-phone add`: what is said later, in the words of a timeline.

use std::io::Read;
use std::path::Path;

use quanji_recorder::TimeSource;

use super::args::AddArgs;
use super::end::show;
use super::record_id;
use crate::act::{NOT_MEASURED, Scene, deeds};
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::Home;
use crate::timeline::Timeline;

/// Longer than any statement.
const LIMIT_BYTES: u64 = 4 << 20;

pub(super) fn run(asked: &AddArgs) -> Result<u8, Fault> {
    let record = record_id(&asked.record)?;
    let timeline = if asked.what == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().lock().take(LIMIT_BYTES).read_to_string(&mut text).map_err(Fault::In)?;
        Timeline::parse_without_instants(&text)?
    } else {
        Timeline::read_without_instants(&asked.what)?
    };
    let opened = Home::at(&asked.place.vault).open_existing(Pace::Real)?;
    for entry in &timeline.entries {
        let now = opened.clock.now();
        let scene = Scene {
            timeline: &timeline,
            zero_mono_us: i64::try_from(now.mono_us).unwrap_or(i64::MAX),
            now_mono_us: now.mono_us,
            now_wall_us: now.wall_us,
            free_bytes: None,
            bytes_a_second: 1,
            lines: &|| opened.recorder.lines(record),
        };
        let said = deeds(&entry.action, NOT_MEASURED, &scene)?;
        if said.is_empty() {
            return Err(Fault::NotLater { action: entry.action.name() });
        }
        for deed in said {
            opened.recorder.add_later(record, entry.actor.clone(), deed)?;
        }
    }
    show(&opened, record, asked.place.json)
}
