//! Bundles: zips whose directory is checked before anything in them is read, and their writer (FORMAT.md, section 2).

use std::io::{self, Read, Seek, Write};

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::digest::Digest;
use crate::line::WriteFault;
use crate::manifest::{Manifest, Member};
use crate::signer::Signer;
use crate::text::MemberName;

/// Most members.
pub const MEMBERS_LIMIT: usize = 100_000;
/// Largest member, unpacked; photos and documents apart.
pub const MEMBER_LIMIT_BYTES: u64 = 64 << 20;
/// Largest photo or document (`records/ID/files/HEX`), unpacked: as large as the agency takes one.
pub const FILE_LIMIT_BYTES: u64 = 2 << 30;
/// All members together, unpacked.
pub const BUNDLE_LIMIT_BYTES: u64 = 64 << 30;
/// Largest ratio of a member of over 1 MiB to its packed size: text of ours packs about 10 to 1.
pub const RATIO_LIMIT: u64 = 200;
const RATIO_FROM_BYTES: u64 = 1 << 20;
const NAME_LIMIT_BYTES: usize = 200;
/// Largest piece in which a member is unpacked: it fits the second-level cache of any machine this runs on.
pub const PIECE_BYTES: usize = 128 << 10;

/// Why a bundle cannot be read at all: no verdict follows.
#[derive(Debug, Error)]
pub enum BundleFault {
    #[error("the container cannot be read whole: {0}")]
    Container(String),
    #[error("member {number} has a name the format does not allow")]
    MemberName { number: usize },
    #[error("{what}: {found}, at most {limit}")]
    Limit { what: &'static str, found: u64, limit: u64 },
}

impl BundleFault {
    /// The code that verifiers agree on.
    pub const fn code(&self) -> &'static str {
        match self {
            BundleFault::Container(_) => "container",
            BundleFault::MemberName { .. } => "member_name",
            BundleFault::Limit { .. } => "limit",
        }
    }
}

impl From<ZipError> for BundleFault {
    fn from(fault: ZipError) -> BundleFault {
        BundleFault::Container(fault.to_string())
    }
}

impl From<io::Error> for BundleFault {
    fn from(fault: io::Error) -> BundleFault {
        BundleFault::Container(fault.to_string())
    }
}

/// A member as the directory declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    pub name: MemberName,
    pub size_bytes: u64,
}

/// A bundle whose directory was found within the format's limits. A clone shares the directory, so that threads can read side by side.
#[derive(Debug, Clone)]
pub struct Bundle<R> {
    archive: ZipArchive<R>,
    members: Vec<Declared>,
}

impl<R: Read + Seek> Bundle<R> {
    /// Reads and checks the directory. No member is unpacked.
    pub fn open(reader: R) -> Result<Bundle<R>, BundleFault> {
        let archive = ZipArchive::new(reader)?;
        let mut members = Vec::with_capacity(archive.len().min(MEMBERS_LIMIT));
        let mut packed = Vec::with_capacity(members.capacity());
        let mut has_bad_name = archive.has_duplicate_names().then_some(0);
        for number in 0..archive.len() {
            let entry = archive.by_index_data(number)?;
            if entry.encrypted() {
                return Err(BundleFault::Container("a member is encrypted".to_owned()));
            }
            if !matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
                return Err(BundleFault::Container(
                    "a member is packed by another method than store or deflate".to_owned(),
                ));
            }
            let name = std::str::from_utf8(entry.name_raw()).ok().and_then(|name| MemberName::parse(name).ok());
            match name.filter(|name| name.as_str().len() <= NAME_LIMIT_BYTES && !entry.is_dir() && !entry.is_symlink())
            {
                Some(name) => {
                    members.push(Declared { name, size_bytes: entry.size() });
                    packed.push(entry.compressed_size());
                }
                None => has_bad_name = has_bad_name.or(Some(number)),
            }
        }
        if let Some(number) = has_bad_name {
            return Err(BundleFault::MemberName { number });
        }
        check_limits(&members, &packed)?;
        Ok(Bundle { archive, members })
    }

    /// The members in the directory's order.
    pub fn members(&self) -> &[Declared] {
        &self.members
    }

    /// The number of the member with this name.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.archive.index_for_name(name)
    }

    /// Unpacks a member piece by piece into the room that `intake` offers; its declared size and its CRC must hold.
    pub fn read_into(&mut self, number: usize, intake: &mut dyn Intake) -> Result<u64, BundleFault> {
        let mut entry = self.archive.by_index(number)?;
        let declared = entry.size();
        let mut read_bytes = 0;
        loop {
            let count = entry.read(intake.room())?;
            if count == 0 {
                break;
            }
            read_bytes += count as u64;
            if read_bytes > declared {
                break;
            }
            intake.took(count);
        }
        if read_bytes == declared {
            Ok(read_bytes)
        } else {
            Err(BundleFault::Container(format!("a member of {declared} bytes unpacks to {read_bytes} or more")))
        }
    }

    /// Unpacks a member whole into `buffer`, which grows as needed and keeps its room for the next member.
    pub fn unpack<'b>(&mut self, number: usize, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], BundleFault> {
        let mut whole = Whole { buffer, filled: 0 };
        self.read_into(number, &mut whole)?;
        let Whole { buffer, filled } = whole;
        Ok(&buffer[..filled])
    }

    /// Unpacks a member whole; `None` when there is none of this name.
    pub fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, BundleFault> {
        let Some(number) = self.position(name) else { return Ok(None) };
        let mut bytes = Vec::new();
        let length = self.unpack(number, &mut bytes)?.len();
        bytes.truncate(length);
        Ok(Some(bytes))
    }
}

