//! Writing a take: units in, init segment, fragments and remarks out.

mod cutting;
mod end;
mod output;
mod run;
mod writer;

pub use end::{PushProblem, TakeEnd};
pub use output::{ForcedBy, Fragment, Output, SegmentStart, TakeZero};
pub use writer::TakeWriter;
