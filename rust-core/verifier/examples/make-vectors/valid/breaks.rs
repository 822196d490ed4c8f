//! Recordings that broke off, and clocks that were set or measured.

use serde_json::json;

use super::story;
use crate::case::{Case, case};
use crate::draft::Draft;
use crate::receipt::Receipt;
use crate::record::{After, DAY, Record, SECOND, T0_US, UP_US};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case(
            "interrupted-and-resumed",
            "A phone call breaks the recording; it goes on and the reason is spoken.",
            "valid",
            &["gap"],
            story("interrupted", |record| {
                record.film_second("start");
                record.say_opening();
                let interruption = record.interrupt("phone_call");
                record.resume(interruption, 12 * SECOND, None);
                record.film_second("phone_call");
                let body = json!({ "interruption": interruption, "cause": "phone_call", "how": "spoken", "speech": "detected" });
                record.say("interruption_reason", body);
            }),
        ),
        case(
            "recovered-after-a-kill",
            "The process is killed; after the restart a fragment without its line is recovered and recording goes on in a new take.",
            "valid",
            &["gap", "recovered_media"],
            story("recovered", |record| {
                let film = record.next_film();
                record.write_take(film.shoot(), "start", 2, After::Recovered { fragments: 1 });
                let body = json!({ "cause": "process_killed", "at_us": record.wall_us(), "restart": 1 });
                let interruption = record.say("interrupted", body);
                record.resume(interruption, 2 * SECOND, None);
                record.film_second("process_killed");
                record.say_opening();
            }),
        ),
        case(
            "rebooted",
            "The phone reboots: the monotonic clock begins anew, the gap is bounded by the wall clock, media time counts on.",
            "valid",
            &["gap"],
            story("rebooted", |record| {
                record.film_second("start");
                record.say_opening();
                let interruption = record.interrupt("reboot");
                record.resume(interruption, 40 * SECOND, Some("second boot"));
                record.film_second("reboot");
                let body = json!({ "interruption": interruption, "cause": "battery", "how": "preset", "speech": "not_measured" });
                record.say("interruption_reason", body);
            }),
        ),
        case(
            "cut-for-good-and-explained",
            "The battery dies, recording cannot go on; a written statement explains it after the seal (Art. 15).",
            "valid",
            &["gap"],
            {
                let mut record = Record::open("cut-for-good");
                record.describe();
                record.film_second("start");
                record.say_opening();
                record.interrupt("battery");
                record.end("cut_for_good");
                record.seal();
                let statement = record.private("电池耗尽，未能继续录制。");
                record.say("written_statement", json!({ "statement": statement }));
                record.receipts.push(Receipt { trigger: "cut_for_good", ..Receipt::ordinary() });
                Draft::of(vec![record])
            },
        ),
        case(
            "capture-clock",
            "The phone looks at its clocks: sound and picture are 80 ms apart, which is the limit, once either way, and once it can say nothing.",
            "valid",
            &[],
            story("capture-clock", |record| {
                record.film_second("start");
                record.say_opening();
                say_capture_clock(record, 80_000);
                say_capture_clock(record, -80_000);
                record.say("capture_clock", json!({ "at_mono_us": record.mono_us, "set": 0 }));
            }),
        ),
        case(
            "sound-late",
            "The sound stands a microsecond more than 80 ms later than the picture: shown, and decides nothing.",
            "valid",
            &["av_offset"],
            story("sound-late", |record| {
                record.film_second("start");
                record.say_opening();
                say_capture_clock(record, 80_001);
            }),
        ),
        case(
            "sound-early",
            "The sound stands earlier than the picture by more than 80 ms, and twice so.",
            "valid",
            &["av_offset"],
            story("sound-early", |record| {
                record.film_second("start");
                record.say_opening();
                say_capture_clock(record, -80_001);
                say_capture_clock(record, -9_000_000);
            }),
        ),
        case(
            "clock-set",
            "The phone's wall clock is set during the record, and the entry says so.",
            "valid",
            &["clock_was_set"],
            story("clock-set", |record| {
                record.film_second("start");
                record.say_opening();
                let before = record.wall_us();
                record.wall_at_0_us += 90 * SECOND as i64;
                record.say("clock_set", json!({ "wall_before_us": before, "wall_after_us": before + 90 * SECOND }));
            }),
        ),
        case(
            "clock-set-after-the-seal",
            "The phone's wall clock is set after the seal; the entry that says so stands before the addendum that comes next.",
            "valid",
            &["clock_was_set"],
            {
                let mut record = Record::open("clock-set-after-the-seal");
                record.inspect();
                let before = record.wall_us();
                record.wall_at_0_us -= 90 * SECOND as i64;
                record.say("clock_set", json!({ "wall_before_us": before, "wall_after_us": before - 90 * SECOND }));
                record.say("mark", json!({ "mark": "later", "at_mono_us": record.mono_us }));
                Draft::of(vec![record])
            },
        ),
        case(
            "phone-clock-wrong",
            "The phone's wall clock is a day behind: shown, and decided by the agency's bracket, not by the phone.",
            "valid",
            &["clock_outside_bracket"],
            {
                let mut record = Record::open("phone-clock-wrong");
                record.wall_at_0_us -= DAY as i64;
                let clock = json!({ "wall_us": T0_US - DAY, "mono_us": UP_US, "boot": record.boot });
                record.lines[0].value["clock"] = clock;
                record.inspect();
                Draft::of(vec![record])
            },
        ),
    ]
}

/// The phone looks at the clocks of its sources.
fn say_capture_clock(record: &mut Record, av_offset_us: i64) {
    let at_mono_us = record.mono_us;
    record.say(
        "capture_clock",
        json!({ "at_mono_us": at_mono_us, "picture": "monotonic", "sound": "measured", "sound_drift_ppm": -37, "av_offset_us": av_offset_us, "set": 1 }),
    );
}
