//! Place, officers, subject, activity: in any order, revisable by later entries.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::id::{ActivityId, RecordId};
use crate::text::{Code, Officer, Ref};

/// A value that stands in the private file: here only its name and salted digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Private {
    #[serde(rename = "ref")]
    pub reference: Ref,
    pub digest: Digest,
}

/// Where it happens (办法 第十四条: 地点).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub place: Private,
    pub how: PlaceHow,
}

/// How the place came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceHow {
    Typed,
    Satellite,
    Network,
}

/// Who enforces (执法人员), with certificate numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officers {
    /// 1–64.
    pub officers: Vec<NamedOfficer>,
    /// Who held this phone.
    pub recorded_by: Officer,
}

/// One officer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedOfficer {
    pub officer: Officer,
    pub name: Private,
    /// Number of the enforcement certificate (执法证).
    pub certificate: Private,
}

/// Upon whom and about what (执法对象, 执法事由).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    pub party: Party,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Private>,
    /// The matter's code in the catalog.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matter: Option<Code>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Private>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub catalog: Option<DocumentEdition>,
}

/// What is known of the party (行政相对人).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Named,
    /// 待查明.
    ToBeEstablished,
    /// 现场无人.
    NobodyPresent,
}

/// An edition of a document of the agency, by its kind and number and the digest of its header line: by which something was chosen or said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentEdition {
    pub id: Code,
    pub digest: Digest,
}

/// The activity (执法活动) that groups the records of all devices at one scene.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    pub activity: ActivityId,
    pub change: ActivityChange,
    /// The record joined, or handed over to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<OtherRecord>,
}

/// How this record stands to its activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityChange {
    Began,
    Joined,
    HandedOver,
}

/// Another record, by id and the digest of its `opened` line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherRecord {
    pub record: RecordId,
    pub opened: Digest,
}
