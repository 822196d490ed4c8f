//! Builders of events for the tests of this crate.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part")]

use quanji_rules::*;

/// A small generator whose seed is written down (splitmix64).
pub struct Seeded(pub u64);

impl Seeded {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// 2026-11-12 (a Thursday) 10:00 +08:00.
pub const T0_US: i64 = 1_794_448_800_000_000;
pub const SECOND: i64 = 1_000_000;

pub fn wall(second: i64) -> Instant {
    Instant::from_us(T0_US + second * SECOND)
}

/// Events one second apart, numbered from 0.
pub fn story(acts: &[Act]) -> Vec<Event> {
    (0..).zip(acts).map(|(seq, act)| event(seq, *act)).collect()
}

pub fn event(seq: u64, act: Act) -> Event {
    let second = seq as i64;
    Event { seq, clock: Clock { wall: wall(second), mono_us: second * SECOND, boot: 1 }, act }
}

/// The record after these acts; none of them is refused.
pub fn record(acts: &[Act]) -> Record {
    let mut record = Record::new(Policy::default());
    for event in story(acts) {
        record.apply(&event).expect("a story holds nothing that is refused");
    }
    record
}

pub fn opened() -> Act {
    Act::Opened { started: Started::Button }
}

pub fn take(take: u32) -> Act {
    Act::Take { take, cause: Cause::Start, mono_us: 0, video: true, audio: true }
}

pub fn interrupted(cause: Cause) -> Act {
    Act::Interrupted { cause, at: wall(100) }
}

pub fn resumed(interruption: u64, gap_us: u64) -> Act {
    Act::Resumed { interruption, gap_us }
}

pub fn reason(interruption: u64) -> Act {
    Act::InterruptionReason { interruption, how: ReasonMeans::Spoken, speech: Speech::Detected }
}

pub fn ended(how: EndedHow) -> Act {
    Act::Ended { how, at: wall(600) }
}

pub fn preflight() -> Act {
    Act::Preflight { notes: PreflightNotes::default() }
}

pub fn subject() -> Act {
    Act::Subject { party: Party::Named }
}

pub fn passage(elements: &[OpeningElement], confirmed: Confirmed) -> Act {
    let elements = elements.iter().copied().collect();
    Act::OpeningPassage { elements, speech: Speech::Detected, confirmed, how: Means::Spoken }
}

pub const SIX: [OpeningElement; 6] = [
    OpeningElement::Time,
    OpeningElement::Place,
    OpeningElement::Officers,
    OpeningElement::Matter,
    OpeningElement::Party,
    OpeningElement::Stages,
];

pub fn whole_opening() -> Act {
    let elements: Vec<_> = SIX.into_iter().chain([OpeningElement::Notice]).collect();
    passage(&elements, Confirmed::Now)
}

pub fn filming(state: FilmingStep) -> Act {
    Act::FilmingNotice { state }
}

/// A record that is described, checked, recording and introduced: nothing is owed.
pub fn well_begun() -> Vec<Act> {
    vec![opened(), preflight(), Act::Place {}, Act::Officers {}, subject(), take(1), whole_opening()]
}

/// One act of every kind, and of every payload on which a rule depends.
pub fn sample_acts() -> Vec<(&'static str, Act)> {
    vec![
        ("", opened()),
        ("", preflight()),
        ("", Act::Place {}),
        ("", Act::Officers {}),
        ("", subject()),
        ("", Act::Activity { change: ActivityChange::Joined }),
        ("", take(1)),
        ("", Act::Fragment { mono_us: 0 }),
        ("", Act::Recovered { mono_us: 0 }),
        ("", Act::Segment {}),
        ("confirmed", whole_opening()),
        ("not confirmed", passage(&SIX, Confirmed::No)),
        (
            "confirmed, no speech measured",
            Act::OpeningPassage {
                elements: SIX.into_iter().collect(),
                speech: Speech::NotDetected,
                confirmed: Confirmed::Now,
                how: Means::Spoken,
            },
        ),
        ("act first 先处置后说明", Act::OpeningExcused { reason: Excuse::ActFirst }),
        ("covered by the activity", Act::OpeningExcused { reason: Excuse::CoveredByActivity }),
        ("explained", Act::OpeningExcused { reason: Excuse::Explained }),
        ("", reason(0)),
        ("", Act::Notice { notice: NoticeKind::Latecomers, how: Means::Spoken }),
        ("", Act::Companion {}),
        ("", Act::Stage { stage: Stage::Investigation }),
        ("", Act::Checklist { item: KeyContent::Surroundings, state: ChecklistState::Recorded }),
        ("", Act::Mark {}),
        ("someone films", filming(FilmingStep::SomeoneFilms)),
        ("told", filming(FilmingStep::Told)),
        ("explained", filming(FilmingStep::Explained)),
        ("state secret", Act::ConfidentialSpan { secrecy: Secrecy::StateSecret }),
        ("minor present", Act::ConfidentialSpan { secrecy: Secrecy::Minor }),
        ("privacy", Act::ConfidentialSpan { secrecy: Secrecy::Privacy }),
        ("", Act::Photo {}),
        ("", Act::Document {}),
        ("", Act::Service { method: ServiceMethod::Left, step: ServiceStep::Left }),
        ("violence", Act::Obstruction { obstruction: Obstruction::Violence }),
        ("other", Act::Obstruction { obstruction: Obstruction::Other }),
        ("phone call", interrupted(Cause::PhoneCall)),
        ("battery, of which preflight warned", interrupted(Cause::Battery)),
        ("by hand", interrupted(Cause::Officer)),
        ("after 10 s", resumed(3, 10_000_000)),
        ("after 3 s", resumed(3, 3_000_000)),
        ("", Act::TrackLost { track: Track::Video, cause: Cause::CameraLost }),
        ("", Act::TrackBack { track: Track::Video }),
        ("", Act::ClockSet {}),
        ("", Act::CaptureClock {}),
        ("by hand", ended(EndedHow::Officer)),
        ("cut off for good", ended(EndedHow::CutForGood)),
        ("", Act::Sealed {}),
        ("", Act::AwayDeclared { ground: AwayGround::Remote }),
        ("", Act::Returned { at: wall(900) }),
        ("of the whole", Act::WrittenStatement { interruption: None }),
        ("", Act::Correction { of: 0 }),
        ("", Act::DeclaredMistake {}),
        ("", Act::Vouched {}),
    ]
}

/// A record in each phase, with nothing described or said: an emergency start. Preflight had warned of the battery.
pub fn in_each_phase() -> Vec<(Phase, Record)> {
    let warned = Act::Preflight { notes: [PreflightNote::BatteryLow].into_iter().collect() };
    let open = [Act::Opened { started: Started::Emergency }, warned];
    let with = |more: &[Act]| record(&[&open[..], more].concat());
    vec![
        (Phase::Idle, Record::new(Policy::default())),
        (Phase::Open, with(&[])),
        (Phase::Recording, with(&[take(1)])),
        // The interruption has seq 3, which `sample_acts` resumes.
        (Phase::Interrupted, with(&[take(1), interrupted(Cause::CameraLost)])),
        (Phase::Ended, with(&[take(1), ended(EndedHow::Officer)])),
        (Phase::Sealed, with(&[take(1), ended(EndedHow::Officer), Act::Sealed {}])),
    ]
}
