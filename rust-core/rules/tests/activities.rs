//! Several devices at one scene, and when a recording was complete.

mod common;

use common::*;
use quanji_rules::*;

/// A device that records from second `from` to second `to`, with nothing else owed than what `more` brings.
fn device(from: i64, to: i64, more: &[Act]) -> Vec<Event> {
    let head = [opened(), preflight(), Act::Place {}, Act::Officers {}, subject()];
    let run = [take(1), Act::Fragment { mono_us: to * SECOND }];
    let clock = |second: i64| Clock { wall: wall(second), mono_us: second * SECOND, boot: 9 };
    (0..)
        .zip(head.into_iter().chain(run).chain(more.iter().copied()))
        .map(|(seq, act)| match act {
            Act::Take { .. } => {
                let act = Act::Take { take: 1, cause: Cause::Start, mono_us: from * SECOND, video: true, audio: true };
                Event { seq, clock: clock(from), act }
            }
            _ => Event { seq, clock: clock(to), act },
        })
        .collect()
}

fn activity(records: &[&[Event]]) -> Vec<ActivityOwed> {
    let members: Vec<Member<'_>> = records.iter().map(|events| Member { events, policy: Policy::default() }).collect();
    activity_owed(&members)
}

#[test]
fn each_record_of_an_activity_is_held_to_its_own_edition_of_the_policy() {
    // Both broke off for two seconds and were taken up; the second was opened after the agency had set a stricter gap.
    let broken = [whole_opening(), interrupted(Cause::PhoneCall), take(2), resumed(8, 2 * SECOND as u64)];
    let (before, after) = (device(0, 100, &broken), device(1_000, 1_100, &broken));
    let strict = Policy { heals_within_us: 1_000_000, ..Policy::default() };
    let members =
        |first, second| [Member { events: &before, policy: first }, Member { events: &after, policy: second }];
    let reason = Owed::InterruptionReason { interruption: 8 };
    assert_eq!(activity_owed(&members(Policy::default(), Policy::default())), []);
    assert_eq!(activity_owed(&members(Policy::default(), strict)), [ActivityOwed { member: 1, owed: reason }]);
    assert_eq!(activity_owed(&members(strict, Policy::default())), [ActivityOwed { member: 0, owed: reason }]);
}

/// Officers by certificate; `None`: it is not at hand.
fn named(certificates: &[Option<&str>]) -> Vec<OfficerAtScene> {
    let officer = |(certificate, number): (&Option<&str>, usize)| OfficerAtScene {
        number: format!("o{number}"),
        certificate: certificate.map(certificate_as_compared),
    };
    certificates.iter().zip(1..).map(officer).collect()
}

fn counted(records: &[&[Option<&str>]]) -> (usize, usize) {
    let records: Vec<_> = records.iter().map(|certificates| named(certificates)).collect();
    let OfficersCount { at_least, at_most } = OfficersCount::over(records.iter().map(Vec::as_slice));
    (at_least, at_most)
}

#[test]
fn two_phones_with_one_officer_each_are_two_officers_and_the_same_officer_on_both_is_one() {
    assert_eq!(counted(&[&[Some("14010026001")], &[Some("14010026002")]]), (2, 2));
    // Everybody is `o1` in a record of his own; how a number is typed does not make another officer.
    assert_eq!(counted(&[&[Some("14010026001")], &[Some("１４０１ 0026001")]]), (1, 1));
    assert_eq!(counted(&[&[Some("a1"), Some("A1")]]), (1, 1));
    assert_eq!(counted(&[&[Some("A1"), Some("A2")], &[Some("A2")], &[]]), (2, 2));
    assert_eq!(counted(&[]), (0, 0));
    assert!(OfficersCount { at_least: 1, at_most: 1 }.is_fewer_than(2));
    assert!(!OfficersCount { at_least: 2, at_most: 2 }.is_fewer_than(2));
}

