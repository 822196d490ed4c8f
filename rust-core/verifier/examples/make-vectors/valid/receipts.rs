//! What a receipt may say.

use serde_json::json;

use super::with;
use crate::case::{Case, case};
use crate::draft::Draft;
use crate::receipt::{DEADLINE_US, Receipt};
use crate::record::{DAY, HOUR, Record, SECOND, T0_US, UP_US};

pub(crate) fn cases() -> Vec<Case> {
    // 2026-12-30T15:00:00+08:00: the notice for 2027 decides the days that follow.
    let year_end = T0_US + 48 * DAY + 5 * HOUR;
    let over_the_year = |name: &str| {
        let mut record = Record::open(name);
        record.wall_at_0_us = (year_end - UP_US) as i64;
        record.lines[0].value["clock"]["wall_us"] = json!(year_end);
        record.inspect();
        let provisional = Receipt {
            stored_us: year_end + HOUR,
            issued_us: year_end + HOUR + SECOND,
            not_before_us: year_end + 5 * SECOND,
            not_after_us: year_end + HOUR,
            // 2027-01-05T00:00:00+08:00.
            deadline_us: year_end - 15 * HOUR + 6 * DAY,
            is_provisional: true,
            on_time: "yes",
            ..Receipt::ordinary()
        };
        record.receipts = vec![provisional];
        record
    };
    let late = T0_US + 6 * DAY;
    vec![
        case(
            "provisional-over-the-year",
            "Completed on 30 December 2026: the notice for 2027 is not published, the deadline is provisional and never overdue.",
            "valid",
            &[],
            Draft::of(vec![over_the_year("year-end")]),
        ),
        case(
            "later-receipt-by-a-later-calendar",
            "A second receipt counts by a notice that came later; this verifier does not have it and compares nothing.",
            "valid",
            &[],
            {
                let mut record = over_the_year("year-end, later");
                record.receipts.push(Receipt {
                    number: 2,
                    stored_us: year_end + HOUR,
                    issued_us: year_end + 30 * DAY,
                    not_before_us: year_end + 5 * SECOND,
                    not_after_us: year_end + HOUR,
                    calendars: vec!["cn-2026", "cn-2027"],
                    deadline_us: year_end - 15 * HOUR + 5 * DAY,
                    ..Receipt::ordinary()
                });
                Draft::of(vec![record])
            },
        ),
        case(
            "stored-late",
            "Stored after the deadline, and the receipt says so: regulation, never the verdict (Art. 17).",
            "valid",
            &["stored_late"],
            with(|draft| {
                let receipt = &mut draft.record().receipts[0];
                (receipt.stored_us, receipt.issued_us, receipt.on_time) = (late, late + SECOND, "no");
            }),
        ),
        case(
            "on-time-undetermined",
            "The end lies in an interval over midnight: stored between the two deadlines it is neither in time nor late.",
            "valid",
            &[],
            with(|draft| {
                let receipt = &mut draft.record().receipts[0];
                receipt.not_after_us = T0_US + 20 * HOUR;
                (receipt.stored_us, receipt.issued_us) = (DEADLINE_US + HOUR, DEADLINE_US + 2 * HOUR);
                receipt.on_time = "undetermined";
            }),
        ),
        case(
            "counted-by-a-special-rule",
            "A special rule gave one working day instead of two, and the receipt names its edition: the calendar alone compares nothing (Art. 2).",
            "valid",
            &[],
            with(|draft| {
                let receipt = &mut draft.record().receipts[0];
                receipt.calendars = vec!["special_rules/1", "cn-2026"];
                receipt.deadline_us = DEADLINE_US - 3 * DAY;
            }),
        ),
        case(
            "two-receipts",
            "Two receipts, the later one after a statement that was made after the first.",
            "valid",
            &[],
            with(|draft| {
                let record = draft.record();
                let covered = record.lines.len() as u64 - 1;
                record.receipts[0].head_seq = Some(covered);
                record.say("mark", json!({ "mark": "reviewed", "at_mono_us": UP_US }));
                record.receipts.push(Receipt {
                    number: 2,
                    stored_us: T0_US + 2 * HOUR,
                    issued_us: T0_US + 2 * HOUR + SECOND,
                    ..Receipt::ordinary()
                });
            }),
        ),
    ]
}
