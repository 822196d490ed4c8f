//! `quanji-phone upload`: what waits goes to the agency; what a verified receipt covers is freed.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use quanji_evidence::Digest;
use quanji_evidence::text::Code;
use quanji_store::OsChance;
use quanji_upload::{Agency, DeviceSessions, DroppedFor, Ended, Holder, Told, Until, Waits, Worker};
use serde_json::{Value, json};

use super::args::{Speed, UploadArgs};
use super::page::Page;
use super::words::size;
use super::{NOT_DONE, bar, print, queue};
use crate::agency::{OwnMachine, UploadClock};
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::{self, Home, Opened};

/// A thread that still reads a file may take so long; it has a handle to the vault.
const LET_GO: Duration = Duration::from_secs(5);

/// A document that came: kind, number and how many deadlines moved.
type Kept = (Code, u64, u64);

/// What a run did, added up.
#[derive(Debug, Default)]
struct Done {
    sent_bytes: u64,
    stored: usize,
    /// On this phone's monotonic clock.
    busy_us: u64,
    receipts: Vec<Value>,
    purged_files: usize,
    freed_bytes: u64,
    /// Of those that came: kind, number and how many deadlines moved, or what was dropped and why.
    documents: Vec<Result<Kept, (Digest, DroppedFor)>>,
}

pub(super) fn run(asked: &UploadArgs) -> Result<u8, Fault> {
    let pace = match asked.speed {
        Speed::Real => Pace::Real,
        Speed::Fast => Pace::Fed,
    };
    let home = Home::at(&asked.place.vault);
    let Opened { recorder, clock, device, .. } = home.open_existing(pace)?;
    let trust = home::read_trust(&home.keys(), &device)?.ok_or(Fault::NotEnrolled)?;
    let agency = Agency::at(asked.url.as_deref().unwrap_or(trust.url()))?;
    let holder: Arc<dyn Holder> = recorder.clone();
    let network = asked.network.to_policy();
    // Somebody asks for it now: what waited for its time or for a person is tried.
    queue::with_index(&*holder, |index| index.release_uploads())?;
    let agreed_bytes = asked.consent_mb.map(|mb| queue::consent(&recorder, mb)).transpose()?;
    let owed = queue::with_index(&*holder, |index| index.uploads_owed())?;
    let progress = bar::over_upload(owed.bytes);
    let own = OwnMachine { device, clock: Arc::clone(&clock), keys: home.keys() };
    let sessions = DeviceSessions::new(own, trust);
    let worker = Worker {
        holder: Arc::clone(&holder),
        agency,
        sessions: Arc::new(sessions),
        clock: Arc::new(UploadClock { clock: Arc::clone(&clock), pace }),
        chance: Arc::new(OsChance),
        network,
    };
    let until = if asked.until_receipt {
        Until::Receipts { patience_us: asked.patience_s.saturating_mul(1_000_000) }
    } else {
        Until::Drained
    };
    let mut done = Done::default();
    let began_us = clock.mono_us();
    let mut told = |what: Told| {
        if asked.trace {
            let _ = writeln!(std::io::stdout(), "{}", told_json(&what));
        }
        match what {
            Told::Sent { bytes } => {
                done.sent_bytes += bytes;
                progress.inc(bytes);
            }
            Told::Stored { .. } => done.stored += 1,
            Told::Receipt { record, number } => done.receipts.push(json!({ "record": record, "number": number })),
            Told::Purged { files, freed_bytes, .. } => {
                done.purged_files += files;
                done.freed_bytes += freed_bytes;
            }
            Told::DocumentKept { kind, number, deadlines_moved } => {
                done.documents.push(Ok((kind, number, deadlines_moved)));
            }
            Told::DocumentDropped { document, why } => done.documents.push(Err((document, why))),
            _ => {}
        }
    };
    let keys = home.keys();
    let runtime = super::runtime()?;
    // Nothing at the scene waits for an upload: let go at any instant, the next run goes on.
    let ended = runtime.block_on(async {
        tokio::select! {
            ended = worker.run(until, &mut told) => ended,
            () = wanted_at_the_scene(&keys) => Ok(Ended { is_all_there: false, hold: Some(Waits::Recording) }),
        }
    });
    runtime.shutdown_timeout(LET_GO);
    progress.finish_and_clear();
    done.busy_us = clock.mono_us().saturating_sub(began_us);
    answer(asked, &*holder, &ended?, &done, agreed_bytes)
}

