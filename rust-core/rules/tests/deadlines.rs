//! The storage term of 第十七条, told by a second reckoning and by cases that lawyers ask about.

mod common;

use std::collections::{HashMap, HashSet};

use common::Seeded;
use quanji_rules::*;

const PUBLISHED: &str = include_str!("../../../proto/calendar/cn_holidays.csv");
const STATUTORY: &str = include_str!("../../../proto/calendar/cn_statutory_to_2036.csv");

fn at(text: &str) -> Instant {
    Instant::parse(text).expect("RFC 3339")
}

fn end(text: &str) -> Trigger {
    Trigger::at(TriggerKind::EndOfRecording, at(text))
}

fn date(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

/// The same reckoning written without any of the crate's calendar: strings, a table of weekdays, and years looked up by prefix.
struct Naive {
    listed: HashMap<String, bool>,
    statutory: HashSet<String>,
    years: HashSet<i32>,
}

impl Naive {
    fn new() -> Self {
        let rows = || PUBLISHED.lines().skip(1);
        Self {
            listed: rows().map(|r| (r[..10].to_owned(), r[11..].starts_with("work"))).collect(),
            statutory: STATUTORY.lines().skip(1).map(|r| r[..10].to_owned()).collect(),
            years: rows().map(|r| r[..4].parse().expect("a year")).collect(),
        }
    }

    /// (year, month, day) of the day after, by counting.
    fn tomorrow((y, m, d): (i32, u32, u32)) -> (i32, u32, u32) {
        let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
        let last = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m as usize - 1];
        match (m, d) {
            (12, 31) => (y + 1, 1, 1),
            (_, d) if d == last => (y, m + 1, 1),
            _ => (y, m, d + 1),
        }
    }

    /// 0 is Sunday (Sakamoto).
    fn weekday((y, m, d): (i32, u32, u32)) -> i32 {
        let t = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let y = if m < 3 { y - 1 } else { y };
        (y + y / 4 - y / 100 + y / 400 + t[m as usize - 1] + d as i32) % 7
    }

    fn is_settled(&self, (y, m, d): (i32, u32, u32)) -> bool {
        self.years.contains(&y) && (m < 12 || d <= 25 || self.years.contains(&(y + 1)))
    }

    fn is_working(&self, day: (i32, u32, u32), unsettled_weekends_work: bool) -> bool {
        let key = format!("{:04}-{:02}-{:02}", day.0, day.1, day.2);
        let is_weekend = [0, 6].contains(&Self::weekday(day));
        if self.is_settled(day) {
            return self.listed.get(&key).copied().unwrap_or(!is_weekend);
        }
        !self.statutory.contains(&key) && (!is_weekend || unsettled_weekends_work)
    }

    /// Last day, whether provisional, and the earliest conceivable last day.
    fn reckon(&self, day0: (i32, u32, u32)) -> (String, bool, String) {
        let walk = |unsettled_weekends_work| {
            let (mut day, mut n, mut all_settled) = (day0, 0, true);
            while n < 2 {
                day = Self::tomorrow(day);
                all_settled &= self.is_settled(day);
                n += u32::from(self.is_working(day, unsettled_weekends_work));
            }
            (format!("{:04}-{:02}-{:02}", day.0, day.1, day.2), !all_settled)
        };
        let (last, is_provisional) = walk(false);
        (last, is_provisional, walk(true).0)
    }
}

#[test]
fn every_day_from_2018_to_2036_ends_where_a_second_reckoning_ends() {
    let naive = Naive::new();
    let calendar = Calendar::published();
    let mut day = (2018, 1, 1);
    let mut provisional = 0;
    while day < (2037, 1, 1) {
        let (last, is_provisional, earliest) = naive.reckon(day);
        for time in ["00:00:00", "12:34:56.789", "23:59:59.999999"] {
            let trigger = end(&format!("{:04}-{:02}-{:02}T{time}+08:00", day.0, day.1, day.2));
            let deadline = storage_deadline(trigger, &calendar);
            assert_eq!(deadline.earliest.last_day.to_string(), last, "{day:?}");
            assert_eq!(deadline.is_provisional(), is_provisional, "{day:?}");
            assert_eq!(deadline.exclusive(), Instant::china_midnight(date(&last).next()));
            let found = deadline.earliest.earliest_last_day.map(|d| d.to_string());
            assert_eq!(found, is_provisional.then_some(earliest.clone()), "{day:?}");
        }
        provisional += u32::from(is_provisional);
        day = Naive::tomorrow(day);
    }
    assert!(provisional > 3_600, "{provisional} of ten years without a notice");
}

