//! How long to wait before the next attempt: doubled each time, with jitter, so that phones do not come back all at once.

use quanji_store::{Chance, NoChance};

const FIRST_US: u64 = 2_000_000;
/// Nothing waits longer than this by itself, so a clock that was set cannot keep it for good.
pub(crate) const LONGEST_US: u64 = 15 * 60 * 1_000_000;

/// The wait after so many attempts without success: between half and all of 2 s · 2^attempts, at most 15 min, and never less than
/// what the agency asked for (within the longest).
pub(crate) fn delay_us(attempts: u32, asked_us: u64, chance: &dyn Chance) -> Result<u64, NoChance> {
    let whole = FIRST_US.saturating_mul(1 << attempts.min(20)).min(LONGEST_US);
    let mut bytes = [0; 8];
    chance.fill(&mut bytes)?;
    let half = whole / 2;
    let jittered = half + u64::from_le_bytes(bytes) % (half + 1);
    Ok(jittered.max(asked_us.min(LONGEST_US)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quanji_testkit::SeededChance;

    #[test]
    fn waits_grow_to_a_quarter_of_an_hour_and_two_phones_differ() {
        let (one, other) = (SeededChance::new(41), SeededChance::new(42));
        let mut differ = 0;
        for attempts in 0..64 {
            let whole = FIRST_US.saturating_mul(1 << attempts.min(20)).min(LONGEST_US);
            let delays = [&one, &other].map(|chance| delay_us(attempts, 0, chance).unwrap());
            for delay in delays {
                assert!((whole / 2..=whole).contains(&delay), "{attempts}: {delay}");
            }
            differ += u32::from(delays[0] != delays[1]);
        }
        assert!(differ > 60);
        assert_eq!(delay_us(0, 30_000_000, &one).unwrap(), 30_000_000);
        assert_eq!(delay_us(0, u64::MAX, &one).unwrap(), LONGEST_US);
    }
}
