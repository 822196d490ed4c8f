//! A second reading of articles 13 to 16, written from their text over the whole history of a record, runs against the rules.
//!
//! The rules fold event by event; this model keeps no state but the list of what was written, and answers every question by
//! looking back over all of it. 100,000 histories, each from its own seed; after each step every invariant is asked.

mod common;

use common::*;
use quanji_rules::*;

const HISTORIES: u64 = 100_000;
const FIRST_SEED: u64 = 0x5eed_0000_2026_1123;
const STEPS: usize = 22;

/// All that was written into one record, in order.
#[derive(Default)]
struct History(Vec<Event>);

impl History {
    fn any(&self, is: impl Fn(&Act) -> bool) -> bool {
        self.0.iter().any(|e| is(&e.act))
    }

    fn last_position(&self, is: impl Fn(&Act) -> bool) -> Option<usize> {
        self.0.iter().rposition(|e| is(&e.act))
    }

    /// 第十四条: 语音说明时间、地点、执法人员、执法事由、执法对象、环节, 告知当事人及现场其他人员.
    fn was_said(&self, element: OpeningElement) -> bool {
        self.any(|act| match act {
            Act::OpeningPassage { elements, confirmed, .. } => {
                *confirmed != Confirmed::No && elements.contains(element)
            }
            _ => false,
        })
    }

    fn unsaid(&self) -> Vec<OpeningElement> {
        let mut unsaid: Vec<OpeningElement> = SIX.into_iter().filter(|e| !self.was_said(*e)).collect();
        if !self.was_said(OpeningElement::Notice) && !self.was_said(OpeningElement::NobodyPresent) {
            unsaid.push(OpeningElement::Notice);
        }
        unsaid
    }

    fn lacks_opening(&self) -> bool {
        let is_excused = self.any(|act| {
            matches!(act, Act::OpeningExcused { reason } if *reason == Excuse::CoveredByActivity || *reason == Excuse::Explained)
        });
        !is_excused && !self.unsaid().is_empty()
    }

    /// 第十五条: 重新开始记录时应当对中止原因进行语音说明.
    fn reasons_owed(&self) -> Vec<u64> {
        let mut owed = Vec::new();
        for (position, event) in self.0.iter().enumerate() {
            let Act::Interrupted { cause, .. } = event.act else { continue };
            if cause == Cause::Officer {
                continue; // asked about once, owed by nobody
            }
            let is_answered = self.any(|act| match act {
                Act::InterruptionReason { interruption, .. } => *interruption == event.seq,
                Act::WrittenStatement { interruption } => *interruption == Some(event.seq),
                _ => false,
            });
            // An answer given before the break is none of it.
            let is_answered = is_answered
                && self.0[position..].iter().any(|e| match e.act {
                    Act::InterruptionReason { interruption, .. } => interruption == event.seq,
                    Act::WrittenStatement { interruption } => interruption == Some(event.seq),
                    _ => false,
                });
            if !is_answered && self.restart_calls_for_a_reason(position, event.seq) {
                owed.push(event.seq);
            }
        }
        owed
    }

    /// The recording went on after the break, and not within the three seconds that heal by themselves.
    fn restart_calls_for_a_reason(&self, position: usize, seq: u64) -> bool {
        let after = &self.0[position + 1..];
        let stated_gap = after.iter().rev().find_map(|e| match e.act {
            Act::Resumed { interruption, gap_us } if interruption == seq => Some(gap_us),
            _ => None,
        });
        match stated_gap {
            Some(gap) => gap > 3_000_000,
            None => self.was_taken_up(position),
        }
    }

    /// A take came after this break and before any other.
    fn was_taken_up(&self, position: usize) -> bool {
        self.0[position + 1..]
            .iter()
            .take_while(|e| !matches!(e.act, Act::Interrupted { .. }))
            .any(|e| matches!(e.act, Act::Take { .. }))
    }

