//! A phone's bundle from a mounted disk, taken in by the functions that a phone's own upload goes through.

use std::fs::File;
use std::io;
use std::path::Path;

use quanji_evidence::Findings;
use quanji_evidence::body::FileDigest;
use quanji_evidence::bundle::{Bundle, Intake, MANIFEST, PIECE_BYTES};
use quanji_evidence::head::Head;
use quanji_evidence::id::{DeviceId, RecordId};
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::manifest::Manifest;
use quanji_evidence::member_name::RecordMembers;
use quanji_evidence::text::MemberName;

use super::DockFault;
use super::file::Coming;
use crate::app::App;
use crate::ingest::{self, Arrival};
use crate::receipts::{self, HeldRecord, Looked, closed_segments};
use crate::storage::StorageFault;

/// A record as it was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub record: RecordId,
    pub looked: Looked,
    /// All receipts of the record, as they were signed: the phone's to take along.
    pub receipts: Vec<u8>,
}

/// Takes in every record of a bundle, reads it back and signs what is due.
pub async fn take(app: &App, bundle: &Path) -> Result<Vec<Taken>, DockFault> {
    let mut bundle = Bundle::open(File::open(bundle)?)?;
    let manifest = bundle.read(MANIFEST)?.ok_or_else(|| DockFault::NoMember { member: MANIFEST.to_owned() })?;
    let manifest = Manifest::read(&manifest)?;
    let mut taken = Vec::new();
    for record in &manifest.records {
        let mut taking = Taking { app, bundle: &mut bundle, made_us: manifest.created_us };
        taken.push(taking.record(*record).await?);
    }
    Ok(taken)
}

struct Taking<'a> {
    app: &'a App,
    bundle: &'a mut Bundle<File>,
    /// When the phone says that it made the bundle.
    made_us: u64,
}

/// The phone's clock and the dock's may differ so much and both be believed.
const CLOCKS_APART_US: u64 = 600_000_000;

impl Taking<'_> {
    async fn record(&mut self, record: RecordId) -> Result<Taken, DockFault> {
        let names = RecordMembers(record);
        let lines = self.member(&names.journal())?;
        let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut Findings::default());
        let device = journal.opened().map(|opened| opened.device);
        let device =
            device.ok_or_else(|| DockFault::NoMember { member: format!("{} that begins", names.journal()) })?;
        refuse_late_clock(self.app, record, &journal, self.made_us)?;
        let refused = |refused| DockFault::refused(record, refused);
        ingest::keep_lines(self.app, Arrival::now(device), record, 0, &lines).await.map_err(refused)?;
        if let Some(values) = self.bundle.read(names.private().as_str())?.filter(|values| !values.is_empty()) {
            ingest::keep_private(self.app, Arrival::now(device), record, &values).await.map_err(refused)?;
        }
        for take in takes(&journal) {
            self.file(device, &names.init(take.0), &take.1).await?;
        }
        for ((take, segment), (size_bytes, digest)) in closed_segments(&journal) {
            self.file(device, &names.segment(take, segment), &FileDigest { size_bytes, digest }).await?;
        }
        for file in journal.entries.iter().filter_map(|entry| entry.body.file()) {
            self.file(device, &names.file(&file.digest), file).await?;
        }
        let mut looked = Looked::Changed;
        while looked == Looked::Changed {
            looked = receipts::look_at(self.app, &record.to_string()).await?;
        }
        let held = HeldRecord::load(self.app.db(), &self.app.agency(), &record.to_string()).await?;
        Ok(Taken { record, looked, receipts: held.map(|held| held.receipt_lines.concat()).unwrap_or_default() })
    }

    fn member(&mut self, name: &MemberName) -> Result<Vec<u8>, DockFault> {
        self.bundle.read(name.as_str())?.ok_or_else(|| DockFault::NoMember { member: name.to_string() })
    }

    /// A file that the journal names. One that the bundle does not hold stays missing, and is listed so.
    async fn file(&mut self, device: DeviceId, name: &MemberName, claimed: &FileDigest) -> Result<(), DockFault> {
        let Some(number) = self.bundle.position(name.as_str()) else { return Ok(()) };
        let coming = Coming::begin(self.app, device, claimed)?;
        let mut receiver = Receiver { coming, piece: vec![0; PIECE_BYTES], fault: None };
        self.bundle.read_into(number, &mut receiver)?;
        match receiver.fault {
            Some(fault) => Err(StorageFault::from(fault).into()),
            None => receiver.coming.keep(name.as_str(), None).await,
        }
    }
}

/// A member's bytes on their way to the staged file.
struct Receiver<'a> {
    coming: Coming<'a>,
    piece: Vec<u8>,
    /// The first; nothing is written after it.
    fault: Option<io::Error>,
}

impl Intake for Receiver<'_> {
    fn room(&mut self) -> &mut [u8] {
        &mut self.piece
    }

    fn took(&mut self, count: usize) {
        if self.fault.is_none() {
            self.fault = self.coming.write(&self.piece[..count]).err();
        }
    }
}

/// The dock's clock is behind what the bundle itself shows. Kept in would be an instant before the record's own end: late would be in time.
fn refuse_late_clock(app: &App, record: RecordId, journal: &Journal, made_us: u64) -> Result<(), DockFault> {
    let now_us = app.now_us();
    let anchor = journal.opened().and_then(|opened| opened.anchor.as_ref());
    let anchored_us = anchor.and_then(|anchor| Head::parse(&anchor.head).ok()).map_or(0, |head| head.time_us);
    let phone_us = journal.entries.iter().map(|entry| entry.clock.wall_us).fold(made_us, u64::max);
    let at_least_us = anchored_us.max(phone_us.saturating_sub(CLOCKS_APART_US));
    if now_us < at_least_us {
        return Err(DockFault::ClockBehind { record, expected_us: at_least_us, found_us: now_us });
    }
    Ok(())
}

fn takes(journal: &Journal) -> Vec<(u64, FileDigest)> {
    let takes = journal.entries.iter().filter_map(|entry| match &entry.body {
        quanji_evidence::body::Body::Take(take) => Some((take.take, take.init.clone())),
        _ => None,
    });
    takes.collect()
}
