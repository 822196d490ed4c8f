//! The state machine of one take.

use std::ops::Range;

use super::cutting::Segment;
use super::output::{Fragment, Output, TakeZero};
use super::run::{Flow, Pending, TrackRun};
use super::{PushProblem, TakeEnd};
use crate::facts::fold;
use crate::fragment_write::{FragmentBytes, HEAD_ROOM, Run, head};
use crate::limits::{
    FRAGMENT_CLOSE_BYTES, FRAGMENT_MAX_SAMPLES, FRAGMENT_MAX_US, SPARE_MAX_BYTES, STAMP_JUMP_US, TRACK_LOST_AFTER_US,
};
use crate::nal::{NalFault, NalFraming, ParameterSetKind, Refresh};
use crate::{
    AccessUnit, FragmentFacts, Payload, SoundFormat, TakeFormat, Timescale, TrackKind, UnitFault, VideoFormat,
    write_init,
};

/// Makes one take out of encoded units. No clock, no files: time is what the stamps say, or
/// [`time_passed`](Self::time_passed).
///
/// A key frame that does not carry the take's parameter sets is given them, in front: each can be decoded without its
/// init segment, and players that read only the first of several maps (ffmpeg) follow a change of size. Nothing else
/// of a unit is changed.
///
/// Payload is copied once, into the fragment it becomes part of; the unit that waits for its duration while a
/// fragment closes, and sound beside a picture, once more.
#[derive(Debug)]
pub struct TakeWriter {
    format: TakeFormat,
    video: Option<TrackRun>,
    sound: Option<TrackRun>,
    /// Instant of the first unit pushed, microseconds of the units' clock.
    began_us: Option<i64>,
    /// Given, or fixed when the first fragment closes; then no track can begin before it.
    zero: Option<TakeZero>,
    init_is_out: bool,
    sequence: u32,
    segment: Segment,
    /// Whether the open fragment begins with a key frame that opens a segment.
    opens_with_key: bool,
    spares: Vec<Vec<u8>>,
    /// The picture's parameter sets, each after its length.
    sets: Vec<u8>,
    nals: Vec<Range<usize>>,
}

/// What a unit becomes in the fragment.
#[derive(Debug, Clone, Copy)]
struct Shape {
    size: usize,
    refresh: Refresh,
    /// Where in it, counted with lengths, the parameter sets go in.
    sets_at: Option<usize>,
}

/// Duration of a picture that has neither successor nor predecessor: 25 a second.
const USUAL_PICTURES_A_SECOND: u32 = 25;

impl TakeWriter {
    /// A take whose clock begins at 0 with the earliest of its tracks: the first of a record.
    pub fn open(format: TakeFormat) -> Self {
        Self::with_zero(format, None)
    }

    /// A take that counts on from the zero of the record's first take ([`TakeZero::us`], or where that instant lies on
    /// another boot's clock), so that decode times never go back within a record.
    ///
    /// Why: ffmpeg's HLS reader passes over the second and later maps and drops the pictures of a fragment whose
    /// decode times are not after those before (11 of 12 with 5.1); counting on, it plays all. Players that follow
    /// the playlist's discontinuities do not mind either way.
    pub fn open_counting_on(format: TakeFormat, zero_us: i64) -> Self {
        Self::with_zero(format, Some(TakeZero { ticks: zero_us, timescale: Timescale::MICROSECONDS }))
    }

    fn with_zero(format: TakeFormat, zero: Option<TakeZero>) -> Self {
        let video = format.timescale(TrackKind::Video);
        let sound = format.timescale(TrackKind::Sound);
        let usual_picture = |scale: Timescale| (scale.get() / USUAL_PICTURES_A_SECOND).max(1);
        Self {
            video: video.map(|scale| TrackRun::new(scale, 0, usual_picture(scale), HEAD_ROOM)),
            // With a picture beside it, sound is appended to the picture's buffer, which has the room.
            sound: sound.map(|scale| {
                let room = if video.is_some() { 0 } else { HEAD_ROOM };
                TrackRun::new(scale, format.media_ahead(TrackKind::Sound).into(), SoundFormat::UNIT_SAMPLES, room)
            }),
            sets: format.video().map(VideoFormat::length_prefixed_sets).unwrap_or_default(),
            format,
            began_us: None,
            zero,
            init_is_out: false,
            sequence: 0,
            segment: Segment::none(),
            opens_with_key: false,
            spares: Vec::new(),
            nals: Vec::new(),
        }
    }

