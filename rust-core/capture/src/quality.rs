//! How good the recording can be: steps down by heat, battery or a lost camera, steps up again with patience, and never to nothing.

/// What is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    SoundOnly,
    Hd,
    FullHd,
}

/// Sound of every step: AAC mono, 64 kb/s.
const SOUND_BITS_A_SECOND: u64 = 64_000;

impl Step {
    pub const ALL: &'static [Step] = &[Step::SoundOnly, Step::Hd, Step::FullHd];

    /// The code by which the shell finds the words that are said aloud.
    pub const fn name(self) -> &'static str {
        match self {
            Step::SoundOnly => "sound_only",
            Step::Hd => "720p",
            Step::FullHd => "1080p",
        }
    }

    /// Picture and its encoder's target, as without an agency's word; `None` for sound alone.
    pub const fn picture(self, coding: Coding) -> Option<Picture> {
        Rates::ORDINARY.picture(self, coding)
    }

    /// What a second of it takes on the disk, as without an agency's word.
    pub const fn bytes_a_second(self, coding: Coding) -> u64 {
        Rates::ORDINARY.bytes_a_second(self, coding)
    }

    /// What it draws from the battery, in thousandths of a percent a minute: a phone of 4,500 mAh and 6 h at 1080p, with the screen off.
    const fn permille_a_minute(self) -> u64 {
        match self {
            Step::SoundOnly => 70,
            Step::Hd => 210,
            Step::FullHd => 280,
        }
    }
}

/// Bits a second of H.264 at each step with a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    pub hd: u32,
    pub full_hd: u32,
}

impl Rates {
    /// Where no agency set others.
    pub const ORDINARY: Rates = Rates { hd: 2_000_000, full_hd: 4_000_000 };

    /// Picture and its encoder's target; `None` for sound alone.
    pub const fn picture(self, step: Step, coding: Coding) -> Option<Picture> {
        let (width, height, h264_bits) = match step {
            Step::SoundOnly => return None,
            Step::Hd => (1280, 720, self.hd),
            Step::FullHd => (1920, 1080, self.full_hd),
        };
        let bits_a_second = match coding {
            Coding::H264 => h264_bits,
            // What it shows at three fifths is no worse.
            Coding::Hevc => h264_bits / 5 * 3,
        };
        Some(Picture { coding, width, height, frames_a_second: 25, bits_a_second })
    }

    /// What a second of it takes on the disk, boxes and lines included (5 % and a line of 600 bytes twice a second).
    pub const fn bytes_a_second(self, step: Step, coding: Coding) -> u64 {
        let picture = match self.picture(step, coding) {
            Some(picture) => picture.bits_a_second as u64,
            None => 0,
        };
        (picture + SOUND_BITS_A_SECOND) / 8 * 105 / 100 + 1_200
    }
}

/// How pictures are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coding {
    /// Played by every computer there is.
    H264,
    Hevc,
}

/// Some of the steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Steps(u8);

impl Steps {
    pub const NONE: Steps = Steps(0);

    pub fn of(steps: &[Step]) -> Steps {
        Steps(steps.iter().fold(0, |bits, step| bits | Steps::bit(*step)))
    }

    pub fn has(self, step: Step) -> bool {
        self.0 & Steps::bit(step) != 0
    }

    fn bit(step: Step) -> u8 {
        1 << step as u8
    }
}

/// What the picture's encoder is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    pub coding: Coding,
    pub width: u16,
    pub height: u16,
    pub frames_a_second: u8,
    pub bits_a_second: u32,
}

/// `PowerManager.getCurrentThermalStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Thermal {
    None,
    Light,
    Moderate,
    Severe,
    Critical,
    Emergency,
    Shutdown,
}

/// Why it is no better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// The agency's policy.
    Policy,
    Heat,
    Battery,
    Camera,
}

impl Limit {
    pub const fn name(self) -> &'static str {
        match self {
            Limit::Policy => "policy",
            Limit::Heat => "heat",
            Limit::Battery => "battery",
            Limit::Camera => "camera",
        }
    }
}

/// What the phone is like now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conditions {
    pub thermal: Thermal,
    pub battery_percent: u8,
    pub is_charging: bool,
    pub has_camera: bool,
}

/// A change of step: said aloud, both codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepChange {
    pub from: Step,
    pub to: Step,
    pub because: Limit,
}

/// A step up waits until what had forced it down was gone for so long: each change is a new take.
const UP_AFTER_US: u64 = 120_000_000;
/// A camera that is back is used sooner: a record without picture proves least.
const CAMERA_UP_AFTER_US: u64 = 2_000_000;
/// A step forced by the battery goes up only so many percent above where it went down.
const BATTERY_MARGIN_PERCENT: u8 = 5;

