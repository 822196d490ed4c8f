//! An action becomes what the recorder is told. What is said of time is in the monotonic clock; files are read, words stay words.

use std::io;
use std::path::{Path, PathBuf};

use quanji_evidence::body::{
    Activity, ActivityChange, AwayDeclared, Body, Checklist, Companion, ConfidentialSpan, Excuse, Mark, Notice,
    Obstruction, OpeningPassage, OtherRecord, ReasonHow, Returned, Speech, Stage,
};
use quanji_evidence::id::{ActivityId, RecordId};
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::{Digest, Findings};
use quanji_recorder::{Deed, Measured, PhoneCheck, RecorderFault};
use quanji_rules::{Instant, InstantFault, Permissions};
use quanji_store::{Chance, OsChance};
use thiserror::Error;

use crate::timeline::{Action, Timeline, us_of};

/// Why an action could not be said.
#[derive(Debug, Error)]
pub(crate) enum ActFault {
    #[error("文件打不开 · a file cannot be read: {0}")]
    File(#[source] io::Error),
    #[error("文件大于 {limit} 字节，实为 {found} · a file of at most {limit} bytes, found {found}")]
    FileTooLarge { limit: u64, found: u64 },
    #[error("没有第 {asked} 次中止，记录中有 {found} 次 · there is no interruption {asked}: the record has {found}")]
    NoSuchInterruption { asked: usize, found: usize },
    #[error("时间写法有误 · not an instant: {0}")]
    Instant(#[from] InstantFault),
    #[error("不是摘要（应为 64 位十六进制） · not a digest: 64 lower-case hex digits")]
    Digest,
    #[error("取不到随机数 · no random bytes could be had")]
    NoChance,
    #[error("{0}")]
    Recorder(#[from] RecorderFault),
}

/// A photo or document larger than this is no file of a phone.
const FILE_LIMIT_BYTES: u64 = 64 << 20;

/// What an action may refer to.
pub(crate) struct Scene<'a> {
    pub(crate) timeline: &'a Timeline,
    /// Monotonic clock at second 0 of the timeline.
    pub(crate) zero_mono_us: i64,
    pub(crate) now_mono_us: u64,
    pub(crate) now_wall_us: u64,
    pub(crate) free_bytes: Option<u64>,
    pub(crate) bytes_a_second: u64,
    /// The record's journal, read when an action names an interruption.
    pub(crate) lines: &'a dyn Fn() -> Result<Vec<u8>, RecorderFault>,
}

impl Scene<'_> {
    fn mono(&self, s: f64) -> u64 {
        u64::try_from(self.zero_mono_us.saturating_add(us_of(s))).unwrap_or(0)
    }

    fn file(&self, path: &Path) -> Result<Vec<u8>, ActFault> {
        let path: PathBuf = self.timeline.folder.join(path);
        let found = std::fs::metadata(&path).map_err(ActFault::File)?.len();
        if found > FILE_LIMIT_BYTES {
            return Err(ActFault::FileTooLarge { limit: FILE_LIMIT_BYTES, found });
        }
        std::fs::read(&path).map_err(ActFault::File)
    }

    /// Seq of the interruption meant: the last, or the one of that number from 1.
    fn interruption(&self, of: Option<usize>) -> Result<u64, ActFault> {
        let all = interruptions(&(self.lines)()?);
        let found = all.len();
        let asked = of.unwrap_or(found);
        let seq = asked.checked_sub(1).and_then(|place| all.get(place));
        seq.copied().ok_or(ActFault::NoSuchInterruption { asked, found })
    }
}

/// Seqs of all `interrupted` of a journal.
pub(crate) fn interruptions(lines: &[u8]) -> Vec<u64> {
    let journal = Journal::read(lines, Drafts::Accepted, "journal", &mut Findings::default());
    let is_interruption = |body: &Body| matches!(body, Body::Interrupted(_));
    journal.entries.iter().filter(|entry| is_interruption(&entry.body)).map(|entry| entry.seq).collect()
}

/// What a passage without a measurement says.
pub(crate) const NOT_MEASURED: Measured =
    Measured { speech: Speech::NotMeasured, from_mono_us: None, to_mono_us: None, voiced_us: None };

/// What the recorder is to be told, in order. None for actions that are no entries: the feeder does those.
pub(crate) fn deeds(action: &Action, measured: Measured, scene: &Scene<'_>) -> Result<Vec<Deed>, ActFault> {
    let one = |deed: Deed| Ok(vec![deed]);
    match action.clone() {
        Action::Preflight { .. } => Ok(preflight(action, scene).map(Deed::Preflight).into_iter().collect()),
        Action::Place { place, how } => one(Deed::Place { place, how }),
        Action::Officers { recorded_by } => one(officers(scene, &recorded_by)),
        Action::Subject { party, name, matter, case } => one(Deed::Subject { party, name, matter, case }),
        Action::Describe { place, recorded_by, party, name, matter, case } => Ok(vec![
            Deed::Place { place, how: quanji_evidence::body::PlaceHow::Typed },
            officers(scene, &recorded_by),
            Deed::Subject { party, name, matter, case },
        ]),
        Action::Activity { change, activity, other, opened } => {
            one(self::activity(change, activity, other, opened)?.into())
        }
        Action::Opening { to, elements, text, confirmed, how } => {
            let to_mono_us = measured.to_mono_us.unwrap_or_else(|| scene.mono(to));
            one(OpeningPassage {
                from_mono_us: measured.from_mono_us.unwrap_or(scene.now_mono_us).min(to_mono_us),
                to_mono_us,
                elements,
                speech: measured.speech,
                confirmed,
                how,
                voiced_us: measured.voiced_us,
                expected_us: text.as_deref().map(quanji_speech::reading_time_us),
                boot: None,
                phrases: None,
            }
            .into())
        }
        Action::ActFirst {} => one(Deed::OpeningExcused { reason: Excuse::ActFirst, word: None }),
        Action::OpeningCovered {} => one(Deed::OpeningExcused { reason: Excuse::CoveredByActivity, word: None }),
        Action::OpeningExplained { word } => one(Deed::OpeningExcused { reason: Excuse::Explained, word: Some(word) }),
        Action::Reason { to, cause, word, of, text: _ } => one(Deed::InterruptionReason {
            interruption: scene.interruption(of)?,
            cause,
            how: if to.is_some() { ReasonHow::Spoken } else { ReasonHow::Preset },
            measured,
            word,
        }),
        Action::Notice { notice, how } => one(Notice { notice, how }.into()),
        Action::Companion { line, how } => one(Companion { line, how }.into()),
        Action::Stage { stage } => one(Stage { stage }.into()),
        Action::Checklist { item, state } => {
            one(Checklist { item, state, at_mono_us: Some(scene.now_mono_us), boot: None }.into())
        }
        Action::Mark { mark } => one(Mark { mark, at_mono_us: scene.now_mono_us, boot: None }.into()),
        Action::Photo { file, width, height } => one(Deed::Photo { image: scene.file(&file)?, width, height }),
        Action::Document { file, document, title } => one(Deed::Document { file: scene.file(&file)?, document, title }),
        Action::Service { method, step, file } => {
            let file = file.map(|file| scene.file(&file)).transpose()?;
            one(Deed::Service { method, step, file })
        }
        Action::Filming { state, word } => one(Deed::FilmingNotice { state, word }),
        Action::Confidential { secrecy, from, to } => one(ConfidentialSpan {
            secrecy,
            from_mono_us: from.map_or(scene.now_mono_us, |s| scene.mono(s)),
            to_mono_us: to.map(|s| scene.mono(s)),
            boot: None,
        }
        .into()),
        Action::Obstruction { kind } => one(Obstruction { obstruction: kind }.into()),
        Action::WrittenStatement { statement, of } => {
            let interruption = of.map(|of| scene.interruption(Some(of))).transpose()?;
            one(Deed::WrittenStatement { statement, interruption, draft: None })
        }
        Action::Away { ground } => one(AwayDeclared { ground }.into()),
        Action::Returned { at } => {
            let at = at.as_deref().map(Instant::parse).transpose()?;
            let at_us = at.and_then(|at| u64::try_from(at.us()).ok()).unwrap_or(scene.now_wall_us);
            one(Returned { at_us }.into())
        }
        Action::Correction { of, text } => one(Deed::Correction { of, text }),
        Action::Mistake { reason } => one(Deed::DeclaredMistake { reason }),
        Action::Interrupt { .. }
        | Action::Resume {}
        | Action::End { .. }
        | Action::Input { .. }
        | Action::ClockSet { .. }
        | Action::Room { .. }
        | Action::Kill {}
        | Action::Leave {} => Ok(Vec::new()),
    }
}

fn officers(scene: &Scene<'_>, recorded_by: &str) -> Deed {
    let (officers, recorded_by) = scene.timeline.named_officers(recorded_by);
    Deed::Officers { officers, recorded_by }
}

fn activity(
    change: ActivityChange,
    activity: Option<ActivityId>,
    other: Option<RecordId>,
    opened: Option<String>,
) -> Result<Activity, ActFault> {
    let activity = match activity {
        Some(activity) => activity,
        None => {
            let mut bytes = [0; 16];
            OsChance.fill(&mut bytes).map_err(|_| ActFault::NoChance)?;
            ActivityId::from_bytes(bytes)
        }
    };
    let other = match (other, opened) {
        (Some(record), Some(opened)) => {
            let bytes = quanji_evidence::hex::decode_array(&opened).ok_or(ActFault::Digest)?;
            Some(OtherRecord { record, opened: Digest::from_sha256(bytes) })
        }
        _ => None,
    };
    Ok(Activity { activity, change, other })
}

/// The measured values (办法 第十三条).
fn preflight(action: &Action, scene: &Scene<'_>) -> Option<PhoneCheck> {
    let Action::Preflight {
        battery_percent,
        charging,
        free_bytes,
        camera,
        microphone,
        clock_offset_us,
        location,
        temperature,
        battery_saver,
    } = *action
    else {
        return None;
    };
    Some(PhoneCheck {
        battery_percent,
        charging,
        free_bytes: free_bytes.or(scene.free_bytes),
        bytes_a_second: scene.bytes_a_second,
        camera,
        microphone,
        clock_offset_us,
        location,
        temperature,
        battery_saver,
        permissions: Permissions::default(),
    })
}
