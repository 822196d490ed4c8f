//! Made traces of a phone's sources, with the truth beside them.

#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use quanji_capture::clocks::{ClockBase, ClockReport, Declared, Slept, SourceClocks};
use quanji_media::Timescale;
use quanji_testkit::Dice;

pub const RATE: i64 = 48_000;
/// The phone had been on for a day, and slept three hours of it.
pub const BOOTED_US: i64 = 86_400_000_000;
pub const SLEPT: Slept = Slept(3 * 3_600_000_000);

/// A unit: when it was really taken, what its stamp says, and when it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Unit {
    pub truth_us: i64,
    pub stamp_us: i64,
    pub arrived_us: i64,
}

/// What the phone says of its microphone, when it says it.
#[derive(Debug, Clone, Copy)]
pub struct Heard {
    pub told_us: i64,
    pub frame: i64,
    pub at_us: i64,
}

/// What a phone delivered.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// In the order of decoding.
    pub pictures: Vec<Unit>,
    pub sound: Vec<Unit>,
    pub heard: Vec<Heard>,
}

/// How a trace is made.
#[derive(Debug, Clone)]
pub struct Make {
    pub seed: u64,
    pub seconds: i64,
    /// The clock the camera really stamps with.
    pub camera: ClockBase,
    pub frame_us: i64,
    /// The sound card's second against the phone's.
    pub ppm: i64,
    /// The sound begins so much after the picture.
    pub sound_begins_us: i64,
    /// The phone says nothing of its microphone until then; `None`: never.
    pub told_from_us: Option<i64>,
    /// How far what it says errs.
    pub told_error_us: i64,
    /// Delay of a unit, from the least to the most.
    pub delay_us: (i64, i64),
}

impl Default for Make {
    fn default() -> Self {
        Make {
            seed: 1,
            seconds: 120,
            camera: ClockBase::Elapsed,
            frame_us: 40_000,
            ppm: 0,
            sound_begins_us: 0,
            told_from_us: Some(0),
            told_error_us: 500,
            delay_us: (30_000, 90_000),
        }
    }
}

impl Make {
    pub fn trace(&self) -> Trace {
        let mut dice = Dice::new(self.seed);
        let (least, most) = self.delay_us;
        let mut delay = move || least + i64::try_from(dice.below((most - least + 1) as u64)).unwrap();
        let until = BOOTED_US + self.seconds * 1_000_000;
        let mut trace = Trace::default();
        let mut truth_us = BOOTED_US;
        let mut last = 0;
        while truth_us < until {
            let stamp_us = match self.camera {
                ClockBase::Elapsed => truth_us,
                ClockBase::Monotonic => truth_us - SLEPT.0,
                ClockBase::Unknown => truth_us - BOOTED_US + 777_000_000,
            };
            last = last.max(truth_us + delay());
            trace.pictures.push(Unit { truth_us, stamp_us, arrived_us: last });
            truth_us += self.frame_us;
        }
        let us_of_frames = |frames: i64| {
            (i128::from(frames) * (1_000_000_000_000 + i128::from(self.ppm) * 1_000_000) / i128::from(RATE) / 1_000_000)
                as i64
        };
        let begins = BOOTED_US + self.sound_begins_us;
        let mut errors = Dice::new(self.seed ^ 0x5eed);
        let mut last = 0;
        for unit in 0.. {
            let frame = unit * 1024;
            let truth_us = begins + us_of_frames(frame);
            if truth_us >= until {
                break;
            }
            let end_us = begins + us_of_frames(frame + 1024);
            last = last.max(end_us + delay());
            trace.sound.push(Unit {
                truth_us,
                stamp_us: Timescale::new(RATE as u32).unwrap().us(frame),
                arrived_us: last,
            });
            let is_told = self.told_from_us.is_some_and(|from| truth_us >= begins + from);
            if is_told && unit % 24 == 0 {
                let range = (2 * self.told_error_us + 1) as u64;
                let error = i64::try_from(errors.below(range)).unwrap() - self.told_error_us;
                trace.heard.push(Heard { told_us: last, frame, at_us: truth_us + error });
            }
        }
        trace
    }
}

