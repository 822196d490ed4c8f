//! What an agency sets by measures of its own (第二十五条): one document of thresholds, quality, network, statements and retention.
//!
//! A measure may only add. Every value has the floor that the regulation, or this product, sets; a policy that goes below one is not issued,
//! and where one is read all the same, that value alone counts as not said.

mod editions;
mod fault;
mod own_days;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use editions::{Policies, PolicyEdition};
pub use fault::{PolicyAmiss, PolicyFault, PolicyField};
pub use own_days::{FILING_DAYS_LIMIT, OwnDays, STORAGE_DAYS_LIMIT, first_text};

use crate::catalog::Category;
use crate::matter::MandatoryMatter;
use crate::preflight::Thresholds;
use crate::record::{Policy, StatementDue};
use crate::words::words;

/// Longest title or issuer, in characters.
const TITLE_LIMIT_CHARS: usize = 200;
/// Statements later than a month after the storage deadline explain nothing any more; the regulation sets no day.
pub const STATEMENT_DAYS_LIMIT: u8 = 30;
/// Two centuries.
const RETENTION_LIMIT_MONTHS: u16 = 2_400;
/// Beyond these a threshold warns always, and says nothing.
const BATTERY_LIMIT_PERCENT: u8 = 90;
const SPACE_LIMIT_S: u64 = 48 * 3_600;
/// A clock is not read more finely than this.
const CLOCK_FLOOR_US: u64 = 100_000;

words! {
    /// How large the picture is.
    pub enum PictureSize {
        Hd = "720p", "720p";
        FullHd = "1080p", "1080p";
    }
}

impl PictureSize {
    /// What H.264 may take of it, kbit/s: below it nothing is recognised, above it nothing is gained and phones run full.
    pub const fn kbit_range(self) -> (u32, u32) {
        match self {
            PictureSize::Hd => (1_000, 8_000),
            PictureSize::FullHd => (2_000, 16_000),
        }
    }
}

/// What is recorded where nothing holds it down. What is absent is each officer's own choice on the phone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QualityRules {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub best: Option<PictureSize>,
    /// Where pictures are coded in HEVC, on phones that can; empty: nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hevc_at: Option<BTreeSet<PictureSize>>,
    /// Of H.264; HEVC takes three fifths.
    #[serde(rename = "kbit_720p", skip_serializing_if = "Option::is_none")]
    pub kbit_hd: Option<u32>,
    #[serde(rename = "kbit_1080p", skip_serializing_if = "Option::is_none")]
    pub kbit_full_hd: Option<u32>,
}

/// Film over a network that somebody pays for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NetworkRules {
    /// Whether an officer may say yes to it at all.
    pub film_over_paid: bool,
    /// The most that one yes may be to, in MB of 1,000,000 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_limit_mb: Option<u64>,
}

impl Default for NetworkRules {
    fn default() -> NetworkRules {
        NetworkRules { film_over_paid: true, paid_limit_mb: None }
    }
}

impl NetworkRules {
    /// To how much an officer may agree at once; `None`: to anything.
    pub fn limit_bytes(&self) -> Option<u64> {
        match (self.film_over_paid, self.paid_limit_mb) {
            (false, _) => Some(0),
            (true, limit_mb) => limit_mb.map(|mb| mb.saturating_mul(1_000_000)),
        }
    }

    /// How much of what an officer agrees to may go.
    pub fn agreed_bytes(&self, said_bytes: u64) -> u64 {
        self.limit_bytes().map_or(said_bytes, |limit| said_bytes.min(limit))
    }
}

/// How long records of a category are kept at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionFloor {
    pub category: Category,
    pub months: u16,
}

/// What an agency writes; it becomes a policy by [`AgencyPolicy::checked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyDraft {
    /// Of this form: 1.
    pub edition: u64,
    pub title: String,
    /// The agency whose measures they are, by name.
    pub issuer: String,
    /// 示例，未颁发: shown wherever the policy is.
    #[serde(default)]
    pub is_sample: bool,
    #[serde(default)]
    pub preflight: Thresholds,
    /// Of a record: gaps that heal, and statements.
    #[serde(default)]
    pub record: Policy,
    #[serde(default)]
    pub quality: QualityRules,
    #[serde(default)]
    pub network: NetworkRules,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retention: Vec<RetentionFloor>,
    /// 第十七条第二款 gives two; an agency may set one for itself, and whoever wants more is told the article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage_working_days: Option<u64>,
    /// 第十七条第一款 says 及时 of texts: so many working days are the agency's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filing_working_days: Option<u64>,
    /// Matters of 第十条 that are not to be recorded. None, for the same reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_recorded: Vec<MandatoryMatter>,
}

