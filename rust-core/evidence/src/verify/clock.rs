//! The phone's clocks against each other and against the time bracket (FORMAT.md, section 4, *Clock*).

use super::bracket::Bracket;
use crate::body::Body;
use crate::finding::{Code, Findings};
use crate::journal::Journal;

/// How far the wall clock may run from the monotonic one between two lines without an entry that says so.
const JUMP_LIMIT_US: i64 = 2_000_000;
/// Sound and picture further apart than this are seen to be.
const AV_OFFSET_LIMIT_US: i64 = 80_000;

pub(super) fn check(journal: &Journal, place: &str, findings: &mut Findings) {
    for pair in journal.entries.windows(2) {
        let [before, after] = pair else { continue };
        if let Body::ClockSet(set) = &after.body {
            findings.add(Code::ClockWasSet, format!("{place}:{}", after.seq), set.wall_before_us, set.wall_after_us);
        }
        if let Body::CaptureClock(clock) = &after.body
            && let Some(av_offset_us) = clock.av_offset_us.filter(|us| us.abs() > AV_OFFSET_LIMIT_US)
        {
            let here = format!("{place}:{}", after.seq);
            findings.add(Code::AvOffset, here, format!("within ±{AV_OFFSET_LIMIT_US} µs"), av_offset_us);
        }
        if before.clock.boot != after.clock.boot {
            continue;
        }
        // Strict JSON keeps both below 2^53, so the differences fit.
        let mono = after.clock.mono_us as i64 - before.clock.mono_us as i64;
        let wall = after.clock.wall_us as i64 - before.clock.wall_us as i64;
        let here = || format!("{place}:{}", after.seq);
        if mono < 0 {
            findings.add(
                Code::ClockBackwards,
                here(),
                format!("mono_us ≥ {}", before.clock.mono_us),
                after.clock.mono_us,
            );
        }
        if (wall - mono).abs() > JUMP_LIMIT_US && !matches!(after.body, Body::ClockSet(_)) {
            findings.add(Code::ClockJump, here(), format!("wall_us {mono} µs later"), format!("{wall} µs later"));
        }
    }
}

pub(super) fn check_bracket(journal: &Journal, bracket: Bracket, place: &str, findings: &mut Findings) {
    let ended = journal.entries.iter().find(|entry| matches!(entry.body, Body::Ended(_)));
    if let (Some(first), Some(lower)) = (journal.entries.first(), bracket.not_before_us)
        && first.clock.wall_us < lower
    {
        findings.add(Code::ClockOutsideBracket, format!("{place}:0"), format!("≥ {lower}"), first.clock.wall_us);
    }
    if let (Some(ended), Some(upper)) = (ended, bracket.not_after_us)
        && ended.clock.wall_us > upper
    {
        findings.add(
            Code::ClockOutsideBracket,
            format!("{place}:{}", ended.seq),
            format!("≤ {upper}"),
            ended.clock.wall_us,
        );
    }
}
