//! Designated storage (本单位指定的储存器, 第十七条): a dock takes records from a phone without the server, reads back, signs the
//! hand-over; later the server takes over what the dock holds, with the dock's instants and receipts. Lists of the agency's (`register`) say
//! who was enrolled meanwhile.

mod begin;
mod file;
mod import;
mod register;
mod take;

pub use begin::{Docked, begin};
pub use import::{Imported, import};
pub use register::{Learned, REGISTER_LIMIT_BYTES, RegisterFault, learn, write as write_register};
pub use take::{Taken, take};

use quanji_evidence::bundle::BundleFault;
use quanji_evidence::id::RecordId;
use quanji_evidence::manifest::ManifestFault;
use quanji_wire::Code;
use std::io;
use thiserror::Error;

use crate::agency::AgencyFault;
use crate::clock::written;
use crate::db::DbFault;
use crate::documents::DocumentsFault;
use crate::receipts::ReceiptFault;
use crate::refusal::Refused;
use crate::storage::StorageFault;

/// Why a hand-over stopped. What was taken before stays, and the same hand-over can be begun again.
#[derive(Debug, Error)]
pub enum DockFault {
    #[error("the bundle: {0}")]
    Bundle(#[from] BundleFault),
    #[error("the bundle's manifest: {0}")]
    Manifest(#[from] ManifestFault),
    #[error("the bundle holds no {member}")]
    NoMember { member: String },
    #[error("{place}: {expected} in the manifest, {found} in the bundle")]
    Member { place: String, expected: String, found: String },
    #[error("record {record}: {code}, expected {expected}, found {found}")]
    Refused { record: RecordId, code: Code, expected: String, found: String },
    #[error("{found} is of agency {theirs}, this is {ours}")]
    OtherAgency { found: &'static str, ours: String, theirs: String },
    #[error(
        "记录 {record}：本储存器的时钟落后，记录表明至少已是 {}，现为 {}；请校时后重做 \
         record {record}: this dock's clock is behind: the record shows that it is {} at least, found {}; set the clock and begin again",
        written(*expected_us), written(*found_us), written(*expected_us), written(*found_us)
    )]
    ClockBehind { record: RecordId, expected_us: u64, found_us: u64 },
    #[error(transparent)]
    Register(#[from] RegisterFault),
    #[error(transparent)]
    Documents(#[from] DocumentsFault),
    #[error("there is something in {found} already")]
    There { found: &'static str },
    #[error(transparent)]
    Agency(#[from] AgencyFault),
    #[error(transparent)]
    Db(#[from] DbFault),
    #[error("storage")]
    Storage(#[from] StorageFault),
    #[error(transparent)]
    Receipt(#[from] ReceiptFault),
    #[error("a file could not be read or written")]
    Io(#[from] io::Error),
}

impl DockFault {
    fn refused(record: RecordId, refused: Refused) -> DockFault {
        let Refused(refusal) = refused;
        DockFault::Refused {
            record,
            code: refusal.code,
            expected: refusal.expected.unwrap_or_default(),
            found: refusal.found.unwrap_or_default(),
        }
    }
}

impl From<sqlx::Error> for DockFault {
    fn from(fault: sqlx::Error) -> DockFault {
        DbFault::from(fault).into()
    }
}
