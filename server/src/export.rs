//! `export`: whole records as a bundle that the agency's `document` key signs, for a stranger with `agency.pub` to verify.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Cursor};
use std::path::Path;

use futures_util::StreamExt;
use quanji_evidence::body::{Body, FileDigest};
use quanji_evidence::bundle::{BundleWriteFault, BundleWriter, KEYSET, MEMBER_LIMIT_BYTES, Packing};
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::keyset::Role;
use quanji_evidence::manifest::{Manifest, Purpose};
use quanji_evidence::member_name::RecordMembers;
use quanji_evidence::text::MemberName;
use quanji_evidence::{Digest, Findings, Signer, private};
use thiserror::Error;

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::db::DbFault;
use crate::receipts::{HeldRecord, closed_segments};
use crate::storage::{OriginalId, StorageFault};

/// Why no bundle was made; what was written of it is no bundle.
#[derive(Debug, Error)]
pub enum ExportFault {
    #[error("there is no record {record}")]
    NoSuchRecord { record: RecordId },
    #[error("{place} is announced and not held")]
    NotHeld { place: String },
    #[error("{place}: {expected} announced, {found} in storage")]
    Changed { place: String, expected: String, found: String },
    #[error("{place}: {found} bytes, a bundle holds at most {MEMBER_LIMIT_BYTES} in a member")]
    TooLarge { place: String, found: u64 },
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

/// Writes a bundle of these records to `out`, which must not be there yet.
pub async fn export(app: &App, records: &[RecordId], purpose: Purpose, out: &Path) -> Result<(), ExportFault> {
    let agency = app.agency();
    let created_us = app.now_us();
    let signer = agency.signer(Role::Document, created_us)?;
    let file = File::create_new(out)?;
    let mut export = Export { app, agency: &agency, bundle: BundleWriter::new(file) };
    let keyset = MemberName::parse(KEYSET).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    export.add(&keyset, Packing::Packed, &agency.keyset_bytes)?;
    let mut seen = BTreeSet::new();
    let records: Vec<RecordId> = records.iter().copied().filter(|record| seen.insert(*record)).collect();
    for record in &records {
        export.record(*record).await?;
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
    export.bundle.finish(manifest, &*signer)?.sync_all()?;
    Ok(())
}

struct Export<'a> {
    app: &'a App,
    agency: &'a Agency,
    bundle: BundleWriter<File>,
}

impl Export<'_> {
    async fn record(&mut self, record: RecordId) -> Result<(), ExportFault> {
        let held = HeldRecord::load(self.app.db(), self.agency, &record.to_string()).await?;
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
                self.original(&held, &names.init(take.take), &take.init).await?;
            }
        }
        for ((take, segment), (size_bytes, digest)) in closed_segments(&journal) {
            self.original(&held, &names.segment(take, segment), &FileDigest { size_bytes, digest }).await?;
        }
        let mut seen = BTreeSet::new();
        for file in journal.entries.iter().filter_map(|entry| entry.body.file()) {
            // One file named twice stands in the bundle once.
            if seen.insert(*file.digest.sha256()) {
                self.original(&held, &names.file(&file.digest), file).await?;
            }
        }
        Ok(())
    }

    /// A file as it was announced, or none at all.
    async fn original(
        &mut self,
        held: &HeldRecord,
        name: &MemberName,
        claimed: &FileDigest,
    ) -> Result<(), ExportFault> {
        let place = name.to_string();
        if claimed.size_bytes > MEMBER_LIMIT_BYTES {
            return Err(ExportFault::TooLarge { place, found: claimed.size_bytes });
        }
        let id = OriginalId::new(self.agency.id, held.device, &claimed.digest);
        let mut bytes = Vec::new();
        let read = async {
            let mut chunks = self.app.originals().read(&id, None).await?;
            while let Some(chunk) = chunks.next().await {
                bytes.extend_from_slice(&chunk?);
                if bytes.len() as u64 > claimed.size_bytes {
                    break;
                }
            }
            Ok(())
        };
        match read.await {
            Ok(()) => {}
            Err(StorageFault::Missing) => return Err(ExportFault::NotHeld { place }),
            Err(fault) => return Err(fault.into()),
        }
        let digest = Digest::of(&bytes);
        if bytes.len() as u64 != claimed.size_bytes || !digest.matches(&claimed.digest) {
            let expected = format!("{} bytes, {}", claimed.size_bytes, claimed.digest);
            return Err(ExportFault::Changed { place, expected, found: format!("{} bytes, {digest}", bytes.len()) });
        }
        self.add(name, Packing::AsItIs, &bytes)
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
