//! Scenes an officer would recognise: what is owed, what is flagged, what may be claimed.

mod common;

use common::*;
use quanji_rules::*;

fn owes(acts: &[Act]) -> Vec<Owed> {
    owed(&story(acts))
}

fn ending(acts: &[Act]) -> Vec<Act> {
    [acts, &[ended(EndedHow::Officer), Act::Sealed {}]].concat()
}

#[test]
fn a_described_and_introduced_recording_owes_nothing_and_is_complete_once_it_ended() {
    assert_eq!(owes(&well_begun()), []);
    assert_eq!(record(&well_begun()).completeness(), Completeness::Withheld { is_ended: false, owed: vec![] });
    assert_eq!(record(&ending(&well_begun())).completeness(), Completeness::Complete);
}

#[test]
fn an_emergency_record_with_nothing_described_lists_all_that_is_owed() {
    let acts = [Act::Opened { started: Started::Emergency }, take(1), ended(EndedHow::Officer), Act::Sealed {}];
    let missing = SIX.into_iter().chain([OpeningElement::Notice]).collect();
    let all = vec![
        Owed::Preflight,
        Owed::PlaceDescription,
        Owed::OfficersDescription,
        Owed::SubjectDescription,
        Owed::Opening { missing },
    ];
    assert_eq!(owes(&acts), all);
    assert_eq!(record(&acts).completeness(), Completeness::Withheld { is_ended: true, owed: all });
}

#[test]
fn every_debt_names_its_article_and_its_finding() {
    let cases = [
        (Owed::Preflight, Article::Art13, "preflight_missing"),
        (Owed::SubjectDescription, Article::Art14, "description_owed"),
        (Owed::Opening { missing: OpeningElements::NONE }, Article::Art14, "opening_owed"),
        (Owed::InterruptionReason { interruption: 1 }, Article::Art15, "interruption_reason_owed"),
        (Owed::WrittenStatement { interruption: None }, Article::Art15, "written_statement_owed"),
        (Owed::FilmingNotice, Article::Art16, "filming_notice_owed"),
    ];
    for (owed, article, code) in cases {
        assert_eq!((owed.article(), owed.kind().name()), (article, code));
    }
}

#[test]
fn the_opening_may_be_said_line_by_line_in_any_order() {
    let mut acts = well_begun();
    acts.pop();
    for element in [OpeningElement::Notice, OpeningElement::Stages].into_iter().chain(SIX.into_iter().rev()) {
        assert!(matches!(owes(&acts)[..], [Owed::Opening { .. }]));
        acts.push(passage(&[element], Confirmed::Now));
    }
    assert_eq!(owes(&acts), []);
}

#[test]
fn a_cut_opening_is_still_owed() {
    // The battery fell out after three elements; what was not said is what is missing.
    let said = passage(&SIX[..3], Confirmed::Now);
    let acts = [opened(), preflight(), Act::Place {}, Act::Officers {}, subject(), take(1), said];
    let missing = [OpeningElement::Matter, OpeningElement::Party, OpeningElement::Stages, OpeningElement::Notice];
    assert_eq!(owes(&acts), [Owed::Opening { missing: missing.into_iter().collect() }]);
}

#[test]
fn a_passage_that_nobody_confirmed_is_still_owed_and_may_be_confirmed_looking_back() {
    let mut acts = well_begun();
    acts.pop();
    let elements: Vec<_> = SIX.into_iter().chain([OpeningElement::Notice]).collect();
    acts.push(passage(&elements, Confirmed::No));
    assert!(matches!(owes(&acts)[..], [Owed::Opening { .. }]));
    let mut sealed = ending(&acts);
    sealed.push(passage(&elements, Confirmed::LookingBack));
    assert_eq!(owes(&sealed), []);
}

#[test]
fn nobody_present_is_said_in_place_of_the_notice() {
    let mut acts = well_begun();
    acts.pop();
    let elements: Vec<_> = SIX.into_iter().chain([OpeningElement::NobodyPresent]).collect();
    acts.push(passage(&elements, Confirmed::Now));
    assert_eq!(owes(&acts), []);
}