#[test]
fn of_an_officer_whose_certificate_is_not_at_hand_nothing_is_guessed() {
    // Within a record another number is another officer; across records it may be the same one.
    assert_eq!(counted(&[&[None, None]]), (2, 2));
    assert_eq!(counted(&[&[None], &[None]]), (1, 2));
    assert_eq!(counted(&[&[Some("A1")], &[None]]), (1, 2));
    assert!(!OfficersCount { at_least: 1, at_most: 2 }.is_fewer_than(2), "nobody is said to have been alone");
}

#[test]
fn the_opening_is_owed_once_for_all_devices_at_the_scene() {
    let (first, second) = (device(0, 600, &[]), device(60, 600, &[]));
    let list = activity(&[&first, &second]);
    assert_eq!(list.len(), 1);
    assert!(matches!(list[0], ActivityOwed { member: 0, owed: Owed::Opening { .. } }));
    let spoken = device(0, 600, &[whole_opening()]);
    assert_eq!(activity(&[&second, &spoken]), []);
}

#[test]
fn the_officers_may_share_the_opening_between_their_devices() {
    let one = device(0, 600, &[passage(&SIX[..3], Confirmed::Now)]);
    let rest: Vec<_> = SIX[3..].iter().copied().chain([OpeningElement::Notice]).collect();
    let other = device(0, 600, &[passage(&rest, Confirmed::Now)]);
    assert_eq!(activity(&[&one, &other]), []);
}

#[test]
fn a_device_that_says_it_is_covered_covers_nobody() {
    let covered = [Act::OpeningExcused { reason: Excuse::CoveredByActivity }];
    let (one, other) = (device(0, 600, &covered), device(0, 600, &covered));
    assert_eq!(owed(&one), [], "alone, it trusts the activity");
    assert!(matches!(activity(&[&one, &other])[..], [ActivityOwed { owed: Owed::Opening { .. }, .. }]));
}

#[test]
fn a_gap_that_another_device_covers_owes_nothing() {
    // Broken off from second 100 to second 160.
    let broken = [whole_opening(), interrupted(Cause::PhoneCall), take(2), resumed(8, 60 * SECOND as u64)];
    let one = device(0, 100, &broken);
    assert_eq!(owed(&one), [Owed::InterruptionReason { interruption: 8 }]);
    let running_through = device(50, 200, &[]);
    assert_eq!(activity(&[&one, &running_through]), []);
    let ended_early = device(50, 150, &[]);
    let list = activity(&[&one, &ended_early]);
    assert_eq!(list, [ActivityOwed { member: 0, owed: Owed::InterruptionReason { interruption: 8 } }]);
    // Two devices relay each other, with a pause short enough to heal.
    let (relay_a, relay_b) = (device(90, 120, &[]), device(122, 300, &[]));
    assert_eq!(activity(&[&one, &relay_a, &relay_b]), []);
    let too_late = device(124, 300, &[]);
    assert_eq!(activity(&[&one, &relay_a, &too_late]).len(), 1);
}

#[test]
fn a_device_covers_no_gap_of_its_own() {
    // Its fragments run on through a gap that its own entries claim: the claim stands until another device disproves it.
    let broken = [whole_opening(), interrupted(Cause::PhoneCall), take(2), resumed(8, 60 * SECOND as u64)];
    let one = device(0, 600, &broken);
    assert_eq!(activity(&[&one, &device(0, 90, &[])]).len(), 1);
}

#[test]
fn a_device_that_broke_down_owes_no_statement_when_another_recorded_to_the_end() {
    let broken = [whole_opening(), interrupted(Cause::CameraLost), ended(EndedHow::Officer)];
    let one = device(0, 100, &broken);
    assert_eq!(owed(&one), [Owed::WrittenStatement { interruption: Some(8) }]);
    let to_the_end = device(0, 600, &[]);
    assert_eq!(activity(&[&one, &to_the_end]), []);
    assert_eq!(activity(&[&one]).len(), 1);
}

