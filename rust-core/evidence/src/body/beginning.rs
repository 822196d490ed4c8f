//! What the device knows when a record begins.

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::id::{DeviceId, LedgerEpoch, RecordId};
use crate::key::PublicKey;
use crate::text::{Code, FormatName};

/// First entry of a record: everything the device knows in 50 ms, so that recording never waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    pub format: FormatName,
    pub record: RecordId,
    pub device: DeviceId,
    pub device_key: PublicKey,
    /// Fresh for this record; vouched by the device key's signature on this line, destroyed at `sealed`.
    pub record_key: PublicKey,
    pub ledger: LedgerPlace,
    pub software: Software,
    pub started: Started,
    /// The device certificate's line, without LF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The agency's last signed head: the record is not older than it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<Anchor>,
}

/// The record's place among all of its device, so that one that never arrives is missed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerPlace {
    pub epoch: LedgerEpoch,
    /// Counts from 1.
    pub number: u64,
    /// Digest of the `opened` line of the record before; zero for number 1.
    pub prev: Digest,
}

/// The program that wrote the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Software {
    pub name: Code,
    pub version: Code,
}

/// An instant of the agency's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Anchor {
    /// A C2SP signed note.
    pub head: String,
}

/// How the recording was started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Started {
    Button,
    /// Nothing was known; described later.
    Emergency,
    Key,
    Tile,
    Shortcut,
    /// By a program fed from media files, not by a person.
    Feeder,
}

/// Measured state of the phone before recording (办法 第十三条). What could not be measured is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preflight {
    /// What fell below the agency's thresholds.
    pub notes: Vec<Code>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery_percent: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charging: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub camera: Option<Delivering>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microphone: Option<Delivering>,
    /// Phone minus agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_offset_us: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<Temperature>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub battery_saver: Option<bool>,
}

/// Whether a source really delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the format's word for a source that delivers")]
pub enum Delivering {
    Delivering,
    Absent,
    Failed,
}

/// Whether the phone knew where it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    Fix,
    None,
    Denied,
}

/// The phone's thermal state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Temperature {
    Normal,
    Warm,
    Hot,
}
