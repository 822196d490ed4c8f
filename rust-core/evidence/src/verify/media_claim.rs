//! What the journal says of its media: checked against itself here, against the media by the verifier (FORMAT.md, section 6).

use std::collections::BTreeMap;

use crate::body::{Body, FileDigest, Fragment, Take, Track};
use crate::finding::{Code, Findings};
use crate::journal::Journal;

/// Frames further apart than this are named: 200 ms.
const STALL_LIMIT_MS: u64 = 200;
const DRIFT_LIMIT_US: i128 = 100_000;
const DRIFT_LIMIT_PPM: i128 = 200;
/// Media found without its line that a restart may adopt: more than both is too much.
const RECOVERED_LIMIT_US: u128 = 1_000_000;
const RECOVERED_LIMIT_BYTES: u64 = 2 << 20;

/// All media of one record, as its journal claims them.
#[derive(Debug, Clone, Default)]
pub struct MediaClaims {
    pub takes: Vec<TakeClaim>,
    pub files: Vec<FileClaim>,
    /// The largest distance between frames and the largest gap, in µs (最大记录间隔).
    pub largest_interval_us: u64,
}

/// A take and its segments.
#[derive(Debug, Clone)]
pub struct TakeClaim {
    pub seq: u64,
    pub take: Take,
    pub segments: Vec<SegmentClaim>,
}

/// A segment and its fragments.
#[derive(Debug, Clone)]
pub struct SegmentClaim {
    pub segment: u64,
    pub fragments: Vec<Claimed<Fragment>>,
    /// Whether nothing may stand after the last fragment: the segment was closed, or the journal was read in full.
    pub is_complete: bool,
}

/// Something claimed by the entry `seq`.
#[derive(Debug, Clone)]
pub struct Claimed<T> {
    pub seq: u64,
    pub what: T,
}

/// A photo or document.
pub type FileClaim = Claimed<FileDigest>;

impl MediaClaims {
    /// Gathers the claims of a journal and compares them with each other.
    pub fn gather(journal: &Journal, place: &str, findings: &mut Findings) -> MediaClaims {
        let mut gathering = Gathering {
            place,
            findings,
            claims: MediaClaims::default(),
            here: TakeState::default(),
            intervals: Intervals::default(),
        };
        let mut restarts: BTreeMap<u64, (u128, u64)> = BTreeMap::new();
        for entry in &journal.entries {
            match &entry.body {
                Body::Take(take) => gathering.take(entry.seq, take),
                Body::Fragment(fragment) => gathering.fragment(entry.seq, fragment, Origin::Written),
                Body::Recovered(fragment) => {
                    gathering.fragment(entry.seq, fragment, Origin::Recovered);
                    let (us, bytes) = restarts.entry(fragment.restart.unwrap_or_default()).or_default();
                    *us += gathering.leading_us(fragment);
                    *bytes += fragment.size_bytes;
                }
                Body::Segment(segment) => gathering.segment(entry.seq, segment),
                Body::TrackBack(back) => gathering.here.came_back(back.track),
                Body::Interrupted(interrupted) => {
                    let cause = serde_json::to_value(interrupted.cause).unwrap_or_default();
                    let cause = cause.as_str().unwrap_or_default();
                    gathering.add(Code::Gap, entry.seq, "uninterrupted recording", cause);
                }
                Body::Resumed(resumed) => gathering.intervals.resume(resumed.gap_us),
                _ => {}
            }
            if let Some(file) = entry.body.file() {
                gathering.claims.files.push(Claimed { seq: entry.seq, what: file.clone() });
            }
        }
        for (restart, (us, bytes)) in &restarts {
            if *us > RECOVERED_LIMIT_US && *bytes > RECOVERED_LIMIT_BYTES {
                let expected =
                    format!("≤ {RECOVERED_LIMIT_US} µs or ≤ {RECOVERED_LIMIT_BYTES} bytes after restart {restart}");
                gathering.findings.add(Code::RecoveredTooMuch, place, expected, format!("{us} µs, {bytes} bytes"));
            }
        }
        let Gathering { mut claims, intervals, .. } = gathering;
        claims.largest_interval_us = intervals.largest_us();
        if journal.is_read_in_full() {
            for (take, segment) in journal.order.unclosed() {
                let found = format!("take {take} segment {segment} is open");
                findings.add(Code::SegmentUnclosed, place, "every segment closed", found);
            }
            claims.complete_all();
        }
        claims
    }