    pub fn format(&self) -> &TakeFormat {
        &self.format
    }

    /// Bytes of units taken and not yet handed out.
    pub fn held_bytes(&self) -> usize {
        self.runs().map(TrackRun::held_bytes).sum()
    }

    /// Takes one unit. Units of a track come in decode order; the two tracks may be apart by what encoders buffer.
    pub fn push(&mut self, unit: &AccessUnit<'_>) -> Result<Vec<Output>, PushProblem> {
        let track = unit.payload.track();
        let Some(run) = self.run(track) else {
            return Err(PushProblem::NotInTake { track });
        };
        let offset = unit.check()?;
        let is_first = matches!(run.flow, Flow::NotYet);
        let ahead = if is_first && track == TrackKind::Video { offset } else { run.ahead };
        self.check_stamp(run, track, unit.decode, ahead).map_err(PushProblem::TakeMustEnd)?;
        let composition = if track == TrackKind::Video { offset - ahead } else { offset };
        let composition = i32::try_from(composition)
            .map_err(|_| UnitFault::Composition { limit: i32::MAX.into(), found: composition })?;
        let at_us = run.us(unit.decode);
        let shape = self.inspect(unit)?;
        let Shape { size, refresh, .. } = shape;
        let is_key = refresh != Refresh::None;
        // In order, nothing that is decoded later is shown before it: then an open one needs nothing before it either.
        let opens = refresh == Refresh::Closed || is_key && composition <= 0;

        let mut out = Vec::new();
        self.began_us = Some(self.began_us.map_or(at_us, |began| began.min(at_us)));
        self.lose_silent(at_us, Some(track), &mut out);
        self.settle(track, unit.decode, &mut out);
        self.make_room(track, unit.decode, size, opens, &mut out);
        self.append(unit, shape);
        let run = self.run_mut(track).expect("checked above");
        run.ahead = ahead;
        run.flow = Flow::Waiting(Pending { decode: unit.decode, size: size as u32, is_key, composition });
        if track == TrackKind::Video && !opens && !self.opens_with_key {
            let held = self.held_bytes() as u64;
            if self.segment.asks_for_key(is_first, self.take_us(track, unit.decode), held) {
                out.push(Output::KeyFrameWanted);
            }
        }
        Ok(out)
    }

    /// Says that the units' clock has reached `at_us` without a unit: what is due is handed out, so that a stalled
    /// encoder keeps nothing back. To be called some times a second while nothing is pushed.
    pub fn time_passed(&mut self, at_us: i64) -> Vec<Output> {
        let mut out = Vec::new();
        self.lose_silent(at_us, None, &mut out);
        let oldest = self.runs().filter(|run| !run.samples.is_empty()).map(|run| run.us(run.first_decode)).min();
        if oldest.is_some_and(|from| at_us.saturating_sub(from) >= FRAGMENT_MAX_US) {
            self.close(&mut out);
        }
        out
    }

    /// Hands out the open fragment before its time: for a caller whose disk is slow, and who is about to sync anyway.
    pub fn close_fragment(&mut self) -> Vec<Output> {
        let mut out = Vec::new();
        self.close(&mut out);
        out
    }

    /// Ends the take. The last unit of each track lasts as long as the one before it.
    pub fn finish(mut self) -> Vec<Output> {
        let mut out = Vec::new();
        for track in TrackKind::ALL {
            if let Some(run) = self.run_mut(track) {
                run.complete(run.last_step());
            }
        }
        self.close(&mut out);
        out
    }

    /// Gives a fragment's buffer back for reuse, once its bytes are stored: spares the kernel fresh pages twice a second.
    pub fn recycle(&mut self, bytes: FragmentBytes) {
        let buffer = bytes.into_buffer();
        if self.spares.len() < 2 && buffer.capacity() <= SPARE_MAX_BYTES {
            self.spares.push(buffer);
        }
    }