    /// 第十五条: 确实无法继续记录的，事后书面说明情况.
    fn owes_statement(&self) -> bool {
        let Some(end) = self.0.iter().rev().find_map(|e| match e.act {
            Act::Ended { how, .. } => Some(how),
            _ => None,
        }) else {
            return false;
        };
        let last_break = self.last_position(|act| matches!(act, Act::Interrupted { .. }));
        let could_not_go_on = last_break.is_some_and(|position| {
            let seq = self.0[position].seq;
            let is_by_hand = matches!(self.0[position].act, Act::Interrupted { cause: Cause::Officer, .. });
            let is_resumed = self.0[position..]
                .iter()
                .any(|e| matches!(e.act, Act::Resumed { interruption, .. } if interruption == seq));
            !is_by_hand && !is_resumed && !self.was_taken_up(position)
        });
        let nothing_was_captured = !self.any(|act| matches!(act, Act::Take { .. } | Act::Photo {} | Act::Document {}));
        let is_explained = self.any(|act| matches!(act, Act::WrittenStatement { interruption: None }))
            || last_break.is_some_and(|position| {
                let seq = Some(self.0[position].seq);
                self.0[position..]
                    .iter()
                    .any(|e| matches!(e.act, Act::WrittenStatement { interruption } if interruption == seq))
            });
        (end == EndedHow::CutForGood || could_not_go_on || nothing_was_captured) && !is_explained
    }

    /// 第十六条: owed while somebody films whom nobody has told.
    fn owes_filming_notice(&self) -> bool {
        let films = self.last_position(|act| matches!(act, Act::FilmingNotice { state: FilmingStep::SomeoneFilms }));
        let told = self.last_position(|act| {
            matches!(act, Act::FilmingNotice { state: FilmingStep::Told | FilmingStep::Explained })
        });
        films.is_some_and(|films| told.is_none_or(|told| told < films))
    }

    fn owed(&self) -> Vec<Owed> {
        let has_take = self.any(|act| matches!(act, Act::Take { .. }));
        let mut owed = Vec::new();
        // 第十三条: 音像记录开始前，应当检查设备性能、电量和储存空间等状况.
        if has_take && !self.any(|act| matches!(act, Act::Preflight { .. })) {
            owed.push(Owed::Preflight);
        }
        if !self.any(|act| matches!(act, Act::Place {})) {
            owed.push(Owed::PlaceDescription);
        }
        if !self.any(|act| matches!(act, Act::Officers {})) {
            owed.push(Owed::OfficersDescription);
        }
        if !self.any(|act| matches!(act, Act::Subject { .. })) {
            owed.push(Owed::SubjectDescription);
        }
        if has_take && self.lacks_opening() {
            owed.push(Owed::Opening { missing: self.unsaid().into_iter().collect() });
        }
        owed.extend(self.reasons_owed().into_iter().map(|interruption| Owed::InterruptionReason { interruption }));
        if self.owes_statement() {
            let last = self.last_position(|act| matches!(act, Act::Interrupted { .. }));
            owed.push(Owed::WrittenStatement { interruption: last.map(|p| self.0[p].seq) });
        }
        if self.owes_filming_notice() {
            owed.push(Owed::FilmingNotice);
        }
        owed
    }

    /// Where the record stands, told by the last event that moved it.
    fn phase(&self) -> Phase {
        let moved = self.0.iter().rev().find_map(|e| match e.act {
            Act::Sealed {} => Some(Phase::Sealed),
            Act::Ended { .. } => Some(Phase::Ended),
            Act::Take { .. } => Some(Phase::Recording),
            Act::Interrupted { .. } => Some(Phase::Interrupted),
            _ => None,
        });
        match moved {
            Some(phase) => phase,
            None if self.0.is_empty() => Phase::Idle,
            None => Phase::Open,
        }
    }

    fn flags(&self) -> Vec<Flag> {
        let phase = self.phase();
        let mut flags = Vec::new();
        if self.lacks_opening() {
            flags.push(Flag::BeforeOpening);
        }
        if !self.reasons_owed().is_empty() {
            flags.push(Flag::BeforeResumeReason);
        }
        if phase != Phase::Recording {
            flags.push(Flag::NotRecording);
        }
        if phase == Phase::Ended || phase == Phase::Sealed {
            flags.push(Flag::AfterEnd);
        }
        if phase == Phase::Sealed {
            flags.push(Flag::LookingBack);
        }
        flags
    }

