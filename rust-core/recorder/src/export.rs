//! Bundles made on the phone: whole records, with nothing in them that no line names.

use std::io::{self, BufReader, Cursor, Read, Seek, Write};

use quanji_evidence::body::{Body, Take};
use quanji_evidence::bundle::{BundleWriteFault, BundleWriter, Packing};
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::manifest::{Manifest, Purpose};
use quanji_evidence::member_name::RecordMembers;
use quanji_evidence::played::{PlayedTake, played};
use quanji_evidence::private;
use quanji_evidence::{Digest, Findings};
use quanji_media::playlist::playlist_of;
use quanji_store::{Content, FileKind, Identity, ReadError, Vault};
use thiserror::Error;

use crate::desk::{in_vault, take_in_vault};
use crate::ports::Ports;

/// Why no bundle was made.
#[derive(Debug, Error)]
pub enum ExportFault {
    #[error("there is no record {record}")]
    NoSuchRecord { record: RecordId },
    #[error("the vault could not be read")]
    Read(#[from] ReadError),
    #[error(transparent)]
    Write(#[from] BundleWriteFault),
}

/// What an export has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    pub done_bytes: u64,
    pub total_bytes: u64,
}

/// Writes a bundle of whole records, signed by the device.
pub(crate) fn export<W: Write + Seek>(
    vault: &Vault,
    ports: &Ports,
    records: &[RecordId],
    purpose: Purpose,
    out: W,
    progress: &mut dyn FnMut(Exported),
) -> Result<W, ExportFault> {
    let total_bytes =
        records.iter().flat_map(|record| vault.contents_of(in_vault(*record))).map(|content| content.len).sum();
    let mut export =
        Export { vault, bundle: BundleWriter::new(out), progress, so_far: Exported { done_bytes: 0, total_bytes } };
    for record in records {
        export.record(*record)?;
    }
    let manifest = Manifest {
        edition: 1,
        created_us: ports.time.now().wall_us,
        purpose,
        signer: ports.device.signer.public().clone(),
        records: records.to_vec(),
        members: Vec::new(),
        withheld_private: Vec::new(),
        withheld_members: Vec::new(),
    };
    Ok(export.bundle.finish(manifest, &*ports.device.signer)?)
}

struct Export<'a, W: Write + Seek> {
    vault: &'a Vault,
    bundle: BundleWriter<W>,
    progress: &'a mut dyn FnMut(Exported),
    so_far: Exported,
}

