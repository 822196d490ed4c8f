//! The two working days of 第十七条 as a strip of days: which counted, which not, and by which notice.

use maud::{Markup, html};
use quanji_rules::{Countdown, DayGround, Deadline, Instant, StorageTerm, WalkedDay, explain_countdown};

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
    let from_to = (counted.trigger.not_before(), counted.trigger.not_after());
    let counts = match counted.term {
        StorageTerm::WorkingDays(_) => Counts::WorkingDays,
        StorageTerm::CalendarDays(_) => Counts::Days,
    };
    let from = trigger(counted.trigger.kind());
    html! {
        p.said {
            b { (deadline(counted.exclusive())) } " 之前存储 "
            @if counted.is_provisional() { span.state.owed { (both("暂定", "provisional")) } " " }
            span.en lang="en" { "store before " (counted.exclusive().to_china_rfc3339()) }
        }
        @if let Some(rule) = &counted.special_rule {
            p.note { span.state.owed { (both("从其规定", "special rule")) } " "
                (both(&format!("依据{rule}（办法第二条第二款），不适用第十七条的两个工作日。"), "A special rule sets the term (Art. 2), not the two working days of Article 17.")) }
        }
        (strip(from_to.0, from_to.1, from, &counted.earliest.days, counts))
        @if let Some(day) = counted.earliest.earliest_last_day {
            p.note { (both(&format!("其中有日期的放假安排尚未公布；最早可能到期：{day}"), &format!("a day in the count has no published notice yet; it may end as early as {day}"))) }
        }
        @if counted.latest.last_day != counted.earliest.last_day {
            @let until = counted.latest.deadline_exclusive;
            p.note { (both(&format!("完成时间只知在一段之内：按最早的一刻计算，{} 之前为按时；到 {} 才算逾期。", deadline(counted.exclusive()), deadline(until)),
                &format!("When it was complete is known only within an interval: counted from its first instant; late only from {}.", until.to_china_rfc3339()))) }
        }
    }
}

/// What the days of a strip count as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    WorkingDays,
    /// 日: every day counts.
    Days,
    /// 工作日, back from day 0.
    WorkingDaysBefore,
}

/// Of a long term the first days are shown and the last; those between all count alike.
const SHOWN_AT_EITHER_END: usize = 5;

/// Day 0 with what happened on it, then the days as they were counted.
pub(super) fn strip(from: Instant, to: Instant, (zh, en): (&str, &str), days: &[WalkedDay], counts: Counts) -> Markup {
    let us = |at: Instant| u64::try_from(at.us()).unwrap_or(0);
    let is_long = counts == Counts::Days && days.len() > 2 * SHOWN_AT_EITHER_END;
    let (first, last) = if is_long {
        let uncounted = days.iter().rev().take_while(|day| day.counted_as.is_none()).count();
        (&days[..2], &days[days.len() - uncounted - 2..])
    } else {
        (days, &days[..0])
    };
    let between = &days[first.len()..days.len() - last.len()];
    let suspended = between.iter().filter(|day| day.is_suspended).count();
    html! {
        ol.days {
            li.zero {
                (date(&from.china_date()))
                b { @if counts == Counts::WorkingDaysBefore { "倒算" } @else { "起算" } } span.en lang="en" { "day 0" }
                small { (zh) " " span.en lang="en" { (en) } br; (instant(us(from))) @if to != from { " – " (instant(us(to))) } }
            }
            @for day in first { (walked(day, counts)) }
            @if is_long {
                li.passed {
                    b { "中间 " (days.len() - first.len() - last.len()) " 日" }
                    span.en lang="en" { "days between" }
                    small {
                        (both("逐日计入，节假日不除外", "each counts, holidays too"))
                        @if suspended > 0 { br; (both(&format!("其中 {suspended} 日停止计算"), &format!("but {suspended} that are left out"))) }
                    }
                }
            }
            @for day in last { (walked(day, counts)) }
        }
    }
}

fn walked(day: &WalkedDay, counts: Counts) -> Markup {
    // A last day that is off gives way to the first working day after it.
    let is_moved_to = counts == Counts::Days && day.counted_as.is_none() && !day.is_suspended && day.status.is_working;
    let class = match (day.counted_as.is_some() || is_moved_to, day.status.is_settled()) {
        (true, true) => "counted",
        (true, false) => "counted presumed",
        (false, true) => "free",
        (false, false) => "free presumed",
    };
    let (zh, en) = ground(&day.status.ground);
    html! {
        li class=(class) {
            (date(&day.status.date))
            @match (day.counted_as, counts) {
                (None, _) if day.is_suspended => { b { "停止计算" } span.en lang="en" { "left out" } }
                (Some(number), Counts::WorkingDaysBefore) => { b { "前第 " (number) " 个工作日" } span.en lang="en" { "working day " (number) " before" } }
                (Some(number), Counts::WorkingDays) => { b { "第 " (number) " 个工作日" } span.en lang="en" { "working day " (number) } }
                (Some(number), Counts::Days) => { b { "第 " (number) " 日" } span.en lang="en" { "day " (number) } }
                (None, Counts::Days) if is_moved_to => { b { "顺延至此" } span.en lang="en" { "moved to here" } }
                (None, Counts::Days) => { b { "顺延" } span.en lang="en" { "passed over" } }
                (None, Counts::WorkingDays | Counts::WorkingDaysBefore) => { b { "不计" } span.en lang="en" { "not counted" } }
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
