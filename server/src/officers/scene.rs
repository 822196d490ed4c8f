//! Where two officers are asked for: counted over all records of the activity, whichever phone named whom.

use quanji_evidence::OfficersLine;
use quanji_rules::catalog::Officers;
use quanji_rules::{OfficerAtScene, OfficersCount};

use super::look::Found;

/// What is listed where there were fewer than the matter asks for.
pub const TOO_FEW: &str = "officers_too_few";

/// A record of the activity, as far as its officers go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtScene {
    pub record: String,
    pub device: String,
    /// `None`: it names nobody yet.
    pub named: Option<OfficersLine>,
    pub has_ended: bool,
    /// How many its matter asks for, by the catalog in force; `None`: no matter that the catalog knows.
    pub asks: Option<Officers>,
}

impl AtScene {
    fn officers(&self) -> &[OfficerAtScene] {
        self.named.as_ref().map_or(&[], |named| named.officers.as_slice())
    }
}

/// How many officers there were, over these records.
pub fn count(scene: &[AtScene]) -> OfficersCount {
    OfficersCount::over(scene.iter().map(AtScene::officers))
}

/// Whether this record of the scene asked for more officers than its records name together. Nothing is said while another of them still runs
/// and may name somebody.
pub fn too_few(one: &AtScene, scene: &[AtScene]) -> Option<Found> {
    let (asks, named) = (one.asks.as_ref()?, one.named.as_ref()?);
    let may_still_name = |other: &AtScene| !other.has_ended && other.named.is_none();
    let count = count(scene);
    if !one.has_ended || scene.iter().any(may_still_name) || !count.is_fewer_than(asks.at_least) {
        return None;
    }
    let article = asks.article.as_deref().unwrap_or_default();
    let found = match scene.len() {
        0 | 1 => format!("{0} 人 {0}", count.at_most),
        records => {
            format!("本活动 {records} 个记录共 {0} 人 {0} over {records} records of the activity", count.at_most)
        }
    };
    Some(Found {
        code: TOO_FEW,
        place: format!("journal:{}", named.seq),
        expected: format!("至少 {0} 人（{article}） at least {0}", asks.at_least),
        found,
    })
}
