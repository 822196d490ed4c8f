//! The microphone's frames on the clock that counts sleep.
//!
//! A sound card has a quartz of its own. Its frames are counted, never dropped, repeated or resampled; when each was heard is read off a line
//! through what the phone says (`AudioTimestamp`), or, on a phone that says nothing, through when frames arrived. The line that is written is led
//! to the measured one gently, so that units keep meeting each other; by how much it is away is what [`SoundClock::late_us`] says.

use quanji_media::Timescale;

use super::base::{ClockBase, Slept};
use super::fit::{Fit, Line};
use super::floor::Floor;

/// Frames of one AAC unit.
const UNIT_FRAMES: i64 = 1024;
/// A unit's stamp may be off its place among the frames by less than half a unit: encoders round.
const ROUNDED_FRAMES: i64 = UNIT_FRAMES / 2;
/// The written line is led anew this often.
const LEAD_EVERY_US: i64 = 1_000_000;
/// What is off is made good in this time, but never faster than `LEAD_MOST`.
const LEAD_OVER_US: f64 = 5_000_000.0;
/// 1 in 100: a unit of 1024 frames is then told as 1014 to 1034, until the sound is where it was heard.
const LEAD_MOST: f64 = 0.01;
/// Over which the least delay of arrival is looked for, where arrival is all there is.
const ARRIVAL_FLOOR_US: i64 = 30_000_000;
/// … and where it is looked at for frames that the phone lost before anybody read them.
const LOSS_FLOOR_US: i64 = 2_000_000;
/// The least delay grows by more than this when frames were lost: what comes is younger than its number says.
const LOST_FROM_US: i64 = 120_000;

/// Where the instants of the sound come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SoundSource {
    /// The phone said at which instant it heard which frame.
    Measured,
    /// It did not: frames were heard when they arrived, at the latest.
    Arrival,
}

/// The clock of one microphone's frames.
#[derive(Debug, Clone)]
pub struct SoundClock {
    scale: Timescale,
    us_per_frame: f64,
    /// The frame that follows the last unit.
    next_frame: Option<i64>,
    fit: Fit,
    /// Arrival of a unit's end, less its frames at the nominal rate.
    arrival: Floor,
    delay: Floor,
    usual_delay_us: Option<i64>,
    /// What the phone lost before anybody read it.
    lost_us: i64,
    written: Option<Line>,
    led_at_us: i64,
    last_tick: Option<i64>,
    slept: Slept,
}

impl SoundClock {
    /// `scale` is the sampling rate.
    pub fn new(scale: Timescale, slept: Slept) -> SoundClock {
        let us_per_frame = 1_000_000.0 / f64::from(scale.get());
        SoundClock {
            scale,
            us_per_frame,
            next_frame: None,
            fit: Fit::new(us_per_frame),
            arrival: Floor::over(ARRIVAL_FLOOR_US),
            delay: Floor::over(LOSS_FLOOR_US),
            usual_delay_us: None,
            lost_us: 0,
            written: None,
            led_at_us: i64::MIN,
            last_tick: None,
            slept,
        }
    }

    /// The sampling rate.
    pub fn scale(&self) -> Timescale {
        self.scale
    }

    /// The phone says when it heard a frame, counted as the encoder's stamps count them (`AudioTimestamp`).
    pub fn heard(&mut self, frame: i64, at_us: i64, base: ClockBase) {
        if let Some(at_us) = base.to_elapsed(at_us, self.slept) {
            self.fit.add(frame, at_us);
        }
    }

    /// The decode time of the next unit, in ticks of the sampling rate since boot: above the one before. `stamp_us` is its first frame, counted
    /// at the nominal rate.
    pub fn place(&mut self, stamp_us: i64, arrived_us: i64) -> i64 {
        let frame = self.frame_of(stamp_us);
        self.next_frame = Some(frame + UNIT_FRAMES);
        let end = frame + UNIT_FRAMES;
        self.arrival.add(arrived_us, arrived_us.saturating_sub((end as f64 * self.us_per_frame) as i64));
        self.watch_for_loss(end, arrived_us);
        self.lead(frame, arrived_us);
        let at_us = self.written.map_or(arrived_us as f64, |line| line.at(frame));
        let tick = (at_us * f64::from(self.scale.get()) / 1_000_000.0).round() as i64;
        let tick = self.last_tick.map_or(tick, |last| tick.max(last.saturating_add(1)));
        self.last_tick = Some(tick);
        tick
    }

