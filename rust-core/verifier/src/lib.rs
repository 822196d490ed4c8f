//! `quanji-verify`: says what a bundle proves and what it does not, trusting nobody but an agency's public key.
//!
//! [`verify_bundle`] is the whole of it. Read in this order: [`positioned`] (one file, many readers), [`measure`] (every member is read
//! once: digests of the whole and at every fragment's end, and what its boxes say), [`run`] (journal and media side by side on
//! all cores), `members` and `media` (what was measured against what manifest and journal claim), [`Report`] (what comes out).
//! What the journal proves by itself is `quanji_evidence::verify`; how boxes are read is `quanji_media`.
//!
//! An agency proves what it reads back from its own storage by the same [`prove_init`] and [`prove_segment`].
//!
//! Not here: any trust in the container (its order, times and comments say nothing), any clock, any network.

mod activity;
mod facts;
mod fault;
mod measure;
mod media;
mod members;
mod positioned;
mod progress;
mod report;
mod run;
mod segment;

pub use activity::{ActivityReport, OwedTogether};
pub use fault::VerifyFault;
pub use media::{prove_init, prove_segment};
pub use positioned::PositionedFile;
pub use progress::{NoProgress, Progress};
pub use report::{
    ExportedReport, GapReport, OwedReport, RecordReport, RecoveredReport, Report, TakeReport, WithheldReport,
};
pub use run::{default_threads, verify, verify_bundle};