#[test]
fn a_device_that_died_for_good_owes_no_statement_when_another_recorded_from_then_to_the_end() {
    let dies = |until| {
        let broken = [whole_opening(), interrupted(Cause::ProcessKilled), ended(EndedHow::CutForGood)];
        device(0, until, &broken)
    };
    let one = dies(100);
    assert_eq!(owed(&one), [Owed::WrittenStatement { interruption: Some(8) }]);
    let to_the_end = device(50, 600, &[ended(EndedHow::Officer)]);
    assert_eq!(activity(&[&one, &to_the_end]), []);
    // Another that nobody ended says nothing of when the scene was over; one that came later leaves a gap.
    let dies_too = device(50, 600, &[ended(EndedHow::CutForGood)]);
    assert!(
        activity(&[&one, &dies_too])
            .contains(&ActivityOwed { member: 0, owed: Owed::WrittenStatement { interruption: Some(8) } })
    );
    let too_late = device(200, 600, &[ended(EndedHow::Officer)]);
    assert!(
        activity(&[&one, &too_late])
            .contains(&ActivityOwed { member: 0, owed: Owed::WrittenStatement { interruption: Some(8) } })
    );
}

#[test]
fn a_recording_was_complete_at_its_end_however_much_is_added_later() {
    let mut acts = well_begun();
    assert_eq!(completion(&story(&acts)).ordinary, None);
    acts.push(ended(EndedHow::Officer));
    let at_end = completion(&story(&acts));
    assert_eq!(at_end.ordinary, Some(Trigger::at(TriggerKind::EndOfRecording, wall(600))));
    acts.extend([
        Act::Sealed {},
        Act::Mark {},
        Act::WrittenStatement { interruption: None },
        Act::Correction { of: 1 },
    ]);
    assert_eq!(completion(&story(&acts)), at_end);
}

#[test]
fn cut_off_for_good_counts_from_the_last_durable_fragment_and_not_from_the_recovery() {
    // The last line names a fragment up to second 10; found after the restart, made by the same boot: up to 10.8 s.
    let mut events = story(&[opened(), take(1), Act::Fragment { mono_us: 10 * SECOND }]);
    let restarted = |seq, act| Event { seq, clock: Clock { wall: wall(9_000), mono_us: 5 * SECOND, boot: 2 }, act };
    events.push(restarted(3, Act::Recovered { mono_us: 10 * SECOND + 800_000 }));
    events.push(restarted(4, Act::Ended { how: EndedHow::CutForGood, at: wall(9_000) }));
    let found = completion(&events).ordinary.expect("it ended");
    assert_eq!(found.kind(), TriggerKind::LastDurableFragment);
    assert_eq!((found.not_before(), found.not_after()), (wall(10), wall(10).plus_us(800_000)));
}

#[test]
fn a_photo_alone_counts_from_its_capture() {
    let acts = [opened(), Act::Photo {}, Act::Photo {}, ended(EndedHow::Officer)];
    assert_eq!(completion(&story(&acts)).ordinary, Some(Trigger::at(TriggerKind::Capture, wall(1))), "the earliest");
    let beside_film = [opened(), Act::Photo {}, take(1), ended(EndedHow::Officer)];
    assert_eq!(completion(&story(&beside_film)).ordinary.map(Trigger::kind), Some(TriggerKind::EndOfRecording));
}

#[test]
fn an_away_ground_waits_for_the_return_that_the_officer_enters() {
    let calendar = Calendar::published();
    let mut acts = well_begun();
    acts.extend([ended(EndedHow::Officer), Act::Sealed {}, Act::AwayDeclared { ground: AwayGround::Elsewhere }]);
    let waiting = completion(&story(&acts)).countdown(None, &calendar);
    assert!(matches!(waiting, Some(Countdown::WaitingForReturn { ground: AwayGround::Elsewhere, .. })));
    acts.push(Act::Returned { at: wall(86_400 * 3) });
    let Some(Countdown::Running { deadline }) = completion(&story(&acts)).countdown(None, &calendar) else {
        panic!("the return was entered")
    };
    assert_eq!(deadline.trigger.kind(), TriggerKind::ReturnToUnit { ground: AwayGround::Elsewhere });
    // T0 is Thursday the 12th; back on Sunday the 15th.
    assert_eq!(deadline.exclusive().to_china_rfc3339(), "2026-11-18T00:00:00+08:00");
}
