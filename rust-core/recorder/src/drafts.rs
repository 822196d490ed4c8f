//! Drafts of written statements (情况说明草稿) that the agency offers to this phone, the template where it offers none, and the statement that
//! stands alone because nothing was recorded.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use quanji_evidence::document::Document;
use quanji_evidence::entry::Actor;
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::private::PrivateValue;
use quanji_evidence::text::Ref;
use quanji_evidence::{Digest, Findings, private, statement_facts};
use quanji_rules::{DocumentKind, DraftSays, StatementDraft, statement_template};
use quanji_store::{FileKind, Identity, ReadError};

use crate::deed::Deed;
use crate::desk::{from_vault, in_vault};
use crate::fault::RecorderFault;
use crate::recorder::Recorder;
use crate::rows::{is_of_kind, read};

/// A draft in its newest edition, proved.
#[derive(Clone, PartialEq, Eq)]
pub struct OfferedDraft {
    /// Of the document's header line: what a statement names.
    pub digest: Digest,
    pub issued_us: u64,
    /// `None`: nothing was recorded.
    pub record: Option<RecordId>,
    pub interruption: Option<u64>,
    pub text: String,
    device: String,
    /// All its editions: the officer may have signed an earlier one.
    editions: Vec<Digest>,
}

impl std::fmt::Debug for OfferedDraft {
    /// Never the words: this may end in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OfferedDraft").field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// Which drafts the statements of each record name, as far as its journal was read: it is read again only where it has grown.
#[derive(Debug, Default)]
pub(crate) struct NamedDrafts(BTreeMap<RecordId, NamedIn>);

#[derive(Debug, Default)]
struct NamedIn {
    /// Bytes of the journal when it was read; `None` before.
    journal_bytes: Option<u64>,
    drafts: Vec<Digest>,
}

impl NamedDrafts {
    /// Whether a statement of this record names one of these editions. What was named once stays named, and nothing is read for it.
    fn name_any(&mut self, recorder: &Recorder, record: RecordId, editions: &[Digest]) -> bool {
        let known = self.0.entry(record).or_default();
        if is_any(&known.drafts, editions) {
            return true;
        }
        // Before the lines: what is added between is read at the next look.
        let journal_bytes = recorder.vault_handle().acknowledged_len(Identity::journal(in_vault(record)));
        if journal_bytes == known.journal_bytes {
            return false;
        }
        // A journal that cannot be read is told elsewhere, and hides no draft.
        if let Ok(lines) = recorder.lines(record) {
            *known = NamedIn { journal_bytes, drafts: drafts_named(&lines) };
        }
        is_any(&known.drafts, editions)
    }
}

/// What a document says, if it is a draft that can be read.
pub(crate) fn draft_of(document: &Document) -> Option<StatementDraft> {
    if document.header().kind.as_str() != DocumentKind::StatementDraft.name() {
        return None;
    }
    let draft: StatementDraft = serde_json::from_slice(document.body()).ok()?;
    draft.check().is_ok().then_some(draft)
}

/// Of proved documents, in the order of their numbers: each draft's newest edition, unless that withdraws it.
pub(crate) fn offered<'a>(documents: impl Iterator<Item = &'a Document>) -> Vec<OfferedDraft> {
    let mut drafts: BTreeMap<String, (Vec<Digest>, &Document, StatementDraft)> = BTreeMap::new();
    for (document, draft) in documents.filter_map(|document| Some((document, draft_of(document)?))) {
        let mut editions = drafts.remove(&draft.draft).map(|(editions, ..)| editions).unwrap_or_default();
        editions.push(document.digest());
        drafts.insert(draft.draft.clone(), (editions, document, draft));
    }
    let newest = drafts.into_values().filter_map(|(editions, document, draft)| {
        let DraftSays::Offered { text } = draft.says else { return None };
        Some(OfferedDraft {
            digest: document.digest(),
            issued_us: document.header().issued_us,
            record: draft.record.as_deref().and_then(RecordId::parse),
            interruption: draft.interruption,
            text,
            device: draft.device,
            editions,
        })
    });
    let mut offered: Vec<OfferedDraft> = newest.collect();
    offered.sort_by_key(|draft| draft.issued_us);
    offered
}

impl Recorder {
    /// What the agency offers to be signed here and nobody has signed yet, the oldest first. One about a record that this phone does not hold
    /// can only stand alone, and is given as one that does.
    pub fn statement_drafts(&self) -> Vec<OfferedDraft> {
        let (device, records) = (self.device_id().to_string(), self.vault_handle().records());
        let in_force = self.in_force();
        let own = in_force.drafts().iter().filter(|draft| draft.device == device).cloned();
        let held = own.map(|draft| {
            let record = draft.record.filter(|record| records.contains(&in_vault(*record)));
            OfferedDraft { interruption: draft.interruption.filter(|_| record.is_some()), record, ..draft }
        });
        held.filter(|draft| !self.is_signed(draft)).collect()
    }

    fn is_signed(&self, draft: &OfferedDraft) -> bool {
        let mut named = self.named_drafts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut names = |record| named.name_any(self, record, &draft.editions);
        match draft.record {
            Some(record) => names(record),
            // In a record of its own, whichever that is; it holds no film.
            None => self.records_without_film().into_iter().any(names),
        }
    }

    fn records_without_film(&self) -> Vec<RecordId> {
        let vault = self.vault_handle();
        let is_without = |record: &quanji_store::RecordId| {
            !vault.contents_of(*record).iter().any(|content| content.identity.kind == FileKind::Init)
        };
        vault.records().into_iter().filter(is_without).map(from_vault).collect()
    }

    /// The text that a statement begins from where the agency drafted none.
    pub fn statement_template(&self, record: RecordId, interruption: Option<u64>) -> Result<String, RecorderFault> {
        let journal = Journal::read(&self.lines(record)?, Drafts::Accepted, "journal", &mut Findings::default());
        let values = match self.vault_handle().lines(Identity::private(in_vault(record))) {
            Err(ReadError::NoSuchFile(_)) => Vec::new(),
            values => values?,
        };
        let in_force = self.in_force();
        let matters = in_force.matters();
        let name_of = |code: &str| {
            let matter = matters.iter().find(|matter| matter.code.0 == code);
            matter.map(|matter| matter.name.clone())
        };
        let facts = statement_facts(&journal, &private::read(&values).0, interruption, &name_of);
        Ok(statement_template(&facts))
    }

    /// A written statement where nothing was recorded at all (第十五条): in a record of its own, which holds nothing else and is sealed.
    /// A text that is too long begins none; a record that begins meanwhile waits for it.
    pub fn state_alone(
        &self,
        actor: Option<Actor>,
        statement: String,
        draft: Option<Digest>,
    ) -> Result<RecordId, RecorderFault> {
        // Tried as the value that it becomes; the salt is drawn when it is kept.
        PrivateValue::new(Ref::parse("p1").expect("the first value's name"), &[0; 16], &statement)?;
        self.record_alone(actor, Deed::WrittenStatement { statement, interruption: None, draft })
    }
}

fn is_any(drafts: &[Digest], editions: &[Digest]) -> bool {
    drafts.iter().any(|draft| editions.iter().any(|edition| edition.matches(draft)))
}

/// The drafts that statements among these lines name.
fn drafts_named(lines: &[u8]) -> Vec<Digest> {
    let statements = lines.split(|byte| *byte == b'\n').filter(|line| is_of_kind(line, "written_statement"));
    statements.filter_map(read).filter_map(|line| serde_json::from_value(line.body["draft"].clone()).ok()).collect()
}
