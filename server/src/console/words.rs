//! What the pages say: Chinese first, English beside.

use maud::{Markup, html};
use quanji_rules::{Instant, Owed, Phase, TriggerKind, Weekday};

use super::facts::Glance;

/// A word in both languages.
pub(super) fn both(zh: &str, en: &str) -> Markup {
    html! { (zh) " " span.en lang="en" { (en) } }
}

/// `2026-11-12 10:00:00`, China Standard Time.
pub(super) fn instant(us: u64) -> String {
    let whole = i64::try_from(us / 1_000_000 * 1_000_000).unwrap_or(0);
    Instant::from_us(whole).to_china_rfc3339().replacen('T', " ", 1).replace("+08:00", "")
}

/// A deadline as people say it: `周二 11-24 24:00` for the exclusive instant 11-25 00:00.
pub(super) fn deadline(exclusive: Instant) -> String {
    let last = exclusive.plus_us(-1).china_date();
    let (_, month, day) = last.ymd();
    format!("{} {month:02}-{day:02} 24:00", weekday(last.weekday()).0)
}

pub(super) fn weekday(day: Weekday) -> (&'static str, &'static str) {
    match day {
        Weekday::Monday => ("周一", "Mon"),
        Weekday::Tuesday => ("周二", "Tue"),
        Weekday::Wednesday => ("周三", "Wed"),
        Weekday::Thursday => ("周四", "Thu"),
        Weekday::Friday => ("周五", "Fri"),
        Weekday::Saturday => ("周六", "Sat"),
        Weekday::Sunday => ("周日", "Sun"),
    }
}

/// How far a record has come, with the class that colours it. The word always stands beside the colour.
pub(super) fn standing(glance: &Glance) -> (&'static str, &'static str, &'static str) {
    if glance.states > 0 {
        ("amiss", "有异常", "something is listed")
    } else if glance.receipts > 0 {
        ("safe", "已出回执", "receipt issued")
    } else if !glance.is_sealed {
        ("waiting", "接收中", "arriving")
    } else if glance.files_missing + glance.private_missing > 0 {
        ("waiting", "还缺文件", "files to come")
    } else {
        ("waiting", "核验中", "being verified")
    }
}

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

pub(super) fn trigger(kind: TriggerKind) -> (&'static str, &'static str) {
    match kind {
        TriggerKind::EndOfRecording => ("录制完成", "the recording was complete"),
        TriggerKind::LastDurableFragment => ("录制中断的最后一刻", "its last durable moment, cut for good"),
        TriggerKind::Capture => ("摄制完成", "the capture"),
        TriggerKind::ReturnToUnit { .. } => ("返回单位", "the return to the unit"),
    }
}

/// What is owed, with its article.
pub(super) fn owed(owed: Owed) -> (String, &'static str) {
    let zh = match owed {
        Owed::PlaceDescription => "地点".to_owned(),
        Owed::OfficersDescription => "执法人员".to_owned(),
        Owed::SubjectDescription => "事由和对象".to_owned(),
        Owed::Opening { missing } => {
            let elements = missing.iter().map(|element| element.zh()).collect::<Vec<_>>().join("、");
            format!("{}（{elements}）", owed.kind().zh())
        }
        Owed::InterruptionReason { .. } | Owed::WrittenStatement { .. } | Owed::Preflight | Owed::FilmingNotice => {
            owed.kind().zh().to_owned()
        }
    };
    let en = match owed {
        Owed::Preflight => "the check before recording",
        Owed::PlaceDescription => "the place",
        Owed::OfficersDescription => "the officers",
        Owed::SubjectDescription => "matter and party",
        Owed::Opening { .. } => "the spoken opening",
        Owed::InterruptionReason { .. } => "the spoken reason of an interruption",
        Owed::WrittenStatement { .. } => "a written statement",
        Owed::FilmingNotice => "the notice to who films",
    };
    (format!("{zh}（{}）", owed.article().zh()), en)
}

/// A listed state in both languages; an unknown code is shown as it is.
pub(super) fn state(code: &str) -> (&str, &str) {
    match code {
        "fork" => ("同一行号有两种内容", "two contents at one line"),
        "head_contradicted" => ("与录制时上报的行不符", "contradicts a head seen while recording"),
        "ledger_gap" => ("设备台账缺号", "a number is missing in the device's ledger"),
        "forked_device" => ("同一台账号有两个记录", "two records with one number"),
        "ledger_broken" => ("设备台账不相连", "the device's ledger does not chain"),
        "media_missing" => ("文件已申报未到", "announced, still to come"),
        "media_unannounced" => ("有文件而无记录提到", "there, and no line names it"),
        "media_facts_mismatch" => ("影音与所记不符", "media differs from what its lines say"),
        "media_malformed" => ("影音无法解读", "media cannot be read"),
        "certificate_invalid" => ("首行的设备证书不成立", "the certificate in its first line does not hold"),
        "certificate_outside_validity" => ("开始于设备证书有效期之外", "opened outside its certificate's validity"),
        "certificate_revoked" => ("开始于设备被撤销之后", "opened after its device was revoked"),
        "anchor_invalid" => ("首行的机关签名头不成立", "the agency's head in its first line does not hold"),
        "private_missing" => ("缺私密值", "private values are missing"),
        "officer_twice" => ("同一执法人员写了两次", "one officer stands twice"),
        "officer_unknown" => ("执法证不在名册中", "a certificate is not in the agency's list"),
        "officer_certificate_invalid" => ("执法证不在有效期内", "a certificate was not valid on that day"),
        "officers_too_few" => ("执法人员少于规定人数", "fewer officers than the matter asks for"),
        "place_empty" => ("地点为空", "the place is blank"),
        "device_clock_off" => ("设备时钟偏差过大", "the device's clock is far off"),
        "device_clock_set_back" => ("录制中设备时钟被拨回", "the device's clock was set back meanwhile"),
        "clock_set_back" => ("机关时钟被拨回", "the agency's clock was set back"),
        "stored_bytes_changed" => ("存储内容被改动", "stored bytes changed"),
        "lock_missing" => ("原件未锁定", "an original has no lock"),
        "lock_short" => ("原件锁定期不足", "an original's lock ends too early"),
        other => (other, ""),
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

/// The first digits of an id: enough to tell it from its neighbours.
pub(super) fn short(id: &str) -> &str {
    id.get(..8).unwrap_or(id)
}

/// A name of the format as words: `clock_off` is said `clock off`.
pub(super) fn spaced(name: &str) -> String {
    name.replace('_', " ")
}