    fn complete_all(&mut self) {
        let segments = self.takes.iter_mut().flat_map(|take| &mut take.segments);
        segments.for_each(|segment| segment.is_complete = true);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Written,
    Recovered,
}

/// What a take has said so far, per track.
#[derive(Default)]
struct TakeState {
    video: TrackState,
    audio: TrackState,
    has_stalled: bool,
    has_drifted: bool,
}

#[derive(Default)]
struct TrackState {
    next: Option<u64>,
    came_back: bool,
}

impl TakeState {
    fn came_back(&mut self, track: Track) {
        match track {
            Track::Video => self.video.came_back = true,
            Track::Audio => self.audio.came_back = true,
        }
    }
}

impl TrackState {
    /// Takes the next run of a track; an error holds where it should have begun.
    fn follow(&mut self, from: u64, ticks: u64) -> Result<(), u64> {
        let expected = self.next.replace(from.saturating_add(ticks));
        let came_back = std::mem::take(&mut self.came_back);
        match expected {
            Some(expected) if from != expected && !(came_back && from > expected) => Err(expected),
            _ => Ok(()),
        }
    }
}

/// What 最大记录间隔 is made of.
#[derive(Default)]
struct Intervals {
    video_us: u64,
    audio_us: u64,
    gap_us: u64,
    has_video: bool,
    /// `mono_us` of the last fragment, until a `resumed` says how long nothing was recorded after it.
    last_mono_us: Option<u64>,
}

impl Intervals {
    fn resume(&mut self, gap_us: u64) {
        self.gap_us = self.gap_us.max(gap_us);
        self.last_mono_us = None;
    }

    fn take(&mut self, take: &Take) {
        self.has_video |= take.video.is_some();
        if let Some(last) = self.last_mono_us.take() {
            self.gap_us = self.gap_us.max(take.mono_us.saturating_sub(last));
        }
    }

    fn fragment(&mut self, take: &Take, fragment: &Fragment) {
        self.last_mono_us = Some(fragment.mono_us);
        if let (Some(run), Some(format)) = (&fragment.video, &take.video) {
            self.video_us = self.video_us.max(ticks_to_us(run.largest, format.timescale));
        }
        if let (Some(run), Some(format)) = (&fragment.audio, &take.audio) {
            self.audio_us = self.audio_us.max(ticks_to_us(run.largest, format.timescale));
        }
    }

    fn largest_us(&self) -> u64 {
        self.gap_us.max(if self.has_video { self.video_us } else { self.audio_us })
    }
}

struct Gathering<'a> {
    place: &'a str,
    findings: &'a mut Findings,
    claims: MediaClaims,
    here: TakeState,
    intervals: Intervals,
}

