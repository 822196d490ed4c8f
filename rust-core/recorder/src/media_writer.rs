//! Media into the vault: what the multiplexer puts out becomes files, digests and lines.

use quanji_evidence::Digest;
use quanji_evidence::body::{
    AudioFormat, AudioRun, Cause, Cut, FileDigest, Fragment as FragmentBody, GapClock, Interrupted, Lost, Resumed,
    Rotation, Segment, Take, Track, TrackBack, TrackLost, VideoFormat, VideoRun,
};
use quanji_evidence::text::Codec;
use quanji_media::{
    AccessUnit, Fragment, FragmentFacts, Output, PushProblem, SegmentStart, TakeEnd, TakeFormat, TakeWriter, TakeZero,
    TrackFacts, TrackKind,
};
use quanji_rules::Effect;
use quanji_store::Identity;

use crate::desk::{Desk, in_vault, new_take_in_vault};
use crate::fault::RecorderFault;
use crate::progress::{MediaEnd, OpenSegment};
use crate::record_writer::RecordWriter;

/// A take that is being written.
#[derive(Debug)]
pub(crate) struct OpenTake {
    /// `None` while the last fragments of the take are written out.
    writer: Option<TakeWriter>,
    format: TakeFormat,
    /// Monotonic clock at tick 0 of the units' clock.
    base_mono_us: i64,
    cause: Cause,
    /// Monotonic clock at the first unit.
    first_mono_us: Option<i64>,
    /// Known once the init segment was written.
    zero: Option<TakeZero>,
    /// The vault's number, once the init segment was written.
    number_in_vault: u32,
}

/// What pushing a unit led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pushed {
    Taken,
    /// The encoder is to make a key frame soon.
    KeyFrameWanted,
    /// The unit belongs to a new take.
    TakeMustEnd(TakeEnd),
    /// No take can hold the unit: what it showed is lost.
    Unusable,
    /// Neither track delivers any more, and the record says so.
    AllTracksLost,
}

impl RecordWriter {
    /// Begins a take with the next unit. `base_mono_us` is the monotonic clock at tick 0 of the units' stamps.
    pub(crate) fn begin_take(&mut self, format: TakeFormat, base_mono_us: i64, cause: Cause) {
        // Decode times go forward from take to take: ffmpeg's HLS reader drops pictures of a take that begins at 0 again.
        let writer = match self.now.zero_mono_us {
            None => TakeWriter::open(format.clone()),
            Some(zero) => TakeWriter::open_counting_on(format.clone(), zero.saturating_sub(base_mono_us)),
        };
        let writer = Some(writer);
        self.take =
            Some(OpenTake { writer, format, base_mono_us, cause, first_mono_us: None, zero: None, number_in_vault: 0 });
    }

    /// Takes one unit.
    pub(crate) fn push(&mut self, desk: &mut Desk, unit: &AccessUnit<'_>) -> Result<Pushed, RecorderFault> {
        let Some(take) = &mut self.take else { return Ok(Pushed::Unusable) };
        let Some(writer) = &mut take.writer else { return Ok(Pushed::Unusable) };
        match writer.push(unit) {
            Ok(outputs) => {
                let at_us = take.format.timescale(unit.payload.track()).map_or(0, |scale| scale.us(unit.decode));
                let at_mono_us = take.base_mono_us.saturating_add(at_us);
                take.first_mono_us = Some(take.first_mono_us.map_or(at_mono_us, |first| first.min(at_mono_us)));
                self.write_outputs(desk, outputs)
            }
            Err(PushProblem::TakeMustEnd(why)) => Ok(Pushed::TakeMustEnd(why)),
            Err(PushProblem::NotInTake { .. } | PushProblem::Unit(_)) => Ok(Pushed::Unusable),
        }
    }

