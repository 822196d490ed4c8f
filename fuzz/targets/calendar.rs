//! A holiday file from outside: no byte of it may panic, and what is accepted gives deadlines that make sense.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use quanji_rules::{Calendar, Date, Instant, Trigger, TriggerKind, storage_deadline};

/// Parsed once: the fuzzer's time is for bytes from outside.
static PUBLISHED: LazyLock<Calendar> = LazyLock::new(Calendar::published);

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(line) = text.lines().next()
        && let Ok(instant) = Instant::parse(line)
    {
        assert_eq!(Instant::parse(&instant.to_utc_rfc3339()), Ok(instant), "an instant reads back as written");
        assert_eq!(Instant::parse(&instant.to_china_rfc3339()), Ok(instant), "an instant reads back as written");
        let _ = storage_deadline(Trigger::at(TriggerKind::EndOfRecording, instant), &PUBLISHED);
    }

    let mut published = PUBLISHED.clone();
    if published.import_bytes(bytes).is_err() {
        assert_eq!(published, *PUBLISHED, "a refused notice changed something");
    } else if let Ok(text) = std::str::from_utf8(bytes) {
        let again = published.import(text).expect("what was imported once is imported twice");
        assert!(again.added.is_empty(), "the second import of a file added something");
    }

    for calendar in [Some(published), Calendar::parse_bytes(bytes).ok()].into_iter().flatten() {
        for (year, month, day) in [(2018, 12, 27), (2026, 9, 30), (2026, 12, 30), (2031, 1, 20)] {
            let date = Date::from_ymd(year, month, day).expect("a date of the calendar");
            let trigger = Instant::china_midnight(date);
            let deadline = storage_deadline(Trigger::at(TriggerKind::EndOfRecording, trigger), &calendar);
            std::hint::black_box(format!("{deadline:?}"));
        }
    }
});
