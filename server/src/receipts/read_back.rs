//! Every file a record names, read from final storage once more and proved against its line.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::StreamExt;
use quanji_evidence::body::{Body, FileDigest};
use quanji_evidence::journal::Journal;
use quanji_evidence::member_name::RecordMembers;
use quanji_evidence::verify::MediaClaims;
use quanji_evidence::{Code, Digest, Findings};
use quanji_media::TakeFormat;
use quanji_media::limits::INIT_MAX_BYTES;
use quanji_verifier::{prove_init, prove_segment};

use super::held::HeldRecord;
use crate::agency::Agency;
use crate::storage::{OriginalId, Originals, ReadBack, StorageFault, read_back};

/// Largest file of a take that is taken into memory: a bundle holds none larger (FORMAT.md, section 2).
const MEDIA_LIMIT_BYTES: u64 = 64 << 20;

/// What is amiss with a file; each is a state that the agency lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amiss {
    pub code: &'static str,
    pub place: String,
    pub expected: String,
    pub found: String,
}

/// Reads back everything that the record's lines name. Empty: all is there, unchanged, and what its lines say of it.
pub async fn prove_files(
    originals: &Arc<dyn Originals>,
    agency: &Agency,
    held: &HeldRecord,
    journal: &Journal,
) -> Result<Vec<Amiss>, StorageFault> {
    let mut proof = Proof {
        originals,
        agency,
        held,
        names: RecordMembers(held.id),
        closed: closed_segments(journal),
        amiss: Vec::new(),
    };
    // What the lines say of each other was compared when they were examined; here only what they say of the bytes.
    let claims = Arc::new(MediaClaims::gather(journal, "journal", &mut Findings::default()));
    for take in 0..claims.takes.len() {
        proof.take(&claims, take).await?;
    }
    let mut seen = BTreeSet::new();
    for file in claims.files.iter().filter(|file| seen.insert(*file.what.digest.sha256())) {
        let place = proof.names.file(&file.what.digest).to_string();
        proof.whole(&place, &file.what).await?;
    }
    Ok(proof.amiss)
}

/// Every file that the journal names and that must be held: inits, closed segments, photos and documents.
pub fn files_named(journal: &Journal) -> Vec<&FileDigest> {
    let mut files: Vec<&FileDigest> = Vec::new();
    for entry in &journal.entries {
        if let Body::Take(take) = &entry.body {
            files.push(&take.init);
        }
        files.extend(entry.body.file());
    }
    files
}

/// Size and digest of every closed segment, by take and number.
pub fn closed_segments(journal: &Journal) -> BTreeMap<(u64, u64), (u64, Digest)> {
    let closed = journal.entries.iter().filter_map(|entry| match &entry.body {
        Body::Segment(segment) => Some(((segment.take, segment.segment), (segment.size_bytes, segment.digest.clone()))),
        _ => None,
    });
    closed.collect()
}

struct Proof<'a> {
    originals: &'a Arc<dyn Originals>,
    agency: &'a Agency,
    held: &'a HeldRecord,
    names: RecordMembers,
    closed: BTreeMap<(u64, u64), (u64, Digest)>,
    amiss: Vec<Amiss>,
}

