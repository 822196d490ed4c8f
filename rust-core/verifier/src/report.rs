//! What comes out: the verdict and what led to it, in a form that serialises and that a person can be shown.

use quanji_evidence::body::{AudioFormat, Body, Cause, Ended, GapClock, Lost, Rotation, Started, VideoFormat};
use quanji_evidence::id::{DeviceId, RecordId};
use quanji_evidence::manifest::{Approval, Manifest, Purpose};
use quanji_evidence::receipt::Receipt;
use quanji_evidence::verify::{Bracket, RecordExamination, TakeClaim, VouchedLine};
use quanji_evidence::{Findings, KeyId, Verdict};
use quanji_rules::Owed;
use serde::Serialize;

use crate::activity::ActivityReport;

/// What a bundle proves.
#[derive(Debug, Serialize)]
pub struct Report {
    pub verdict: Verdict,
    /// The set of codes, sorted: what two verifiers agree on.
    pub codes: Vec<&'static str>,
    pub findings: Findings,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exported: Option<ExportedReport>,
    pub withheld: Vec<WithheldReport>,
    pub records: Vec<RecordReport>,
    /// Activities of which the bundle holds more than one record.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub activities: Vec<ActivityReport>,
}

/// Who made the bundle, when by their clock, and what for.
#[derive(Debug, Serialize)]
pub struct ExportedReport {
    pub created_us: u64,
    pub purpose: Purpose,
    pub signer: KeyId,
}

/// Something left out of the bundle.
#[derive(Debug, Serialize)]
pub struct WithheldReport {
    /// A member's name, or `records/ID/private:REF`.
    pub place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// One record.
#[derive(Debug, Serialize)]
pub struct RecordReport {
    pub record: RecordId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started: Option<Started>,
    /// Entries taken from the journal.
    pub entries: u64,
    /// Whether the journal was read to its end with everything understood.
    pub is_read_in_full: bool,
    /// Phone's clock at the first line; proves nothing by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_wall_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    pub is_sealed: bool,
    /// The time the agency proves the record to lie in.
    pub bracket: Bracket,
    pub takes: Vec<TakeReport>,
    pub gaps: Vec<GapReport>,
    /// Media found after a crash without its line, apart from the rest.
    pub recovered: Vec<RecoveredReport>,
    /// 最大记录间隔.
    pub largest_interval_us: u64,
    /// Absent when the journal was not read in full: then nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owed: Option<Vec<OwedReport>>,
    pub receipts: Vec<Receipt>,
    /// Lines that a key in the device's hardware signed besides, where the signature holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vouched: Vec<VouchedReport>,
}

/// A line that a further key vouches for.
#[derive(Debug, Serialize)]
pub struct VouchedReport {
    pub seq: u64,
    pub key: KeyId,
    /// Whether the agency's certificate names the key as one of the device's hardware.
    pub is_named: bool,
}

/// One take (连续段).
#[derive(Debug, Serialize)]
pub struct TakeReport {
    pub take: u64,
    pub cause: Cause,
    pub mono_us: u64,
    /// Media time of the leading track.
    pub length_us: u64,
    pub segments: u64,
    pub fragments: u64,
    pub recovered_fragments: u64,
    pub size_bytes: u64,
    pub rotation: Rotation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<AudioFormat>,
}

/// One interruption (中止).
#[derive(Debug, Serialize)]
pub struct GapReport {
    /// Seq of the `interrupted`.
    pub interruption: u64,
    pub cause: Cause,
    pub at_us: u64,
    /// Absent when recording was never resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_us: Option<u64>,
    /// What measured it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gap_clock: Option<GapClock>,
    pub is_reason_given: bool,
    pub lost: Vec<Lost>,
}

/// A fragment that recovery found without its line.
#[derive(Debug, Serialize)]
pub struct RecoveredReport {
    pub seq: u64,
    pub take: u64,
    pub segment: u64,
    pub index: u64,
    pub size_bytes: u64,
    pub restart: u64,
}

/// Something the officer still owes, with its article.
#[derive(Debug, Serialize)]
pub struct OwedReport {
    pub code: &'static str,
    pub article: u8,
    #[serde(flatten)]
    pub owed: Owed,
}

impl Report {
    pub(crate) fn without_manifest(findings: Findings) -> Report {
        Report {
            verdict: findings.verdict(),
            codes: findings.codes().into_iter().collect(),
            findings,
            exported: None,
            withheld: Vec::new(),
            records: Vec::new(),
            activities: Vec::new(),
        }
    }

