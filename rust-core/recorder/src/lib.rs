//! Use cases of a phone that records: rules, evidence, media, speech and store behind ports for clock, chance and keys.
//!
//! Read in this order: `ports` (what it stands on), `deed` (what may be added), `record_writer` with `media_writer` (one record, written
//! by one thread), `recovery` (after a crash), `frame_buffer` (the encoder never waits for the disk), `recording` with `scribe` (the thread between the
//! two), `recorder` with `shared_desk` (opening the vault, beginning and finding records), `vouching` (the phone's
//! hardware vouches for a record, later), `preflight` and `shift_check` (what the phone measures of itself), `export` and `summary`, `pieces` (reading what a
//! record holds), `standing`, `activity`, `in_force` (what the agency issued), `drafts` (statements that it offers to be signed), `wanted_quality` (what it wants
//! recorded), `recogniser` (a port that nothing fills by itself).

mod activity;
mod agency_time;
mod capture;
mod deed;
mod desk;
mod drafts;
mod export;
mod fault;
mod follow;
mod frame_buffer;
mod hand_over;
mod in_force;
mod ledger;
mod media_writer;
mod passage;
mod pieces;
mod ports;
mod preflight;
mod progress;
mod recogniser;
mod record_writer;
mod recorder;
mod recording;
mod recovery;
mod rows;
mod scribe;
mod secrets;
mod shared_desk;
mod shift_check;
mod standing;
mod summary;
mod trouble;
mod vouching;
mod wanted;
mod wanted_quality;

pub use activity::{ActivityCard, begin_activity, join_activity};
pub use agency_time::Heard;
pub use capture::{Capture, RawUnit};
pub use deed::{Deed, Measured, NamedOfficer};
pub use drafts::OfferedDraft;
pub use export::{ExportFault, Exported};
pub use fault::RecorderFault;
pub use frame_buffer::{BUFFER_LIMIT_BYTES, BUFFER_LIMIT_US, Taken};
pub use hand_over::WithoutReceipt;
pub use in_force::{Held, InForce, IssuedCatalog};
pub use passage::{OpenPassage, PassageMeter};
pub use pieces::{Piece, PieceFault, SelfCheck};
pub use ports::{Device, DeviceSigner, KeyFault, Ports, RecordKeys, TimeSource, Voucher, VoucherFault};
pub use preflight::PhoneCheck;
pub use recogniser::{MODEL_LIMIT_BYTES, Recogniser, RecogniserEngine, RecogniserFault, RecogniserModel, SpokenHint};
pub use record_writer::Done;
pub use recorder::{DeviceAnchor, IndexOpening, OpenFault, Opening, Recorder};
pub use recording::{Recording, View};
pub use recovery::Recovered;
pub use secrets::{Identified, IdentityFault, SecretFault, SecretStore, boot_of, identify};
pub use shift_check::ShiftCheck;
pub use standing::Standing;
pub use summary::Summary;
pub use wanted_quality::WantedQuality;
