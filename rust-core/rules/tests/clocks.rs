//! The other statutory clocks, by promises that hold on any day: a term that runs back, and days that are left out of one.

mod common;

use common::Seeded;
use quanji_rules::*;

const PUBLISHED: &str = include_str!("../../../proto/calendar/cn_holidays.csv");

fn date(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

fn some_day(seeded: &mut Seeded, from: &str, to: &str) -> Date {
    let (from, to) = (date(from), date(to));
    let days = to.days_since_epoch() - from.days_since_epoch();
    from.plus_days(seeded.below(days as usize) as i32)
}

/// 10 o'clock in China.
fn morning(day: Date) -> Instant {
    Instant::china_midnight(day).plus_us(10 * 3_600_000_000)
}

/// Seven working days forward, as 先行登记保存 counts them.
fn forward(day: Date, calendar: &Calendar) -> Date {
    StatutoryClock::PriorRegistration.read(morning(day), calendar).last_day
}

#[test]
fn a_term_that_runs_back_walked_forward_gives_the_day_again() {
    let (calendar, mut seeded) = (Calendar::published(), Seeded(0x64_2026));
    let (mut worked, mut off) = (0, 0);
    for _ in 0..20_000 {
        let hearing = some_day(&mut seeded, "2018-01-20", "2036-12-01");
        let reading = StatutoryClock::HearingNotice.read(morning(hearing), &calendar);
        let told = reading.last_day;
        assert!(calendar.is_working(told) && told < hearing, "{hearing}");
        assert_eq!(reading.exclusive, Instant::china_midnight(told.next()));
        let mut next = told.next();
        while !calendar.is_working(next) {
            next = next.next();
        }
        if calendar.is_working(hearing) {
            worked += 1;
            assert_eq!(forward(told, &calendar), hearing);
        } else {
            off += 1;
            assert!(forward(told, &calendar) < hearing, "{hearing}");
        }
        assert!(forward(next, &calendar) > hearing, "{hearing}: a working day later is too late");
        // Whole days between: one working day more on the way.
        let shorter = reading.read_shorter.expect("both readings are told");
        assert!(shorter < told && forward(shorter, &calendar) < hearing, "{hearing}");
        assert!(reading.earliest_last_day.is_none_or(|safe| safe <= told), "{hearing}");
        assert_eq!(reading.days.iter().filter(|day| day.counted_as.is_some()).count(), 7);
    }
    assert!(worked > 10_000 && off > 4_000, "{worked} {off}");
}

#[test]
fn whoever_tells_of_a_hearing_by_the_safe_day_was_in_time_whatever_the_notice_said() {
    for year in 2019..=2026 {
        // From 26 December on it is the next year's notice that decides.
        let first_of_its_notice = format!("{}-12-26", year - 1);
        let is_before = |line: &&str| line.starts_with("date") || line[..10] < *first_of_its_notice;
        let of_before: Vec<&str> = PUBLISHED.lines().filter(is_before).collect();
        let before = Calendar::parse(&(of_before.join("\n") + "\n")).expect("a calendar");
        let after = Calendar::published();
        let mut hearing = date(&format!("{year}-01-02"));
        while hearing.year() == year {
            let guessed = StatutoryClock::HearingNotice.read(morning(hearing), &before);
            let known = StatutoryClock::HearingNotice.read(morning(hearing), &after);
            let safe = guessed.earliest_last_day.unwrap_or_else(|| panic!("{hearing}: the year has no notice"));
            assert!(safe <= known.last_day, "{hearing}: {safe} and then {}", known.last_day);
            hearing = hearing.next();
        }
    }
}

/// Day on which a term ends by count, before a day off gives way.
fn by_count(reading: &ClockReading) -> i32 {
    reading.moved_from.unwrap_or(reading.last_day).days_since_epoch()
}

#[test]
fn days_that_are_left_out_move_the_end_of_a_seizure_by_exactly_as_many_days() {
    let (calendar, mut seeded) = (Calendar::published(), Seeded(0x25_2026));
    for _ in 0..5_000 {
        let clock = seeded.pick(&[StatutoryClock::Seizure, StatutoryClock::SeizureExtended]);
        let seized = some_day(&mut seeded, "2018-01-01", "2036-06-01");
        let plain = clock.read(morning(seized), &calendar);
        let term = by_count(&plain) - seized.days_since_epoch();
        // One test or two, the second after the first, both begun before the term is over.
        let (mut spans, mut left_out, mut earliest) = (Vec::new(), 0, 1);
        for _ in 0..=seeded.below(2) {
            let from = earliest + seeded.below((term + left_out - earliest) as usize) as i32;
            let days = 1 + seeded.below(40) as i32;
            let span = Suspension::between(seized.plus_days(from), seized.plus_days(from + days - 1));
            spans.push(span.expect("in order"));
            (left_out, earliest) = (left_out + days, from + days);
            if earliest >= term + left_out {
                break;
            }
        }
        let reading = clock.read_suspended(morning(seized), &spans, &calendar).expect("the law leaves them out");
        assert_eq!(by_count(&reading), by_count(&plain) + left_out, "{seized} {spans:?}");
        let days = |is_suspended| {
            reading.days.iter().filter(|day| day.is_suspended == is_suspended && day.counted_as.is_none()).count()
        };
        assert_eq!(days(true), left_out as usize);
        assert_eq!(reading.days.iter().filter(|day| day.counted_as.is_some()).count(), term as usize);
        let (shorter, plainly) = (reading.read_shorter.expect("told"), plain.read_shorter.expect("told"));
        assert!(shorter > plainly && shorter < reading.last_day);
        // A span that is over before, or begins after, moves nothing.
        let beside = [-9, term + 1]
            .map(|from| Suspension::between(seized.plus_days(from), seized.plus_days(from + 8)).expect("in order"));
        let same = clock.read_suspended(morning(seized), &beside, &calendar).expect("the law leaves them out");
        assert_eq!((same.last_day, same.exclusive), (plain.last_day, plain.exclusive));
    }
}

#[test]
fn what_is_left_out_and_what_is_counted_back_is_said_day_by_day() {
    let calendar = Calendar::published();
    let tested = Suspension::between(date("2026-03-05"), date("2026-03-14")).expect("a span");
    let seized = morning(date("2026-03-02"));
    let reading = StatutoryClock::Seizure.read_suspended(seized, &[tested], &calendar).expect("the law says so");
    let said = explain_clock(&reading);
    for line in [
        "第二十五条第三款",
        "2026-03-05 至 to 2026-03-14",
        "2026-03-05  停止计算 left out",
        "2026-03-15  第 3 日 day 3",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    let hearing = explain_clock(&StatutoryClock::HearingNotice.read(morning(date("2026-10-15")), &calendar));
    for line in [
        "倒算 counted back",
        "2026-09-30  前第 7 个工作日 working day 7 before",
        "2026-10-07  不计",
        "足日",
        "2026-09-29 24:00",
    ] {
        assert!(hearing.contains(line), "{line}: {hearing}");
    }
}
