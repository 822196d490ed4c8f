//! The core as an Android shell meets it. Everything crosses by uniffi ([`Core`]), frames and PCM by JNI ([`frames`]).
//!
//! Here things are converted, and nothing is decided: what a value means for a record is decided in the crates below. No panic crosses:
//! uniffi turns one into an exception of its own, the JNI into [`frames::Pushed::Bug`]. Sentences live in the shell; the core returns codes with
//! typed arguments.
//!
//! Read in this order: `ports` (what the phone gives), `phone_core` (the one object), `deed`, `measured`, `status`, `error`, then `slots`,
//! `frames`, `jni`; then a file for each screen or job: `home` with `listed`, `matters`, `last_page`, `record_page`, `queue`, `upload_run`, `export`, `receipts`,
//! `enrolment` with `link`, `opening`, `standing`, `statement`, `activity` with `qr` and `code_reader`, `practice`, `shift_check`.

mod activity;
mod code_reader;
mod deed;
mod enrolment;
mod error;
mod export;
pub mod frames;
mod home;
mod issued;
pub mod jni;
mod last_page;
mod link;
mod listed;
mod matters;
mod measured;
mod opening;
mod phone_core;
mod ports;
mod practice;
mod qr;
mod queue;
mod receipts;
mod record_page;
mod shift_check;
mod slots;
mod standing;
mod statement;
mod status;
mod system_clock;
mod upload_run;
mod words;

pub use activity::is_activity_card;
pub use code_reader::{PictureError, read_code};
pub use deed::{Deed, Done, NamedOfficer, Permissions, PhoneCheck, Prompt, ProvenOfficer};
pub use enrolment::{Agency, EnrolError, Invite, InviteError};
pub use error::{CoreError, Defect, OpenError};
pub use export::{BundleOut, ExportError, ExportedBundle, OutError};
pub use home::{Home, Totals};
pub use issued::{AgencyQuality, Issued, IssuedDocument, IssuedKind, IssuedRule};
pub use last_page::{Claim, Countdown, Day, Deadline, Exception, Ground, LastPage, StorageTerm};
pub use listed::{ActivityTerm, Beside, ListedRecord, Waiting};
pub use matters::{Category, Credential, Duty, Matter, Matters, Means, Retention};
pub use measured::{
    Asked, CameraClock, Conditions, Lasts, Meant, Notice, Picture, Press, Sample, Wanted, asked_at_start, lasts,
    picture_at, wanted_by_choice,
};
pub use opening::{CompanionPhrase, KnownScene, NoticePhrase, OpeningLine, companion_code, companion_line};
pub use phone_core::{Begun, Core, Format, Opened, PictureFormat, RecoveredRecord, TroubledRecord};
pub use ports::{HardwareKey, HardwareKeyError, Phone, PhoneClock, Reading, SecretError, Secrets, TlsRoots};
pub use practice::forget_practice;
pub use qr::{Qr, qr};
pub use queue::{NextUploads, Queue, QueueRow};
pub use receipts::{BringError, BroughtReceipts, ReceiptsCame};
pub use record_page::{FindingView, Happening, ReceiptView, RecordPage, SegmentOfFilm, SelfCheck, TakeOfFilm, What};
pub use shift_check::{CheckThresholds, ShiftCheck, Tried, TriedSound};
pub use standing::{ChecklistItem, OpenSpan, Standing};
pub use statement::StatementDraft;
pub use status::{Owed, Running, Status};
pub use upload_run::{NotHeard, UploadEnd, UploadError, UploadNews, UploadTold, dock_address};

uniffi::setup_scaffolding!();

/// The core's version, as records name it.
#[uniffi::export]
pub fn core_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
