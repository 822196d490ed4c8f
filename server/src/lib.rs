//! The agency's server: proves what phones send while it arrives, keeps it, answers with receipts (`proto/api/v1/API.md`).
//!
//! Read in this order: `app` (what a request stands on), `agency` (who we are, and our keys), `clock` (time that never goes back), `log`
//! (hash-chained, with signed heads), `documents` (what phones pull) with `calendars`, `special_rules`, `catalog`, `drafts` (`policies`, `phrases`) and `statements`
//! (drafts for one phone), `db`; then `enrolment`, `ingest` (lines become rows), `storage` (bytes become originals), `receipts` with `jobs`, `officers` (what does not
//! agree with the agency's list of them); `api` is one endpoint a file and decides nothing; `console` are the pages, `cli` the commands.

pub mod agency;
pub mod api;
pub mod app;
pub mod calendars;
pub mod catalog;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod clock_watch;
pub mod console;
pub mod db;
pub mod dock;
pub mod documents;
pub mod doubt;
pub mod drafts;
pub mod enrolment;
pub mod export;
pub mod fsck;
pub mod hooks;
pub mod ingest;
pub mod jobs;
pub mod keyset_lines;
pub mod log;
pub mod officers;
pub mod phrases;
pub mod policies;
pub mod receipts;
pub mod refusal;
pub mod serve;
pub mod session;
pub mod special_rules;
pub mod statements;
pub mod states;
pub mod storage;
pub mod unfinished;
