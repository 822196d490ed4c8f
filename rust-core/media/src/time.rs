//! Ticks of a track and microseconds, and the exact way between them.

use std::num::NonZeroU32;

/// Ticks a second of one track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timescale(NonZeroU32);

/// A timescale that no track may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a timescale is 1 to {max} ticks a second, found {found}", max = Timescale::MAX)]
pub struct TimescaleFault {
    pub found: u32,
}

impl Timescale {
    /// Highest timescale, so that every step of a take fits 32 bits.
    pub const MAX: u32 = 10_000_000;

    /// What pictures use when their source has no timescale of its own: microsecond stamps stay exact.
    pub const MICROSECONDS: Timescale = Timescale(NonZeroU32::new(1_000_000).expect("1,000,000 is not 0"));

    /// The customary timescale of MPEG pictures.
    pub const MPEG: Timescale = Timescale(NonZeroU32::new(90_000).expect("90,000 is not 0"));

    pub fn new(ticks_a_second: u32) -> Result<Self, TimescaleFault> {
        match NonZeroU32::new(ticks_a_second) {
            Some(n) if ticks_a_second <= Self::MAX => Ok(Self(n)),
            _ => Err(TimescaleFault { found: ticks_a_second }),
        }
    }

    pub fn get(self) -> u32 {
        self.0.get()
    }

    /// Microseconds of `ticks`, rounded down; saturates where an `i64` ends.
    pub fn us(self, ticks: i64) -> i64 {
        saturate((i128::from(ticks) * 1_000_000).div_euclid(i128::from(self.get())))
    }

    /// Nearest tick to `us`, halves up. Stamps converted one by one do not drift: each is rounded from the raw stamp.
    pub fn ticks(self, us: i64) -> i64 {
        saturate((i128::from(us) * i128::from(self.get()) + 500_000).div_euclid(1_000_000))
    }

    /// `ticks` of this scale in ticks of `other`, rounded down.
    pub fn convert_down(self, ticks: i64, other: Timescale) -> i64 {
        saturate((i128::from(ticks) * i128::from(other.get())).div_euclid(i128::from(self.get())))
    }

    /// Orders two instants of different tracks exactly.
    pub fn compare(self, ticks: i64, other: Timescale, other_ticks: i64) -> std::cmp::Ordering {
        let left = i128::from(ticks) * i128::from(other.get());
        left.cmp(&(i128::from(other_ticks) * i128::from(self.get())))
    }
}

fn saturate(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_frame_stamps_converts_without_drift() {
        let mpeg = Timescale::MPEG;
        for frame in (0..2_160_000i64).step_by(997) {
            assert_eq!(mpeg.ticks(frame * 40_000), frame * 3_600);
            assert_eq!(mpeg.us(frame * 3_600), frame * 40_000);
        }
    }

    #[test]
    fn stamps_before_zero_round_like_those_after() {
        let sound = Timescale::new(48_000).expect("in range");
        assert_eq!(sound.us(-1024), -21_334);
        assert_eq!(sound.ticks(-21_333), -1024);
        assert_eq!(sound.ticks(i64::MAX), sound.ticks(i64::MAX - 1));
        assert_eq!(Timescale::MPEG.us(i64::MIN), i64::MIN);
    }

    #[test]
    fn a_timescale_of_nothing_or_too_much_is_refused() {
        assert_eq!(Timescale::new(0), Err(TimescaleFault { found: 0 }));
        assert_eq!(Timescale::new(10_000_001), Err(TimescaleFault { found: 10_000_001 }));
    }
}
