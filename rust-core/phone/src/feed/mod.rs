//! Clip, timeline and clock together: units with true stamps, PCM in step, and the officer's hand.

mod feeder;
mod pacer;
mod quota_disk;
mod sound;
mod trace;

pub(crate) use feeder::{Fed, Input, feed};
pub(crate) use pacer::Pacer;
pub(crate) use quota_disk::QuotaDisk;
pub(crate) use trace::Trace;