/// The step a recording is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quality {
    policy: Step,
    /// Where HEVC is wanted and the phone has an encoder for it that has not failed.
    hevc_at: Steps,
    rates: Rates,
    step: Step,
    because: Limit,
    better_since_us: Option<u64>,
}

impl Quality {
    /// Begins at the best that policy and conditions allow, in HEVC where `hevc_at` says so.
    pub fn begin(policy: Step, hevc_at: Steps, now: Conditions) -> Quality {
        Quality::begin_at(Rates::ORDINARY, policy, hevc_at, now)
    }

    /// As [`Quality::begin`], at an agency's rates.
    pub fn begin_at(rates: Rates, policy: Step, hevc_at: Steps, now: Conditions) -> Quality {
        let (step, because) = best(policy, now, 0);
        Quality { policy, hevc_at, rates, step, because, better_since_us: None }
    }

    /// What the picture's encoder is asked for; `None` for sound alone.
    pub fn picture(&self) -> Option<Picture> {
        self.rates.picture(self.step, self.coding())
    }

    /// What a second of it takes on the disk.
    pub fn bytes_a_second(&self) -> u64 {
        self.rates.bytes_a_second(self.step, self.coding())
    }

    /// How the picture is coded at this step.
    pub fn coding(&self) -> Coding {
        if self.hevc_at.has(self.step) { Coding::Hevc } else { Coding::H264 }
    }

    /// The picture's encoder failed. One of HEVC is not tried again in this record: whether the picture is to go on in H.264.
    pub fn encoder_failed(&mut self) -> bool {
        let was = self.coding();
        if was == Coding::Hevc {
            self.hevc_at = Steps::NONE;
        }
        was != self.coding()
    }

    pub fn step(&self) -> Step {
        self.step
    }

    pub fn because(&self) -> Limit {
        self.because
    }

    /// Looks at the conditions. Down at once; up by patience.
    pub fn look(&mut self, now_us: u64, now: Conditions) -> Option<StepChange> {
        let (must, why) = best(self.policy, now, 0);
        if must < self.step {
            return Some(self.go(must, why));
        }
        let margin = if self.because == Limit::Battery { BATTERY_MARGIN_PERCENT } else { 0 };
        let (may, why) = best(self.policy, now, margin);
        if may <= self.step {
            self.better_since_us = None;
            return None;
        }
        let patience_us = if self.because == Limit::Camera { CAMERA_UP_AFTER_US } else { UP_AFTER_US };
        let since_us = *self.better_since_us.get_or_insert(now_us);
        (now_us.saturating_sub(since_us) >= patience_us).then(|| self.go(may, why))
    }

    fn go(&mut self, to: Step, why: Limit) -> StepChange {
        // Going up, what is said is the end of what had held it down.
        let because = if to < self.step { why } else { self.because };
        let change = StepChange { from: self.step, to, because };
        (self.step, self.because, self.better_since_us) = (to, why, None);
        change
    }
}

/// The best step, and what keeps it from being better. `margin` percent are asked of the battery on top.
fn best(policy: Step, now: Conditions, margin: u8) -> (Step, Limit) {
    let heat = match now.thermal {
        Thermal::None | Thermal::Light | Thermal::Moderate => Step::FullHd,
        Thermal::Severe => Step::Hd,
        Thermal::Critical | Thermal::Emergency | Thermal::Shutdown => Step::SoundOnly,
    };
    let battery = match now.battery_percent {
        _ if now.is_charging => Step::FullHd,
        percent if percent < 5 + margin => Step::SoundOnly,
        percent if percent < 15 + margin => Step::Hd,
        _ => Step::FullHd,
    };
    let camera = if now.has_camera { Step::FullHd } else { Step::SoundOnly };
    // What allows all that the policy asks for holds nothing down. Of two that hold it equally low, the one that the officer can do something
    // about is named.
    [(camera, Limit::Camera), (battery, Limit::Battery), (heat, Limit::Heat)]
        .into_iter()
        .filter(|(step, _)| *step < policy)
        .min_by_key(|(step, _)| *step)
        .unwrap_or((policy, Limit::Policy))
}

/// How long a recording can last, said before it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lasts {
    pub space_s: u64,
    /// `None` while it is charged.
    pub battery_s: Option<u64>,
}

/// What free space and battery are good for at a step that takes so many bytes a second.
pub fn lasts(step: Step, bytes_a_second: u64, free_bytes: u64, now: Conditions) -> Lasts {
    let battery_s = u64::from(now.battery_percent) * 1000 * 60 / step.permille_a_minute();
    Lasts { space_s: free_bytes / bytes_a_second.max(1), battery_s: (!now.is_charging).then_some(battery_s) }
}