#[test]
fn a_later_trigger_never_has_an_earlier_deadline() {
    let calendar = Calendar::published();
    let mut seeded = Seeded(0x17_2026);
    for _ in 0..20_000 {
        let from = at("2017-12-01T00:00:00+08:00").us();
        let to = at("2037-03-01T00:00:00+08:00").us();
        let instant = |s: &mut Seeded| Instant::from_us(from + (s.next() % (to - from) as u64) as i64);
        let (a, b) = (instant(&mut seeded), instant(&mut seeded));
        let (a, b) = (a.min(b), a.max(b));
        let trigger = Trigger::between(TriggerKind::EndOfRecording, a, b).expect("in order");
        let deadline = storage_deadline(trigger, &calendar);
        assert!(deadline.earliest.deadline_exclusive <= deadline.latest.deadline_exclusive);
        assert!(deadline.earliest.surely_in_time_before() <= deadline.earliest.deadline_exclusive);
        assert!(a < deadline.earliest.surely_in_time_before(), "nobody is late before the second day");
        // Two whole days lie between.
        let day_us = 86_400_000_000;
        assert!(deadline.earliest.surely_in_time_before().us() - a.us() > 2 * day_us);
        for stored in [a, deadline.exclusive(), deadline.latest.deadline_exclusive, instant(&mut seeded)] {
            match deadline.on_time(stored) {
                OnTime::Yes => assert!(stored < deadline.exclusive()),
                OnTime::No => assert!(!deadline.is_provisional() && stored >= deadline.latest.deadline_exclusive),
                OnTime::Undetermined => assert!(a != b || deadline.is_provisional()),
            }
            assert_eq!(deadline.is_overdue(stored), deadline.on_time(stored) == OnTime::No);
        }
    }
}

#[test]
fn the_instant_of_the_deadline_itself_is_late() {
    let deadline = storage_deadline(end("2026-11-12T10:00:00+08:00"), &Calendar::published());
    assert_eq!(deadline.exclusive(), at("2026-11-17T00:00:00+08:00"));
    assert_eq!(deadline.on_time(at("2026-11-16T23:59:59.999999+08:00")), OnTime::Yes);
    assert_eq!(deadline.on_time(at("2026-11-17T00:00:00+08:00")), OnTime::No);
}

#[test]
fn an_uncertain_trigger_is_on_time_or_late_only_when_both_its_ends_are() {
    // The record was complete before or after midnight of Thursday, nobody knows.
    let trigger = Trigger::between(
        TriggerKind::LastDurableFragment,
        at("2026-11-12T23:00:00+08:00"),
        at("2026-11-13T01:00:00+08:00"),
    )
    .expect("in order");
    let deadline = storage_deadline(trigger, &Calendar::published());
    assert_eq!(deadline.exclusive(), at("2026-11-17T00:00:00+08:00"), "the earlier one is worked by");
    assert_eq!(deadline.on_time(at("2026-11-16T12:00:00+08:00")), OnTime::Yes);
    assert_eq!(deadline.on_time(at("2026-11-17T12:00:00+08:00")), OnTime::Undetermined);
    assert_eq!(deadline.on_time(at("2026-11-18T00:00:00+08:00")), OnTime::No);
    let reversed = Trigger::between(TriggerKind::Capture, at("2026-11-13T00:00:00Z"), at("2026-11-12T00:00:00Z"));
    assert_eq!(
        reversed,
        Err(TriggerFault { not_before: at("2026-11-13T00:00:00Z"), not_after: at("2026-11-12T00:00:00Z") })
    );
}

#[test]
fn a_provisional_deadline_never_makes_anyone_late() {
    let deadline = storage_deadline(end("2026-12-30T15:00:00+08:00"), &Calendar::published());
    assert!(deadline.is_provisional());
    // The Saturday might be made a working day: only what is stored before its end is surely in time.
    assert_eq!(deadline.on_time(at("2027-01-02T23:59:59+08:00")), OnTime::Yes);
    assert_eq!(deadline.on_time(at("2027-01-03T00:00:00+08:00")), OnTime::Undetermined);
    assert_eq!(deadline.on_time(at("2037-01-01T00:00:00+08:00")), OnTime::Undetermined);
    assert!(!deadline.is_overdue(at("2037-01-01T00:00:00+08:00")));
}