    /// What has no meaning in a state. The machine's table says the same by enumeration; this says it by reason.
    fn is_meaningless(&self, act: &Act) -> bool {
        let phase = self.phase();
        let is_started = phase != Phase::Idle;
        let is_over = matches!(phase, Phase::Ended | Phase::Sealed);
        let is_sealed = phase == Phase::Sealed;
        let has_run = matches!(phase, Phase::Recording | Phase::Interrupted);
        match act.kind() {
            // A record is opened once, and before all else.
            ActKind::Opened => is_started,
            // Only what is there can be described; the phone describes itself and its company until the key is gone.
            ActKind::Preflight | ActKind::Activity | ActKind::CaptureClock => !is_started || is_sealed,
            ActKind::Place | ActKind::Officers | ActKind::Subject | ActKind::OpeningExcused => !is_started,
            // The encoders run between the opening and the end.
            ActKind::Take | ActKind::Interrupted => !is_started || is_over,
            ActKind::Fragment | ActKind::Resumed | ActKind::TrackLost | ActKind::TrackBack => !has_run,
            // A recovery may come after everything but the seal.
            ActKind::Recovered | ActKind::Segment => !has_run && phase != Phase::Ended,
            ActKind::Sealed => phase != Phase::Ended,
            // A clock is set whenever it is: an addendum comes after it and must be able to say so.
            ActKind::ClockSet | ActKind::AwayDeclared | ActKind::Returned | ActKind::Correction | ActKind::Vouched => {
                !is_started
            }
            ActKind::DeclaredMistake => !is_sealed,
            // P0: nothing at the scene is refused; a statement can be made when nothing was recorded at all.
            ActKind::OpeningPassage
            | ActKind::InterruptionReason
            | ActKind::Notice
            | ActKind::Companion
            | ActKind::Stage
            | ActKind::Checklist
            | ActKind::Mark
            | ActKind::FilmingNotice
            | ActKind::ConfidentialSpan
            | ActKind::Photo
            | ActKind::Document
            | ActKind::Service
            | ActKind::Obstruction
            | ActKind::Ended
            | ActKind::WrittenStatement => false,
        }
    }

    /// Whether an act that is taken belongs to this record.
    fn is_ours(&self, act: &Act) -> bool {
        match self.phase() {
            Phase::Idle | Phase::Ended => act.kind() != ActKind::Ended,
            Phase::Sealed => !matches!(
                act,
                Act::Notice { .. }
                    | Act::Companion {}
                    | Act::Stage { .. }
                    | Act::Photo {}
                    | Act::Document {}
                    | Act::Service { .. }
                    | Act::Obstruction { .. }
                    | Act::Ended { .. }
            ),
            Phase::Open | Phase::Recording | Phase::Interrupted => true,
        }
    }
}

