//! How long to wait before the next attempt: doubled each time, with jitter, so that phones do not come back all at once.

use quanji_store::{Chance, NoChance};

const FIRST_US: u64 = 2_000_000;
/// Nothing waits longer than this by itself, so a clock that was set cannot keep it for good.
pub(crate) const LONGEST_US: u64 = 15 * 60 * 1_000_000;
/// The longest wait with all that jitter may put on top; an instant beyond it was written by a clock that was set back since.
pub(crate) const BEYOND_US: u64 = LONGEST_US + LONGEST_US / 2;

/// The wait after so many attempts without success: between half and all of 2 s · 2^attempts, at most 15 min, and never less than
/// what the agency asked for (within the longest) with the same jitter on top.
pub(crate) fn delay_us(attempts: u32, asked_us: u64, chance: &dyn Chance) -> Result<u64, NoChance> {
    let whole = FIRST_US.saturating_mul(1 << attempts.min(20)).min(LONGEST_US);
    let mut bytes = [0; 8];
    chance.fill(&mut bytes)?;
    let half = whole / 2;
    let jitter = u64::from_le_bytes(bytes) % (half + 1);
    // What the agency asked for is the same for all: the jitter comes on top of it, or all would come back at that instant.
    Ok((half + jitter).max(asked_us.min(LONGEST_US).saturating_add(jitter)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quanji_testkit::SeededChance;

    fn whole_us(attempts: u32) -> u64 {
        FIRST_US.saturating_mul(1 << attempts.min(20)).min(LONGEST_US)
    }

    #[test]
    fn a_wait_is_bounded_grows_and_is_never_less_than_the_agency_asked_for() {
        for seed in 0..200 {
            let chance = SeededChance::new(seed);
            for attempts in (0..64).chain([u32::MAX]) {
                let whole = whole_us(attempts);
                let delay = delay_us(attempts, 0, &chance).unwrap();
                assert!((whole / 2..=whole).contains(&delay), "seed {seed}, {attempts} attempts: {delay}");
                for asked in [1, 30_000_000, LONGEST_US - 1, LONGEST_US] {
                    let delay = delay_us(attempts, asked, &chance).unwrap();
                    assert!((asked..=asked + whole).contains(&delay), "seed {seed}, asked for {asked}: {delay}");
                }
                // A Retry-After of years is held to the longest wait, and a bit.
                let delay = delay_us(attempts, u64::MAX, &chance).unwrap();
                assert!((LONGEST_US..=BEYOND_US).contains(&delay), "seed {seed}: {delay}");
            }
        }
    }

    /// The most phones whose attempts fall into one tenth of the time over which they could.
    fn fullest_tenth(instants: &[u64]) -> usize {
        let (first, last) = (instants.iter().min().unwrap(), instants.iter().max().unwrap());
        let tenth = ((last - first) / 10).max(1);
        let mut tenths = [0; 11];
        instants.iter().for_each(|at| tenths[((at - first) / tenth).min(10) as usize] += 1);
        tenths.into_iter().max().unwrap()
    }

    #[test]
    fn after_an_outage_200_phones_do_not_come_back_all_at_once() {
        let phones: Vec<_> = (0..200).map(|seed| SeededChance::new(9_000 + seed)).collect();
        // All lost the agency at the same instant; it answers 503 with and without Retry-After.
        for asked_us in [0, 10_000_000, 60_000_000] {
            let mut at = vec![0_u64; phones.len()];
            for attempts in 0..8 {
                for (at, chance) in at.iter_mut().zip(&phones) {
                    *at += delay_us(attempts, asked_us, chance).unwrap();
                }
                let spread = at.iter().max().unwrap() - at.iter().min().unwrap();
                assert!(spread >= whole_us(attempts) / 3, "attempt {attempts}, asked for {asked_us}: {spread}");
                let fullest = fullest_tenth(&at);
                println!(
                    "asked for {asked_us}, attempt {attempts}: over {spread} µs, {fullest} of 200 in the fullest tenth"
                );
                assert!(fullest <= 70, "attempt {attempts}, asked for {asked_us}: {fullest} of 200 in one tenth");
            }
        }
    }
}