#[test]
fn acting_first_postpones_the_opening_and_does_not_waive_it() {
    let mut acts = vec![opened(), preflight(), Act::Place {}, Act::Officers {}, subject()];
    acts.extend([Act::OpeningExcused { reason: Excuse::ActFirst }, take(1)]);
    let mut postponed = record(&acts);
    assert!(postponed.is_opening_postponed());
    assert!(matches!(postponed.owed()[..], [Owed::Opening { .. }]));
    let outcome = postponed.apply(&event(99, Act::Photo {})).expect("a photo is always taken");
    assert_eq!(outcome.flags.iter().collect::<Vec<_>>(), [Flag::BeforeOpening]);
    // Ten minutes later, all is calm.
    postponed.apply(&event(100, whole_opening())).expect("it may follow at any moment");
    assert_eq!(postponed.owed(), []);
    assert!(!postponed.is_opening_postponed());
}

#[test]
fn a_confirmed_opening_without_measured_speech_is_paid_and_the_doubt_stays_visible() {
    let mut acts = well_begun();
    acts.pop();
    acts.push(Act::OpeningPassage {
        elements: SIX.into_iter().chain([OpeningElement::Notice]).collect(),
        speech: Speech::NotDetected,
        confirmed: Confirmed::Now,
        how: Means::Spoken,
    });
    assert_eq!(owes(&acts), []);
    assert_eq!(
        record(&ending(&acts)).completeness(),
        Completeness::CompleteWithExceptions { exceptions: vec![Exception::OpeningSpeechInDoubt] }
    );
}

#[test]
fn an_opening_that_was_never_made_is_chased_until_a_reason_is_recorded() {
    let mut acts = well_begun();
    acts.pop();
    let mut acts = ending(&acts);
    assert!(matches!(owes(&acts)[..], [Owed::Opening { .. }]));
    acts.push(Act::OpeningExcused { reason: Excuse::Explained });
    assert_eq!(owes(&acts), []);
    assert_eq!(
        record(&acts).completeness(),
        Completeness::CompleteWithExceptions { exceptions: vec![Exception::OpeningExplained] }
    );
}

#[test]
fn the_reason_for_a_break_is_asked_on_resuming_and_stays_owed() {
    let mut acts = well_begun();
    let broken = acts.len() as u64;
    acts.push(interrupted(Cause::PhoneCall));
    assert_eq!(owes(&acts), [], "while it is broken off, the enforcement goes on and nothing is owed");
    acts.push(take(2));
    let mut running = record(&acts);
    let outcome = running.apply(&event(90, resumed(broken, 20_000_000))).expect("it runs again");
    assert_eq!(outcome.effects, [Effect::AskReason { interruption: broken }]);
    let outcome = running.apply(&event(91, Act::Mark {})).expect("a mark is always taken");
    assert_eq!(outcome.flags.iter().collect::<Vec<_>>(), [Flag::BeforeResumeReason]);
    assert_eq!(running.owed(), [Owed::InterruptionReason { interruption: broken }]);
    running.apply(&event(92, reason(broken))).expect("said");
    assert_eq!(running.owed(), []);
}

#[test]
fn a_gap_that_heals_within_the_threshold_is_listed_and_owes_no_speech() {
    let mut acts = well_begun();
    let broken = acts.len() as u64;
    acts.extend([interrupted(Cause::Encoder), take(2), resumed(broken, 3_000_000)]);
    assert_eq!(owes(&acts), []);
    assert_eq!(
        record(&ending(&acts)).completeness(),
        Completeness::CompleteWithExceptions { exceptions: vec![Exception::Interrupted { interruption: broken }] }
    );
    let strict = Policy { heals_within_us: 1_000_000, ..Policy::default() };
    let mut record = Record::new(strict);
    for event in story(&acts) {
        record.apply(&event).expect("taken");
    }
    assert_eq!(record.owed(), [Owed::InterruptionReason { interruption: broken }], "an agency may be stricter");
}

#[test]
fn a_restart_that_never_says_how_long_the_gap_was_owes_the_reason() {
    let mut acts = well_begun();
    let broken = acts.len() as u64;
    acts.extend([interrupted(Cause::ProcessKilled), take(2)]);
    assert_eq!(owes(&acts), [Owed::InterruptionReason { interruption: broken }]);
}

#[test]
fn a_stop_by_hand_is_asked_about_once_and_owes_nothing() {
    let mut stopped = record(&well_begun());
    let outcome = stopped.apply(&event(50, interrupted(Cause::Officer))).expect("taken");
    assert_eq!(outcome.effects, [Effect::AskWhyStopped { interruption: 50 }]);
    stopped.apply(&event(51, take(2))).expect("taken");
    let outcome = stopped.apply(&event(52, resumed(50, 600_000_000))).expect("taken");
    assert_eq!((outcome.effects, stopped.owed()), (vec![], vec![]));
    stopped.apply(&event(53, ended(EndedHow::Officer))).expect("taken");
    assert_eq!(
        stopped.completeness(),
        Completeness::CompleteWithExceptions { exceptions: vec![Exception::StoppedByOfficer { interruption: 50 }] }
    );
}

