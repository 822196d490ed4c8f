use super::*;
use crate::date::Weekday;

fn date(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

const HEADER: &str = "date,kind,name_zh,basis\n";

fn with_rows(rows: &str) -> String {
    format!("{HEADER}{rows}")
}

/// A plausible notice for 2027, in the shape the State Council uses.
const NOTICE_2027: &str = "date,kind,name_zh,basis
2026-12-27,work,元旦,makeup
2027-01-01,off,元旦,statutory
2027-01-04,off,元旦,tiaoxiu
2027-02-05,off,春节,statutory
2027-02-08,off,春节,statutory
2027-04-05,off,清明节,statutory
2027-05-03,off,劳动节,statutory
2027-06-09,off,端午节,statutory
2027-09-15,off,中秋节,statutory
2027-10-01,off,国庆节,statutory
2027-10-04,off,国庆节,statutory
";

#[test]
fn the_published_years_are_built_in_and_without_doubt() {
    let calendar = Calendar::published();
    assert_eq!(calendar.notices().map(Notice::year).collect::<Vec<_>>(), (2018..=2026).collect::<Vec<_>>());
    assert_eq!(calendar.notices().map(|n| n.days().count()).sum::<usize>(), 223);
    assert_eq!(calendar.doubts(), vec![]);
}

#[test]
fn no_statutory_holiday_of_the_published_years_was_worked() {
    let calendar = Calendar::published();
    for year in 2018..=2026 {
        for (day, holiday) in StatutoryDays::built_in().of_year(year) {
            assert!(!calendar.is_working(day), "{day} {holiday}");
        }
    }
}

#[test]
fn every_published_statutory_row_is_a_statutory_day_or_stands_in_the_same_break_as_one() {
    let calendar = Calendar::published();
    for notice in calendar.notices() {
        for (day, said) in notice.days().filter(|(_, d)| d.basis == Basis::Statutory) {
            let in_break = |step: i32| {
                (0..14)
                    .map(|n| day.plus_days(n * step))
                    .take_while(|d| !calendar.is_working(*d))
                    .filter_map(|d| StatutoryDays::built_in().holiday(d))
                    .any(|holiday| holiday.split('、').any(|h| said.holiday.contains(h)))
            };
            assert!(in_break(1) || in_break(-1), "{day} {}", said.holiday);
        }
    }
}

#[test]
fn from_2025_the_published_statutory_rows_are_as_many_as_the_decree_gives() {
    // Before, the published list marks 除夕 as statutory although the decree then did not; so only the new decree is compared.
    let calendar = Calendar::published();
    for year in [2025, 2026] {
        let on_weekdays = calendar
            .notices()
            .filter(|n| n.year() == year)
            .flat_map(Notice::days)
            .filter(|(_, d)| d.basis == Basis::Statutory)
            .count();
        assert_eq!(on_weekdays, 13, "{year}");
    }
}

#[test]
fn the_last_week_of_december_waits_for_the_next_years_notice() {
    let mut calendar = Calendar::published();
    assert!(calendar.is_settled(date("2026-12-25")));
    assert!(!calendar.is_settled(date("2026-12-26")));
    assert!(!calendar.is_settled(date("2027-01-04")));
    // The notice for 2019 moved 29 and 31 December 2018.
    assert!(calendar.is_working(date("2018-12-29")) && !calendar.is_working(date("2018-12-31")));
    assert!(!calendar.is_working(date("2026-12-27")), "a Sunday");
    let import = calendar.import(NOTICE_2027).expect("a whole notice");
    assert_eq!(import.added.len(), 1);
    assert!(calendar.is_settled(date("2026-12-27")) && calendar.is_working(date("2026-12-27")));
    assert!(calendar.is_settled(date("2027-12-25")) && !calendar.is_settled(date("2027-12-26")));
}

#[test]
fn a_next_years_notice_alone_does_not_settle_december() {
    let calendar = Calendar::parse(NOTICE_2027).expect("a whole notice");
    assert!(!calendar.is_settled(date("2026-12-27")), "the notice for 2026 is not loaded");
    assert!(calendar.is_settled(date("2027-01-04")));
}

#[test]
fn a_second_notice_of_a_year_replaces_the_first_and_both_are_kept() {
    let mut calendar = Calendar::published();
    calendar.import(NOTICE_2027).expect("valid");
    let again = calendar.import(NOTICE_2027).expect("valid");
    assert_eq!((again.unchanged.len(), again.replaced.len(), calendar.superseded().len()), (1, 0, 0));
    let other = NOTICE_2027.replace("2027-01-04,off", "2027-01-05,off");
    let import = calendar.import(&other).expect("valid");
    assert_eq!(import.replaced.len(), 1);
    assert_ne!(import.replaced[0].old, import.replaced[0].new);
    assert_eq!(calendar.superseded()[0].id(), &import.replaced[0].old);
    assert!(calendar.is_working(date("2027-01-04")) && !calendar.is_working(date("2027-01-05")));
}

#[test]
fn an_amendment_of_a_few_days_leaves_the_rest_of_the_year_as_it_was() {
    // 2019 and 2020: a later notice changed some days of a year already under way.
    let mut calendar = Calendar::published();
    let import =
        calendar.import(&with_rows("2026-11-13,off,特别假日,tiaoxiu\n2026-10-07,work,国庆节,makeup\n")).expect("valid");
    assert_eq!(import.replaced.len(), 1);
    assert!(!calendar.is_working(date("2026-11-13")));
    let taken_back = calendar.day(date("2026-10-07"));
    assert!(taken_back.is_working);
    assert_eq!(taken_back.ground, DayGround::Weekday, "an ordinary Wednesday again");
    assert!(!calendar.is_working(date("2026-10-06")) && calendar.is_working(date("2026-10-10")));
    assert_eq!(calendar.doubts(), vec![]);
}

#[test]
fn a_statutory_holiday_that_a_list_forgets_is_off_by_law_and_settles_nothing() {
    let calendar = Calendar::parse(&NOTICE_2027.replace("2027-10-01,off,国庆节,statutory\n", "")).expect("parses");
    assert_eq!(calendar.doubts(), vec![(date("2027-10-01"), "国庆节".to_owned())]);
    let day = calendar.day(date("2027-10-01"));
    assert!(!day.is_working && !day.is_settled());
    assert!(calendar.is_settled(date("2027-10-08")));
}

#[test]
fn an_unpublished_year_is_presumed_and_says_so() {
    let calendar = Calendar::published();
    let ground = |d: &str| calendar.day(date(d)).ground;
    assert_eq!(ground("2030-02-03"), DayGround::Statutory { holiday: "春节".into() });
    assert_eq!(ground("2030-02-09"), DayGround::PresumedWeekend);
    assert_eq!(ground("2030-02-11"), DayGround::PresumedWeekday);
    assert!(calendar.day(date("2030-02-09")).is_conceivably_working());
    assert!(
        !calendar.day(date("2030-02-03")).is_conceivably_working(),
        "a statutory holiday is never made a working day"
    );
    assert!(!Calendar::published().is_settled(date("2017-12-25")));
}

#[test]
fn a_calendar_with_a_typo_is_refused_with_the_line_and_both_sides() {
    use CalendarFault::*;
    let fault = |text: &str| Calendar::parse(text).expect_err(text);
    assert_eq!(fault(HEADER), NoDays);
    assert_eq!(fault(""), UnknownColumn { column: 1, expected: "date", found: String::new() });
    assert_eq!(
        fault("date,kind,name,basis\n2027-01-01,off,元旦,statutory\n"),
        UnknownColumn { column: 3, expected: "name_zh", found: "name".into() }
    );
    assert_eq!(
        fault("date,kind,name_zh,basis,note\n"),
        UnknownColumn { column: 5, expected: "", found: "note".into() }
    );
    let row = |row: &str| fault(&with_rows(row));
    assert_eq!(row("2027-01-01,off,元旦\n"), FieldCount { line: 2, expected: 4, found: 3 });
    assert_eq!(
        row("2027-02-29,off,元旦,statutory\n"),
        BadDate { line: 2, fault: crate::DateFault::NoSuchDay { year: 2027, month: 2, day: 29, last: 28 } }
    );
    assert_eq!(row("0027-01-01,off,元旦,statutory\n"), YearOutOfRange { line: 2, year: 27 });
    assert_eq!(row("2027-01-01,offf,元旦,statutory\n"), UnknownKind { line: 2, found: "offf".into() });
    assert_eq!(row("2027-01-01,off,元旦,Statutory\n"), UnknownBasis { line: 2, found: "Statutory".into() });
    assert_eq!(
        row("2027-01-01,off,元旦,makeup\n"),
        BasisContradictsKind { line: 2, kind: DayKind::Off, basis: Basis::Makeup }
    );
    assert_eq!(row("2027-01-01,off,,statutory\n"), BadName { line: 2, chars: 0 });
    let twice = "2027-01-01,off,元旦,statutory\n2027-01-01,off,元旦,statutory\n";
    assert_eq!(row(twice), RepeatedDay { line: 3, first_line: 2, date: date("2027-01-01") });
    let both = "2027-01-09,off,元旦,tiaoxiu\n2027-01-09,work,元旦,makeup\n";
    assert!(matches!(row(both), ContradictingDay { line: 3, first_line: 2, kind: DayKind::Work, .. }));
    assert_eq!(
        row("2027-01-06,work,元旦,makeup\n"),
        MakeUpOnWeekday { line: 2, date: date("2027-01-06"), weekday: Weekday::Wednesday }
    );
    assert_eq!(
        row("2027-10-02,work,国庆节,makeup\n"),
        StatutoryDayWorked { line: 2, date: date("2027-10-02"), holiday: "国庆节" }
    );
    assert_eq!(Calendar::parse_bytes(b"date,\xff"), Err(NotText { at: 5 }));
    assert_eq!(
        Calendar::parse_bytes(&vec![b'x'; (1 << 20) + 1]),
        Err(TooLarge { found: (1 << 20) + 1, limit: 1 << 20 })
    );
}

#[test]
fn a_refused_file_changes_nothing() {
    let mut calendar = Calendar::published();
    let before = calendar.clone();
    assert!(calendar.import(&format!("{NOTICE_2027}2027-12-01,offf,x,tiaoxiu\n")).is_err());
    assert_eq!(calendar, before);
}

#[test]
fn a_calendar_saved_by_a_spreadsheet_is_the_same_calendar() {
    let windows = format!("\u{feff}{}\r\n", NOTICE_2027.replace('\n', "\r\n"));
    assert_eq!(Calendar::parse(&windows), Calendar::parse(NOTICE_2027));
}

#[test]
fn no_mutation_of_a_calendar_file_makes_it_panic() {
    let published = Calendar::published();
    let mut seed = 2026u64;
    for _ in 0..5_000 {
        let mut bytes = NOTICE_2027.as_bytes().to_vec();
        for _ in 0..3 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (seed >> 33) as usize % bytes.len();
            match (seed >> 20) % 3 {
                0 => bytes[at] = (seed >> 50) as u8,
                1 => drop(bytes.remove(at)),
                _ => bytes.truncate(at.max(8)),
            }
        }
        let mut calendar = published.clone();
        let _ = calendar.import_bytes(&bytes);
        let _ = calendar.day(date("2027-01-01"));
    }
}