    fn runs(&self) -> impl Iterator<Item = &TrackRun> {
        self.video.iter().chain(&self.sound)
    }

    fn run(&self, track: TrackKind) -> Option<&TrackRun> {
        match track {
            TrackKind::Video => self.video.as_ref(),
            TrackKind::Sound => self.sound.as_ref(),
        }
    }

    fn run_mut(&mut self, track: TrackKind) -> Option<&mut TrackRun> {
        match track {
            TrackKind::Video => self.video.as_mut(),
            TrackKind::Sound => self.sound.as_mut(),
        }
    }

    fn check_stamp(&self, run: &TrackRun, track: TrackKind, found: i64, ahead: i64) -> Result<(), TakeEnd> {
        let found_us = run.us(found);
        match run.flow {
            Flow::NotYet => match self.zero {
                Some(zero) if found < base(run.scale, ahead, zero) => {
                    Err(TakeEnd::BeforeTheTake { track, found_us: zero.us() - found_us })
                }
                _ => Ok(()),
            },
            // Two units at one instant would leave a sample without duration.
            Flow::Waiting(pending) if found <= pending.decode => {
                Err(TakeEnd::StampWentBack { track, last: pending.decode, found })
            }
            Flow::Ended(end) if found < end => Err(TakeEnd::StampWentBack { track, last: end, found }),
            Flow::Waiting(_) | Flow::Ended(_) => {
                let known_us = self.runs().filter_map(|run| Some(run.us(run.latest()?))).max().unwrap_or(found_us);
                let ahead = found_us - known_us;
                if ahead > STAMP_JUMP_US {
                    return Err(TakeEnd::StampJumped { track, limit_us: STAMP_JUMP_US, found_us: ahead });
                }
                Ok(())
            }
        }
    }

    fn inspect(&mut self, unit: &AccessUnit<'_>) -> Result<Shape, PushProblem> {
        let Payload::Picture { framing, data } = unit.payload else {
            return Ok(Shape { size: unit.payload.data().len(), refresh: Refresh::Closed, sets_at: None });
        };
        let video = self.format.video().expect("a run exists for each track of the format");
        self.nals.clear();
        let found = (framing == NalFraming::AnnexB).then_some(&mut self.nals);
        match video.inspect(data, framing, found) {
            Ok(shape) => {
                let sets_at = (shape.is_key() && !shape.carries_sets).then_some(shape.delimiter_bytes);
                let sets_bytes = sets_at.map_or(0, |_| self.sets.len());
                Ok(Shape { size: shape.length_prefixed_bytes + sets_bytes, refresh: shape.refresh, sets_at })
            }
            Err(NalFault::ParameterSet { at, kind }) => {
                let was = (video.width(), video.height());
                let changed = match kind {
                    ParameterSetKind::Sequence => video.size_of_sequence(&data[at..]),
                    ParameterSetKind::Video | ParameterSetKind::Picture => None,
                };
                Err(PushProblem::TakeMustEnd(match changed {
                    Some(found) if found != was => TakeEnd::PictureSizeChanged { was, found },
                    _ => TakeEnd::CodecChanged { track: TrackKind::Video },
                }))
            }
            Err(fault) => Err(PushProblem::Unit(UnitFault::Nal(fault))),
        }
    }

    /// Tells the loss of tracks that others, or the clock, have left behind.
    fn lose_silent(&mut self, at_us: i64, except: Option<TrackKind>, out: &mut Vec<Output>) {
        for track in TrackKind::ALL {
            let began_us = self.began_us;
            let Some(run) = self.run(track) else { continue };
            if Some(track) == except || run.is_lost {
                continue;
            }
            let last_us = match run.latest() {
                Some(latest) => Some(run.us(latest)),
                // Before the first fragment the zero may not be fixed: there is no clock on which to say since when.
                None => began_us.filter(|_| self.init_is_out),
            };
            if last_us.is_some_and(|last| at_us.saturating_sub(last) > TRACK_LOST_AFTER_US) {
                self.lose(track, out);
            }
        }
    }