    /// Stands in for a stalled encoder: fragments close by time even when no unit comes.
    pub(crate) fn time_passed(&mut self, desk: &mut Desk, now_mono_us: u64) -> Result<(), RecorderFault> {
        let Some(take) = &mut self.take else { return Ok(()) };
        let at_us = i64::try_from(now_mono_us).unwrap_or(i64::MAX).saturating_sub(take.base_mono_us);
        let Some(writer) = &mut take.writer else { return Ok(()) };
        let outputs = writer.time_passed(at_us);
        // Nothing is being recorded while the take looks open: that is an interruption, whoever notices it first.
        if self.write_outputs(desk, outputs)? == Pushed::AllTracksLost {
            let has_picture = self.take.as_ref().is_some_and(|take| take.format.video().is_some());
            let cause = self.why_silent(if has_picture { Track::Video } else { Track::Audio });
            self.interrupt(desk, cause, None, None)?;
        }
        Ok(())
    }

    /// Writes out the open fragment before its time.
    pub(crate) fn close_fragment(&mut self, desk: &mut Desk) -> Result<(), RecorderFault> {
        let Some(writer) = self.take.as_mut().and_then(|take| take.writer.as_mut()) else { return Ok(()) };
        let outputs = writer.close_fragment();
        self.write_outputs(desk, outputs).map(|_| ())
    }

    /// Ends the take, if there is one, and closes its segment.
    pub(crate) fn finish_take(&mut self, desk: &mut Desk, cut: Cut) -> Result<(), RecorderFault> {
        if let Some(writer) = self.take.as_mut().and_then(|take| take.writer.take()) {
            self.write_outputs(desk, writer.finish())?;
        }
        self.take = None;
        self.close_segment(desk, cut)
    }

    /// Says that recording broke off.
    pub(crate) fn interrupt(
        &mut self,
        desk: &mut Desk,
        cause: Cause,
        lost: Option<Vec<Lost>>,
        restart: Option<u64>,
    ) -> Result<crate::Done, RecorderFault> {
        self.finish_take(desk, Cut::Interrupted)?;
        let at_us = self.now.media_end.as_ref().map_or_else(|| desk.ports.time.now().wall_us, MediaEnd::wall_us);
        self.state(desk, None, Interrupted { cause, at_us, restart, lost, warned: None }.into())
    }

    fn write_outputs(&mut self, desk: &mut Desk, outputs: Vec<Output>) -> Result<Pushed, RecorderFault> {
        let mut pushed = Pushed::Taken;
        for output in outputs {
            match output {
                Output::Init { bytes, zero } => self.write_take(desk, &bytes, zero)?,
                Output::Fragment(fragment) => self.write_fragment(desk, *fragment)?,
                Output::KeyFrameWanted => pushed = Pushed::KeyFrameWanted,
                Output::TrackLost { track, since } => {
                    let at_mono_us = self.mono_at(track, since);
                    let track = track_of(track);
                    let lost = TrackLost { track, cause: self.why_silent(track), at_mono_us };
                    let done = self.state(desk, None, lost.into())?;
                    if done.effects.contains(&Effect::WriteInterrupted) {
                        pushed = Pushed::AllTracksLost;
                    }
                }
                Output::TrackBack { track, at, missing: _ } => {
                    let at_mono_us = self.mono_at(track, at);
                    self.state(desk, None, TrackBack { track: track_of(track), at_mono_us }.into())?;
                }
            }
        }
        Ok(pushed)
    }