impl<W: Write + Seek> Export<'_, W> {
    fn record(&mut self, record: RecordId) -> Result<(), ExportFault> {
        let names = RecordMembers(record);
        let lines = match self.vault.lines(Identity::journal(in_vault(record))) {
            Err(ReadError::NoSuchFile(_)) => return Err(ExportFault::NoSuchRecord { record }),
            lines => lines?,
        };
        let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut Findings::default());
        self.bytes(&names.journal(), Packing::Packed, &lines)?;
        self.private(record, &journal)?;
        let (mut take_number, mut take_files) = (0, 0);
        for entry in &journal.entries {
            match &entry.body {
                Body::Take(take) => {
                    take_number = take.take;
                    take_files = take_in_vault(self.vault, record, small(take.take));
                    self.init(record, take, take_files)?;
                }
                Body::Segment(segment) => {
                    let identity = Identity::segment(in_vault(record), take_files, small(segment.segment));
                    self.content(&names.segment(segment.take, segment.segment), identity, segment.size_bytes)?;
                }
                _ => {}
            }
        }
        self.open_segment(record, (take_number, take_files), &journal)?;
        self.files(record, &journal)?;
        if let Some(text) = playlist_of(played(&journal).iter().map(PlayedTake::parts)) {
            self.bytes(&names.playlist(), Packing::Packed, text.as_bytes())?;
        }
        Ok(())
    }

    /// A record that is still running, or was left unclosed: the segment's bytes as far as lines name them.
    fn open_segment(
        &mut self,
        record: RecordId,
        (take, take_files): (u64, u32),
        journal: &Journal,
    ) -> Result<(), ExportFault> {
        let mut open = None;
        for entry in &journal.entries {
            match &entry.body {
                Body::Fragment(fragment) | Body::Recovered(fragment) => {
                    open = Some((fragment.segment, fragment.end_bytes))
                }
                Body::Segment(_) => open = None,
                _ => {}
            }
        }
        let Some((segment, end_bytes)) = open else { return Ok(()) };
        let identity = Identity::segment(in_vault(record), take_files, small(segment));
        self.content(&RecordMembers(record).segment(take, segment), identity, end_bytes)
    }

    fn init(&mut self, record: RecordId, take: &Take, take_files: u32) -> Result<(), ExportFault> {
        let identity = Identity::init(in_vault(record), take_files);
        self.content(&RecordMembers(record).init(take.take), identity, take.init.size_bytes)
    }

    /// Values that a line names. The vault may hold more: those of a group that a full disk lost.
    fn private(&mut self, record: RecordId, journal: &Journal) -> Result<(), ExportFault> {
        let bytes = match self.vault.lines(Identity::private(in_vault(record))) {
            Err(ReadError::NoSuchFile(_)) => return Ok(()),
            bytes => bytes?,
        };
        let (values, _) = private::read(&bytes);
        let named: Vec<_> = journal.entries.iter().flat_map(|entry| entry.body.privates()).collect();
        let mut lines = Vec::new();
        for (reference, value) in &values {
            if named.iter().any(|private| private.reference == *reference) {
                lines.extend_from_slice(&value.to_line());
            }
        }
        self.bytes(&RecordMembers(record).private(), Packing::Packed, &lines)
    }

    fn files(&mut self, record: RecordId, journal: &Journal) -> Result<(), ExportFault> {
        let mut named: Vec<&Digest> =
            journal.entries.iter().filter_map(|entry| entry.body.file()).map(|file| &file.digest).collect();
        for content in self.vault.contents_of(in_vault(record)) {
            if content.identity.kind != FileKind::Photo || content.is_purged {
                continue;
            }
            let mut bytes = Vec::new();
            ContentReader::new(self.vault.content(content.identity)?, content.len)
                .read_to_end(&mut bytes)
                .map_err(BundleWriteFault::Io)?;
            let digest = Digest::of(&bytes);
            // One file named twice stands in the bundle once.
            if named.iter().any(|other| other.matches(&digest)) {
                named.retain(|other| !other.matches(&digest));
                self.bytes(&RecordMembers(record).file(&digest), Packing::AsItIs, &bytes)?;
            }
        }
        Ok(())
    }

    fn bytes(
        &mut self,
        name: &quanji_evidence::text::MemberName,
        packing: Packing,
        bytes: &[u8],
    ) -> Result<(), ExportFault> {
        self.bundle.add(name, packing, &mut Cursor::new(bytes))?;
        self.note(bytes.len() as u64);
        Ok(())
    }

    fn content(
        &mut self,
        name: &quanji_evidence::text::MemberName,
        identity: Identity,
        size_bytes: u64,
    ) -> Result<(), ExportFault> {
        match self.vault.content(identity) {
            Ok(content) => {
                self.bundle.add(
                    name,
                    Packing::AsItIs,
                    &mut BufReader::with_capacity(1 << 20, ContentReader::new(content, size_bytes)),
                )?;
                self.note(size_bytes);
                Ok(())
            }
            // Purged on a receipt, or lost: the bundle says so by its absence.
            Err(ReadError::Purged(_) | ReadError::NoSuchFile(_)) => Ok(()),
            Err(fault) => Err(fault.into()),
        }
    }

    fn note(&mut self, bytes: u64) {
        // The playlist is made here, and stands in no vault: it is in no total.
        self.so_far.done_bytes = (self.so_far.done_bytes + bytes).min(self.so_far.total_bytes);
        (self.progress)(self.so_far);
    }
}

/// Reads a file of the vault from its start, as far as a line names it.
struct ContentReader {
    content: Content,
    at: u64,
    end: u64,
}

impl ContentReader {
    fn new(content: Content, size_bytes: u64) -> ContentReader {
        let end = size_bytes.min(content.len());
        ContentReader { content, at: 0, end }
    }
}

impl Read for ContentReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let count = self.content.read_at(self.at, &mut buffer[..wanted]).map_err(io::Error::other)?;
        self.at += count as u64;
        Ok(count)
    }
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
