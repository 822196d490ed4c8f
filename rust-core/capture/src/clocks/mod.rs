//! Two sources, two clocks, one timeline: the decode times of pictures and sound on the clock that counts sleep, and how true they are.

mod base;
mod fit;
mod floor;
mod order;
mod picture;
mod sound;

pub use base::{ClockBase, Slept};
pub use order::DecodeOrder;
pub use picture::{PictureClock, PictureSource, Placed};
pub use sound::{SoundClock, SoundSource};

use quanji_media::Timescale;

/// How true the timeline is, once a minute.
pub const REPORT_EVERY_US: i64 = 60_000_000;
/// Sound and picture further apart than this are seen to be, lips first (ITU-R BT.1359: 45 ms early, 125 ms late are noticed).
pub const AV_OFFSET_LIMIT_US: i64 = 80_000;

/// Instants further from boot than this (142 years) are nobody's; held to it, no sum or difference here can overflow, and every number that
/// comes out stands in I-JSON.
const INSTANT_MAX_US: i64 = 1 << 52;

fn held(us: i64) -> i64 {
    us.clamp(-INSTANT_MAX_US, INSTANT_MAX_US)
}

/// What the phone declares of its sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declared {
    pub camera: ClockBase,
    pub slept: Slept,
}

/// Where a unit stands, in ticks since boot of its track's timescale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamped {
    pub decode: i64,
    pub present: i64,
}

/// How true the timeline was when it was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockReport {
    pub at_us: i64,
    /// `None` without a picture.
    pub picture: Option<PictureSource>,
    /// `None` without sound.
    pub sound: Option<SoundSource>,
    /// The sound card's second against the phone's, parts per million; `None` until it was measured.
    pub sound_drift_ppm: Option<i64>,
    /// By how much the sound is written later than the picture, as measured; `None` without both.
    pub av_offset_us: Option<i64>,
    /// How often the camera's clock was set since the report before.
    pub set: u64,
}

/// The clocks of one capture's sources.
#[derive(Debug, Clone)]
pub struct SourceClocks {
    declared: Declared,
    picture: Option<(PictureClock, DecodeOrder, Timescale)>,
    sound: Option<SoundClock>,
    set: u64,
    reported_us: Option<i64>,
}

impl SourceClocks {
    /// Timescales of the tracks there are.
    pub fn new(declared: Declared, picture: Option<Timescale>, sound: Option<Timescale>) -> SourceClocks {
        let picture =
            picture.map(|scale| (PictureClock::new(declared.camera, declared.slept), DecodeOrder::default(), scale));
        let sound = sound.map(|scale| SoundClock::new(scale, declared.slept));
        SourceClocks { declared, picture, sound, set: 0, reported_us: None }
    }

    /// Sources that are set up anew: other tracks, or another camera. What is known of a microphone that goes on stays known.
    pub fn change(&mut self, declared: Declared, picture: Option<Timescale>, sound: Option<Timescale>) {
        let is_the_same = declared == self.declared;
        if let (true, Some((_, _, was)), Some(is)) = (is_the_same, &self.picture, picture)
            && *was == is
        {
            // The same camera: its clock and its order go on.
        } else {
            self.picture = picture
                .map(|scale| (PictureClock::new(declared.camera, declared.slept), DecodeOrder::default(), scale));
        }
        let goes_on = self.sound.as_ref().is_some_and(|clock| Some(clock.scale()) == sound);
        if !goes_on {
            self.sound = sound.map(|scale| SoundClock::new(scale, declared.slept));
        }
        self.declared = declared;
    }

    /// Places a picture; `None` without a picture track. Times are µs.
    pub fn picture(&mut self, stamp_us: i64, arrived_us: i64) -> Option<Stamped> {
        let (clock, order, scale) = self.picture.as_mut()?;
        let Placed { at_us, is_anew } = clock.place(held(stamp_us), held(arrived_us));
        if is_anew {
            self.set += 1;
            order.forget_shown();
        }
        let present = scale.ticks(at_us);
        Some(Stamped { decode: order.decode(present), present })
    }

    /// Places a unit of sound; `None` without a sound track.
    pub fn sound(&mut self, stamp_us: i64, arrived_us: i64) -> Option<Stamped> {
        let decode = self.sound.as_mut()?.place(held(stamp_us), held(arrived_us));
        Some(Stamped { decode, present: decode })
    }

    /// The phone says at which instant its microphone heard which frame.
    pub fn heard(&mut self, frame: i64, at_us: i64, base: ClockBase) {
        if let Some(sound) = &mut self.sound {
            sound.heard(held(frame), held(at_us), base);
        }
    }

    /// The microphone was opened anew and counts from 0.
    pub fn microphone_reopened(&mut self) {
        if let Some(sound) = &mut self.sound {
            sound.reopen();
        }
    }

    /// A report when one is due: a minute after the one before, or at once when the camera's clock was set.
    pub fn report(&mut self, now_us: i64) -> Option<ClockReport> {
        let now_us = held(now_us);
        let since = *self.reported_us.get_or_insert(now_us);
        if now_us < since.saturating_add(REPORT_EVERY_US) && self.set == 0 {
            return None;
        }
        self.reported_us = Some(now_us);
        let picture = self.picture.as_ref().and_then(|(clock, ..)| clock.source());
        let sound = self.sound.as_ref().and_then(SoundClock::source);
        let late = |(clock, ..): &(PictureClock, DecodeOrder, Timescale)| clock.late_us();
        let picture_late_us = self.picture.as_ref().map(late).filter(|_| picture.is_some());
        let sound_late_us = self.sound.as_ref().map(SoundClock::late_us).filter(|_| sound.is_some());
        Some(ClockReport {
            at_us: now_us,
            picture,
            sound,
            sound_drift_ppm: self.sound.as_ref().and_then(SoundClock::drift_ppm).map(held),
            av_offset_us: sound_late_us
                .zip(picture_late_us)
                .map(|(sound, picture)| held(sound.saturating_sub(picture))),
            set: std::mem::take(&mut self.set),
        })
    }
}