    fn write_take(&mut self, desk: &mut Desk, init: &[u8], zero: TakeZero) -> Result<(), RecorderFault> {
        let Some(take) = &mut self.take else { return Ok(()) };
        take.zero = Some(zero);
        let zero_mono_us = take.base_mono_us.saturating_add(zero.us());
        let mono_us = mono(take.first_mono_us.unwrap_or(zero_mono_us));
        let (format, cause) = (take.format.clone(), take.cause);
        let number = self.now.takes + 1;
        let number_in_vault = new_take_in_vault(&desk.vault, self.id, small(number));
        take.number_in_vault = number_in_vault;
        let identity = Identity::init(in_vault(self.id), number_in_vault);
        desk.writer.create(identity)?;
        desk.writer.append_media(identity, init)?;
        desk.writer.finish(identity)?;
        if let Some(open) = self.now.open_interruption.clone() {
            let (gap_us, gap_clock) = self.gap(desk, mono_us);
            self.state(desk, None, Resumed { interruption: open.seq, gap_us, gap_clock }.into())?;
        }
        let body = Take {
            take: number,
            cause,
            init: FileDigest { size_bytes: init.len() as u64, digest: Digest::of(init) },
            rotation: rotation_of(format.rotation()),
            mono_us,
            zero_mono_us,
            video: format.video().map(|video| VideoFormat {
                codec: codec(&video.codec_string()),
                width: video.width(),
                height: video.height(),
                timescale: video.timescale().get(),
            }),
            audio: format.sound().map(|sound| AudioFormat {
                codec: codec(&sound.codec_string()),
                channels: u8::try_from(sound.channels()).unwrap_or(u8::MAX),
                timescale: sound.timescale().get(),
            }),
        };
        self.state(desk, None, body.into())?;
        Ok(())
    }

    fn write_fragment(&mut self, desk: &mut Desk, fragment: Fragment) -> Result<(), RecorderFault> {
        let Fragment { bytes, facts, segment, starts_segment, .. } = fragment;
        let take_in_vault = self.take.as_ref().map_or(small(self.now.takes), |take| take.number_in_vault);
        if let Some(start) = starts_segment {
            let cut = match start {
                SegmentStart::ForcedWithoutKeyFrame(_) => Cut::WithoutKeyFrame,
                SegmentStart::TakeBegins | SegmentStart::KeyFrame | SegmentStart::SoundOnly => Cut::KeyFrame,
            };
            self.close_segment(desk, cut)?;
            desk.writer.create(Identity::segment(in_vault(self.id), take_in_vault, segment))?;
            self.now.segment = Some(OpenSegment::begin(self.now.takes, take_in_vault, u64::from(segment)));
        }
        let identity = Identity::segment(in_vault(self.id), take_in_vault, segment);
        desk.writer.append_media(identity, &bytes)?;
        let mono_us = self.end_of(&facts);
        let Some(open) = &mut self.now.segment else { return Ok(()) };
        let digest = open.add(&bytes);
        let body = fragment_body(open, bytes.len() as u64, digest, mono_us, &facts);
        self.note_media_end(desk, mono_us, &facts);
        self.state(desk, None, body.into())?;
        if let Some(writer) = self.take.as_mut().and_then(|take| take.writer.as_mut()) {
            writer.recycle(bytes);
        }
        Ok(())
    }

    pub(crate) fn close_segment(&mut self, desk: &mut Desk, cut: Cut) -> Result<(), RecorderFault> {
        let Some(open) = self.now.segment.take() else { return Ok(()) };
        let identity = Identity::segment(in_vault(self.id), open.take_in_vault, small(open.number));
        // A segment found after a crash is not open in the vault any more.
        match desk.writer.finish(identity) {
            Ok(()) | Err(quanji_store::AppendError::NotOpen(_)) => {}
            Err(fault) => return Err(fault.into()),
        }
        if open.fragments == 0 {
            return Ok(());
        }
        let digest = open.digest();
        let OpenSegment { take, number, fragments, size_bytes, .. } = open;
        let body = Segment { take, segment: number, fragments, size_bytes, digest, cut };
        self.state(desk, None, body.into())?;
        Ok(())
    }

    /// The monotonic clock at the end of a fragment: of its picture if it has one, else of its sound.
    fn end_of(&self, facts: &FragmentFacts) -> u64 {
        let leading =
            [TrackKind::Video, TrackKind::Sound].into_iter().find_map(|track| Some((track, facts.track(track)?.end())));
        leading.map_or(0, |(track, end)| self.mono_at(track, end))
    }

