//! The worked cases that the agency's lawyers can read: `proto/calendar/deadline-cases.csv`.

use quanji_rules::{Calendar, Instant, Trigger, TriggerKind, storage_deadline};

const CASES: &str = include_str!("../../../proto/calendar/deadline-cases.csv");

/// Fields of a line in which only the first may be quoted.
fn fields(line: &str) -> Vec<&str> {
    match line.strip_prefix('"') {
        Some(rest) => {
            let (case, rest) = rest.split_once("\",").expect("a closing quote");
            std::iter::once(case).chain(rest.split(',')).collect()
        }
        None => line.split(',').collect(),
    }
}

#[test]
fn every_worked_case_ends_on_the_day_written_beside_it() {
    let calendar = Calendar::published();
    let mut cases = 0;
    for line in CASES.lines().skip(1) {
        let fields = fields(line);
        let [case, trigger, day0, first, second, deadline, provisional, earliest] = fields[..] else {
            panic!("{line}: {} fields", fields.len());
        };
        let trigger = Instant::parse(trigger).expect("RFC 3339");
        let found = storage_deadline(Trigger::at(TriggerKind::EndOfRecording, trigger), &calendar);
        let counted: Vec<_> = found.earliest.days.iter().filter(|d| d.counted_as.is_some()).collect();
        assert_eq!(found.earliest.day0.to_string(), day0, "{case}");
        assert_eq!(counted[0].status.date.to_string(), first, "{case}");
        assert_eq!(counted[1].status.date.to_string(), second, "{case}");
        assert_eq!(found.exclusive().to_china_rfc3339(), deadline, "{case}");
        assert_eq!(found.is_provisional(), provisional == "True", "{case}");
        let last = found.earliest.earliest_last_day.map_or(String::new(), |d| d.to_string());
        assert_eq!(last, earliest, "{case}");
        cases += 1;
    }
    assert_eq!(cases, 12);
}