#[test]
fn the_loss_of_one_track_is_listed_and_owes_no_speech() {
    let mut acts = well_begun();
    acts.push(Act::TrackLost { track: Track::Audio, cause: Cause::PhoneCall });
    let mut running = record(&acts);
    assert_eq!((running.owed(), running.phase()), (vec![], Phase::Recording));
    let last = Act::TrackLost { track: Track::Video, cause: Cause::CameraLost };
    let outcome = running.apply(&event(60, last)).expect("taken");
    assert!(outcome.effects.contains(&Effect::WriteInterrupted), "with the last track nothing is recorded any more");
}

#[test]
fn a_recording_that_could_not_go_on_owes_a_written_statement() {
    let mut acts = well_begun();
    let broken = acts.len() as u64;
    acts.extend([interrupted(Cause::CameraLost), ended(EndedHow::Officer)]);
    assert_eq!(owes(&acts), [Owed::WrittenStatement { interruption: Some(broken) }]);
    acts.extend([Act::Sealed {}, Act::WrittenStatement { interruption: Some(broken) }]);
    assert_eq!(owes(&acts), []);
}

#[test]
fn a_recording_cut_off_for_good_owes_a_written_statement_even_without_a_cause() {
    let mut acts = well_begun();
    acts.push(ended(EndedHow::CutForGood));
    assert_eq!(owes(&acts), [Owed::WrittenStatement { interruption: None }]);
    acts.push(Act::WrittenStatement { interruption: None });
    assert_eq!(owes(&acts), []);
}

#[test]
fn a_written_statement_can_be_made_when_nothing_was_recorded_at_all() {
    let mut record = Record::new(Policy::default());
    let outcome = record.apply(&event(0, Act::WrittenStatement { interruption: None })).expect("taken");
    assert_eq!(outcome.written, Written::AfterOpening);
    record.apply(&event(1, ended(EndedHow::Officer))).expect("taken");
    assert!(!record.owed().iter().any(|o| matches!(o, Owed::WrittenStatement { .. })));
}

#[test]
fn a_record_of_photos_alone_owes_no_opening_and_no_statement() {
    let acts = [opened(), Act::Place {}, Act::Officers {}, subject(), Act::Photo {}, ended(EndedHow::Officer)];
    assert_eq!(owes(&acts), []);
}

#[test]
fn nobody_owes_the_filming_notice_when_nobody_films() {
    let mut acts = well_begun();
    assert_eq!(owes(&acts), []);
    acts.push(filming(FilmingStep::SomeoneFilms));
    assert_eq!(owes(&acts), [Owed::FilmingNotice]);
    acts.push(filming(FilmingStep::ToldSecrets));
    assert_eq!(owes(&acts), [Owed::FilmingNotice], "the secrecy phrase is not the notice");
    acts.push(filming(FilmingStep::Told));
    assert_eq!(owes(&acts), []);
    acts.push(filming(FilmingStep::SomeoneFilms));
    assert_eq!(owes(&acts), [Owed::FilmingNotice], "another one has begun");
}

#[test]
fn filming_and_arguing_are_no_obstruction_for_the_police() {
    let effects =
        |obstruction| record(&well_begun()).apply(&event(70, Act::Obstruction { obstruction })).expect("taken").effects;
    assert_eq!(effects(Obstruction::Violence), [Effect::OfferPoliceBundle]);
    assert_eq!(effects(Obstruction::Threat), [Effect::OfferPoliceBundle]);
    assert_eq!(effects(Obstruction::Other), []);
}

#[test]
fn a_photo_before_anything_opens_a_record_for_itself() {
    let mut record = Record::new(Policy::default());
    let outcome = record.apply(&event(0, Act::Photo {})).expect("a photo is refused in no state");
    assert_eq!((outcome.written, record.phase()), (Written::AfterOpening, Phase::Open));
    assert_eq!(outcome.flags.iter().collect::<Vec<_>>(), [Flag::BeforeOpening, Flag::NotRecording]);
}

#[test]
fn a_photo_after_the_seal_goes_to_a_new_record_and_leaves_this_one_as_it_was() {
    let sealed = record(&ending(&well_begun()));
    let mut after = sealed.clone();
    let outcome = after.apply(&event(80, Act::Photo {})).expect("a photo is refused in no state");
    assert_eq!((outcome.written, after), (Written::InANewRecord, sealed));
}

