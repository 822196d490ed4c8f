//! One record, told from its lines: what happened when, what of it is film, and what the agency said of it.

use quanji_evidence::Findings;
use quanji_evidence::body::Body;
use quanji_evidence::entry::{Clock, Entry};
use quanji_evidence::finding::Verdict;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_recorder::{Piece, PieceFault};
use quanji_store::{FileKind, Identity};
use quanji_upload::Holder;

use crate::CoreError;
use crate::error::Defect;
use crate::last_page::LastPage;
use crate::phone_core::{Core, record_id};
use crate::words::{
    AwayGround, Cause, ChecklistState, EndedHow, Filming, KeyContent, NoticeOf, ObstructionKind, OpeningElement, Party,
    ReceiptKind, ReceiptOnTime, Secrecy, ServiceMethod, StageOf, Track,
};

/// A piece of at most so many bytes crosses at once.
const PIECE_BYTES: u32 = 1 << 20;

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RecordPage {
    pub last_page: LastPage,
    /// Code of the matter, where one was chosen.
    pub matter: Option<String>,
    pub takes: Vec<TakeOfFilm>,
    pub happenings: Vec<Happening>,
    /// Valid ones, as this phone verified them with the agency's keys, the first first.
    pub receipts: Vec<ReceiptView>,
}

/// An uninterrupted run of the encoders (连续段).
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TakeOfFilm {
    pub take: u32,
    pub cause: Cause,
    /// Where it stands in the film, breaks left out, µs.
    pub film_from_us: u64,
    pub duration_us: u64,
    /// When it began, by the phone's clock.
    pub from_us: u64,
    pub rotation_degrees: u32,
    /// As players are asked whether they can (`avc1.…`, `hvc1.…`); null without a picture, as are its measures.
    pub codec: Option<String>,
    pub width: Option<u16>,
    pub height: Option<u16>,
    pub has_sound: bool,
    pub init_bytes: u64,
    pub segments: Vec<SegmentOfFilm>,
}

/// A closed segment, which a player reads with [`Core::read_film`].
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SegmentOfFilm {
    pub segment: u32,
    pub size_bytes: u64,
    pub duration_us: u64,
    /// Whether it is still on the phone.
    pub is_here: bool,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Happening {
    pub seq: u64,
    /// By the phone's clock, µs since 1970.
    pub at_us: u64,
    /// Where it stands in the film; null where nothing was filmed then.
    pub film_us: Option<u64>,
    pub what: What,
}

/// What happened. No person's words stand in it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum What {
    Opened,
    Interrupted {
        cause: Cause,
    },
    Resumed {
        interruption: u64,
        gap_us: u64,
    },
    TrackLost {
        track: Track,
        cause: Cause,
    },
    TrackBack {
        track: Track,
    },
    ClockSet,
    Opening {
        elements: Vec<OpeningElement>,
    },
    OpeningExcused,
    ReasonGiven {
        interruption: u64,
        cause: Cause,
    },
    Stage {
        stage: StageOf,
    },
    Mark {
        mark: String,
    },
    Notice {
        notice: NoticeOf,
    },
    Filming {
        state: Filming,
    },
    /// A line beside the opening, by its code. Kotlin keeps the plain word for itself.
    CompanionLine {
        line: String,
    },
    Checklist {
        item: KeyContent,
        state: ChecklistState,
    },
    /// Some may not see what was filmed from here, to `to_us` where that was said: µs since 1970.
    Confidential {
        secrecy: Secrecy,
        to_us: Option<u64>,
    },
    Obstruction {
        kind: ObstructionKind,
    },
    Party {
        party: Party,
    },
    /// Read with [`Core::read_file`] under this number.
    Photo {
        number: u32,
        size_bytes: u64,
    },
    Document {
        number: u32,
        size_bytes: u64,
        document: String,
    },
    Service {
        method: ServiceMethod,
        step: String,
    },
    Activity,
    Ended {
        how: EndedHow,
    },
    Sealed,
    Away {
        ground: AwayGround,
    },
    Returned {
        at_us: u64,
    },
    Statement {
        interruption: Option<u64>,
    },
    Correction {
        of: u64,
    },
    Mistake,
}

