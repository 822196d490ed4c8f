//! What a recorder stands on: clock, keys, chance. Time and chance come in here and nowhere else.

use std::fmt;
use std::sync::Arc;

use quanji_evidence::entry::Clock;
use quanji_evidence::id::{DeviceId, LedgerEpoch};
use quanji_evidence::key::Signature;
use quanji_evidence::keyset::Keyset;
use quanji_evidence::text::Code;
use quanji_evidence::{PublicKey, Signer};
use quanji_store::Chance;
use zeroize::Zeroizing;

use quanji_evidence::id::RecordId;

/// The phone's clocks.
pub trait TimeSource: fmt::Debug + Send + Sync {
    /// Wall clock, monotonic clock with sleep counted, and boot, read together.
    fn now(&self) -> Clock;
}

/// The device key: a key in memory on a test machine, the phone's key store elsewhere.
pub trait DeviceSigner: Signer + fmt::Debug + Sync {}
impl<T: Signer + fmt::Debug + Sync> DeviceSigner for T {}

/// Where the fresh key of each record is kept until the record is sealed.
pub trait RecordKeys: fmt::Debug + Send + Sync {
    /// Keeps the seed durably before the record's first line is written.
    fn keep(&self, record: RecordId, seed: &Zeroizing<[u8; 32]>) -> Result<(), KeyFault>;
    /// The seed; `None` when it was destroyed or never kept.
    fn get(&self, record: RecordId) -> Result<Option<Zeroizing<[u8; 32]>>, KeyFault>;
    /// Destroys the seed: nobody can add to the captured part of the record any more.
    fn destroy(&self, record: RecordId) -> Result<(), KeyFault>;
}

/// The keeper of record keys failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key of the record could not be kept, read or destroyed")]
pub struct KeyFault;

/// A key in the phone's hardware that vouches for records. It may be slow or fail: it is asked on a thread of its own, and nothing waits for it.
pub trait Voucher: fmt::Debug + Send + Sync {
    /// The key; made at the first use.
    fn public(&self) -> Result<PublicKey, VoucherFault>;
    /// Signs exactly these bytes.
    fn sign(&self, message: &[u8]) -> Result<Signature, VoucherFault>;
}

/// The hardware did not vouch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the hardware key did not vouch")]
pub struct VoucherFault;

/// What is the same for all records of this phone.
#[derive(Debug, Clone)]
pub struct Device {
    pub id: DeviceId,
    /// A fresh one when the app is installed anew.
    pub epoch: LedgerEpoch,
    pub signer: Arc<dyn DeviceSigner>,
    /// The agency's certificate of this device, as its signed line without LF.
    pub certificate: Option<String>,
    /// The agency's last signed head: records are not older than it.
    pub head: Option<String>,
    /// The agency's keys, proved from the root that was pinned: what it issued is proved by them. `None` before an enrolment.
    pub keyset: Option<Keyset>,
    /// Name and version of the program.
    pub software: (Code, Code),
}

/// Everything a recorder is given.
#[derive(Debug, Clone)]
pub struct Ports {
    pub time: Arc<dyn TimeSource>,
    pub chance: Arc<dyn Chance>,
    pub record_keys: Arc<dyn RecordKeys>,
    pub device: Arc<Device>,
    /// `None` where there is no hardware key: nothing is vouched for then, and nothing claims so.
    pub voucher: Option<Arc<dyn Voucher>>,
}