/// What holds: of an agency's policy, all that keeps to its floor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgencyPolicy {
    pub preflight: Thresholds,
    pub record: Policy,
    pub quality: QualityRules,
    pub network: NetworkRules,
    pub own_days: OwnDays,
    retention: BTreeMap<Category, u16>,
}

impl AgencyPolicy {
    /// Checks a draft against the floors, and against the policy that it takes the place of; everything that is amiss.
    pub fn checked(draft: &PolicyDraft, before: &AgencyPolicy) -> Result<AgencyPolicy, Vec<PolicyFault>> {
        let (policy, faults) = AgencyPolicy::obeyed(draft, before);
        if faults.is_empty() { Ok(policy) } else { Err(faults) }
    }

    /// What of a draft holds, and what is amiss with the rest: a value below its floor counts as not said.
    pub fn obeyed(draft: &PolicyDraft, before: &AgencyPolicy) -> (AgencyPolicy, Vec<PolicyFault>) {
        let mut faults = Vec::new();
        check_heading(draft, &mut faults);
        let own_days = obeyed_days(draft, &mut faults);
        let dropped = draft.not_recorded.iter();
        faults.extend(dropped.map(|matter| PolicyField::NotRecorded.amiss(PolicyAmiss::Dropped { matter: *matter })));
        let mut policy = AgencyPolicy {
            preflight: obeyed_thresholds(&draft.preflight, &mut faults),
            record: obeyed_record(draft.record, &mut faults),
            quality: obeyed_quality(&draft.quality, &mut faults),
            network: obeyed_network(&draft.network, &mut faults),
            own_days,
            retention: obeyed_retention(&draft.retention, &before.retention, &mut faults),
        };
        if draft.edition != 1 {
            // Of a form that this program does not know, nothing is understood.
            policy = AgencyPolicy { retention: before.retention.clone(), ..AgencyPolicy::default() };
        }
        (policy, faults)
    }

    /// How long records of this category are kept at least, in months; `None` where no edition said so. Only ever longer.
    pub fn retention_months(&self, category: Category) -> Option<u16> {
        self.retention.get(&category).copied()
    }

    pub fn retention(&self) -> impl Iterator<Item = RetentionFloor> {
        self.retention.iter().map(|(category, months)| RetentionFloor { category: *category, months: *months })
    }
}

fn check_heading(draft: &PolicyDraft, faults: &mut Vec<PolicyFault>) {
    let PolicyDraft { edition, title, issuer, .. } = draft;
    if *edition != 1 {
        faults.push(PolicyField::Edition.amiss(PolicyAmiss::Form { found: *edition }));
    }
    for (field, text) in [(PolicyField::Title, title), (PolicyField::Issuer, issuer)] {
        let chars = text.chars().count();
        if text.trim().is_empty() {
            faults.push(field.amiss(PolicyAmiss::Empty));
        }
        if chars > TITLE_LIMIT_CHARS {
            faults.push(field.above(chars as u64, TITLE_LIMIT_CHARS as u64));
        }
        if text.chars().any(char::is_control) {
            faults.push(field.amiss(PolicyAmiss::ControlCharacter));
        }
    }
}

/// Of the days that an agency sets, those that add to the law: two for storing are the law's own.
fn obeyed_days(draft: &PolicyDraft, faults: &mut Vec<PolicyFault>) -> OwnDays {
    let PolicyDraft { storage_working_days, filing_working_days, .. } = *draft;
    let storage = storage_working_days.filter(|found| {
        let is_within = (1..=STORAGE_DAYS_LIMIT).contains(found);
        if !is_within {
            faults.push(PolicyField::StorageWorkingDays.amiss(PolicyAmiss::BeyondTwoWorkingDays { found: *found }));
        }
        is_within && *found < STORAGE_DAYS_LIMIT
    });
    let filing =
        filing_working_days.filter(|found| PolicyField::FilingWorkingDays.within(*found, 1, FILING_DAYS_LIMIT, faults));
    let days = |found: Option<u64>| found.and_then(|found| u16::try_from(found).ok());
    OwnDays { storage: days(storage), filing: days(filing) }
}