/// An event of the kind that a phone might write here, or any at all.
fn random_act(seeded: &mut Seeded, seq: u64, interruptions: &[u64]) -> Act {
    // Mostly an interruption that there is; sometimes one that there is not.
    let named = |seeded: &mut Seeded| match interruptions {
        [] => seeded.next() % 30,
        some if seeded.below(8) > 0 => seeded.pick(some),
        _ => seq + 1,
    };
    match seeded.below(40) {
        0 => opened(),
        1 => preflight(),
        2 => Act::Place {},
        3 => Act::Officers {},
        4 => Act::Subject { party: seeded.pick(Party::ALL) },
        5 => Act::Activity { change: seeded.pick(ActivityChange::ALL) },
        6..=8 => {
            Act::Take { take: 1, cause: seeded.pick(Cause::ALL), mono_us: 0, video: true, audio: seeded.below(3) > 0 }
        }
        9 => Act::Fragment { mono_us: seq as i64 },
        10 => Act::Recovered { mono_us: seq as i64 },
        11 => Act::Segment {},
        12..=14 => Act::OpeningPassage {
            elements: OpeningElement::ALL.iter().copied().filter(|_| seeded.below(3) > 0).collect(),
            speech: seeded.pick(Speech::ALL),
            confirmed: seeded.pick(Confirmed::ALL),
            how: seeded.pick(Means::ALL),
        },
        15 => Act::OpeningExcused { reason: seeded.pick(Excuse::ALL) },
        16 | 17 => Act::InterruptionReason {
            interruption: named(seeded),
            how: seeded.pick(ReasonMeans::ALL),
            speech: seeded.pick(Speech::ALL),
        },
        18 => Act::Notice { notice: seeded.pick(NoticeKind::ALL), how: seeded.pick(Means::ALL) },
        19 => seeded.pick(&[Act::Companion {}, Act::Stage { stage: Stage::Decision }, Act::Vouched {}]),
        20 => Act::Checklist { item: seeded.pick(KeyContent::ALL), state: seeded.pick(ChecklistState::ALL) },
        21 => Act::Mark {},
        22 | 23 => Act::FilmingNotice { state: seeded.pick(FilmingStep::ALL) },
        24 => Act::ConfidentialSpan { secrecy: seeded.pick(Secrecy::ALL) },
        25 => seeded.pick(&[Act::Photo {}, Act::Document {}]),
        26 => Act::Service { method: seeded.pick(ServiceMethod::ALL), step: seeded.pick(ServiceStep::ALL) },
        27 => Act::Obstruction { obstruction: seeded.pick(Obstruction::ALL) },
        28..=30 => Act::Interrupted { cause: seeded.pick(Cause::ALL), at: wall(seq as i64) },
        31..=33 => {
            let gap_us = seeded.pick(&[0, 2_999_999, 3_000_000, 3_000_001, 60_000_000]);
            Act::Resumed { interruption: named(seeded), gap_us }
        }
        34 => seeded.pick(&[
            Act::TrackLost { track: Track::Audio, cause: Cause::PhoneCall },
            Act::TrackBack { track: Track::Audio },
            Act::ClockSet {},
            Act::CaptureClock {},
        ]),
        35 => Act::Ended { how: seeded.pick(EndedHow::ALL), at: wall(seq as i64) },
        36 => Act::Sealed {},
        37 => seeded.pick(&[Act::AwayDeclared { ground: AwayGround::Remote }, Act::Returned { at: wall(seq as i64) }]),
        38 => {
            let interruption = (seeded.below(2) > 0).then(|| named(seeded));
            Act::WrittenStatement { interruption }
        }
        _ => seeded.pick(&[Act::Correction { of: 0 }, Act::DeclaredMistake {}]),
    }
}

/// One step, seen from before and after.
struct Step<'a> {
    seed: u64,
    event: &'a Event,
    history: &'a History,
    before: &'a Record,
    after: &'a Record,
    outcome: &'a Result<Outcome, Refusal>,
}

fn the_record_stands_where_its_last_move_put_it(s: &Step<'_>) {
    assert_eq!(s.after.phase(), s.history.phase(), "seed {:#x}, {:?}", s.seed, s.event);
}

fn what_is_owed_is_what_the_articles_say(s: &Step<'_>) {
    assert_eq!(s.after.owed(), s.history.owed(), "seed {:#x}, {:?}", s.seed, s.event);
}

fn a_refused_event_changes_nothing(s: &Step<'_>) {
    if s.outcome.is_err() {
        assert_eq!(s.before, s.after, "seed {:#x}, {:?}", s.seed, s.event);
    }
}

fn nothing_done_at_the_scene_is_refused(s: &Step<'_>) {
    if s.event.act.kind().is_at_the_scene() {
        assert!(s.outcome.is_ok(), "seed {:#x}, {:?}", s.seed, s.event);
    }
    for kind in ActKind::ALL.iter().filter(|k| k.is_at_the_scene()) {
        assert!(next_phase(s.after.phase(), *kind).is_ok(), "{}", kind.name());
    }
}

fn an_act_at_the_scene_carries_what_was_owed_when_it_was_made(s: &Step<'_>) {
    let Ok(outcome) = s.outcome else { return };
    if s.event.act.kind().is_at_the_scene() {
        assert_eq!(outcome.flags, s.before.flags(), "seed {:#x}, {:?}", s.seed, s.event);
    } else {
        assert!(outcome.flags.is_empty(), "seed {:#x}, {:?}", s.seed, s.event);
    }
}

fn completeness_is_withheld_while_anything_is_owed_or_the_record_runs(s: &Step<'_>) {
    let is_ended = matches!(s.history.phase(), Phase::Ended | Phase::Sealed);
    let is_withheld = matches!(s.after.completeness(), Completeness::Withheld { .. });
    assert_eq!(is_withheld, !is_ended || !s.history.owed().is_empty(), "seed {:#x}, {:?}", s.seed, s.event);
}

