//! From the phone to the agency's receipt: one way, resumable.
//!
//! Who the agency is: [`code`] (an invitation, typed or scanned), [`enrol`] (asked once, believed or not), [`trust`] (what is known of
//! the agency, proved from its root), [`session`] (a token for half an hour, and the missed rotations walked).

pub mod code;
pub mod enrol;
mod mac;
pub mod session;
pub mod trust;
