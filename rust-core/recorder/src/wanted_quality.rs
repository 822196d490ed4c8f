//! What is to be recorded where nothing holds it down: the agency's word, and where it has none, the officer's choice on this phone.

use quanji_capture::quality::{Conditions, Quality, Rates, Step, Steps};
use quanji_rules::agency_policy::{PictureSize, QualityRules};

/// What is wanted of picture and coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedQuality {
    pub best: Step,
    /// Where HEVC is wanted of phones that can.
    pub hevc_at: Steps,
    pub rates: Rates,
}

impl WantedQuality {
    /// By an agency's rules, over what the officer chose.
    pub fn of(rules: &QualityRules, chosen_best: Step, is_hevc_chosen: bool) -> WantedQuality {
        let QualityRules { best, hevc_at, kbit_hd, kbit_full_hd } = rules;
        let of_choice = if is_hevc_chosen { Steps::of(&[Step::Hd, Step::FullHd]) } else { Steps::NONE };
        let of_agency = |sizes: &std::collections::BTreeSet<PictureSize>| {
            Steps::of(&sizes.iter().map(|size| step(*size)).collect::<Vec<_>>())
        };
        // A policy holds rates within the range of its size.
        let bits = |kbit: &Option<u32>, ordinary: u32| kbit.map_or(ordinary, |kbit| kbit.saturating_mul(1_000));
        WantedQuality {
            best: best.map_or(chosen_best, step),
            hevc_at: hevc_at.as_ref().map_or(of_choice, of_agency),
            rates: Rates {
                hd: bits(kbit_hd, Rates::ORDINARY.hd),
                full_hd: bits(kbit_full_hd, Rates::ORDINARY.full_hd),
            },
        }
    }

    /// What a recording begins at.
    pub fn begin(self, now: Conditions) -> Quality {
        let WantedQuality { best, hevc_at, rates } = self;
        Quality::begin_at(rates, best, hevc_at, now)
    }
}

fn step(size: PictureSize) -> Step {
    match size {
        PictureSize::Hd => Step::Hd,
        PictureSize::FullHd => Step::FullHd,
    }
}

#[cfg(test)]
mod tests {
    use quanji_capture::quality::{Coding, Thermal};

    use super::*;

    const WELL: Conditions =
        Conditions { thermal: Thermal::None, battery_percent: 80, is_charging: false, has_camera: true };

    #[test]
    fn where_the_agency_says_nothing_the_officer_chooses() {
        let wanted = WantedQuality::of(&QualityRules::default(), Step::Hd, true);
        assert_eq!((wanted.best, wanted.rates), (Step::Hd, Rates::ORDINARY));
        assert!(wanted.hevc_at.has(Step::Hd) && wanted.hevc_at.has(Step::FullHd));
        assert_eq!(wanted.begin(WELL).coding(), Coding::Hevc);
        assert_eq!(WantedQuality::of(&QualityRules::default(), Step::Hd, false).hevc_at, Steps::NONE);
    }

    #[test]
    fn what_the_agency_says_holds_over_the_officers_choice() {
        let rules = QualityRules {
            best: Some(PictureSize::Hd),
            hevc_at: Some([PictureSize::FullHd].into()),
            kbit_hd: Some(3_000),
            kbit_full_hd: None,
        };
        let quality = WantedQuality::of(&rules, Step::FullHd, true).begin(WELL);
        let picture = quality.picture().expect("a picture");
        assert_eq!((quality.step(), picture.coding, picture.bits_a_second), (Step::Hd, Coding::H264, 3_000_000));
        assert!(quality.bytes_a_second() > Step::Hd.bytes_a_second(Coding::H264));
        let none = QualityRules { hevc_at: Some(Default::default()), ..QualityRules::default() };
        assert_eq!(WantedQuality::of(&none, Step::FullHd, true).begin(WELL).coding(), Coding::H264);
    }
}
