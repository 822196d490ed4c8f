//! `export`: whole records as a bundle that the agency's `document` key signs, for a stranger with `agency.pub` to verify.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Cursor};
use std::path::Path;

use quanji_evidence::body::{Body, FileDigest};
use quanji_evidence::bundle::{BundleWriteFault, BundleWriter, KEYSET, Packing, limit_bytes};
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::keyset::Role;
use quanji_evidence::manifest::{Manifest, Purpose};
use quanji_evidence::member_name::RecordMembers;
use quanji_evidence::played::{PlayedTake, played};
use quanji_evidence::text::MemberName;
use quanji_evidence::{Findings, Signer, private};
use quanji_media::playlist::playlist_of;
use thiserror::Error;
use tokio::runtime::Handle;

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::db::DbFault;
use crate::receipts::{HeldRecord, closed_segments};
use crate::storage::{OriginalId, StorageFault, WholeReader};
use crate::unfinished::Unfinished;

/// Why no bundle was made; what was written of it is no bundle.
#[derive(Debug, Error)]
pub enum ExportFault {
    #[error("there is no record {record}")]
    NoSuchRecord { record: RecordId },
    #[error("{place} is announced and not held")]
    NotHeld { place: String },
    #[error("{place}: {expected} announced, {found} in storage")]
    Changed { place: String, expected: String, found: String },
    #[error("{place}: {found} bytes, a bundle holds at most {expected} in such a member")]
    TooLarge { place: String, expected: u64, found: u64 },
    #[error(transparent)]
    Agency(#[from] AgencyFault),
    #[error(transparent)]
    Db(#[from] DbFault),
    #[error("the storage could not be read")]
    Storage(#[from] StorageFault),
    #[error("the bundle could not be written")]
    Out(#[from] io::Error),
    #[error(transparent)]
    Bundle(#[from] BundleWriteFault),
}

/// Writes a bundle of these records to `out`, which must not be there yet. An export that is cut leaves no `out`.
pub async fn export(app: &App, records: &[RecordId], purpose: Purpose, out: &Path) -> Result<(), ExportFault> {
    let (app, records, out) = (app.clone(), records.to_vec(), out.to_owned());
    let handle = Handle::current();
    // The bundle's writer waits for its disk: a thread of its own, which asks storage and database by the handle.
    let written = tokio::task::spawn_blocking(move || write(&app, &handle, records, purpose, &out));
    written.await.map_err(|fault| ExportFault::Out(fault.into()))?
}

fn write(app: &App, handle: &Handle, records: Vec<RecordId>, purpose: Purpose, out: &Path) -> Result<(), ExportFault> {
    let (unfinished, file) = Unfinished::begin(out)?;
    match write_to(app, handle, records, purpose, file) {
        Ok(file) => Ok(unfinished.finish(&file)?),
        Err(fault) => {
            unfinished.abandon();
            Err(fault)
        }
    }
}

fn write_to(
    app: &App,
    handle: &Handle,
    records: Vec<RecordId>,
    purpose: Purpose,
    file: File,
) -> Result<File, ExportFault> {
    let agency = app.agency();
    let created_us = app.now_us();
    let signer = agency.signer(Role::Document, created_us)?;
    let mut export = Export { app, handle, agency: &agency, bundle: BundleWriter::new(file) };
    let keyset = MemberName::parse(KEYSET).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    export.add(&keyset, Packing::Packed, &agency.keyset_bytes)?;
    let mut seen = BTreeSet::new();
    let records: Vec<RecordId> = records.into_iter().filter(|record| seen.insert(*record)).collect();
    for record in &records {
        export.record(*record)?;
    }
    let manifest = Manifest {
        edition: 1,
        created_us,
        purpose,
        signer: signer.public().clone(),
        records,
        members: Vec::new(),
        withheld_private: Vec::new(),
        withheld_members: Vec::new(),
    };
    Ok(export.bundle.finish(manifest, &*signer)?)
}

struct Export<'a> {
    app: &'a App,
    handle: &'a Handle,
    agency: &'a Agency,
    bundle: BundleWriter<File>,
}

impl Export<'_> {
    fn record(&mut self, record: RecordId) -> Result<(), ExportFault> {
        let held = self.handle.block_on(HeldRecord::load(self.app.db(), self.agency, &record.to_string()))?;
        let held = held.ok_or(ExportFault::NoSuchRecord { record })?;
        let names = RecordMembers(record);
        let journal = Journal::read(&held.journal, Drafts::Accepted, "journal", &mut Findings::default());
        self.add(&names.journal(), Packing::Packed, &held.journal)?;
        let private = named_values(&held.private, &journal);
        if !private.is_empty() {
            self.add(&names.private(), Packing::Packed, &private)?;
        }
        if !held.receipt_lines.is_empty() {
            self.add(&names.receipts(), Packing::Packed, &held.receipt_lines.concat())?;
        }
        for entry in &journal.entries {
            if let Body::Take(take) = &entry.body {
                self.original(&held, &names.init(take.take), &take.init)?;
            }
        }
        for ((take, segment), (size_bytes, digest)) in closed_segments(&journal) {
            self.original(&held, &names.segment(take, segment), &FileDigest { size_bytes, digest })?;
        }
        let mut seen = BTreeSet::new();
        for file in journal.entries.iter().filter_map(|entry| entry.body.file()) {
            // One file named twice stands in the bundle once.
            if seen.insert(*file.digest.sha256()) {
                self.original(&held, &names.file(&file.digest), file)?;
            }
        }
        if let Some(text) = playlist_of(played(&journal).iter().map(PlayedTake::parts)) {
            self.add(&names.playlist(), Packing::Packed, text.as_bytes())?;
        }
        Ok(())
    }

    /// A file as it was announced, or no bundle at all.
    fn original(&mut self, held: &HeldRecord, name: &MemberName, claimed: &FileDigest) -> Result<(), ExportFault> {
        let place = name.to_string();
        let limit = limit_bytes(name);
        if claimed.size_bytes > limit {
            return Err(ExportFault::TooLarge { place, expected: limit, found: claimed.size_bytes });
        }
        let not_held = |fault| match fault {
            StorageFault::Missing => ExportFault::NotHeld { place: name.to_string() },
            fault => fault.into(),
        };
        let id = OriginalId::new(self.agency.id, held.device, &claimed.digest);
        let originals = &**self.app.originals();
        let mut reader = WholeReader::open(self.handle, originals, &id, claimed.size_bytes).map_err(not_held)?;
        self.bundle.add(name, Packing::AsItIs, &mut reader)?;
        let read = reader.finish().map_err(not_held)?;
        if read.size_bytes != claimed.size_bytes || !read.digest.matches(&claimed.digest) {
            let expected = format!("{} bytes, {}", claimed.size_bytes, claimed.digest);
            return Err(ExportFault::Changed {
                place,
                expected,
                found: format!("{} bytes, {}", read.size_bytes, read.digest),
            });
        }
        Ok(())
    }

    fn add(&mut self, name: &MemberName, packing: Packing, bytes: &[u8]) -> Result<(), ExportFault> {
        self.bundle.add(name, packing, &mut Cursor::new(bytes))?;
        Ok(())
    }
}

/// Values that a line names: a phone may have sent more.
fn named_values(bytes: &[u8], journal: &Journal) -> Vec<u8> {
    let (values, _) = private::read(bytes);
    let named: BTreeSet<_> =
        journal.entries.iter().flat_map(|entry| entry.body.privates()).map(|private| &private.reference).collect();
    let named = values.iter().filter(|(reference, _)| named.contains(reference));
    named.flat_map(|(_, value)| value.to_line()).collect()
}