#[test]
fn an_imported_notice_reckons_open_deadlines_again_and_the_old_one_is_kept() {
    let mut calendar = Calendar::published();
    let provisional = storage_deadline(end("2026-12-30T15:00:00+08:00"), &calendar);
    let settled = storage_deadline(end("2026-11-12T10:00:00+08:00"), &calendar);
    let notice = "date,kind,name_zh,basis\n2027-01-01,off,元旦,statutory\n2027-01-02,work,元旦,makeup\n2027-01-04,off,元旦,tiaoxiu\n";
    let import = calendar.import(notice).expect("valid");
    assert_eq!(import.added.len(), 1);
    let Reckoning::Changed { old, new } = provisional.reckoned_again(&calendar) else { panic!("it was provisional") };
    assert_eq!(old, provisional);
    assert!(!new.is_provisional());
    assert_eq!(new.exclusive(), at("2027-01-03T00:00:00+08:00"));
    assert!(new.notices().contains(&import.added[0]));
    assert_eq!(settled.reckoned_again(&calendar), Reckoning::Same);
}

#[test]
fn a_holiday_added_within_the_year_moves_a_settled_deadline_too() {
    let mut calendar = Calendar::published();
    let before = storage_deadline(end("2026-11-12T10:00:00+08:00"), &calendar);
    calendar.import("date,kind,name_zh,basis\n2026-11-13,off,临时,tiaoxiu\n").expect("valid");
    let Reckoning::Changed { old, new } = before.reckoned_again(&calendar) else { panic!("a day is off now") };
    assert_eq!(old.exclusive(), at("2026-11-17T00:00:00+08:00"));
    assert_eq!(new.exclusive(), at("2026-11-18T00:00:00+08:00"));
    assert_ne!(old.notices(), new.notices());
    assert_eq!(calendar.superseded()[0].id(), &old.notices()[0]);
}

#[test]
fn each_day_of_the_count_says_why_it_counts_and_by_which_notice() {
    let deadline = storage_deadline(end("2026-10-08T09:00:00+08:00"), &Calendar::published());
    let walk = &deadline.earliest;
    assert_eq!(walk.days.len(), 2);
    assert_eq!(walk.days[1].status.ground, DayGround::MakeUp { holiday: "国庆节".into() });
    assert_eq!(walk.days[1].counted_as, Some(2));
    let deadline = storage_deadline(end("2026-09-30T17:00:00+08:00"), &Calendar::published());
    let off: Vec<String> =
        deadline.earliest.days.iter().filter(|d| d.counted_as.is_none()).map(|d| d.status.date.to_string()).collect();
    assert_eq!(off.first().map(String::as_str), Some("2026-10-01"));
    assert_eq!(off.len(), 7);
    assert_eq!(deadline.notices().len(), 1);
    assert!(deadline.notices()[0].as_str().starts_with("cn-2026-"));
    let json = serde_json::to_value(&deadline).expect("plain data");
    assert_eq!(json["earliest"]["days"][0]["date"], "2026-10-01");
    assert_eq!(json["earliest"]["days"][0]["ground"]["kind"], "off");
    assert_eq!(json["article"], "art17");
}

#[test]
fn the_return_to_the_unit_starts_the_term_and_until_then_it_waits() {
    let calendar = Calendar::published();
    let ordinary = end("2026-11-12T10:00:00+08:00");
    for ground in AwayGround::ALL {
        let Countdown::WaitingForReturn { ground: shown, ordinary: without } =
            countdown_away(ordinary, ground, None, &calendar)
        else {
            panic!("no return was entered")
        };
        assert_eq!((shown, without.exclusive()), (ground, at("2026-11-17T00:00:00+08:00")));
        let back = at("2026-11-20T19:30:00+08:00");
        let Countdown::Running { deadline } = countdown_away(ordinary, ground, Some(back), &calendar) else {
            panic!("the return was entered")
        };
        assert_eq!(deadline.trigger.kind(), TriggerKind::ReturnToUnit { ground });
        assert_eq!(deadline.exclusive(), at("2026-11-25T00:00:00+08:00"));
    }
}

#[test]
fn who_was_back_before_the_recording_ended_has_the_ordinary_term() {
    let calendar = Calendar::published();
    let ordinary = end("2026-11-12T10:00:00+08:00");
    let back = Some(at("2026-11-11T10:00:00+08:00"));
    let Countdown::Running { deadline } = countdown_away(ordinary, AwayGround::Remote, back, &calendar) else {
        panic!("the return was entered")
    };
    assert_eq!(deadline, storage_deadline(ordinary, &calendar));
}

fn special(term: StorageTerm) -> SpecialRule {
    SpecialRule::checked(SpecialRuleDraft {
        title: "某规章".into(),
        article: "第八条".into(),
        rank: Rank::Rule,
        in_force_from: date("2026-01-01"),
        in_force_to: Some(date("2026-11-30")),
        matters: vec![MatterId("m1".into())],
        storage_term: term,
        entered_by: PersonNumber("1".into()),
        approved_by: PersonNumber("2".into()),
    })
    .expect("a rule")
}