    fn frame_of(&self, stamp_us: i64) -> i64 {
        let stamped = self.scale.ticks(stamp_us);
        match self.next_frame {
            Some(next) if stamped < next + ROUNDED_FRAMES => next,
            _ => stamped,
        }
    }

    /// Where the phone counts on and a reader came too late, what comes was heard later than its number says.
    fn watch_for_loss(&mut self, end: i64, arrived_us: i64) {
        let Some((line, _)) = self.fit.line() else { return };
        let delay_us = arrived_us.saturating_sub(line.at(end) as i64).saturating_sub(self.lost_us);
        let Some(least_us) = self.delay.add(arrived_us, delay_us) else { return };
        let usual_us = *self.usual_delay_us.get_or_insert(least_us);
        if least_us > usual_us.saturating_add(LOST_FROM_US) {
            self.lost_us = self.lost_us.saturating_add(least_us.saturating_sub(usual_us));
            self.delay.clear();
        }
    }

    /// The line that is measured now, and where it comes from.
    fn measured(&self) -> Option<(Line, SoundSource)> {
        if let Some((mut line, _)) = self.fit.line() {
            line.at_us += self.lost_us as f64;
            return Some((line, SoundSource::Measured));
        }
        let at_us = self.arrival.least()? as f64;
        Some((Line { frame: 0, at_us, us_per_frame: self.us_per_frame }, SoundSource::Arrival))
    }

    fn lead(&mut self, frame: i64, now_us: i64) {
        let Some((measured, _)) = self.measured() else { return };
        let Some(written) = self.written else {
            (self.written, self.led_at_us) = (Some(measured), now_us);
            return;
        };
        if now_us < self.led_at_us.saturating_add(LEAD_EVERY_US) {
            return;
        }
        self.led_at_us = now_us;
        let (at_us, should_us) = (written.at(frame), measured.at(frame));
        let off_us = should_us - at_us;
        // Frames were lost: what follows really is later, and a gap says so. Never the other way: nothing is written before what was.
        let is_gap = off_us > LOST_FROM_US as f64;
        let lead = if is_gap { 0.0 } else { (off_us / LEAD_OVER_US).clamp(-LEAD_MOST, LEAD_MOST) };
        let at_us = if is_gap { should_us } else { at_us };
        self.written = Some(Line { frame, at_us, us_per_frame: measured.us_per_frame * (1.0 + lead) });
    }

    /// `None` before the first unit.
    pub fn source(&self) -> Option<SoundSource> {
        self.written.and(self.measured()).map(|(_, source)| source)
    }

    /// By how much the sound is placed later than it was heard, as measured now.
    pub fn late_us(&self) -> i64 {
        let (Some(written), Some((measured, _)), Some(frame)) = (self.written, self.measured(), self.next_frame) else {
            return 0;
        };
        (written.at(frame) - measured.at(frame)).round() as i64
    }

    /// By how much the sound card's second is longer than the phone's, in parts per million; `None` until that was measured.
    pub fn drift_ppm(&self) -> Option<i64> {
        let (line, is_measured) = self.fit.line()?;
        is_measured.then(|| ((line.us_per_frame / self.us_per_frame - 1.0) * 1_000_000.0).round() as i64)
    }

    /// The microphone was opened anew: its frames are counted anew, and nothing said of the old ones holds.
    pub fn reopen(&mut self) {
        let SoundClock { scale, last_tick, slept, .. } = *self;
        *self = SoundClock { last_tick, ..SoundClock::new(scale, slept) };
    }
}