fn a_record_with_a_break_or_an_explanation_is_never_called_complete_without_saying_so(s: &Step<'_>) {
    if s.after.completeness() == Completeness::Complete {
        assert!(
            !s.history.any(|act| matches!(
                act,
                Act::Interrupted { .. }
                    | Act::WrittenStatement { .. }
                    | Act::DeclaredMistake {}
                    | Act::TrackLost { .. }
            )),
            "seed {:#x}, {:?}",
            s.seed,
            s.event
        );
    }
}

fn a_debt_goes_only_by_an_act_that_pays_it(s: &Step<'_>) {
    for debt in s.before.owed() {
        // What is left of an opening is the same debt, grown smaller.
        let is_still_owed = s.after.owed().iter().any(|o| match (o, &debt) {
            (Owed::Opening { .. }, Owed::Opening { .. }) => true,
            (Owed::WrittenStatement { .. }, Owed::WrittenStatement { .. }) => true,
            (now, before) => now == before,
        });
        if is_still_owed {
            continue;
        }
        let pays = match debt {
            Owed::Preflight => matches!(s.event.act, Act::Preflight { .. }),
            Owed::PlaceDescription => matches!(s.event.act, Act::Place {}),
            Owed::OfficersDescription => matches!(s.event.act, Act::Officers {}),
            Owed::SubjectDescription => matches!(s.event.act, Act::Subject { .. }),
            Owed::Opening { .. } => matches!(s.event.act, Act::OpeningPassage { .. } | Act::OpeningExcused { .. }),
            Owed::InterruptionReason { interruption } => match s.event.act {
                Act::InterruptionReason { interruption: named, .. } => named == interruption,
                Act::WrittenStatement { interruption: named } => named == Some(interruption),
                // A gap stated later may turn out to have healed by itself.
                Act::Resumed { interruption: named, gap_us } => named == interruption && gap_us <= 3_000_000,
                _ => false,
            },
            // A photo or document after the end shows that something was captured after all.
            Owed::WrittenStatement { .. } => {
                matches!(s.event.act, Act::WrittenStatement { .. } | Act::Photo {} | Act::Document {})
            }
            Owed::FilmingNotice => {
                matches!(s.event.act, Act::FilmingNotice { state: FilmingStep::Told | FilmingStep::Explained })
            }
        };
        assert!(pays, "seed {:#x}: {debt:?} gone by {:?}", s.seed, s.event);
    }
}

fn marks_statements_and_corrections_never_move_the_beginning_of_the_term(s: &Step<'_>) {
    if matches!(
        s.event.act,
        Act::Mark {}
            | Act::WrittenStatement { .. }
            | Act::Correction { .. }
            | Act::Checklist { .. }
            | Act::DeclaredMistake {}
    ) && s.outcome.is_ok()
    {
        let without = &s.history.0[..s.history.0.len() - 1];
        assert_eq!(completion(&s.history.0), completion(without), "seed {:#x}, {:?}", s.seed, s.event);
    }
}

fn only_an_end_begins_the_term(s: &Step<'_>) {
    let Ok(outcome) = s.outcome else { return };
    if outcome.effects.contains(&Effect::StartCountdown) {
        assert!(matches!(s.event.act, Act::Ended { .. }), "seed {:#x}, {:?}", s.seed, s.event);
    }
}

fn a_state_secret_stops_the_upload_wherever_it_is_marked(s: &Step<'_>) {
    let Ok(outcome) = s.outcome else { return };
    if s.event.act == (Act::ConfidentialSpan { secrecy: Secrecy::StateSecret }) {
        assert!(outcome.effects.contains(&Effect::StopUploadAndAlerts), "seed {:#x}, {:?}", s.seed, s.event);
    }
}

