//! The phone's clocks and the agency's head (sections 3 and 4).

use serde_json::json;

use crate::agency;
use crate::case::{Case, bent};
use crate::draft::Draft;
use crate::record::{SECOND, T0_US};

fn anchored(name: &'static str, about: &'static str, head: String) -> Case {
    bent(name, about, "broken", &["anchor_invalid"], |draft| {
        draft.record().body("opened")["anchor"]["head"] = json!(head)
    })
}

/// Moves one of the clocks of the lines from here on.
fn shift(draft: &mut Draft, from: usize, to: Option<usize>, clock: &[&str], us: i64) {
    let lines = &mut draft.record().lines;
    let to = to.unwrap_or(lines.len());
    for line in &mut lines[from..to] {
        for name in clock {
            let was = line.value["clock"][name].as_i64().unwrap_or_default();
            line.value["clock"][name] = json!(was + us);
        }
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let head = agency::head(T0_US - 300 * SECOND);
    vec![
        bent(
            "anchor-missing",
            "The record carries no head of the agency: nothing proves that it is not older.",
            "valid_unanchored",
            &["anchor_missing"],
            |draft| {
                draft.record().body("opened").as_object_mut().expect("an object").shift_remove("anchor");
            },
        ),
        anchored("anchor-time-changed", "The head's time was changed under its signature.", {
            head.replace(&format!("time {}", T0_US - 300 * SECOND), &format!("time {}", T0_US - 299 * SECOND))
        }),
        anchored(
            "anchor-by-a-stranger",
            "The head is signed by a key of nobody's.",
            agency::head_by("stranger", T0_US),
        ),
        anchored(
            "anchor-by-a-key-of-another-role",
            "The head is signed by the receipt key.",
            agency::head_by("role receipt", T0_US),
        ),
        anchored(
            "anchor-before-its-key",
            "The head is older than the key that signed it.",
            agency::head(agency::FROM_US - SECOND),
        ),
        anchored("anchor-size-with-zero", "The head's size has a leading zero.", head.replace("\n4711\n", "\n04711\n")),
        anchored("anchor-without-last-lf", "The head's last LF is missing.", head.trim_end().to_owned()),
        anchored("anchor-no-note", "The head is no signed note.", "yesterday".to_owned()),
        anchored(
            "anchor-named-otherwise",
            "A signature line names another origin.",
            head.replace("— agency.example/quanji", "— agency.example/other"),
        ),
        bent(
            "clock-goes-back",
            "The monotonic clock goes back between two lines of one boot.",
            "broken",
            &["clock_backwards"],
            |draft| {
                shift(draft, 3, Some(4), &["wall_us", "mono_us"], -2_000);
            },
        ),
        bent(
            "clock-jumps",
            "The wall clock jumps by ten seconds, and no entry says so.",
            "incomplete",
            &["clock_jump"],
            |draft| {
                shift(draft, 4, None, &["wall_us"], 10 * SECOND as i64);
            },
        ),
        bent(
            "clock-jumps-back",
            "The wall clock jumps back by three seconds, and no entry says so.",
            "incomplete",
            &["clock_jump"],
            |draft| {
                shift(draft, 4, None, &["wall_us"], -3 * SECOND as i64);
            },
        ),
    ]
}