/// What the agency said it holds, since when, and whether in time.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReceiptView {
    pub number: u64,
    pub stored_us: u64,
    pub issued_us: u64,
    pub on_time: ReceiptOnTime,
    pub kind: ReceiptKind,
    pub deadline_us: u64,
    pub is_provisional: bool,
}

/// What the self-check found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SelfCheck {
    /// The journal proves itself to its end, every file that is here is as its line says, and nothing contradicts.
    pub is_sound: bool,
    /// Lines that prove themselves, and whether those are all.
    pub lines: u64,
    pub is_whole: bool,
    pub files_right: u64,
    /// Freed on a receipt.
    pub files_freed: u64,
    pub files_wrong: u64,
    /// Lines that the phone's hardware vouches for, too.
    pub vouched: u64,
    /// Codes of the published vocabulary of findings.
    pub findings: Vec<FindingView>,
}

/// One finding, in the verifier's words.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FindingView {
    pub code: String,
    pub place: String,
}

#[uniffi::export]
impl Core {
    /// A record, told from its lines.
    pub fn record_page(&self, record: String) -> Result<RecordPage, CoreError> {
        let id = record_id(&record)?;
        let last_page = self.last_page(record)?;
        let lines = self.recorder.lines(id)?;
        let journal = read(&lines);
        let vault = self.recorder.vault();
        let in_vault = quanji_store::RecordId(*id.as_bytes());
        let mut takes = takes(&journal);
        let mut receipts = Vec::new();
        for content in vault.contents_of(in_vault) {
            let number = content.identity.number;
            // The vault numbers attempts at a take above the take's own number.
            let take = content.identity.take & 0x00FF_FFFF;
            match content.identity.kind {
                FileKind::Segment if !content.is_purged => {
                    let all = takes.iter_mut().filter(|of| of.take == take).flat_map(|of| &mut of.segments);
                    all.filter(|segment| segment.segment == number).for_each(|segment| segment.is_here = true);
                }
                FileKind::Receipt => receipts.extend(self.receipt_lines(content.identity)?),
                _ => {}
            }
        }
        let receipts = match self.link.receipt_keys() {
            Some(keys) => quanji_upload::judge(id, &lines, (&receipts, &[]), &keys, &self.recorder.calendar()).valid,
            None => Vec::new(),
        };
        Ok(RecordPage {
            last_page,
            matter: matter(&journal),
            happenings: happenings(&journal, &takes),
            takes,
            receipts: receipts.into_iter().map(|(_, receipt)| ReceiptView::from(receipt)).collect(),
        })
    }

    /// Proves the record once more, from the vault. Reads every byte of it: for a worker's thread.
    pub fn self_check(&self, record: String) -> Result<SelfCheck, CoreError> {
        let keys = self.link.receipt_keys();
        let check = self.recorder.self_check(record_id(&record)?, keys.as_ref())?;
        let is_refuted = check.findings.verdict() == Verdict::Broken;
        Ok(SelfCheck {
            is_sound: check.is_whole && check.files_wrong == 0 && !is_refuted,
            lines: check.lines,
            is_whole: check.is_whole,
            files_right: check.files_right,
            files_freed: check.files_freed,
            files_wrong: check.files_wrong,
            vouched: check.vouched,
            findings: check
                .findings
                .iter()
                .map(|finding| FindingView { code: finding.code.name().to_owned(), place: finding.place.clone() })
                .collect(),
        })
    }

    /// Up to 1 MiB of a take's film from `offset`: its init for `segment` 0, or a segment. Empty at the end.
    pub fn read_film(
        &self,
        record: String,
        take: u32,
        segment: u32,
        offset: u64,
        limit: u32,
    ) -> Result<Vec<u8>, CoreError> {
        let piece = if segment == 0 { Piece::Init { take } } else { Piece::Segment { take, segment } };
        self.read_piece(&record, piece, offset, limit)
    }

    /// Up to 1 MiB of a photo or document from `offset`. Empty at the end.
    pub fn read_file(&self, record: String, number: u32, offset: u64, limit: u32) -> Result<Vec<u8>, CoreError> {
        self.read_piece(&record, Piece::File { number }, offset, limit)
    }
}

