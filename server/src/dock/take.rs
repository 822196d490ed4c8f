//! A phone's bundle from a mounted disk, taken in by the functions that a phone's own upload goes through.

use std::fs::File;
use std::path::Path;

use quanji_evidence::body::FileDigest;
use quanji_evidence::bundle::{Bundle, MANIFEST};
use quanji_evidence::id::{DeviceId, RecordId};
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::manifest::Manifest;
use quanji_evidence::member_name::RecordMembers;
use quanji_evidence::text::MemberName;
use quanji_evidence::{Digest, Findings};

use super::{DockFault, file};
use crate::app::App;
use crate::ingest::{self, Arrival};
use crate::receipts::{self, HeldRecord, Looked, closed_segments};

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
        taken.push(Taking { app, bundle: &mut bundle }.record(*record).await?);
    }
    Ok(taken)
}

struct Taking<'a> {
    app: &'a App,
    bundle: &'a mut Bundle<File>,
}

impl Taking<'_> {
    async fn record(&mut self, record: RecordId) -> Result<Taken, DockFault> {
        let names = RecordMembers(record);
        let lines = self.member(&names.journal())?;
        let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut Findings::default());
        let device = journal.opened().map(|opened| opened.device);
        let device =
            device.ok_or_else(|| DockFault::NoMember { member: format!("{} that begins", names.journal()) })?;
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
        let Some(bytes) = self.bundle.read(name.as_str())? else { return Ok(()) };
        let digest = Digest::of(&bytes);
        if !digest.matches(&claimed.digest) || bytes.len() as u64 != claimed.size_bytes {
            let expected = format!("{} bytes, {}", claimed.size_bytes, claimed.digest);
            let found = format!("{} bytes, {digest}", bytes.len());
            return Err(DockFault::Member { place: name.to_string(), expected, found });
        }
        file::keep(self.app, device, &digest, &bytes, None).await
    }
}

fn takes(journal: &Journal) -> Vec<(u64, FileDigest)> {
    let takes = journal.entries.iter().filter_map(|entry| match &entry.body {
        quanji_evidence::body::Body::Take(take) => Some((take.take, take.init.clone())),
        _ => None,
    });
    takes.collect()
}
