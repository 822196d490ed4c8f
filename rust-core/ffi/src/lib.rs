//! The core as an Android shell meets it. Everything crosses by uniffi ([`Core`]), frames and PCM by JNI ([`frames`]).
//!
//! Here things are converted, and nothing is decided: what a value means for a record is decided in the crates below. No panic crosses:
//! uniffi turns one into an exception of its own, the JNI into [`frames::Pushed::Bug`]. Sentences live in the shell; the core returns codes with
//! typed arguments.
//!
//! Read in this order: `ports` (what the phone gives), `phone_core` (the one object), `deed`, `measured`, `status`, `error`, then `slots`, `frames`, `jni`.

mod deed;
mod error;
pub mod frames;
pub mod jni;
mod measured;
mod phone_core;
mod ports;
mod slots;
mod status;
mod system_clock;
mod words;

pub use deed::{Deed, Done, NamedOfficer, PhoneCheck, Prompt, ProvenOfficer};
pub use error::{CoreError, Defect, OpenError};
pub use measured::{Asked, CameraClock, Conditions, Lasts, Meant, Notice, Picture, Press, Sample, lasts};
pub use phone_core::{Begun, Core, Format, Opened, RecoveredRecord, TroubledRecord};
pub use ports::{Phone, PhoneClock, Reading, SecretError, Secrets};
pub use status::{Owed, Running, Status};

uniffi::setup_scaffolding!();

/// The core's version, as records name it.
#[uniffi::export]
pub fn core_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