impl Core {
    fn read_piece(&self, record: &str, piece: Piece, offset: u64, limit: u32) -> Result<Vec<u8>, CoreError> {
        let mut buffer = vec![0; limit.min(PIECE_BYTES) as usize];
        let count = self.recorder.read_piece(record_id(record)?, piece, offset, &mut buffer)?;
        buffer.truncate(count);
        Ok(buffer)
    }

    fn receipt_lines(&self, identity: Identity) -> Result<Vec<u8>, CoreError> {
        let mut line = Vec::new();
        let read = self.recorder.vault().content(identity).and_then(|mut content| {
            content.visit(0, |piece| {
                line.extend_from_slice(piece);
                true
            })
        });
        read.map_err(|_| CoreError::Bug { defect: Defect::VaultRead })?;
        Ok(line)
    }
}

impl From<PieceFault> for CoreError {
    fn from(fault: PieceFault) -> Self {
        match fault {
            PieceFault::Purged => CoreError::Freed,
            PieceFault::NotNamed => CoreError::shape("number", "of a file that the record names"),
            PieceFault::Lost => CoreError::Lost,
            PieceFault::Recorder(fault) => fault.into(),
        }
    }
}

impl From<quanji_evidence::receipt::Receipt> for ReceiptView {
    fn from(receipt: quanji_evidence::receipt::Receipt) -> Self {
        ReceiptView {
            number: receipt.number,
            stored_us: receipt.stored_us,
            issued_us: receipt.issued_us,
            on_time: receipt.on_time,
            kind: receipt.kind,
            deadline_us: receipt.deadline_us,
            is_provisional: receipt.provisional,
        }
    }
}

fn read(lines: &[u8]) -> Journal {
    Journal::read(lines, Drafts::Accepted, "journal", &mut Findings::default())
}

/// How long the film of these lines is, breaks left out.
pub(crate) fn filmed_us(lines: &[u8]) -> u64 {
    takes(&read(lines)).iter().map(|take| take.duration_us).sum()
}