#[test]
fn a_special_rule_replaces_the_term_for_its_matters_and_the_deadline_names_it() {
    let calendar = Calendar::published();
    let matter = MatterId("m1".into());
    let trigger = end("2026-11-13T10:00:00+08:00");
    let by = |term| storage_deadline_under(&special(term), &matter, trigger, &calendar).expect("in force");
    let working = by(StorageTerm::WorkingDays(1));
    assert_eq!(working.exclusive(), at("2026-11-17T00:00:00+08:00"));
    assert_eq!(working.special_rule.as_deref(), Some("《某规章》第八条"));
    assert_eq!(working.article, Article::Art2);
    let natural = by(StorageTerm::CalendarDays(1));
    assert_eq!(natural.exclusive(), at("2026-11-15T00:00:00+08:00"), "a Saturday counts");
}

#[test]
fn natural_days_wait_for_no_notice() {
    let rule = SpecialRule::checked(SpecialRuleDraft {
        in_force_to: None,
        ..special(StorageTerm::CalendarDays(3)).as_entered().clone()
    })
    .expect("a rule");
    let trigger = end("2030-01-30T10:00:00+08:00");
    let deadline =
        storage_deadline_under(&rule, &MatterId("m1".into()), trigger, &Calendar::published()).expect("in force");
    assert!(!deadline.is_provisional());
    assert_eq!(deadline.on_time(at("2030-02-03T00:00:00+08:00")), OnTime::No);
}

#[test]
fn an_expired_special_rule_or_another_matter_is_an_error_and_not_the_ordinary_term() {
    let calendar = Calendar::published();
    let rule = special(StorageTerm::WorkingDays(1));
    let matter = MatterId("m1".into());
    let late =
        Trigger::between(TriggerKind::EndOfRecording, at("2026-11-30T23:00:00+08:00"), at("2026-12-01T00:00:00+08:00"))
            .expect("in order");
    assert!(matches!(
        storage_deadline_under(&rule, &matter, late, &calendar),
        Err(SpecialRuleFault::NotInForce { .. })
    ));
    assert!(matches!(
        storage_deadline_under(&rule, &MatterId("m2".into()), end("2026-11-13T10:00:00+08:00"), &calendar),
        Err(SpecialRuleFault::MatterNotNamed { named: 1 })
    ));
}

#[test]
fn of_several_recordings_the_earliest_deadline_is_shown() {
    let calendar = Calendar::published();
    let deadlines: Vec<Deadline> =
        ["2026-11-20T10:00:00+08:00", "2026-11-12T10:00:00+08:00", "2026-11-13T10:00:00+08:00"]
            .iter()
            .map(|t| storage_deadline(end(t), &calendar))
            .collect();
    assert_eq!(earliest_of(&deadlines), Some(&deadlines[1]));
    assert_eq!(earliest_of(&[]), None);
}

#[test]
fn a_calendar_that_makes_a_whole_year_a_holiday_still_ends() {
    let mut csv = "date,kind,name_zh,basis\n".to_owned();
    let mut day = date("2026-01-01");
    while day.year() == 2026 {
        csv.push_str(&format!("{day},off,x,tiaoxiu\n"));
        day = day.next();
    }
    let mut calendar = Calendar::published();
    calendar.import(&csv).expect("strange, but a calendar");
    let deadline = storage_deadline(end("2026-01-02T10:00:00+08:00"), &calendar);
    assert_eq!(deadline.earliest.last_day.year(), 2027);
}

#[test]
fn a_written_statement_is_due_with_the_recording_unless_the_agency_says_later() {
    let deadline = storage_deadline(end("2026-11-12T10:00:00+08:00"), &Calendar::published());
    assert_eq!(Policy::default().statement_due.exclusive(&deadline), deadline.exclusive());
    let later = StatementDue::DaysAfterStorage(3).exclusive(&deadline);
    assert_eq!(later, at("2026-11-20T00:00:00+08:00"));
}

#[test]
fn a_trigger_is_called_in_json_what_a_receipt_calls_it() {
    let kinds = [
        (TriggerKind::EndOfRecording, "completed"),
        (TriggerKind::LastDurableFragment, "cut_for_good"),
        (TriggerKind::Capture, "captured"),
        (TriggerKind::ReturnToUnit { ground: AwayGround::Remote }, "returned"),
    ];
    for (kind, name) in kinds {
        let json = serde_json::to_value(Trigger::at(kind, at("2026-11-12T10:00:00+08:00"))).expect("plain data");
        assert_eq!(json["kind"], name);
        assert_eq!(json["not_before_us"], json["not_after_us"]);
        assert_eq!(serde_json::from_value::<TriggerKind>(json).expect("a kind"), kind);
    }
}