/// Who reads a member piece by piece and says where the next piece goes.
pub trait Intake {
    /// Where the next bytes go; never empty, for that would end the reading.
    fn room(&mut self) -> &mut [u8];
    /// The first `count` bytes of the room are the member's next ones.
    fn took(&mut self, count: usize);
}

/// Keeps all there is.
struct Whole<'b> {
    buffer: &'b mut Vec<u8>,
    filled: usize,
}

impl Intake for Whole<'_> {
    fn room(&mut self) -> &mut [u8] {
        let end = self.filled + PIECE_BYTES;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        &mut self.buffer[self.filled..end]
    }

    fn took(&mut self, count: usize) {
        self.filled += count;
    }
}

/// Largest size of a member of this name. Photos and documents are only ever hashed, never taken into memory whole.
pub fn limit_bytes(name: &MemberName) -> u64 {
    match name.as_str().split('/').collect::<Vec<_>>()[..] {
        ["records", _, "files", _] => FILE_LIMIT_BYTES,
        _ => MEMBER_LIMIT_BYTES,
    }
}

fn check_limits(members: &[Declared], packed: &[u64]) -> Result<(), BundleFault> {
    let over = |what, found, limit| Err(BundleFault::Limit { what, found, limit });
    if members.len() > MEMBERS_LIMIT {
        return over("members", members.len() as u64, MEMBERS_LIMIT as u64);
    }
    let mut total: u64 = 0;
    for (member, packed) in members.iter().zip(packed) {
        let limit = limit_bytes(&member.name);
        if member.size_bytes > limit {
            return over("bytes in a member", member.size_bytes, limit);
        }
        if member.size_bytes > RATIO_FROM_BYTES && member.size_bytes > packed.saturating_mul(RATIO_LIMIT) {
            return over("unpacked bytes to a packed one", member.size_bytes / (*packed).max(1), RATIO_LIMIT);
        }
        total += member.size_bytes;
    }
    if total > BUNDLE_LIMIT_BYTES { over("bytes in all", total, BUNDLE_LIMIT_BYTES) } else { Ok(()) }
}

/// Writes a bundle: members first, then the manifest that covers them.
#[derive(Debug)]
pub struct BundleWriter<W: Write + Seek> {
    zip: ZipWriter<W>,
    members: Vec<Member>,
}

/// Whether packing a member is worth the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Text: journals, private values.
    Packed,
    /// Media: already compressed.
    AsItIs,
}

/// Why a bundle was not written.
#[derive(Debug, Error)]
pub enum BundleWriteFault {
    #[error("the bundle cannot be written")]
    Zip(#[from] ZipError),
    #[error("the bundle cannot be written")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Manifest(#[from] WriteFault),
}

impl<W: Write + Seek> BundleWriter<W> {
    /// An empty bundle.
    pub fn new(writer: W) -> BundleWriter<W> {
        BundleWriter { zip: ZipWriter::new(writer), members: Vec::new() }
    }

    /// Adds a member, hashing it on the way.
    pub fn add(
        &mut self,
        name: &MemberName,
        packing: Packing,
        content: &mut dyn Read,
    ) -> Result<Digest, BundleWriteFault> {
        self.zip.start_file(name.as_str(), options(packing))?;
        let (mut digest, mut size_bytes, mut buffer) = (Sha256::new(), 0, vec![0; 64 << 10]);
        loop {
            let count = content.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            digest.update(&buffer[..count]);
            size_bytes += count as u64;
            self.zip.write_all(&buffer[..count])?;
        }
        let digest = Digest::from_sha256(digest.finalize().into());
        self.members.push(Member { name: name.clone(), size_bytes, digest: digest.clone() });
        Ok(digest)
    }

    /// Ends the bundle with the manifest; its `members` become those that were added.
    pub fn finish(mut self, mut manifest: Manifest, signer: &dyn Signer) -> Result<W, BundleWriteFault> {
        manifest.members = std::mem::take(&mut self.members);
        let line = manifest.write(signer)?;
        self.zip.start_file(MANIFEST, options(Packing::Packed))?;
        self.zip.write_all(&line)?;
        Ok(self.zip.finish()?)
    }
}

/// The manifest's member name.
pub const MANIFEST: &str = "manifest";
/// The key set's member name.
pub const KEYSET: &str = "keyset";

fn options(packing: Packing) -> SimpleFileOptions {
    // One fixed time for all members: the container carries no meaning, and equal records give equal bundles.
    let method = match packing {
        Packing::Packed => CompressionMethod::Deflated,
        Packing::AsItIs => CompressionMethod::Stored,
    };
    SimpleFileOptions::default().compression_method(method).last_modified_time(zip::DateTime::default())
}