/// Stricter than what holds without a policy, or the same.
fn obeyed_thresholds(said: &Thresholds, faults: &mut Vec<PolicyFault>) -> Thresholds {
    let Thresholds { battery_percent, seconds_left, clock_offset_us } = *said;
    let floor = Thresholds::default();
    let mut within = |field: PolicyField, found: u64, from: u64, to: u64| field.within(found, from, to, faults);
    Thresholds {
        battery_percent: if within(
            PolicyField::BatteryPercent,
            battery_percent.into(),
            floor.battery_percent.into(),
            BATTERY_LIMIT_PERCENT.into(),
        ) {
            battery_percent
        } else {
            floor.battery_percent
        },
        seconds_left: if within(PolicyField::SecondsLeft, seconds_left, floor.seconds_left, SPACE_LIMIT_S) {
            seconds_left
        } else {
            floor.seconds_left
        },
        clock_offset_us: if within(PolicyField::ClockOffset, clock_offset_us, CLOCK_FLOOR_US, floor.clock_offset_us) {
            clock_offset_us
        } else {
            floor.clock_offset_us
        },
    }
}

fn obeyed_record(said: Policy, faults: &mut Vec<PolicyFault>) -> Policy {
    let Policy { heals_within_us, statement_due, statement_countersigned } = said;
    let ordinary = Policy::default();
    let heals = PolicyField::HealsWithin.within(heals_within_us, 0, ordinary.heals_within_us, faults);
    let due = match statement_due {
        StatementDue::WithStorage => true,
        StatementDue::DaysAfterStorage(days) => {
            PolicyField::StatementDue.within(days.into(), 1, STATEMENT_DAYS_LIMIT.into(), faults)
        }
    };
    Policy {
        heals_within_us: if heals { heals_within_us } else { ordinary.heals_within_us },
        statement_due: if due { statement_due } else { ordinary.statement_due },
        statement_countersigned,
    }
}

fn obeyed_quality(said: &QualityRules, faults: &mut Vec<PolicyFault>) -> QualityRules {
    let QualityRules { best, hevc_at, kbit_hd, kbit_full_hd } = said;
    let mut rate = |field: PolicyField, size: PictureSize, kbit: Option<u32>| {
        let (from, to) = size.kbit_range();
        kbit.filter(|found| field.within((*found).into(), from.into(), to.into(), faults))
    };
    QualityRules {
        best: *best,
        hevc_at: hevc_at.clone(),
        kbit_hd: rate(PolicyField::KbitHd, PictureSize::Hd, *kbit_hd),
        kbit_full_hd: rate(PolicyField::KbitFullHd, PictureSize::FullHd, *kbit_full_hd),
    }
}

fn obeyed_network(said: &NetworkRules, faults: &mut Vec<PolicyFault>) -> NetworkRules {
    let NetworkRules { film_over_paid, paid_limit_mb } = *said;
    let is_sensible = paid_limit_mb.is_none_or(|mb| PolicyField::PaidLimit.within(mb, 1, 1_000_000, faults));
    // A limit that makes no sense is no leave to go without one.
    NetworkRules { film_over_paid: film_over_paid && is_sensible, paid_limit_mb: paid_limit_mb.filter(|_| is_sensible) }
}

/// What is said, and what an earlier edition had said longer, or of another category.
fn obeyed_retention(
    said: &[RetentionFloor],
    before: &BTreeMap<Category, u16>,
    faults: &mut Vec<PolicyFault>,
) -> BTreeMap<Category, u16> {
    let (mut kept, mut named) = (before.clone(), BTreeSet::new());
    for RetentionFloor { category, months } in said {
        if !named.insert(*category) {
            faults.push(PolicyField::Retention.amiss(PolicyAmiss::Repeated { category: *category }));
            continue;
        }
        if !PolicyField::Retention.within((*months).into(), 1, RETENTION_LIMIT_MONTHS.into(), faults) {
            continue;
        }
        match before.get(category) {
            Some(before) if months < before => faults.push(PolicyField::Retention.amiss(PolicyAmiss::Shortened {
                category: *category,
                found: *months,
                before: *before,
            })),
            _ => _ = kept.insert(*category, *months),
        }
    }
    kept
}

#[cfg(test)]
mod tests;
