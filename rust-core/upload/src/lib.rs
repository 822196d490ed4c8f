//! From the phone to the agency's receipt: one way, resumable, ends with a receipt.
//!
//! Who the agency is: [`code`] (an invitation, typed or scanned), [`enrol`] (asked once, believed or not), [`trust`] (what is known of
//! the agency, proved from its root), [`session`] (a token for half an hour, and the missed rotations walked), `device_sessions` (sends both).
//!
//! The way there: `policy` (what goes over which network, what a refusal means) with `reason` (why something waits) and `backoff`;
//! `client` (the interface as calls); `ports` (what it stands on); `worker` (the loop), with `lines`, `file` and `receipt` (one thing
//! each); `purge` (a verified receipt becomes a warrant); `brought` (receipts that came on a disk); `live` (heads while recording); `documents` (what the
//! agency issued since). The queue itself is the store's. Nothing
//! here writes to the vault: the holder does.

mod backoff;
mod brought;
mod client;
pub mod code;
mod device_sessions;
mod documents;
pub mod enrol;
mod file;
mod lines;
mod live;
mod mac;
mod policy;
mod ports;
mod purge;
mod reason;
mod receipt;
pub mod session;
pub mod trust;
mod worker;

pub use brought::{Brought, Came, NotBrought, bring};
pub use client::{AddressFault, Agency, AgencyFault, address_of};
pub use device_sessions::{DeviceSessions, OwnDevice};
pub use documents::{DroppedFor, Pulled, pull};
pub use live::{HEAD_EVERY_S, Live, LiveTold};
pub use policy::{Network, PAID_PICTURE_LIMIT_BYTES, Reaction, reaction, waits};
pub use ports::{Capture, Clock, Holder, HolderFault, NewlyHeld, NoPass, Pass, Sessions};
pub use purge::{Judged, judge, warrant};
pub use reason::{FreedBy, Waits};
pub use worker::{Ended, Told, Until, Worker};
