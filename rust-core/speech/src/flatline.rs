//! A microphone that delivers nothing but a flat line: silenced by a phone call, covered in software, or dead.

/// After so long without any movement in the samples the microphone counts as silenced.
///
/// Short enough that, with pieces of PCM up to 400 ms, the officer knows within 2 s; long enough that a noise gate between two sentences is
/// no alarm.
pub const SILENCED_AFTER_US: u64 = 1_500_000;

/// The largest distance between the lowest and the highest sample of a flat line: a real microphone's own noise moves more than the
/// last bit.
const FLAT_PEAK_TO_PEAK: i32 = 1;

/// Watches for the flat line, frame by frame.
#[derive(Debug, Default)]
pub(crate) struct Flatline {
    /// Samples of the flat run that is going on.
    run_samples: u64,
    /// The first and the last level seen in it, so that a slow drift from frame to frame is not flat.
    level: i16,
}

impl Flatline {
    /// Whether this frame is flat by itself and at the level of the flat run before it.
    pub(crate) fn push(&mut self, frame: &[i16]) -> bool {
        let (Some(&low), Some(&high)) = (frame.iter().min(), frame.iter().max()) else { return false };
        let is_flat = i32::from(high) - i32::from(low) <= FLAT_PEAK_TO_PEAK;
        let continues = self.run_samples > 0 && (i32::from(low) - i32::from(self.level)).abs() <= FLAT_PEAK_TO_PEAK;
        match (is_flat, continues) {
            (false, _) => self.run_samples = 0,
            (true, true) => self.run_samples += frame.len() as u64,
            (true, false) => (self.run_samples, self.level) = (frame.len() as u64, low),
        }
        is_flat
    }

    pub(crate) fn run_samples(&self) -> u64 {
        self.run_samples
    }
}
