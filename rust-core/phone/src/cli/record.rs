//! `quanji-phone record`.

use quanji_evidence::body::Started;
use quanji_evidence::id::RecordId;
use quanji_recorder::{Recorder, Recording};
use quanji_rules::Phase;
use serde_json::{Value, json};

use super::args::{RecordArgs, Speed, Start};
use super::page::Page;
use super::{NOT_DONE, bar, live, opening, print, record_id, status};
use crate::clip::{Clip, Source};
use crate::clock::Pace;
use crate::fault::Fault;
use crate::feed::{Fed, Input, Pacer, Trace, feed};
use crate::home::Home;
use crate::timeline::{Action, Timeline, us_of};

/// Everything is read and checked before the vault is opened: a typo must not leave a record behind.
pub(super) fn run(asked: &RecordArgs) -> Result<u8, Fault> {
    let timeline = asked.timeline.as_deref().map(Timeline::read).transpose()?.unwrap_or_default();
    let clips = clips(asked, &timeline)?;
    let sources = clips.iter().map(Clip::source).collect::<Result<Vec<_>, _>>()?;
    let from_us = us_of(asked.from.max(0.0));
    let end_us = sources.first().map_or(0, |source| source.end_us);
    if from_us > end_us {
        return Err(Fault::FromBeyondEnd { from_s: asked.from, end_s: end_us as f64 / 1e6 });
    }
    let pace = match asked.speed {
        Speed::Real => Pace::Real,
        Speed::Fast => Pace::Fed,
    };
    let home = Home::at(&asked.place.vault);
    let opened = home.open_at_the_scene(pace, us_of(asked.later.max(0.0)).unsigned_abs())?;
    let recording = begin(&opened.recorder, asked)?;
    // The recording runs; what the agency hears of it is besides, and whatever becomes of that is told at the end.
    let live = asked.live.map(|what| live::begin(&home, &opened, asked, what, recording.record(), pace)).transpose();
    let trace = Trace { with_units: asked.trace, with_acts: asked.trace || asked.place.json };
    trace.began(recording.record());
    let fed = feed(Input {
        recorder: &opened.recorder,
        recording: &recording,
        timeline: &timeline,
        sources: &sources,
        from_us,
        pacer: Pacer { clock: opened.clock.clone(), pace },
        disk: &opened.disk,
        trace,
        bar: bar::over_time(end(&sources, &timeline)),
    })?;
    let live = match live {
        Ok(live) => live.map(live::LiveUpload::end),
        Err(fault) => Some(json!({ "fault": fault.code() })),
    };
    let code = answer(asked, &opened, recording.record(), &fed, live)?;
    Ok(if fed.acts_not_done > 0 { NOT_DONE } else { code })
}

/// The clip, and those that the timeline changes to.
fn clips(asked: &RecordArgs, timeline: &Timeline) -> Result<Vec<Clip>, Fault> {
    let mut clips = vec![Clip::read(&asked.input, asked.pcm.as_deref())?];
    for entry in &timeline.entries {
        if let Action::Input { file, pcm } = &entry.action {
            let pcm = pcm.as_ref().map(|pcm| timeline.folder.join(pcm));
            clips.push(Clip::read(&timeline.folder.join(file), pcm.as_deref())?);
        }
    }
    Ok(clips)
}

/// The last instant of anything, for the bar.
fn end(sources: &[Source<'_>], timeline: &Timeline) -> u64 {
    let last_act = timeline.entries.last().map_or(0, |entry| entry.at_us);
    u64::try_from(sources.first().map_or(0, |source| source.end_us).max(last_act)).unwrap_or(0)
}

fn begin(recorder: &Recorder, asked: &RecordArgs) -> Result<Recording, Fault> {
    let Some(record) = &asked.take_up else {
        let started = match asked.started {
            Start::Feeder => Started::Feeder,
            Start::Button => Started::Button,
            Start::Emergency => Started::Emergency,
        };
        return Ok(recorder.begin(started)?);
    };
    let record = if record == "only" { only_open(recorder)? } else { record_id(record)? };
    Ok(recorder.take_up(record)?)
}

/// The one record that is not sealed.
fn only_open(recorder: &Recorder) -> Result<RecordId, Fault> {
    let open: Vec<RecordId> = recorder
        .summaries()
        .into_iter()
        .flatten()
        .filter(|summary| summary.phase != Phase::Sealed)
        .map(|summary| summary.record)
        .collect();
    match open.as_slice() {
        [record] => Ok(*record),
        others => Err(Fault::NotOneOpen { found: others.len() }),
    }
}

fn answer(
    asked: &RecordArgs,
    opened: &crate::home::Opened,
    record: RecordId,
    fed: &Fed,
    live: Option<Value>,
) -> Result<u8, Fault> {
    let calendar = opened.recorder.calendar();
    let summary = opened.recorder.summaries().into_iter().flatten().find(|summary| summary.record == record);
    let summary = summary.ok_or(Fault::NoSuchRecord(record))?;
    let value = json!({
        "recorded": status::to_json(&summary, &calendar, opened),
        "accepted": { "video": fed.video, "audio": fed.audio, "dropped": fed.dropped },
        "acts_not_done": fed.acts_not_done,
        "ended": fed.ended.is_some(),
        "live": live,
        "opening": opening::to_json(&opened.opening),
    });
    Ok(print(asked.place.json || asked.trace, &value, || {
        let mut page = Page::new();
        opening::write(&mut page, &opened.opening);
        status::write(&mut page, &summary, &calendar, opened);
        let mut units = format!("{} 帧 frames，{} 声音单元 sound units", fed.video, fed.audio);
        if fed.dropped > 0 {
            units.push_str(&format!("；{} 未能接收，已记入 dropped, and the record says so", fed.dropped));
        }
        page.row("输入", "fed", &units);
        if fed.acts_not_done > 0 {
            page.row("未写入", "not written", &format!("{} 项动作 acts", fed.acts_not_done));
        }
        page.into_text()
    }))
}