impl Proof<'_> {
    async fn take(&mut self, claims: &Arc<MediaClaims>, place: usize) -> Result<(), StorageFault> {
        let take = &claims.takes[place];
        let number = take.take.take;
        let name = self.names.init(number).to_string();
        let mut format = None;
        if take.take.init.size_bytes > INIT_MAX_BYTES as u64 {
            let found = format!("{} bytes", take.take.init.size_bytes);
            self.add("media_malformed", &name, format!("at most {INIT_MAX_BYTES} bytes"), found);
        } else if let Some(bytes) = self.bytes(&name, &take.take.init).await? {
            let mut findings = Findings::default();
            format = prove_init(&name, take, &bytes, &mut findings);
            self.note(&findings);
        }
        let format = Arc::new(format);
        let mut fragments_before = 0;
        for (index, segment) in take.segments.iter().enumerate() {
            let name = self.names.segment(number, segment.segment).to_string();
            // Left open for good: its bytes are announced by no line and covered by no receipt.
            if let Some((size_bytes, digest)) = self.closed.get(&(number, segment.segment)).cloned() {
                let claimed = FileDigest { size_bytes, digest };
                self.segment(&name, &claimed, (claims, place, index), fragments_before, &format).await?;
            }
            fragments_before += segment.fragments.len() as u64;
        }
        Ok(())
    }

    async fn segment(
        &mut self,
        name: &str,
        claimed: &FileDigest,
        (claims, take, index): (&Arc<MediaClaims>, usize, usize),
        fragments_before: u64,
        format: &Arc<Option<TakeFormat>>,
    ) -> Result<(), StorageFault> {
        if claimed.size_bytes > MEDIA_LIMIT_BYTES {
            let found = format!("{} bytes", claimed.size_bytes);
            self.add("media_malformed", name, format!("at most {MEDIA_LIMIT_BYTES} bytes"), found);
            return Ok(());
        }
        let Some(bytes) = self.bytes(name, claimed).await? else { return Ok(()) };
        let (claims, format, place) = (Arc::clone(claims), Arc::clone(format), name.to_owned());
        let proved = tokio::task::spawn_blocking(move || {
            let mut findings = Findings::default();
            let claim = &claims.takes[take].segments[index];
            prove_segment(&place, (claim, fragments_before), &bytes, format.as_ref().as_ref(), &mut findings);
            findings
        });
        let findings = proved.await.map_err(|_| StorageFault::Io(std::io::ErrorKind::Interrupted))?;
        self.note(&findings);
        Ok(())
    }

    /// A file's bytes, when they are those that were announced.
    async fn bytes(&mut self, place: &str, claimed: &FileDigest) -> Result<Option<Vec<u8>>, StorageFault> {
        let id = self.id(&claimed.digest);
        let mut chunks = match self.originals.read(&id, None).await {
            Err(StorageFault::Missing) => return Ok(self.missing(place)),
            chunks => chunks?,
        };
        let mut bytes = Vec::with_capacity(usize::try_from(claimed.size_bytes.min(MEDIA_LIMIT_BYTES)).unwrap_or(0));
        while let Some(chunk) = chunks.next().await {
            let chunk = match chunk {
                Err(StorageFault::Missing) => return Ok(self.missing(place)),
                chunk => chunk?,
            };
            if bytes.len() + chunk.len() > claimed.size_bytes as usize {
                self.changed(place, claimed, format!("more than {} bytes", claimed.size_bytes));
                return Ok(None);
            }
            bytes.extend_from_slice(&chunk);
        }
        let digest = Digest::of(&bytes);
        if bytes.len() as u64 == claimed.size_bytes && digest.matches(&claimed.digest) {
            return Ok(Some(bytes));
        }
        self.changed(place, claimed, format!("{} bytes, {digest}", bytes.len()));
        Ok(None)
    }

    /// A file of any size, read once.
    async fn whole(&mut self, place: &str, claimed: &FileDigest) -> Result<(), StorageFault> {
        let ReadBack { digest, size_bytes } = match read_back(&**self.originals, &self.id(&claimed.digest)).await {
            Err(StorageFault::Missing) => {
                self.missing(place);
                return Ok(());
            }
            read => read?,
        };
        if size_bytes != claimed.size_bytes || !digest.matches(&claimed.digest) {
            self.changed(place, claimed, format!("{size_bytes} bytes, {digest}"));
        }
        Ok(())
    }

    fn id(&self, digest: &Digest) -> OriginalId {
        OriginalId::new(self.agency.id, self.held.device, digest)
    }

    fn missing(&mut self, place: &str) -> Option<Vec<u8>> {
        self.add("media_missing", place, "in storage".to_owned(), "not there".to_owned());
        None
    }

    fn changed(&mut self, place: &str, claimed: &FileDigest, found: String) {
        self.add("stored_bytes_changed", place, format!("{} bytes, {}", claimed.size_bytes, claimed.digest), found);
    }

    /// The bytes are those that were sent: what is amiss now is what their lines say of them.
    fn note(&mut self, findings: &Findings) {
        for finding in findings.iter() {
            let code = if finding.code == Code::MediaMalformed { "media_malformed" } else { "media_facts_mismatch" };
            self.add(code, &finding.place, finding.expected.clone(), finding.found.clone());
        }
    }

    fn add(&mut self, code: &'static str, place: &str, expected: String, found: String) {
        self.amiss.push(Amiss { code, place: place.to_owned(), expected, found });
    }
}