/// Comes back when a recording waits for the vault.
async fn wanted_at_the_scene(keys: &Path) {
    while !home::wanted::is_wanted(keys) {
        tokio::time::sleep(home::wanted::LOOK_EVERY).await;
    }
}

fn answer(
    asked: &UploadArgs,
    holder: &dyn Holder,
    ended: &Ended,
    done: &Done,
    agreed_bytes: Option<u64>,
) -> Result<u8, Fault> {
    let waiting = queue::Waiting::read(holder, asked.network.to_policy())?;
    let is_done = ended.is_all_there || (!asked.until_receipt && ended.hold.is_none() && waiting.owed.things == 0);
    let value = json!({
        "sent_bytes": done.sent_bytes,
        "busy_us": done.busy_us,
        "stored": done.stored,
        "receipts": done.receipts,
        "purged": { "files": done.purged_files, "freed_bytes": done.freed_bytes },
        "agreed_bytes": agreed_bytes,
        "all_there": ended.is_all_there,
        "documents": done.documents.iter().map(document_json).collect::<Vec<_>>(),
        "hold": ended.hold.map(Waits::word),
        "owed": waiting.owed_json(),
        "waiting": waiting.rows_json(),
    });
    let code = print(asked.place.json || asked.trace, &value, || {
        let mut page = Page::new();
        let speed = match done.busy_us {
            0 => String::new(),
            us => format!("，{}/s", size(done.sent_bytes.saturating_mul(1_000_000) / us)),
        };
        page.row("已传", "sent", &format!("{}，{} 项 items{speed}", size(done.sent_bytes), done.stored));
        page.row("回执", "receipts", &done.receipts.len().to_string());
        let freed = format!("{} 个文件 files，{}", done.purged_files, size(done.freed_bytes));
        page.row("已释放", "purged", &freed);
        for document in &done.documents {
            let said = match document {
                Ok((kind, number, moved)) => {
                    format!("{kind} 第 {number} 版 edition {number}，期限变动 deadlines moved {moved}")
                }
                Err((document, why)) => {
                    format!("{}… 未采用 dropped：{}", &document.hex()[..12], why.word())
                }
            };
            page.row("单位文件", "document", &said);
        }
        waiting.write(&mut page);
        page.into_text()
    });
    Ok(if is_done { code } else { NOT_DONE })
}

fn document_json(document: &Result<(Code, u64, u64), (Digest, DroppedFor)>) -> Value {
    match document {
        Ok((kind, number, moved)) => json!({ "kind": kind, "number": number, "deadlines_moved": moved }),
        Err((document, why)) => json!({ "dropped": document.hex(), "why": why.word() }),
    }
}

fn told_json(told: &Told) -> Value {
    match told {
        Told::SessionOpened => json!({ "told": "session" }),
        Told::Choosing { record, kind, size_bytes } => {
            json!({ "told": "choosing", "record": record, "kind": queue::kind(*kind).1, "size_bytes": size_bytes })
        }
        Told::Sent { bytes } => json!({ "told": "sent", "bytes": bytes }),
        Told::Stored { record, kind } => json!({ "told": "stored", "record": record, "kind": queue::kind(*kind).1 }),
        Told::Waiting { record, kind, why } => {
            json!({ "told": "waiting", "record": record, "kind": queue::kind(*kind).1, "why": why.word() })
        }
        Told::AllWaiting { why, us } => json!({ "told": "all_waiting", "why": why.word(), "us": us }),
        Told::Receipt { record, number } => json!({ "told": "receipt", "record": record, "number": number }),
        Told::Purged { record, files, freed_bytes } => {
            json!({ "told": "purged", "record": record, "files": files, "freed_bytes": freed_bytes })
        }
        Told::DocumentKept { kind, number, deadlines_moved } => json!({
            "told": "document", "kind": kind, "number": number, "deadlines_moved": deadlines_moved,
        }),
        Told::DocumentDropped { document, why } => {
            json!({ "told": "document_dropped", "document": document.hex(), "why": why.word() })
        }
    }
}