    fn lose(&mut self, track: TrackKind, out: &mut Vec<Output>) {
        let Some(run) = self.run_mut(track) else { return };
        run.complete(run.shortest_step());
        run.is_lost = true;
        let since = run.latest();
        // At once: the fragment would otherwise keep the last unit back for another half second.
        self.close(out);
        let since = since.map_or(0, |end| self.media_ticks(track, end));
        out.push(Output::TrackLost { track, since });
    }

    /// Gives the track's waiting unit its duration, now that the next decode time is known; tells a return.
    fn settle(&mut self, track: TrackKind, next: i64, out: &mut Vec<Output>) {
        let Some(run) = self.run_mut(track) else { return };
        if let Flow::Waiting(pending) = run.flow {
            let step = next - pending.decode;
            if run.us(step) > TRACK_LOST_AFTER_US {
                self.lose(track, out);
            } else {
                run.complete_measured(u32::try_from(step).expect("half a second of at most 10 MHz"));
            }
        }
        let Some(run) = self.run_mut(track) else { return };
        if run.is_lost {
            run.is_lost = false;
            let end = run.latest();
            let at = self.media_ticks(track, next);
            // A track that never began misses all the time since the take's zero.
            let missing = at - end.map_or(0, |end| self.media_ticks(track, end));
            out.push(Output::TrackBack { track, at, missing });
        }
    }

    /// Closes the open fragment if the unit cannot stand in it, or opens a segment.
    fn make_room(&mut self, track: TrackKind, decode: i64, size: usize, opens: bool, out: &mut Vec<Output>) {
        let Some(run) = self.run(track) else { return };
        let opens_segment = track == TrackKind::Video
            && opens
            && !self.opens_with_key
            && self.segment.wants_key(self.take_us(track, decode), self.sampled_bytes() as u64);
        // The unit's own duration is not known yet; the one before it is the best guess, and a wrong guess only makes
        // a fragment shorter or moves one unit.
        let expected_end = decode + i64::from(run.last_step());
        let too_long = !run.samples.is_empty() && run.us(expected_end - run.first_decode) > FRAGMENT_MAX_US;
        let too_large = self.held_bytes() + size > FRAGMENT_CLOSE_BYTES;
        // One place stays for the waiting unit of the other track.
        let too_many = self.runs().map(|run| run.samples.len()).sum::<usize>() + 2 >= FRAGMENT_MAX_SAMPLES;
        if opens_segment || too_long || too_large || too_many {
            self.close(out);
        }
        if opens_segment {
            self.opens_with_key = true;
        }
    }

    fn sampled_bytes(&self) -> usize {
        self.runs().map(TrackRun::sampled_bytes).sum()
    }

    fn append(&mut self, unit: &AccessUnit<'_>, shape: Shape) {
        let Self { video, sound, sets, nals, .. } = self;
        let payload = match (unit.payload.track(), video, sound) {
            (TrackKind::Video, Some(run), _) | (TrackKind::Sound, _, Some(run)) => &mut run.payload,
            _ => return,
        };
        payload.reserve(shape.size);
        let sets_at = shape.sets_at.unwrap_or(0);
        let sets = if shape.sets_at.is_some() { sets.as_slice() } else { &[] };
        match unit.payload {
            Payload::Picture { framing: NalFraming::LengthPrefixed, data } => {
                let (delimiter, picture) = data.split_at(sets_at);
                payload.extend_from_slice(delimiter);
                payload.extend_from_slice(sets);
                payload.extend_from_slice(picture);
            }
            Payload::Picture { framing: NalFraming::AnnexB, data } => {
                let start = payload.len();
                if sets_at == 0 {
                    payload.extend_from_slice(sets);
                }
                for nal in nals.iter() {
                    payload.extend_from_slice(&(nal.len() as u32).to_be_bytes());
                    payload.extend_from_slice(&data[nal.clone()]);
                    if sets_at > 0 && payload.len() - start == sets_at {
                        payload.extend_from_slice(sets);
                    }
                }
            }
            Payload::Aac(data) => payload.extend_from_slice(data),
        }
    }

