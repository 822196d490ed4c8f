//! A countdown for a person: the answer first, then the days as they were counted.

use std::fmt::Write as _;

use crate::calendar::DayGround;
use crate::clocks::{ClockReading, ClockTerm};
use crate::deadline::{Countdown, Deadline};
use crate::special_rule::StorageTerm;
use crate::walk::WalkedDay;

/// The countdown of 第十七条 day by day: which days counted, which not, and by which notice. Chinese first, English beside.
pub fn explain_countdown(countdown: &Countdown) -> String {
    let mut out = String::new();
    match countdown {
        Countdown::Running { deadline } => write_deadline(&mut out, deadline),
        Countdown::WaitingForReturn { ground, ordinary } => {
            line(&mut out, &format!("等待返回单位（{}）：期限尚未起算（第十七条）", ground.zh()));
            line(
                &mut out,
                &format!("waiting for the return to the unit ({}): the term has not begun (Art. 17)", ground.name()),
            );
            line(&mut out, "");
            line(&mut out, "若无此情形 without this ground:");
            write_deadline(&mut out, ordinary);
        }
    }
    out
}

/// A statutory clock for a person: the law and its words, the answer, then the days. Chinese first, English beside.
pub fn explain_clock(reading: &ClockReading) -> String {
    let (mut out, law) = (String::new(), reading.clock.law());
    let until = reading.exclusive.to_china_rfc3339();
    line(&mut out, &format!("{}：“{}”", law.article, law.wording));
    line(&mut out, &format!("{}: {}", law.article_en, law.name_en));
    line(&mut out, &format!("{until} 之前 before {until}"));
    if let Some(day) = reading.earliest_last_day {
        line(&mut out, &format!("暂定，最早可能到期 provisional, earliest conceivable last day: {day}"));
    }
    if let Some(day) = reading.moved_from {
        line(&mut out, &format!("届满日 {day} 放假，顺延 the last day by count is off and gives way"));
    }
    if let Some(day) = reading.read_shorter {
        let how = match law.term {
            ClockTerm::WorkingDaysBefore(_) => "通知与举行之间足日",
            ClockTerm::Hours(_) | ClockTerm::WorkingDays(_) | ClockTerm::NaturalDays(_) => "当日计入、不顺延",
        };
        line(&mut out, &format!("从严计算（{how}） by the shorter reading: {day} 24:00"));
    }
    if let Some(by) = law.suspended_by.filter(|_| !reading.suspended.is_empty()) {
        line(&mut out, &format!("不计入 left out      {}：“{}”", by.article, by.wording));
        line(&mut out, &format!("                    {}: {}", by.article_en, by.what_en));
        for span in &reading.suspended {
            line(&mut out, &format!("                    {} 至 to {}", span.from(), span.to()));
        }
    }
    line(&mut out, &format!("计算 counting        {}", law.counting));
    line(&mut out, &format!("                    {}", law.counting_en));
    line(&mut out, "");
    let from = match law.term {
        ClockTerm::WorkingDaysBefore(_) => "倒算 counted back ",
        ClockTerm::Hours(_) | ClockTerm::WorkingDays(_) | ClockTerm::NaturalDays(_) => "起算 counted from ",
    };
    line(&mut out, &format!("{from}  {}  {} {}", reading.from.to_china_rfc3339(), law.from, law.from_en));
    let unit = match law.term {
        ClockTerm::Hours(hours) => {
            line(&mut out, &format!("                    {hours} 小时 hours"));
            Unit::WorkingDay
        }
        ClockTerm::WorkingDays(_) => Unit::WorkingDay,
        ClockTerm::NaturalDays(_) => Unit::Day,
        ClockTerm::WorkingDaysBefore(_) => Unit::WorkingDayBefore,
    };
    for day in &reading.days {
        write_day(&mut out, day, unit);
    }
    out
}

/// What is counted.
#[derive(Clone, Copy)]
enum Unit {
    WorkingDay,
    Day,
    WorkingDayBefore,
}

fn write_deadline(out: &mut String, deadline: &Deadline) {
    let until = deadline.exclusive().to_china_rfc3339();
    let last = deadline.earliest.last_day;
    let (by, by_en) = match &deadline.special_rule {
        Some(rule) => (rule.as_str(), "by a special rule, Art. 2"),
        None => ("第十七条", "Art. 17"),
    };
    if deadline.is_provisional() {
        line(out, &format!("暂定：{last} 24:00 之前存储（{until}，{by}）；其中有日期的放假安排尚未公布"));
        line(
            out,
            &format!("provisional: store before {until} ({by_en}); a day in the count has no published notice yet"),
        );
        if let Some(day) = deadline.earliest.earliest_last_day {
            line(out, &format!("最早可能到期 earliest conceivable last day: {day}"));
        }
    } else {
        line(out, &format!("{last} 24:00 之前存储（{until}，{by}）"));
        line(out, &format!("store before {until} ({by_en})"));
    }
    line(out, "");
    let (from, to) = (deadline.trigger.not_before(), deadline.trigger.not_after());
    let until = if from == to { String::new() } else { format!("  至 to {}", to.to_china_rfc3339()) };
    line(out, &format!("起算 counted from   {}{until}", from.to_china_rfc3339()));
    line(out, &format!("当日 day 0          {}  不计 not counted", deadline.earliest.day0));
    let unit = match deadline.term {
        StorageTerm::WorkingDays(_) => Unit::WorkingDay,
        StorageTerm::CalendarDays(_) => Unit::Day,
    };
    for day in &deadline.earliest.days {
        write_day(out, day, unit);
    }
}

fn write_day(out: &mut String, day: &WalkedDay, unit: Unit) {
    let counted = match (day.counted_as, unit) {
        (None, _) if day.is_suspended => "停止计算 left out".to_owned(),
        (Some(number), Unit::WorkingDayBefore) => format!("前第 {number} 个工作日 working day {number} before"),
        (Some(number), Unit::WorkingDay) => format!("第 {number} 个工作日 working day {number}"),
        (Some(number), Unit::Day) => format!("第 {number} 日 day {number}"),
        (None, Unit::WorkingDay | Unit::WorkingDayBefore) => "不计 not counted".to_owned(),
        (None, Unit::Day) if day.status.is_working => "顺延至此 moved to here".to_owned(),
        (None, Unit::Day) => "顺延 passed over".to_owned(),
    };
    let ground = match &day.status.ground {
        DayGround::Weekday => "工作日 weekday".to_owned(),
        DayGround::Weekend => "周末 weekend".to_owned(),
        DayGround::Off { holiday, .. } => format!("放假 off: {holiday}"),
        DayGround::MakeUp { holiday } => format!("调休上班 worked in lieu: {holiday}"),
        DayGround::PresumedWeekday => "推定工作日（未公布） presumed worked, no notice yet".to_owned(),
        DayGround::PresumedWeekend => "推定周末（未公布） presumed off, no notice yet".to_owned(),
        DayGround::Statutory { holiday } => format!("法定节日（未公布） statutory, no notice yet: {holiday}"),
    };
    line(out, &format!("                    {}  {counted}  {ground}", day.status.date));
}

fn line(out: &mut String, text: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}
