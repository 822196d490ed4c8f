//! One of the other statutory clocks: the answer, the law and its words, and the days as they were counted.

use maud::{Markup, html};
use quanji_rules::{ClockReading, ClockSuspension, ClockTerm, Suspension, Whose, explain_clock};

use super::countdown::{Counts, strip};
use super::words::{both, deadline, instant};

/// A clock as the page shows it.
pub(super) fn clock_reading(reading: &ClockReading) -> Markup {
    let law = reading.clock.law();
    let (whose_zh, whose_en) = match law.whose {
        Whose::Agency => ("行政机关的期限", "the agency's term"),
        Whose::Officer => ("执法人员的期限", "the officer's term"),
        Whose::Party => ("当事人的期限", "the party's term"),
    };
    let from = u64::try_from(reading.from.us()).unwrap_or(0);
    html! {
        p.said {
            b { @match law.term {
                ClockTerm::Hours(_) => (instant(u64::try_from(reading.exclusive.us()).unwrap_or(0))),
                _ => (deadline(reading.exclusive)),
            } }
            " 之前 "
            @if reading.is_provisional() { span.state.owed { (both("暂定", "provisional")) } " " }
            span.en lang="en" { "before " (reading.exclusive.to_china_rfc3339()) }
        }
        p { (reading.clock.zh()) "：" (law.article) "“" (law.wording) "”" br; span.en lang="en" { (law.article_en) ": " (law.name_en) } }
        p.note { (both(whose_zh, whose_en)) " · " @match law.term {
            ClockTerm::WorkingDaysBefore(_) => (both(&format!("自{}之日倒算", law.from), &format!("back from the day on which {}", law.from_en))),
            _ => (both(&format!("自{}起", law.from), &format!("from {}", law.from_en))),
        } }
        p.note { (law.counting) br; span.en lang="en" { (law.counting_en) } }
        @match law.term {
            ClockTerm::Hours(hours) => p.note { (both(&format!("自 {} 起 {hours} 小时", instant(from)), &format!("{hours} hours from then"))) },
            ClockTerm::WorkingDays(_) => (strip(reading.from, reading.from, (law.from, law.from_en), &reading.days, Counts::WorkingDays)),
            ClockTerm::NaturalDays(_) => (strip(reading.from, reading.from, (law.from, law.from_en), &reading.days, Counts::Days)),
            ClockTerm::WorkingDaysBefore(_) => (strip(reading.from, reading.from, (law.from, law.from_en), &reading.days, Counts::WorkingDaysBefore)),
        }
        @if let Some(by) = law.suspended_by { (left_out(by, &reading.suspended)) }
        @if let Some(day) = reading.moved_from {
            p.note { (both(&format!("届满日 {day} 放假，顺延至其后第一个工作日。"), "The last day by count is off and gives way to the next working day.")) }
        }
        @if let Some(day) = reading.earliest_last_day {
            @match law.term {
                ClockTerm::WorkingDaysBefore(_) => p.note { (both(&format!("放假安排尚未公布；{day} 及以前送达最稳妥"), &format!("no notice is published yet; whoever is told by {day} is told in time whatever it says"))) },
                _ => p.note { (both(&format!("放假安排尚未公布；最早可能到期：{day}"), &format!("no notice is published yet; it may end as early as {day}"))) },
            }
        }
        @if let Some(day) = reading.read_shorter {
            p.note { span.state.owed { (both(&format!("从严：{day} 24:00"), "the shorter reading")) } " "
                @match law.term {
                    ClockTerm::WorkingDaysBefore(_) => (both("也有通知之日、举行之日都不计入，中间须足日的理解；早一个工作日送达则无争议。",
                        "Some count neither the day of the notice nor that of the hearing and ask for whole days between; whoever is told a working day earlier is told in time either way.")),
                    _ => (both("也有按当日计入、遇节假日不顺延的理解；在此之前办结则无争议。",
                        "Some count the day of the act itself and let no holiday lengthen the term; whoever is done by then is safe either way.")),
                } }
        }
        details {
            summary { (both("逐字说明", "Word for word")) }
            pre { (explain_clock(reading)) }
        }
    }
}

/// Days that the law leaves out of the term, and which were.
fn left_out(by: ClockSuspension, spans: &[Suspension]) -> Markup {
    html! {
        @if spans.is_empty() {
            p.note { (both(&format!("{}的期间不计入（{}）；如有，请在上面填写。", by.what, by.article),
                &format!("Days of {} are left out ({}); enter them above where there are any.", by.what_en, by.article_en))) }
        } @else {
            p.note {
                span.state.owed { (both("不计入", "left out")) } " "
                @for span in spans { (span.from()) " 至 to " (span.to()) "； " }
                (by.article) "“" (by.wording) "”" br;
                span.en lang="en" { (by.article_en) ": days of " (by.what_en) " are left out; the first and the last are those of the notice to the party." }
            }
        }
    }
}