    /// The take's zero: where the earliest of the tracks begins to be shown or heard; media times count from there, ahead
    /// by what makes none of them negative.
    fn fix_zero(&mut self) {
        let begins = TrackKind::ALL.into_iter().filter_map(|track| {
            let run = self.run(track)?;
            let ticks = run.earliest_held()? + run.ahead;
            Some(TakeZero { ticks, timescale: run.scale })
        });
        self.zero =
            begins.reduce(|a, b| if a.timescale.compare(a.ticks, b.timescale, b.ticks).is_le() { a } else { b });
    }

    /// Media time of a picture in microseconds; 0 before the take's zero is fixed.
    fn take_us(&self, track: TrackKind, decode: i64) -> i64 {
        self.run(track).map_or(0, |run| run.us(i64::try_from(self.media_ticks(track, decode)).unwrap_or(i64::MAX)))
    }

    fn media_ticks(&self, track: TrackKind, decode: i64) -> u64 {
        let base = self.run(track).zip(self.zero).map_or(decode, |(run, zero)| base(run.scale, run.ahead, zero));
        u64::try_from(decode - base).unwrap_or(0)
    }

    /// Hands out the samples whose duration is known.
    fn close(&mut self, out: &mut Vec<Output>) {
        if self.runs().all(|run| run.samples.is_empty()) {
            return;
        }
        if self.zero.is_none() {
            self.fix_zero();
        }
        if let (Some(zero), false) = (self.zero, self.init_is_out) {
            out.push(Output::Init { bytes: write_init(&self.format), zero });
            self.init_is_out = true;
        }
        self.sequence += 1;
        let facts_of = |track: TrackKind| {
            let run = self.run(track)?;
            fold(self.media_ticks(track, run.first_decode), run.samples.iter().copied())
        };
        let (video, sound) = (facts_of(TrackKind::Video), facts_of(TrackKind::Sound));
        let runs: Vec<Run<'_>> = TrackKind::ALL
            .into_iter()
            .filter_map(|track| {
                let run = self.run(track)?;
                (!run.samples.is_empty()).then(|| Run {
                    track_id: track.id(),
                    first_decode: self.media_ticks(track, run.first_decode),
                    samples: &run.samples,
                })
            })
            .collect();
        let head = head(self.sequence, &runs);
        let bytes = FragmentBytes::assemble(self.take_payload(), &head);
        for run in self.video.iter_mut().chain(&mut self.sound) {
            run.samples.clear();
        }
        let facts = FragmentFacts { sequence: self.sequence, bytes: bytes.len() as u64, video, sound };
        let covers_us = facts.covers_us(&self.format).unwrap_or((0, 0));
        let opens_with_key = self.opens_with_key && video.is_some_and(|video| video.starts_with_key);
        // The key frame may still wait when sound closes the fragment: then the next one opens the segment.
        self.opens_with_key &= video.is_none();
        let has_picture = self.video.as_ref().is_some_and(|run| !run.is_lost);
        let placed = self.segment.place(&facts, covers_us, opens_with_key, has_picture);
        out.push(Output::Fragment(Box::new(Fragment {
            bytes,
            facts,
            segment: placed.segment,
            offset_in_segment: placed.offset,
            starts_segment: placed.starts,
            covers_us,
        })));
    }

    /// Room for a head, then the picture's samples, then the sound's.
    fn take_payload(&mut self) -> Vec<u8> {
        let fresh = self.spares.pop().unwrap_or_default();
        match (&mut self.video, &mut self.sound) {
            (Some(video), sound) => {
                let mut payload = video.take_payload(fresh);
                if let Some(sound) = sound {
                    let small = sound.take_payload(Vec::new());
                    payload.extend_from_slice(&small);
                }
                payload
            }
            (None, Some(sound)) => sound.take_payload(fresh),
            (None, None) => vec![0; HEAD_ROOM],
        }
    }
}

/// Decode time on the units' clock that is media time 0 of a track, in its ticks.
fn base(scale: Timescale, ahead: i64, zero: TakeZero) -> i64 {
    zero.timescale.convert_down(zero.ticks, scale).saturating_sub(ahead)
}
