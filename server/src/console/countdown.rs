//! The two working days of 第十七条 as a strip of days: which counted, which not, and by which notice.

use maud::{Markup, html};
use quanji_rules::{Countdown, DayGround, Deadline, WalkedDay, explain_countdown};

use super::words::{both, deadline, instant, trigger, weekday};

pub(super) fn countdown(countdown: &Countdown) -> Markup {
    html! {
        @match countdown {
            Countdown::Running { deadline } => (running(deadline)),
            Countdown::WaitingForReturn { ground, ordinary } => {
                p.said { (both(&format!("等待返回单位（{}）：期限尚未起算", ground.zh()), &format!("waiting for the return to the unit ({}): the term has not begun", ground.name()))) }
                p.note { (both("若无此情形：", "without this ground:")) }
                (running(ordinary))
            }
        }
        details {
            summary { (both("逐字说明", "Word for word")) }
            pre { (explain_countdown(countdown)) }
        }
    }
}

fn running(counted: &Deadline) -> Markup {
    let (zh, en) = trigger(counted.trigger.kind());
    let from = u64::try_from(counted.trigger.not_before().us()).unwrap_or(0);
    let to = u64::try_from(counted.trigger.not_after().us()).unwrap_or(0);
    html! {
        p.said {
            b { (deadline(counted.exclusive())) } " 之前存储 "
            @if counted.is_provisional() { span.state.owed { (both("暂定", "provisional")) } " " }
            span.en lang="en" { "store before " (counted.exclusive().to_china_rfc3339()) }
        }
        ol.days {
            li.zero {
                (date(&counted.earliest.day0))
                b { "起算" } span.en lang="en" { "day 0" }
                small { (zh) " " span.en lang="en" { (en) } br; (instant(from)) @if to != from { " – " (instant(to)) } }
            }
            @for day in &counted.earliest.days { (walked(day)) }
        }
        @if let Some(day) = counted.earliest.earliest_last_day {
            p.note { (both(&format!("其中有日期的放假安排尚未公布；最早可能到期：{day}"), "a day in the count has no published notice yet")) }
        }
    }
}

fn walked(day: &WalkedDay) -> Markup {
    let class = if day.counted_as.is_some() { "counted" } else { "free" };
    let (zh, en) = ground(&day.status.ground);
    html! {
        li.(class) {
            (date(&day.status.date))
            @match day.counted_as {
                Some(number) => { b { "第 " (number) " 个工作日" } span.en lang="en" { "working day " (number) } }
                None => { b { "不计" } span.en lang="en" { "not counted" } }
            }
            small {
                (zh) " " span.en lang="en" { (en) }
                @if let Some(notice) = &day.status.notice { br; span.quiet { "依据 by " (notice) } }
            }
        }
    }
}

fn date(day: &quanji_rules::Date) -> Markup {
    let (year, month, number) = day.ymd();
    let (zh, en) = weekday(day.weekday());
    html! { time datetime=(day) { span.day { (number) } span { (year) "-" (format!("{month:02}")) } span { (zh) " " span.en lang="en" { (en) } } } }
}

fn ground(ground: &DayGround) -> (String, String) {
    let say = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    match ground {
        DayGround::Weekday => say("工作日", "weekday"),
        DayGround::Weekend => say("周末", "weekend"),
        DayGround::Off { holiday, .. } => (format!("放假：{holiday}"), "day off by notice".to_owned()),
        DayGround::MakeUp { holiday } => (format!("调休上班：{holiday}"), "worked in lieu".to_owned()),
        DayGround::PresumedWeekday => say("推定工作日（未公布）", "presumed worked, no notice yet"),
        DayGround::PresumedWeekend => say("推定周末（未公布）", "presumed off, no notice yet"),
        DayGround::Statutory { holiday } => {
            (format!("法定节日（未公布）：{holiday}"), "statutory, no notice yet".to_owned())
        }
    }
}