    /// The monotonic clock at a tick of a track of the open take.
    fn mono_at(&self, track: TrackKind, ticks: u64) -> u64 {
        let Some(take) = &self.take else { return 0 };
        let format = &take.format;
        let ahead = i64::from(format.media_ahead(track));
        let media_us = format
            .timescale(track)
            .map_or(0, |scale| scale.us(i64::try_from(ticks).unwrap_or(i64::MAX).saturating_sub(ahead)));
        let zero_us = take.zero.map_or(0, TakeZero::us);
        mono(take.base_mono_us.saturating_add(zero_us).saturating_add(media_us))
    }

    fn note_media_end(&mut self, desk: &Desk, mono_us: u64, facts: &FragmentFacts) {
        let tracks = [TrackKind::Video, TrackKind::Sound]
            .into_iter()
            .filter_map(|track| Some((track_of(track), self.mono_at(track, facts.track(track)?.end()))))
            .collect();
        self.now.media_end = Some(MediaEnd { clock: desk.ports.time.now(), mono_us, tracks });
    }

    /// How long nothing was recorded before `mono_us`: by the monotonic clock within a boot, across boots by the wall clock.
    fn gap(&self, desk: &Desk, mono_us: u64) -> (u64, GapClock) {
        let now = desk.ports.time.now();
        let Some(end) = &self.now.media_end else { return (0, GapClock::Mono) };
        if end.clock.boot == now.boot {
            (mono_us.saturating_sub(end.mono_us), GapClock::Mono)
        } else {
            (crate::progress::wall_at(&now, mono_us).saturating_sub(end.wall_us()), GapClock::Wall)
        }
    }
}

pub(crate) fn fragment_body(
    open: &OpenSegment,
    size_bytes: u64,
    digest: Digest,
    mono_us: u64,
    facts: &FragmentFacts,
) -> FragmentBody {
    FragmentBody {
        take: open.take,
        segment: open.number,
        index: open.fragments,
        size_bytes,
        end_bytes: open.size_bytes,
        digest,
        mono_us,
        restart: None,
        video: facts.video.as_ref().map(video_run),
        audio: facts.sound.as_ref().map(audio_run),
    }
}

fn video_run(facts: &TrackFacts) -> VideoRun {
    let TrackFacts { first_decode, duration, samples, key_frames, longest_step, .. } = *facts;
    VideoRun {
        from: first_decode,
        ticks: duration,
        samples: u64::from(samples),
        largest: u64::from(longest_step),
        keys: u64::from(key_frames),
    }
}

fn audio_run(facts: &TrackFacts) -> AudioRun {
    let TrackFacts { first_decode, duration, samples, longest_step, .. } = *facts;
    AudioRun { from: first_decode, ticks: duration, samples: u64::from(samples), largest: u64::from(longest_step) }
}

pub(crate) fn track_of(track: TrackKind) -> Track {
    match track {
        TrackKind::Video => Track::Video,
        TrackKind::Sound => Track::Audio,
    }
}

fn rotation_of(rotation: quanji_media::Rotation) -> Rotation {
    match rotation {
        quanji_media::Rotation::None => Rotation::R0,
        quanji_media::Rotation::Quarter => Rotation::R90,
        quanji_media::Rotation::Half => Rotation::R180,
        quanji_media::Rotation::ThreeQuarters => Rotation::R270,
    }
}

fn codec(text: &str) -> Codec {
    Codec::parse(text).expect("RFC 6381 codecs are letters, digits and dots")
}

/// Before the boot's zero only by a stamp that no clock gave; 0 says no more than that.
fn mono(us: i64) -> u64 {
    u64::try_from(us).unwrap_or(0)
}

/// Takes and segments of one record stay far below 2^32: its journal would be full first.
fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