#[test]
fn a_mistake_is_declared_only_after_the_seal_and_pays_nothing() {
    let mut acts = vec![opened(), take(1)];
    let running = record(&acts).apply(&event(9, Act::DeclaredMistake {}));
    assert_eq!(running, Err(Refusal { phase: Phase::Recording, event: ActKind::DeclaredMistake }));
    acts = ending(&acts);
    let before = owes(&acts);
    acts.push(Act::DeclaredMistake {});
    assert_eq!(owes(&acts), before);
}

#[test]
fn a_fragment_after_the_seal_is_refused_and_names_both() {
    let mut sealed = record(&ending(&well_begun()));
    let refusal = sealed.apply(&event(9, Act::Fragment { mono_us: 0 }));
    assert_eq!(refusal, Err(Refusal { phase: Phase::Sealed, event: ActKind::Fragment }));
}

#[test]
fn what_was_left_behind_is_not_called_served_while_a_step_is_missing() {
    let mut acts = well_begun();
    let step = |step| Act::Service { method: ServiceMethod::Left, step };
    acts.extend([step(ServiceStep::Begun), step(ServiceStep::Refused), step(ServiceStep::Left)]);
    let claims = record(&acts).service_claims();
    assert_eq!(claims, [ServiceClaim { method: ServiceMethod::Left, missing: vec![ServiceStep::Pictured] }]);
    acts.push(step(ServiceStep::Pictured));
    assert!(record(&acts).service_claims()[0].is_effected());
}

#[test]
fn what_is_described_later_is_owed_no_longer() {
    let mut acts = ending(&[opened(), preflight(), take(1), whole_opening()]);
    assert_eq!(owes(&acts), [Owed::PlaceDescription, Owed::OfficersDescription, Owed::SubjectDescription]);
    acts.extend([Act::Place {}, Act::Officers {}, subject()]);
    assert_eq!(record(&acts).completeness(), Completeness::Complete);
}

#[test]
fn each_debt_says_since_when_it_was_owed_and_with_what_it_was_done() {
    let acts = [opened(), take(1), preflight(), Act::Place {}, passage(&SIX, Confirmed::Now), Act::Photo {}];
    let found: Vec<_> = debts(&story(&acts), Policy::default());
    let open = |owed, since| Debt { owed, since, paid: None };
    let only_the_notice = Owed::Opening { missing: [OpeningElement::Notice].into_iter().collect() };
    assert_eq!(
        found,
        [
            Debt { owed: Owed::PlaceDescription, since: 0, paid: Some(3) },
            open(Owed::OfficersDescription, 0),
            open(Owed::SubjectDescription, 0),
            Debt { owed: Owed::Preflight, since: 1, paid: Some(2) },
            open(only_the_notice, 1),
        ]
    );
    let still_owed: Vec<Owed> = found.iter().filter(|debt| debt.paid.is_none()).map(|debt| debt.owed).collect();
    assert_eq!(still_owed, owes(&acts), "what history leaves open is what is owed");
}

#[test]
fn who_films_again_is_told_again_and_both_stand_in_the_history() {
    let mut acts = well_begun();
    for state in [FilmingStep::SomeoneFilms, FilmingStep::Told, FilmingStep::SomeoneFilms, FilmingStep::Told] {
        acts.push(filming(state));
    }
    let told: Vec<_> = debts(&story(&acts), Policy::default());
    let of_filming = told.iter().filter(|debt| debt.owed == Owed::FilmingNotice);
    assert_eq!(of_filming.map(|debt| (debt.since, debt.paid)).collect::<Vec<_>>(), [(7, Some(8)), (9, Some(10))]);
}

#[test]
fn a_gap_that_turns_out_to_have_healed_was_never_a_debt() {
    let mut acts = well_begun();
    let broken = acts.len() as u64;
    acts.extend([interrupted(Cause::Encoder), take(2), resumed(broken, 3_000_000)]);
    let of_breaks = |policy| {
        let history = debts(&story(&acts), policy);
        history.into_iter().filter(|debt| matches!(debt.owed, Owed::InterruptionReason { .. })).collect::<Vec<_>>()
    };
    assert_eq!(of_breaks(Policy::default()), []);
    let owed = Owed::InterruptionReason { interruption: broken };
    let strict = Policy { heals_within_us: 1_000_000, ..Policy::default() };
    assert_eq!(of_breaks(strict), [Debt { owed, since: broken + 1, paid: None }]);
}