impl Gathering<'_> {
    fn add(&mut self, code: Code, seq: u64, expected: impl ToString, found: impl ToString) {
        self.findings.add(code, format!("{}:{seq}", self.place), expected, found);
    }

    fn take(&mut self, seq: u64, take: &Take) {
        self.claims.takes.push(TakeClaim { seq, take: take.clone(), segments: Vec::new() });
        self.here = TakeState::default();
        self.intervals.take(take);
    }

    fn fragment(&mut self, seq: u64, fragment: &Fragment, origin: Origin) {
        let Some(take) = self.claims.takes.last().map(|claim| claim.take.clone()) else { return };
        if origin == Origin::Recovered {
            self.add(Code::RecoveredMedia, seq, "written with its line", format!("restart {:?}", fragment.restart));
        }
        let has_strange_track =
            fragment.video.is_some() && take.video.is_none() || fragment.audio.is_some() && take.audio.is_none();
        if has_strange_track {
            self.add(Code::MediaFactsMismatch, seq, "only tracks of its take", "another track");
        }
        if let Some(run) = &fragment.video {
            self.run(seq, Track::Video, run.from, run.ticks);
            self.stall(seq, &take, run.largest);
        }
        if let Some(run) = &fragment.audio {
            self.run(seq, Track::Audio, run.from, run.ticks);
        }
        self.intervals.fragment(&take, fragment);
        if origin == Origin::Written {
            self.drift(seq, &take, fragment);
        }
        self.place_in_segment(seq, fragment);
    }

    fn run(&mut self, seq: u64, track: Track, from: u64, ticks: u64) {
        let state = match track {
            Track::Video => &mut self.here.video,
            Track::Audio => &mut self.here.audio,
        };
        if let Err(expected) = state.follow(from, ticks) {
            self.add(Code::DecodeDiscontinuous, seq, format!("{track:?} from {expected}"), format!("from {from}"));
        }
    }

    fn stall(&mut self, seq: u64, take: &Take, largest: u64) {
        let Some(format) = &take.video else { return };
        let is_stalled = u128::from(largest) * 1_000 > u128::from(STALL_LIMIT_MS) * u128::from(format.timescale);
        if is_stalled && !std::mem::replace(&mut self.here.has_stalled, true) {
            let found = format!("{} µs", ticks_to_us(largest, format.timescale));
            self.add(Code::Stalled, seq, format!("frames ≤ {STALL_LIMIT_MS} ms apart"), found);
        }
    }

    fn drift(&mut self, seq: u64, take: &Take, fragment: &Fragment) {
        let video = take
            .video
            .as_ref()
            .map(|format| (format.timescale, fragment.video.as_ref().map(|run| run.from.saturating_add(run.ticks))));
        let audio = take
            .audio
            .as_ref()
            .map(|format| (format.timescale, fragment.audio.as_ref().map(|run| run.from.saturating_add(run.ticks))));
        let Some((timescale, Some(end))) = video.or(audio) else { return };
        let media = i128::from(end) * 1_000_000 / i128::from(timescale);
        let elapsed = i128::from(fragment.mono_us) - i128::from(take.zero_mono_us);
        let in_take = i128::from(fragment.mono_us) - i128::from(take.mono_us);
        let bound = DRIFT_LIMIT_US + in_take.max(0) * DRIFT_LIMIT_PPM / 1_000_000;
        if (media - elapsed).abs() > bound && !std::mem::replace(&mut self.here.has_drifted, true) {
            self.add(Code::MediaClockDrift, seq, format!("{elapsed} ± {bound} µs"), format!("{media} µs"));
        }
    }

    fn place_in_segment(&mut self, seq: u64, fragment: &Fragment) {
        let Some(take) = self.claims.takes.last_mut() else { return };
        if fragment.index == 1 {
            take.segments.push(SegmentClaim { segment: fragment.segment, fragments: Vec::new(), is_complete: false });
        }
        let Some(segment) = take.segments.last_mut() else { return };
        let before = segment.fragments.last().map_or(0, |claimed| claimed.what.end_bytes);
        let expected = before.saturating_add(fragment.size_bytes);
        segment.fragments.push(Claimed { seq, what: fragment.clone() });
        if fragment.end_bytes != expected {
            self.add(Code::SegmentMismatch, seq, format!("end_bytes {expected}"), fragment.end_bytes);
        }
    }

    fn segment(&mut self, seq: u64, closed: &crate::body::Segment) {
        let Some(segment) = self.claims.takes.last_mut().and_then(|take| take.segments.last_mut()) else { return };
        segment.is_complete = true;
        let Some(last) = segment.fragments.last().map(|claimed| &claimed.what) else { return };
        let agrees = closed.size_bytes == last.end_bytes
            && closed.digest.matches(&last.digest)
            && closed.fragments == segment.fragments.len() as u64;
        if !agrees {
            let expected = format!("{} fragments, {} bytes, {}", segment.fragments.len(), last.end_bytes, last.digest);
            let found = format!("{} fragments, {} bytes, {}", closed.fragments, closed.size_bytes, closed.digest);
            self.add(Code::SegmentMismatch, seq, expected, found);
        }
    }

    fn leading_us(&self, fragment: &Fragment) -> u128 {
        let Some(take) = self.claims.takes.last().map(|claim| &claim.take) else { return 0 };
        let video = take.video.as_ref().map(|format| (format.timescale, fragment.video.as_ref().map(|run| run.ticks)));
        let audio = take.audio.as_ref().map(|format| (format.timescale, fragment.audio.as_ref().map(|run| run.ticks)));
        match video.or(audio) {
            Some((timescale, Some(ticks))) => u128::from(ticks) * 1_000_000 / u128::from(timescale),
            _ => 0,
        }
    }
}

fn ticks_to_us(ticks: u64, timescale: u32) -> u64 {
    u64::try_from(u128::from(ticks) * 1_000_000 / u128::from(timescale)).unwrap_or(u64::MAX)
}
