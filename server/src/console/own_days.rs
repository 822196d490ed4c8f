//! The agency's own days (本单位的规定) beside those of the law: they decide nothing, and each says so.

use maud::{Markup, html};
use quanji_rules::{Instant, Walk};

use super::countdown::{Counts, strip};
use super::words::{both, deadline};

/// The agency's own day for storing, below the law's.
pub(super) fn storage(own: &Walk) -> Markup {
    let until = own.deadline_exclusive;
    html! {
        p.note {
            (tag()) " "
            (both(&format!("应在 {} 之前存储。是否按时仍以第十七条的期限为准。", deadline(until)),
                &format!("Store before {}. On time or late is told by Article 17 alone.", until.to_china_rfc3339())))
            (provisional(own))
        }
    }
}

/// The agency's own day for filing a text.
pub(super) fn filing(own: &Walk) -> Markup {
    let until = own.deadline_exclusive;
    html! {
        p.note {
            (tag()) " "
            (both(&format!("文字材料应在 {} 之前归档（第十七条第一款只写“及时”）。", deadline(until)),
                &format!("File the texts before {} (Article 17 only says in time).", until.to_china_rfc3339())))
            (provisional(own))
        }
    }
}

/// What a text's own day is, counted out.
pub(super) fn filing_counted(made: Instant, own: Option<&Walk>) -> Markup {
    html! {
        p { "第十七条第一款：“纸质文字记录、电子文档记录完成后，行政执法人员应当及时归档、存储。”" br;
            span.en lang="en" { "Art. 17 para. 1: texts are filed and stored in time (及时); the law has no number of days." } }
        @match own {
            None => p.said { (both("没有天数：法律未定，本单位也未规定。", "No number of days: the law has none, and this agency set none.")) },
            Some(own) => {
                p.said { b { (deadline(own.deadline_exclusive)) } " 之前归档 " span.en lang="en" { "file before " (own.deadline_exclusive.to_china_rfc3339()) } }
                (filing(own))
                (strip(made, made, ("文字记录完成", "the text was complete"), &own.days, Counts::WorkingDays))
            }
        }
    }
}

fn tag() -> Markup {
    html! { span.state.owed { (both("单位规定", "agency rule")) } }
}

fn provisional(own: &Walk) -> Markup {
    html! { @if own.is_provisional() { " " span.state.owed { (both("暂定", "provisional")) } } }
}
