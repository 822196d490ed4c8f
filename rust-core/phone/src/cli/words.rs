//! Words, instants, lengths and sizes as a person reads them.

use quanji_recorder::Summary;
use quanji_rules::{Completeness, Instant, OpeningElements, Owed, Phase};

/// A phase in both languages.
pub(super) fn phase(phase: Phase) -> (&'static str, &'static str) {
    match phase {
        Phase::Idle => ("未开始", "idle"),
        Phase::Open => ("已开始", "open"),
        Phase::Recording => ("录制中", "recording"),
        Phase::Interrupted => ("已中止", "interrupted"),
        Phase::Ended => ("已结束", "ended"),
        Phase::Sealed => ("已封存", "sealed"),
    }
}

/// What is owed, with its article: `还差：语音说明（时间、地点）（第十四条）`.
pub(super) fn owed(owed: &Owed) -> String {
    let what = match owed {
        Owed::PlaceDescription => "地点".to_owned(),
        Owed::OfficersDescription => "执法人员".to_owned(),
        Owed::SubjectDescription => "事由和对象".to_owned(),
        Owed::Opening { missing } => format!("{}（{}）", owed.kind().zh(), elements(*missing)),
        Owed::InterruptionReason { interruption } | Owed::WrittenStatement { interruption: Some(interruption) } => {
            format!("{}（第 {interruption} 行的中止）", owed.kind().zh())
        }
        Owed::Preflight | Owed::FilmingNotice | Owed::WrittenStatement { interruption: None } => {
            owed.kind().zh().to_owned()
        }
    };
    format!("{what}（{}） {} (Art. {})", owed.article().zh(), owed.kind().name(), owed.article().number())
}

fn elements(missing: OpeningElements) -> String {
    missing.iter().map(|element| element.zh()).collect::<Vec<_>>().join("、")
}

/// Whether the record may be called complete.
pub(super) fn completeness(summary: &Summary) -> String {
    match &summary.completeness {
        Completeness::Complete => "完整 complete".to_owned(),
        Completeness::CompleteWithExceptions { exceptions } => {
            format!("完整，另有 {} 项说明 complete, {} exceptions named", exceptions.len(), exceptions.len())
        }
        Completeness::Withheld { is_ended: false, .. } => "尚未结束 not ended".to_owned(),
        Completeness::Withheld { owed, .. } => format!("还差 {} 项 {} owed", owed.len(), owed.len()),
    }
}

/// `2026-11-12 10:00:00 +08:00`.
pub(super) fn instant(us: u64) -> String {
    let text = Instant::from_us(i64::try_from(us / 1_000_000 * 1_000_000).unwrap_or(0)).to_china_rfc3339();
    text.replacen('T', " ", 1).replace("+08:00", " +08:00")
}

/// `1.250 s`, `12:03.4 min`.
pub(super) fn length(us: u64) -> String {
    let (seconds, rest_ms) = (us / 1_000_000, us % 1_000_000 / 1_000);
    match seconds {
        0..60 => format!("{seconds}.{rest_ms:03} s"),
        60..3_600 => format!("{}:{:02}.{} min", seconds / 60, seconds % 60, rest_ms / 100),
        _ => format!("{}:{:02}:{:02} h", seconds / 3_600, seconds / 60 % 60, seconds % 60),
    }
}

/// `12.3 MiB`.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KiB", "MiB", "GiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let (mut tenths, mut unit) = (bytes * 10 / 1024, 0);
    while tenths >= 10 * 1024 && unit + 1 < UNITS.len() {
        (tenths, unit) = (tenths / 1024, unit + 1);
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}