/// Each invariant is a sentence; all are asked after each step.
const INVARIANTS: [fn(&Step<'_>); 12] = [
    the_record_stands_where_its_last_move_put_it,
    what_is_owed_is_what_the_articles_say,
    a_refused_event_changes_nothing,
    nothing_done_at_the_scene_is_refused,
    an_act_at_the_scene_carries_what_was_owed_when_it_was_made,
    completeness_is_withheld_while_anything_is_owed_or_the_record_runs,
    a_record_with_a_break_or_an_explanation_is_never_called_complete_without_saying_so,
    a_debt_goes_only_by_an_act_that_pays_it,
    marks_statements_and_corrections_never_move_the_beginning_of_the_term,
    only_an_end_begins_the_term,
    a_state_secret_stops_the_upload_wherever_it_is_marked,
    every_debt_is_listed_once,
];

fn every_debt_is_listed_once(s: &Step<'_>) {
    let owed = s.after.owed();
    for (i, debt) in owed.iter().enumerate() {
        assert!(!owed[..i].contains(debt), "seed {:#x}, {debt:?}", s.seed);
    }
}

#[derive(Default)]
struct Tally {
    taken: u64,
    refused: u64,
    owed: [u64; OwedKind::ALL.len()],
    claims: [u64; 3],
    in_phase: [u64; Phase::ALL.len()],
}

fn run(seed: u64, tally: &mut Tally) {
    let mut seeded = Seeded(seed);
    let mut record = Record::new(Policy::default());
    let mut history = History::default();
    let mut interruptions = Vec::new();
    // Some histories begin as a phone would begin them, so that the deeper states and the claims are reached.
    let begin = match seed % 3 {
        0 => vec![],
        1 => vec![opened(), take(1)],
        _ => well_begun(),
    };
    for seq in 0..STEPS as u64 {
        let act = begin.get(seq as usize).copied().unwrap_or_else(|| random_act(&mut seeded, seq, &interruptions));
        let event = event(seq, act);
        let before = record.clone();
        let is_meaningless = history.is_meaningless(&act);
        let is_ours = history.is_ours(&act);
        let flags = history.flags();
        let outcome = record.apply(&event);
        assert_eq!(outcome.is_err(), is_meaningless, "seed {seed:#x}, {act:?} while {:?}", before.phase());
        match &outcome {
            Ok(outcome) => {
                tally.taken += 1;
                let is_written_here = matches!(outcome.written, Written::Here | Written::AfterOpening);
                assert_eq!(is_written_here, is_ours, "seed {seed:#x}, {act:?} while {:?}", before.phase());
                if act.kind().is_at_the_scene() {
                    assert_eq!(outcome.flags.iter().collect::<Vec<_>>(), flags, "seed {seed:#x}, {act:?}");
                }
                if is_ours {
                    history.0.push(event);
                    if matches!(act, Act::Interrupted { .. }) {
                        interruptions.push(seq);
                    }
                }
            }
            Err(refusal) => {
                tally.refused += 1;
                assert_eq!((refusal.phase, refusal.event), (before.phase(), act.kind()));
            }
        }
        let step = Step { seed, event: &event, history: &history, before: &before, after: &record, outcome: &outcome };
        for invariant in INVARIANTS {
            invariant(&step);
        }
    }
    assert_eq!(owed(&history.0), record.owed(), "seed {seed:#x}: the fold alone and the machine agree");
    for debt in record.owed() {
        tally.owed[debt.kind() as usize] += 1;
    }
    tally.in_phase[record.phase() as usize] += 1;
    tally.claims[match record.completeness() {
        Completeness::Complete => 0,
        Completeness::CompleteWithExceptions { .. } => 1,
        Completeness::Withheld { .. } => 2,
    }] += 1;
}

#[test]
fn a_second_reading_of_the_articles_agrees_over_100_000_histories() {
    let mut tally = Tally::default();
    for n in 0..HISTORIES {
        run(FIRST_SEED + n, &mut tally);
    }
    println!("{} events taken, {} refused", tally.taken, tally.refused);
    for kind in OwedKind::ALL {
        println!("  {:<26} owed at the end of {:>6} histories", kind.name(), tally.owed[*kind as usize]);
    }
    // A run that never meets a debt, a state or a claim would prove nothing about it.
    assert!(tally.owed.iter().all(|n| *n > 1_000), "{:?}", tally.owed);
    assert!(tally.in_phase[1..].iter().all(|n| *n > 500), "{:?}", tally.in_phase);
    assert!(tally.claims.iter().all(|n| *n > 50), "{:?}", tally.claims);
    assert!(tally.refused > 100_000, "{}", tally.refused);
}
