//! Worked cases of the other statutory clocks, told by hand.

use super::*;
use crate::calendar::Calendar;
use crate::catalog::Catalog;
use crate::date::Date;
use crate::instant::Instant;

fn at(text: &str) -> Instant {
    Instant::parse(text).expect("RFC 3339")
}

fn read(clock: StatutoryClock, from: &str) -> ClockReading {
    clock.read(at(from), &Calendar::published())
}

#[test]
fn seven_days_of_the_penalty_law_are_working_days() {
    // Wednesday before the National Day holiday of 2026 (1–7 October off, 10 October worked).
    let reading = read(StatutoryClock::PriorRegistration, "2026-09-30T17:20:00+08:00");
    assert_eq!(reading.last_day.to_string(), "2026-10-15");
    assert_eq!(reading.exclusive, at("2026-10-16T00:00:00+08:00"));
    assert!(!reading.is_provisional());
}

#[test]
fn twenty_four_hours_run_through_the_night_and_the_holiday() {
    let reading = read(StatutoryClock::UrgentMeasure, "2026-09-30T17:20:00+08:00");
    assert_eq!(reading.exclusive, at("2026-10-01T17:20:00+08:00"));
    assert!(reading.days.is_empty() && reading.moved_from.is_none());
}

#[test]
fn thirty_days_that_end_in_a_holiday_give_way_and_the_shorter_reading_is_told() {
    // The thirtieth day after 3 September is 3 October.
    let reading = read(StatutoryClock::Seizure, "2026-09-03T10:00:00+08:00");
    assert_eq!(reading.moved_from.map(|day| day.to_string()).as_deref(), Some("2026-10-03"));
    assert_eq!(reading.last_day.to_string(), "2026-10-08");
    assert_eq!(reading.read_shorter.map(|day| day.to_string()).as_deref(), Some("2026-10-02"));
    assert_eq!(reading.days.last().expect("days").status.date, reading.last_day);
    assert_eq!(reading.days.iter().filter(|day| day.counted_as.is_some()).count(), 30);
    let plain = read(StatutoryClock::Seizure, "2026-03-02T10:00:00+08:00");
    assert_eq!((plain.last_day.to_string().as_str(), plain.moved_from), ("2026-04-01", None));
}

#[test]
fn an_extension_adds_thirty_days_to_the_thirty() {
    let reading = read(StatutoryClock::SeizureExtended, "2026-03-02T10:00:00+08:00");
    // The sixtieth day, 1 May, is off until 5 May.
    assert_eq!(reading.moved_from.map(|day| day.to_string()).as_deref(), Some("2026-05-01"));
    assert_eq!(reading.last_day.to_string(), "2026-05-06");
}

#[test]
fn a_last_day_without_a_notice_is_provisional_and_the_earliest_is_told() {
    // The thirtieth day after 4 December 2026 is Sunday, 3 January 2027.
    let reading = read(StatutoryClock::Seizure, "2026-12-04T10:00:00+08:00");
    assert_eq!(reading.last_day.to_string(), "2027-01-04");
    assert_eq!(reading.earliest_last_day.map(|day| day.to_string()).as_deref(), Some("2027-01-03"));
}

#[test]
fn every_clock_names_law_words_and_counting_and_no_two_are_alike() {
    let mut articles = std::collections::BTreeSet::new();
    for clock in StatutoryClock::ALL {
        let law = clock.law();
        assert!(law.article.starts_with('《') && law.article.contains("第"), "{clock:?}");
        assert!(articles.insert(law.wording), "{clock:?}");
        assert!(!law.counting.is_empty() && !law.from.is_empty(), "{clock:?}");
        // 第八十五条 of the one, 第六十九条 of the other: short terms are working days, and no long one is.
        match law.term {
            ClockTerm::WorkingDays(days) | ClockTerm::WorkingDaysBefore(days) => assert!(days <= 10, "{clock:?}"),
            ClockTerm::NaturalDays(days) => assert!(days > 10, "{clock:?}"),
            ClockTerm::Hours(_) => {}
        }
    }
}

#[test]
fn a_matter_names_the_clocks_that_it_may_set_running() {
    use StatutoryClock::{
        HearingNotice, HearingRequest, PenaltyService, PriorRegistration, Seizure, SeizureExtended, UrgentMeasure,
    };
    let built_in = Catalog::built_in();
    let of = |code: &str| StatutoryClock::of_matter(built_in.matter(code).expect("a matter of the regulation"));
    assert_eq!(of("seizure"), [UrgentMeasure, Seizure, SeizureExtended]);
    assert_eq!(of("sealing"), [UrgentMeasure, Seizure, SeizureExtended]);
    assert_eq!(of("gathering_evidence"), [PriorRegistration]);
    assert_eq!(of("hearing"), [HearingRequest, HearingNotice]);
    assert_eq!(of("service_left_or_announced"), [PenaltyService]);
    assert_eq!(of("forced_demolition"), []);
}

