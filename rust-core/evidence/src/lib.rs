//! The evidence format (`proto/evidence/v1/FORMAT.md`): writing it, and proving it. No files, no clock, no network.
//!
//! Read in this order: [`json`] (one spelling for one value), [`key`] and [`signer`], [`line`] (signed bytes are the stored bytes),
//! [`body`] and [`entry`] (what lines say), [`JournalWriter`] and [`Journal`] (the chain), then [`keyset`], [`certificate`],
//! [`head`], [`receipt`] and [`document`] (the agency's side), [`device_check`] (a device before duty), [`manifest`] and [`bundle`] (what leaves the house), and [`verify`] (everything but the
//! media's own bytes, which the verifier compares with [`verify::MediaClaims`]).

pub mod base64url;
pub mod body;
pub mod bundle;
pub mod certificate;
pub mod device_check;
mod digest;
pub mod document;
pub mod entry;
pub mod event;
pub mod finding;
pub mod head;
pub mod hex;
pub mod id;
pub mod journal;
mod journal_writer;
pub mod json;
pub mod key;
pub mod keyset;
pub mod line;
pub mod manifest;
pub mod member_name;
mod officers;
pub mod order;
pub mod platform_key;
pub mod played;
mod preflight;
pub mod private;
pub mod receipt;
pub mod schema;
pub mod signer;
mod statement;
pub mod text;
pub mod verify;
pub mod vouching;

pub use digest::Digest;
pub use finding::{Code, Finding, Findings, Verdict};
pub use journal::{Drafts, Journal, JournalReader};
pub use journal_writer::{JOURNAL_LIMIT_BYTES, JOURNAL_RESERVE_BYTES, JournalFault, JournalWriter, Statement};
pub use key::{KeyId, PublicKey, Suite};
pub use officers::OfficersLine;
pub use signer::{Ed25519Signer, P256Signer, SignFault, Signer};
pub use statement::statement_facts;
