//! After a crash: what the vault found is compared with what the lines say, and the record goes on from there.
//!
//! Nobody writes `fragment` for bytes found later: they become `recovered`, shown apart, at most a second or 2 MiB a crash. More is kept in
//! the vault and reported, not adopted (design, invariant 2).

use quanji_evidence::Findings;
use quanji_evidence::body::Body;
use quanji_evidence::body::{Cause, Cut};
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_media::{TakeFormat, read_init, read_segment};
use quanji_rules::Phase;
use quanji_store::{Identity, ReadError};

use crate::desk::{Desk, in_vault, take_in_vault};
use crate::fault::RecorderFault;
use crate::media_writer::{fragment_body, track_of};
use crate::progress::{MediaEnd, OpenSegment};
use crate::record_writer::RecordWriter;

/// What one restart may adopt: media is taken while it is within either bound.
const ADOPT_LIMIT_US: u64 = 1_000_000;
const ADOPT_LIMIT_BYTES: u64 = 2 << 20;

/// What became of a record that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    pub record: RecordId,
    /// Fragments adopted, with their bytes and µs.
    pub fragments: u64,
    pub bytes: u64,
    pub us: u64,
    /// Bytes of media that were found and not adopted; they stay in the vault.
    pub left_bytes: u64,
}

impl RecordWriter {
    /// Sets the take up again as far as the lines tell it, so that what is found can be measured against them.
    pub(crate) fn recover(&mut self, desk: &mut Desk) -> Result<Option<Recovered>, RecorderFault> {
        if self.now.rules.phase() != Phase::Recording {
            return Ok(None);
        }
        // Before anything is written in this boot.
        let cause = match self.now.clock.as_ref() {
            Some(last) if last.boot != desk.ports.time.now().boot => Cause::Reboot,
            _ => Cause::ProcessKilled,
        };
        let lines = desk.vault.lines(Identity::journal(in_vault(self.id)))?;
        let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut Findings::default());
        let state = TakeState::of(&journal);
        self.now.media_end = state.media_end.clone();
        let mut recovered = Recovered { record: self.id, fragments: 0, bytes: 0, us: 0, left_bytes: 0 };
        let restart = self.now.restarts + 1;
        if let Some(format) = self.read_format(desk, &state)? {
            let mut number = state.open_segment.unwrap_or(state.segments + 1);
            while self.adopt_segment(desk, &state, &format, number, restart, &mut recovered)? {
                number += 1;
            }
        }
        // `recovered` entries make the end of the media; the interruption is reckoned from there.
        self.interrupt(desk, cause, None, Some(restart))?;
        self.commit(desk)?;
        Ok(Some(recovered))
    }

    fn read_format(&self, desk: &Desk, state: &TakeState) -> Result<Option<TakeFormat>, RecorderFault> {
        let Some(take) = state.take else { return Ok(None) };
        match read_all(desk, Identity::init(in_vault(self.id), take_in_vault(&desk.vault, self.id, take))) {
            Ok(bytes) => Ok(read_init(&bytes).ok()),
            Err(ReadError::NoSuchFile(_)) => Ok(None),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Adopts what stands in a segment behind its last line; `true` when the segment was used up and the next may hold more.
    fn adopt_segment(
        &mut self,
        desk: &mut Desk,
        state: &TakeState,
        format: &TakeFormat,
        number: u64,
        restart: u64,
        recovered: &mut Recovered,
    ) -> Result<bool, RecorderFault> {
        let (Some(take), Ok(segment)) = (state.take, u32::try_from(number)) else { return Ok(false) };
        let take_files = take_in_vault(&desk.vault, self.id, take);
        let bytes = match read_all(desk, Identity::segment(in_vault(self.id), take_files, segment)) {
            Ok(bytes) => bytes,
            Err(ReadError::NoSuchFile(_)) => return Ok(false),
            Err(fault) => return Err(fault.into()),
        };
        let known = if state.open_segment == Some(number) { state.end_bytes } else { 0 };
        let known = usize::try_from(known).unwrap_or(usize::MAX).min(bytes.len());
        let mut open = OpenSegment::begin(u64::from(take), take_files, number);
        if known > 0 {
            open.add(&bytes[..known]);
            open.fragments = state.fragments;
        }
        let (mut at, mut last) = (known, None::<u64>);
        for read in read_segment(format, &bytes[known..]) {
            let Ok(read) = read else { break };
            let size = read.facts.bytes;
            let us = read.facts.covers_us(format).map_or(0, |(from, to)| u64::try_from(to - from).unwrap_or(0));
            let is_within = recovered.us + us <= ADOPT_LIMIT_US || recovered.bytes + size <= ADOPT_LIMIT_BYTES;
            let Some(piece) =
                usize::try_from(size).ok().and_then(|size| bytes.get(at..at + size)).filter(|_| is_within)
            else {
                break;
            };
            let mono_us = state.mono_at_end(format, &read.facts);
            let digest = open.add(piece);
            let mut body = fragment_body(&open, size, digest, mono_us, &read.facts);
            body.restart = Some(restart);
            self.state(desk, None, Body::Recovered(Box::new(body)))?;
            if let Some(end) = &mut self.now.media_end {
                end.mono_us = mono_us.max(end.mono_us);
            }
            (recovered.fragments, recovered.bytes, recovered.us) =
                (recovered.fragments + 1, recovered.bytes + size, recovered.us + us);
            (at, last) = (at + piece.len(), Some(mono_us));
        }
        let left = (bytes.len() - at) as u64;
        recovered.left_bytes += left;
        if open.fragments > 0 {
            self.now.segment = Some(open);
            self.close_segment(desk, Cut::Interrupted)?;
        }
        Ok(left == 0 && (last.is_some() || known > 0))
    }
}

/// The last take of a journal, as its lines tell it.
#[derive(Debug, Default)]
pub(crate) struct TakeState {
    take: Option<u32>,
    mono_us: u64,
    zero_mono_us: i64,
    segments: u64,
    open_segment: Option<u64>,
    fragments: u64,
    end_bytes: u64,
    pub(crate) media_end: Option<MediaEnd>,
}

impl TakeState {
    pub(crate) fn of(journal: &Journal) -> TakeState {
        let mut state = TakeState::default();
        for entry in &journal.entries {
            match &entry.body {
                Body::Take(take) => {
                    let media_end = state.media_end.take();
                    state = TakeState {
                        take: u32::try_from(take.take).ok(),
                        mono_us: take.mono_us,
                        zero_mono_us: take.zero_mono_us,
                        media_end: media_end.or_else(|| {
                            Some(MediaEnd { clock: entry.clock.clone(), mono_us: take.mono_us, tracks: Vec::new() })
                        }),
                        ..TakeState::default()
                    };
                }
                Body::Fragment(fragment) | Body::Recovered(fragment) => {
                    state.segments = fragment.segment;
                    state.open_segment = Some(fragment.segment);
                    (state.fragments, state.end_bytes) = (fragment.index, fragment.end_bytes);
                    state.media_end =
                        Some(MediaEnd { clock: entry.clock.clone(), mono_us: fragment.mono_us, tracks: Vec::new() });
                }
                Body::Segment(_) => state.open_segment = None,
                _ => {}
            }
        }
        state
    }

    /// The capture clock at the end of a fragment of this take.
    fn mono_at_end(&self, format: &TakeFormat, facts: &quanji_media::FragmentFacts) -> u64 {
        let leading = quanji_media::TrackKind::ALL
            .into_iter()
            .filter(|track| track_of(*track) == quanji_evidence::body::Track::Video || format.video().is_none())
            .find_map(|track| Some((track, facts.track(track)?.end())));
        let Some((track, end)) = leading else { return self.mono_us };
        let ahead = i64::from(format.media_ahead(track));
        let media_us = format
            .timescale(track)
            .map_or(0, |scale| scale.us(i64::try_from(end).unwrap_or(i64::MAX).saturating_sub(ahead)));
        u64::try_from(self.zero_mono_us.saturating_add(media_us)).unwrap_or(0)
    }
}

pub(crate) fn read_all(desk: &Desk, identity: Identity) -> Result<Vec<u8>, ReadError> {
    let content = desk.vault.content(identity)?;
    let mut bytes = Vec::with_capacity(usize::try_from(content.len()).unwrap_or(0));
    let mut content = content;
    content.visit(0, |piece| {
        bytes.extend_from_slice(piece);
        true
    })?;
    Ok(bytes)
}
