//! Cells of a catalog as people write them: methods, duties by article, officers, terms.

use super::{Means, Officers, Retention};
use crate::matter::{MandatoryMatter, RecommendedMatter, RecordingDuty};

const NUMERALS: [char; 6] = ['一', '二', '三', '四', '五', '六'];
const ARTICLE_10: &str = "第十条";
const ARTICLE_11: &str = "第十一条";
const BY_CATALOG: &str = "本目录";
const TEXT: &str = "文字记录";

/// What a cell says of the duty to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FoundIn {
    Duty(RecordingDuty),
    /// It speaks of something else.
    Nothing,
    /// An article without one of its items.
    NoItem(String),
}

/// Reads 第十条第（N）项, 第十一条第（N）项, 本目录 or 文字记录 out of a cell.
pub fn read_duty(cell: &str) -> FoundIn {
    for (article, items) in [(ARTICLE_10, MandatoryMatter::ALL.len()), (ARTICLE_11, RecommendedMatter::ALL.len())] {
        let Some(at) = cell.find(article) else { continue };
        let rest = &cell[at + article.len()..];
        let Some(item) = item_of(rest).filter(|item| (1..=items).contains(item)) else {
            return FoundIn::NoItem(cell[at..].chars().take(16).collect());
        };
        return FoundIn::Duty(if article == ARTICLE_10 {
            RecordingDuty::Mandatory(MandatoryMatter::ALL[item - 1])
        } else {
            RecordingDuty::Recommended(RecommendedMatter::ALL[item - 1])
        });
    }
    if cell.contains(BY_CATALOG) {
        FoundIn::Duty(RecordingDuty::MandatoryByCatalog)
    } else if cell.contains(TEXT) {
        FoundIn::Duty(RecordingDuty::TextSuffices)
    } else {
        FoundIn::Nothing
    }
}

pub fn write_duty(duty: RecordingDuty) -> String {
    let numeral = |item: u8| NUMERALS.get(usize::from(item).wrapping_sub(1)).copied().unwrap_or('零');
    match duty {
        RecordingDuty::Mandatory(matter) => format!("应当记录（{ARTICLE_10}第（{}）项）", numeral(matter.item())),
        RecordingDuty::Recommended(matter) => {
            format!("根据实际情况记录（{ARTICLE_11}第（{}）项）", numeral(matter.item()))
        }
        RecordingDuty::MandatoryByCatalog => format!("应当记录（{BY_CATALOG}）"),
        RecordingDuty::TextSuffices => TEXT.to_owned(),
    }
}

/// Of `第（一）项`, `第一项`, `第(1)项`.
fn item_of(rest: &str) -> Option<usize> {
    let rest = rest.strip_prefix('第')?.trim_start_matches(['（', '(']);
    let first = rest.chars().next()?;
    let place = NUMERALS.iter().position(|numeral| *numeral == first).map(|place| place + 1);
    let item = place.or_else(|| first.to_digit(10).map(|digit| digit as usize))?;
    rest[first.len_utf8()..].trim_start_matches(['）', ')']).starts_with('项').then_some(item)
}

/// Reads 拍照, 录音, 录像, 全程音像记录 and what else they are called; the word that is none of them is the error.
pub fn read_method(cell: &str) -> Result<Vec<Means>, String> {
    let mut all = Vec::new();
    for word in words_of(cell) {
        let means: &[Means] = match word {
            "拍照" | "照相" | "照片" | "拍摄照片" => &[Means::Photo],
            "录音" => &[Means::Audio],
            "录像" | "摄像" => &[Means::Video],
            "录音录像" | "音像记录" => &[Means::Audio, Means::Video],
            "全程音像记录" | "全过程音像记录" | "全程录音录像" | "全程录像" => {
                &[Means::WholeProcess]
            }
            TEXT | "无" | "—" | "-" => &[],
            other => return Err(other.to_owned()),
        };
        all.extend_from_slice(means);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

pub fn write_method(method: &[Means]) -> String {
    if method.is_empty() {
        TEXT.to_owned()
    } else {
        method.iter().map(|means| means.zh()).collect::<Vec<_>>().join("、")
    }
}

/// Reads 一人, 两人（《…》第…条); `None` for anything else.
pub fn read_officers(cell: &str) -> Option<Officers> {
    let cell = cell.trim();
    let (count, rest) = match cell.find(['（', '(']) {
        Some(at) => cell.split_at(at),
        None => (cell, ""),
    };
    let at_least = match count.trim() {
        "" | "一人" | "1人" | "不少于一人" => 1,
        "两人" | "二人" | "2人" | "两人以上" | "不少于两人" | "不少于2人" => 2,
        _ => return None,
    };
    let article = rest.trim_start_matches(['（', '(']).trim_end_matches(['）', ')']).trim();
    Some(Officers { at_least, article: (!article.is_empty()).then(|| article.to_owned()) })
}

pub fn write_officers(officers: &Officers) -> String {
    let count = if officers.at_least == 2 { "两人" } else { "一人" };
    officers.article.as_ref().map_or_else(|| count.to_owned(), |article| format!("{count}（{article}）"))
}

/// Reads 永久, N年, 与案卷一致; `None` for anything else.
pub fn read_retention(cell: &str) -> Option<Retention> {
    match cell.trim() {
        "永久" => Some(Retention::Permanent),
        "与案卷一致" | "与案卷相同" | "随案卷" | "同案卷" => Some(Retention::AsCaseFile),
        years => years.strip_suffix('年')?.trim().parse().ok().map(Retention::Years),
    }
}

pub fn write_retention(retention: Retention) -> String {
    match retention {
        Retention::Permanent => "永久".to_owned(),
        Retention::Years(years) => format!("{years}年"),
        Retention::AsCaseFile => "与案卷一致".to_owned(),
    }
}

/// The words of a cell that lists some.
fn words_of(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['、', '，', ',', ';', '；', '/', '+', '\n']).map(str::trim).filter(|word| !word.is_empty())
}

/// The matter of 第十条 that a name speaks of.
pub(super) fn mandatory_in(name: &str) -> Option<MandatoryMatter> {
    const NAMED: [(&str, MandatoryMatter); 5] = [
        ("查封", MandatoryMatter::SealingPremises),
        ("扣押", MandatoryMatter::Seizure),
        ("强制拆除", MandatoryMatter::ForcedDemolition),
        ("代履行", MandatoryMatter::PerformanceByOthers),
        ("人身自由", MandatoryMatter::RestrictingLiberty),
    ];
    NAMED.iter().find(|(word, _)| name.contains(word)).map(|(_, matter)| *matter)
}