    pub(crate) fn new(findings: Findings, manifest: &Manifest, records: &[RecordExamination]) -> Report {
        let members = manifest
            .withheld_members
            .iter()
            .map(|item| WithheldReport { place: item.name.to_string(), approval: item.approval.clone() });
        let values = manifest.withheld_private.iter().map(|item| WithheldReport {
            place: format!("records/{}/private:{}", item.record, item.reference),
            approval: item.approval.clone(),
        });
        let exported =
            ExportedReport { created_us: manifest.created_us, purpose: manifest.purpose, signer: manifest.signer.id() };
        Report {
            exported: Some(exported),
            withheld: members.chain(values).collect(),
            records: records.iter().map(RecordReport::new).collect(),
            activities: ActivityReport::among(records),
            ..Report::without_manifest(findings)
        }
    }
}

impl VouchedReport {
    fn new(line: &VouchedLine) -> VouchedReport {
        VouchedReport { seq: line.seq, key: line.key.id(), is_named: line.is_named }
    }
}

impl RecordReport {
    fn new(record: &RecordExamination) -> RecordReport {
        let journal = record.journal.as_ref();
        let opened = journal.and_then(|journal| journal.opened());
        let mut report = RecordReport {
            record: record.id,
            device: opened.map(|opened| opened.device),
            started: opened.map(|opened| opened.started),
            entries: journal.map_or(0, |journal| journal.entries.len() as u64),
            is_read_in_full: journal.is_some_and(|journal| journal.is_read_in_full()),
            opened_wall_us: journal.and_then(|journal| journal.entries.first()).map(|entry| entry.clock.wall_us),
            ended: None,
            is_sealed: journal.is_some_and(|journal| journal.order.is_sealed()),
            bracket: record.bracket,
            takes: record.media.takes.iter().map(TakeReport::new).collect(),
            gaps: Vec::new(),
            recovered: Vec::new(),
            largest_interval_us: record.media.largest_interval_us,
            owed: record.owed.as_ref().map(|owed| owed.iter().map(|owed| OwedReport::new(*owed)).collect()),
            receipts: record.receipts.clone(),
            vouched: record.vouched.iter().map(VouchedReport::new).collect(),
        };
        for entry in journal.map(|journal| journal.entries.as_slice()).unwrap_or_default() {
            report.note(entry.seq, &entry.body);
        }
        report
    }

    fn note(&mut self, seq: u64, body: &Body) {
        match body {
            Body::Ended(ended) => self.ended = Some((**ended).clone()),
            Body::Recovered(fragment) => self.recovered.push(RecoveredReport {
                seq,
                take: fragment.take,
                segment: fragment.segment,
                index: fragment.index,
                size_bytes: fragment.size_bytes,
                restart: fragment.restart.unwrap_or_default(),
            }),
            Body::Interrupted(interrupted) => self.gaps.push(GapReport {
                interruption: seq,
                cause: interrupted.cause,
                at_us: interrupted.at_us,
                gap_us: None,
                gap_clock: None,
                is_reason_given: false,
                lost: interrupted.lost.clone().unwrap_or_default(),
            }),
            Body::Resumed(resumed) => {
                if let Some(gap) = self.gap(resumed.interruption) {
                    (gap.gap_us, gap.gap_clock) = (Some(resumed.gap_us), Some(resumed.gap_clock));
                }
            }
            Body::InterruptionReason(reason) => {
                if let Some(gap) = self.gap(reason.interruption) {
                    gap.is_reason_given = true;
                }
            }
            Body::WrittenStatement(statement) => {
                if let Some(gap) = statement.interruption.and_then(|seq| self.gap(seq)) {
                    gap.is_reason_given = true;
                }
            }
            _ => {}
        }
    }

    fn gap(&mut self, seq: u64) -> Option<&mut GapReport> {
        // In the journal's order, so sorted; a journal may hold a hundred thousand.
        let place = self.gaps.binary_search_by_key(&seq, |gap| gap.interruption).ok()?;
        self.gaps.get_mut(place)
    }
}

impl TakeReport {
    fn new(claim: &TakeClaim) -> TakeReport {
        let take = &claim.take;
        let fragments = || claim.segments.iter().flat_map(|segment| &segment.fragments).map(|claimed| &claimed.what);
        // Media time counts on from take to take, so a take is as long as its leading track runs from its first to its last sample.
        let runs: Vec<(u64, u64)> = match (&take.video, &take.audio) {
            (Some(_), _) => {
                fragments().filter_map(|fragment| fragment.video.as_ref()).map(|run| (run.from, run.ticks)).collect()
            }
            (None, _) => {
                fragments().filter_map(|fragment| fragment.audio.as_ref()).map(|run| (run.from, run.ticks)).collect()
            }
        };
        let timescale = match (&take.video, &take.audio) {
            (Some(format), _) => format.timescale,
            (None, Some(format)) => format.timescale,
            (None, None) => 1,
        };
        let from = runs.iter().map(|(from, _)| *from).min().unwrap_or(0);
        let end = runs.iter().map(|(from, ticks)| from.saturating_add(*ticks)).max().unwrap_or(0);
        let length_us = u128::from(end - from) * 1_000_000 / u128::from(timescale);
        TakeReport {
            take: take.take,
            cause: take.cause,
            mono_us: take.mono_us,
            length_us: u64::try_from(length_us).unwrap_or(u64::MAX),
            segments: claim.segments.len() as u64,
            fragments: fragments().count() as u64,
            recovered_fragments: fragments().filter(|fragment| fragment.restart.is_some()).count() as u64,
            size_bytes: fragments().map(|fragment| fragment.size_bytes).fold(0, u64::saturating_add),
            rotation: take.rotation,
            video: take.video.clone(),
            audio: take.audio.clone(),
        }
    }
}

impl OwedReport {
    pub(crate) fn new(owed: Owed) -> OwedReport {
        OwedReport { code: owed.kind().name(), article: owed.article().number(), owed }
    }
}