fn day(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

#[test]
fn a_hearing_is_told_of_seven_working_days_before_and_a_day_earlier_is_beyond_dispute() {
    // Thursday, 15 October 2026: 14, 13, 12 October, the 10th that is worked in lieu, the 9th, the 8th, and 30 September.
    let reading = read(StatutoryClock::HearingNotice, "2026-10-15T09:00:00+08:00");
    assert_eq!((reading.last_day, reading.read_shorter), (day("2026-09-30"), Some(day("2026-09-29"))));
    assert_eq!(reading.exclusive, at("2026-10-01T00:00:00+08:00"));
    assert!(!reading.is_provisional());
    let counted = |reading: &ClockReading| {
        reading.days.iter().filter(|day| day.counted_as.is_some()).map(|day| day.status.date).collect::<Vec<_>>()
    };
    let expected =
        ["2026-10-14", "2026-10-13", "2026-10-12", "2026-10-10", "2026-10-09", "2026-10-08", "2026-09-30"].map(day);
    assert_eq!(counted(&reading), expected);
    // On a Saturday: the Friday before stands for it, and is not counted.
    let saturday = read(StatutoryClock::HearingNotice, "2026-11-21T09:00:00+08:00");
    let friday = read(StatutoryClock::HearingNotice, "2026-11-20T09:00:00+08:00");
    assert_eq!((saturday.last_day, friday.last_day), (day("2026-11-11"), day("2026-11-11")));
    assert_eq!(counted(&saturday), counted(&friday));
}

#[test]
fn a_hearing_in_a_year_without_a_notice_is_told_of_provisionally_and_the_safe_day_is_told() {
    // Presumed: of the weekdays before that Tuesday nothing but New Year's Day is off.
    let reading = read(StatutoryClock::HearingNotice, "2027-01-12T09:00:00+08:00");
    assert_eq!(reading.last_day, day("2026-12-31"));
    // The weekdays around it may yet turn out off: of them only those up to 25 December are settled.
    assert_eq!(reading.earliest_last_day, Some(day("2026-12-18")));
    // Far from every holiday the presumption is as good as a notice.
    let far = read(StatutoryClock::HearingNotice, "2027-03-25T09:00:00+08:00");
    assert_eq!((far.last_day, far.earliest_last_day), (day("2027-03-16"), Some(day("2027-03-16"))));
}

#[test]
fn the_days_of_a_test_are_not_counted_in_a_seizure_and_the_notice_to_the_party_says_which() {
    // Seized on Monday, 2 March 2026; tested from 5 to 14 March, both among them: ten days.
    let from = at("2026-03-02T10:00:00+08:00");
    let tested = Suspension::between(day("2026-03-05"), day("2026-03-14")).expect("a span");
    let calendar = Calendar::published();
    let reading = StatutoryClock::Seizure.read_suspended(from, &[tested], &calendar).expect("the law says so");
    // Without the test the thirtieth day is Wednesday, 1 April; ten days later is Saturday, the 11th, which gives way to Monday.
    assert_eq!((reading.moved_from, reading.last_day), (Some(day("2026-04-11")), day("2026-04-13")));
    assert_eq!(reading.read_shorter, Some(day("2026-04-10")));
    let left_out: Vec<Date> = reading.days.iter().filter(|day| day.is_suspended).map(|day| day.status.date).collect();
    assert_eq!((left_out.len(), left_out[0], left_out[9]), (10, day("2026-03-05"), day("2026-03-14")));
    assert!(reading.days.iter().all(|day| day.counted_as.is_none() || !day.is_suspended));
}

#[test]
fn only_a_law_that_says_so_leaves_days_out_of_a_term() {
    let (from, calendar) = (at("2026-03-02T10:00:00+08:00"), Calendar::published());
    let span = Suspension::between(day("2026-03-05"), day("2026-03-14")).expect("a span");
    for clock in StatutoryClock::ALL {
        let read = clock.read_suspended(from, &[span], &calendar);
        let says_so = matches!(clock, StatutoryClock::Seizure | StatutoryClock::SeizureExtended);
        assert_eq!(read.is_ok(), says_so, "{clock:?}");
        assert_eq!(clock.read_suspended(from, &[], &calendar), Ok(clock.read(from, &calendar)));
        if let Some(by) = clock.law().suspended_by {
            assert!(by.article.starts_with('《') && by.wording.contains("不包括") && by.what_en.is_ascii());
        }
    }
    let backward = Suspension::between(day("2026-03-14"), day("2026-03-05"));
    assert!(matches!(backward, Err(SuspensionFault::EndsBeforeItBegins { .. })));
    let endless = Suspension::between(day("2026-03-14"), day("2029-03-05"));
    assert!(matches!(endless, Err(SuspensionFault::TooLong { found: 1_088 })));
}