fn matter(journal: &Journal) -> Option<String> {
    journal.entries.iter().rev().find_map(|entry| match &entry.body {
        Body::Subject(subject) => subject.matter.as_ref().map(ToString::to_string),
        _ => None,
    })
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The film as its lines lay it out.
fn takes(journal: &Journal) -> Vec<TakeOfFilm> {
    let mut takes: Vec<TakeOfFilm> = Vec::new();
    // Where the open take and its open segment began, and the end of what is durable of it, monotonic clock.
    let (mut take_us, mut from_us, mut end_us) = (0, 0, 0);
    for entry in &journal.entries {
        match &entry.body {
            Body::Take(take) => {
                let film_from_us = takes.last().map_or(0, |last| last.film_from_us + last.duration_us);
                (take_us, from_us, end_us) = (take.mono_us, take.mono_us, take.mono_us);
                takes.push(TakeOfFilm {
                    take: small(take.take),
                    cause: take.cause,
                    film_from_us,
                    duration_us: 0,
                    from_us: wall_at(&entry.clock, take.mono_us),
                    rotation_degrees: small(u64::from(take.rotation)),
                    codec: take.video.as_ref().map(|video| video.codec.to_string()),
                    width: take.video.as_ref().map(|video| video.width),
                    height: take.video.as_ref().map(|video| video.height),
                    has_sound: take.audio.is_some(),
                    init_bytes: take.init.size_bytes,
                    segments: Vec::new(),
                });
            }
            Body::Fragment(fragment) | Body::Recovered(fragment) => {
                end_us = end_us.max(fragment.mono_us);
                if let Some(take) = takes.last_mut() {
                    take.duration_us = end_us.saturating_sub(take_us);
                }
            }
            Body::Segment(segment) => {
                let duration_us = end_us.saturating_sub(from_us);
                from_us = end_us;
                if let Some(take) = takes.last_mut() {
                    take.segments.push(SegmentOfFilm {
                        segment: small(segment.segment),
                        size_bytes: segment.size_bytes,
                        duration_us,
                        is_here: false,
                    });
                }
            }
            _ => {}
        }
    }
    takes
}

fn wall_at(clock: &Clock, mono_us: u64) -> u64 {
    (clock.wall_us + mono_us).saturating_sub(clock.mono_us)
}

fn happenings(journal: &Journal, takes: &[TakeOfFilm]) -> Vec<Happening> {
    let mut files = 0;
    let mut all = Vec::new();
    for entry in &journal.entries {
        let number = files;
        files += u32::from(entry.body.file().is_some());
        let Some(what) = what(entry, number) else { continue };
        let at_us = happened_us(entry);
        let on_film = |take: &&TakeOfFilm| (take.from_us..=take.from_us + take.duration_us).contains(&at_us);
        let film_us = takes.iter().find(on_film).map(|take| take.film_from_us + (at_us - take.from_us));
        all.push(Happening { seq: entry.seq, at_us, film_us, what });
    }
    all
}

/// When it happened, where the entry says it; else when it was entered.
fn happened_us(entry: &Entry) -> u64 {
    let of_press = |mono_us: u64| wall_at(&entry.clock, mono_us);
    match &entry.body {
        Body::Mark(mark) if mark.boot.is_none() => of_press(mark.at_mono_us),
        Body::ConfidentialSpan(span) if span.boot.is_none() => of_press(span.from_mono_us),
        Body::TrackLost(lost) => of_press(lost.at_mono_us),
        Body::TrackBack(back) => of_press(back.at_mono_us),
        Body::OpeningPassage(passage) if passage.boot.is_none() => of_press(passage.from_mono_us),
        Body::Interrupted(interrupted) => interrupted.at_us,
        Body::Ended(ended) => ended.at_us,
        _ => entry.clock.wall_us,
    }
}

/// What an entry means on a timeline; `None` for what only machines read.
fn what(entry: &Entry, number: u32) -> Option<What> {
    Some(match &entry.body {
        Body::Opened(_) => What::Opened,
        Body::Interrupted(body) => What::Interrupted { cause: body.cause },
        Body::Resumed(body) => What::Resumed { interruption: body.interruption, gap_us: body.gap_us },
        Body::TrackLost(body) => What::TrackLost { track: body.track, cause: body.cause },
        Body::TrackBack(body) => What::TrackBack { track: body.track },
        Body::ClockSet(_) => What::ClockSet,
        Body::OpeningPassage(body) => What::Opening { elements: body.elements.clone() },
        Body::OpeningExcused(_) => What::OpeningExcused,
        Body::InterruptionReason(body) => What::ReasonGiven { interruption: body.interruption, cause: body.cause },
        Body::Stage(body) => What::Stage { stage: body.stage },
        Body::Mark(body) => What::Mark { mark: body.mark.to_string() },
        Body::Notice(body) => What::Notice { notice: body.notice },
        Body::FilmingNotice(body) => What::Filming { state: body.state },
        Body::Companion(body) => What::CompanionLine { line: body.line.to_string() },
        Body::Checklist(body) => What::Checklist { item: body.item, state: body.state },
        Body::ConfidentialSpan(body) => {
            let to_us = body.to_mono_us.filter(|_| body.boot.is_none()).map(|mono_us| wall_at(&entry.clock, mono_us));
            What::Confidential { secrecy: body.secrecy, to_us }
        }
        Body::Obstruction(body) => What::Obstruction { kind: body.obstruction },
        Body::Subject(body) => What::Party { party: body.party },
        Body::Photo(body) => What::Photo { number, size_bytes: body.file.size_bytes },
        Body::Document(body) => {
            What::Document { number, size_bytes: body.file.size_bytes, document: body.document.to_string() }
        }
        Body::Service(body) => What::Service { method: body.method, step: body.step.to_string() },
        Body::Activity(_) => What::Activity,
        Body::Ended(body) => What::Ended { how: body.how },
        Body::Sealed(_) => What::Sealed,
        Body::AwayDeclared(body) => What::Away { ground: body.ground },
        Body::Returned(body) => What::Returned { at_us: body.at_us },
        Body::WrittenStatement(body) => What::Statement { interruption: body.interruption },
        Body::Correction(body) => What::Correction { of: body.of },
        Body::DeclaredMistake(_) => What::Mistake,
        Body::Preflight(_)
        | Body::Place(_)
        | Body::Officers(_)
        | Body::Take(_)
        | Body::Fragment(_)
        | Body::Recovered(_)
        | Body::Segment(_)
        | Body::CaptureClock(_)
        | Body::Vouched(_) => return None,
    })
}