/// What came of a trace.
#[derive(Debug)]
pub struct Placed {
    /// Decode and presentation time, µs since boot, with the truth.
    pub pictures: Vec<(i64, i64, Unit)>,
    /// Decode time in ticks, and in µs.
    pub sound: Vec<(i64, i64, Unit)>,
    pub reports: Vec<ClockReport>,
}

enum Event {
    Picture(Unit),
    Sound(Unit),
    Heard(Heard),
}

pub fn place(trace: &Trace, declared: ClockBase) -> Placed {
    let sound_scale = Timescale::new(RATE as u32).unwrap();
    let declared = Declared { camera: declared, slept: SLEPT };
    let mut clocks = SourceClocks::new(declared, Some(Timescale::MICROSECONDS), Some(sound_scale));
    let mut events: Vec<(i64, Event)> = Vec::new();
    events.extend(trace.heard.iter().map(|heard| (heard.told_us, Event::Heard(*heard))));
    events.extend(trace.pictures.iter().map(|unit| (unit.arrived_us, Event::Picture(*unit))));
    events.extend(trace.sound.iter().map(|unit| (unit.arrived_us, Event::Sound(*unit))));
    events.sort_by_key(|(at, _)| *at);
    let mut placed = Placed { pictures: Vec::new(), sound: Vec::new(), reports: Vec::new() };
    for (now_us, event) in events {
        match event {
            Event::Picture(unit) => {
                let at = clocks.picture(unit.stamp_us, unit.arrived_us).expect("there is a picture track");
                placed.pictures.push((at.decode, at.present, unit));
            }
            Event::Sound(unit) => {
                let at = clocks.sound(unit.stamp_us, unit.arrived_us).expect("there is a sound track");
                placed.sound.push((at.decode, sound_scale.us(at.decode), unit));
            }
            Event::Heard(Heard { frame, at_us, .. }) => clocks.heard(frame, at_us, ClockBase::Elapsed),
        }
        placed.reports.extend(clocks.report(now_us));
    }
    placed
}

impl Placed {
    /// None dropped, none repeated, and every decode time above the one before.
    pub fn check_order(&self, trace: &Trace) {
        assert_eq!(
            (self.pictures.len(), self.sound.len()),
            (trace.pictures.len(), trace.sound.len()),
            "count in is count out"
        );
        assert!(self.pictures.windows(2).all(|two| two[0].0 < two[1].0), "pictures' decode times rise");
        assert!(self.sound.windows(2).all(|two| two[0].0 < two[1].0), "the sound's decode times rise");
    }

    /// Largest distance from the truth of pictures as shown, and of sound, from `from_us` after the boot's day on.
    pub fn errors_us(&self, from_us: i64) -> (i64, i64) {
        let after = |unit: &Unit| unit.truth_us >= BOOTED_US + from_us;
        let pictures =
            self.pictures.iter().filter(|(.., unit)| after(unit)).map(|(_, at, unit)| (at - unit.truth_us).abs());
        let sound = self.sound.iter().filter(|(.., unit)| after(unit)).map(|(_, at, unit)| (at - unit.truth_us).abs());
        (pictures.max().unwrap_or(0), sound.max().unwrap_or(0))
    }

    /// By how much the sound is really written later than the picture, at an instant.
    pub fn true_offset_us(&self, at_us: i64) -> i64 {
        let late = |(_, at, unit): &(i64, i64, Unit)| at - unit.truth_us;
        let picture = self.pictures.iter().rfind(|(.., unit)| unit.arrived_us <= at_us).map_or(0, late);
        let sound = self.sound.iter().rfind(|(.., unit)| unit.arrived_us <= at_us).map_or(0, late);
        sound - picture
    }

    /// Every A/V offset that was reported is within `bound_us` of the true one.
    pub fn check_reports(&self, bound_us: i64) {
        for report in &self.reports {
            let Some(said) = report.av_offset_us else { continue };
            let truth = self.true_offset_us(report.at_us);
            assert!((said - truth).abs() <= bound_us, "said {said}, truly {truth}: {report:?}");
        }
    }
}
