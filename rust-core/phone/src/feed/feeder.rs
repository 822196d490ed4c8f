//! The loop: whatever is due next, a unit of the clip or a step of the timeline, at its instant.

use std::collections::{BTreeMap, VecDeque};

use indicatif::ProgressBar;
use quanji_evidence::body::{Cause, Track, TrackBack, TrackLost};
use quanji_evidence::entry::Actor;
use quanji_media::TrackKind;
use quanji_recorder::{Deed, Done, OpenPassage, Recorder, RecorderFault, Recording, Taken};
use quanji_speech::SpeechChange;
use quanji_store::Disk;

use super::pacer::Pacer;
use super::quota_disk::QuotaDisk;
use super::sound::Sound;
use super::trace::Trace;
use crate::act::{NOT_MEASURED, Scene, deeds};
use crate::clip::{Source, Timed};
use crate::clock::Pace;
use crate::fault::Fault;
use crate::timeline::{Action, Timeline, TimelineEntry, us_of};

/// A feeder that is faster than time waits for acknowledgement this often: with a fragment of half a second and the group before it,
/// less than a second is ever unacknowledged.
const ACKNOWLEDGED_EVERY_US: u64 = 200_000;
/// Units of sound that precede the first picture of a take: a microphone runs when the camera's first picture comes.
///
/// A browser needs it, too. Where the sound of a take does not meet that of the one before, MSE takes the break for one of both tracks and
/// passes over every picture up to the next key frame (Media Source Extensions, coded frame processing, step 6). Measured in Chromium with
/// hls.js: with no unit or one ahead of the picture a whole group of pictures is not shown, with two nothing is lost.
const SOUND_AHEAD: usize = 2;
/// Between two clips a camera that is set up anew delivers nothing for a frame.
const SET_UP_US: i64 = 40_000;

/// What is fed.
pub(crate) struct Input<'a> {
    pub(crate) recorder: &'a Recorder,
    pub(crate) recording: &'a Recording,
    pub(crate) timeline: &'a Timeline,
    /// The clip, and those that `input` changes to, in the order of the timeline.
    pub(crate) sources: &'a [Source<'a>],
    /// Where in the first clip to begin, µs.
    pub(crate) from_us: i64,
    pub(crate) pacer: Pacer,
    pub(crate) disk: &'a QuotaDisk,
    pub(crate) trace: Trace,
    pub(crate) bar: ProgressBar,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Fed {
    /// Units the recorder took, and those its buffer had no room for.
    pub(crate) video: u64,
    pub(crate) audio: u64,
    pub(crate) dropped: u64,
    /// Acts that could not be written.
    pub(crate) acts_not_done: u64,
    /// `None` when the record was left as it is.
    pub(crate) ended: Option<Done>,
}

/// Feeds all of it.
pub(crate) fn feed(input: Input<'_>) -> Result<Fed, Fault> {
    let base_mono_us = i64::try_from(input.pacer.clock.mono_us()).unwrap_or(i64::MAX) - input.from_us;
    let mut feeder = Feeder {
        base_mono_us,
        playing: 0,
        zero_us: 0,
        is_waiting_for_key: true,
        is_interrupted: false,
        running_sound: VecDeque::new(),
        sound: Sound::default(),
        passages: BTreeMap::new(),
        waited_at_us: 0,
        acknowledged_us: 0,
        fed: Fed::default(),
        input,
    };
    feeder.run()?;
    Ok(feeder.fed)
}

struct Feeder<'a> {
    input: Input<'a>,
    /// Monotonic clock at second 0 of the timeline, which is second 0 of the first clip.
    base_mono_us: i64,
    /// Which source, and the timeline's µs at its 0.
    playing: usize,
    zero_us: i64,
    is_waiting_for_key: bool,
    is_interrupted: bool,
    /// The last units of sound that passed while a key frame was waited for.
    running_sound: VecDeque<Timed<'a>>,
    sound: Sound,
    /// Passages that have begun, by their entry's place in the timeline.
    passages: BTreeMap<usize, OpenPassage>,
    waited_at_us: u64,
    acknowledged_us: u64,
    fed: Fed,
}

/// A step of the timeline; a passage has two.
#[derive(Clone, Copy)]
enum Step {
    Begin(usize),
    Act(usize),
}

/// Whether the loop goes on.
#[derive(PartialEq, Eq)]
enum After {
    GoOn,
    OtherSource,
    Stop,
}

fn steps(entries: &[TimelineEntry]) -> Vec<(i64, Step)> {
    let mut steps = Vec::with_capacity(entries.len());
    for (place, entry) in entries.iter().enumerate() {
        if let Some(to) = entry.action.to() {
            steps.push((entry.at_us, Step::Begin(place)));
            steps.push((us_of(to), Step::Act(place)));
        } else {
            steps.push((entry.at_us, Step::Act(place)));
        }
    }
    steps.sort_by_key(|(at_us, _)| *at_us);
    steps
}

impl<'a> Feeder<'a> {
    fn run(&mut self) -> Result<(), Fault> {
        let timeline = self.input.timeline;
        let from_us = self.input.from_us;
        // What the timeline says before the place where this feeding begins was done by the one before.
        let mut steps = steps(&timeline.entries).into_iter().filter(|(at_us, _)| *at_us >= from_us).peekable();
        let sources: &'a [Source<'a>] = self.input.sources;
        while let Some(source) = sources.get(self.playing) {
            self.input.recording.set_format(source.format().clone(), self.base_mono_us + self.zero_us);
            // A file with reordered pictures has decode times before its 0, and its first key frame among them.
            let first_us = if from_us > 0 { from_us - self.zero_us } else { i64::MIN };
            let mut units = source.units().peekable();
            // Passed over, all but the sound that is running where the recording begins.
            while let Some(timed) = units.next_if(|timed| timed.at_us < first_us) {
                self.pass_over(&timed);
            }
            let after = loop {
                let unit_at = units.peek().map(|timed| timed.at_us + self.zero_us);
                let step_at = steps.peek().map(|(at_us, _)| *at_us);
                match (unit_at, step_at) {
                    (Some(unit_at), step_at) if step_at.is_none_or(|step_at| unit_at < step_at) => {
                        if let Some(timed) = units.next() {
                            self.give(source, &timed)?;
                        }
                    }
                    (_, Some(_)) => {
                        let Some((at_us, step)) = steps.next() else { break After::Stop };
                        let after = self.take_step(source, at_us, step)?;
                        if after != After::GoOn {
                            break after;
                        }
                    }
                    (_, None) => {
                        self.end(None, quanji_evidence::body::EndedHow::Officer)?;
                        break After::Stop;
                    }
                }
            };
            if after == After::Stop {
                break;
            }
        }
        self.input.bar.finish_and_clear();
        Ok(())
    }

    fn mono(&self, at_us: i64) -> u64 {
        u64::try_from(self.base_mono_us.saturating_add(at_us)).unwrap_or(0)
    }

    /// Time goes on to an instant of the timeline, and the microphone with it.
    fn reach(&mut self, source: &Source<'_>, at_us: i64) -> Result<(), Fault> {
        self.input.pacer.reach(self.mono(at_us));
        self.input.bar.set_position(u64::try_from(at_us).unwrap_or(0));
        if self.is_interrupted || !source.has_pcm() {
            return Ok(());
        }
        for change in self.sound.hear(source, at_us - self.zero_us) {
            self.tell_microphone(change)?;
        }
        Ok(())
    }

    /// A microphone that delivers nothing but a flat line is on the timeline within two seconds.
    fn tell_microphone(&mut self, change: SpeechChange) -> Result<(), Fault> {
        let track = Track::Audio;
        let at_mono_us = self.input.pacer.clock.mono_us();
        let deed: Deed = match change {
            SpeechChange::MicrophoneSilenced { .. } => {
                TrackLost { track, cause: Cause::MicrophoneLost, at_mono_us }.into()
            }
            SpeechChange::MicrophoneBack { .. } => TrackBack { track, at_mono_us }.into(),
            // It hears by the light detector, which nothing replaces.
            SpeechChange::VoiceBegan { .. }
            | SpeechChange::VoiceEnded { .. }
            | SpeechChange::DetectorReplaced { .. } => return Ok(()),
        };
        self.input.recording.add(None, deed)?;
        Ok(())
    }

    fn give(&mut self, source: &Source<'_>, timed: &Timed<'a>) -> Result<(), Fault> {
        let at_us = timed.at_us + self.zero_us;
        self.reach(source, at_us)?;
        if self.is_interrupted {
            return Ok(());
        }
        if self.is_waiting_for_key {
            if !timed.is_key {
                self.pass_over(timed);
                return Ok(());
            }
            self.is_waiting_for_key = false;
            for sound in std::mem::take(&mut self.running_sound) {
                self.push(&sound)?;
            }
        }
        self.push(timed)
    }

    fn pass_over(&mut self, timed: &Timed<'a>) {
        if timed.unit.payload.track() == TrackKind::Sound {
            self.running_sound.push_back(*timed);
            if self.running_sound.len() > SOUND_AHEAD {
                self.running_sound.pop_front();
            }
        }
    }

    fn push(&mut self, timed: &Timed<'_>) -> Result<(), Fault> {
        let track = timed.unit.payload.track();
        let mono_us = self.mono(timed.at_us + self.zero_us);
        match self.input.recording.push(&timed.unit, timed.is_key) {
            Taken::Waits => {
                self.input.trace.accepted(track, mono_us);
                match track {
                    TrackKind::Video => self.fed.video += 1,
                    TrackKind::Sound => self.fed.audio += 1,
                }
            }
            Taken::Dropped => self.fed.dropped += 1,
            Taken::Over => return Err(Fault::Stopped),
        }
        self.acknowledge(mono_us)
    }

    fn acknowledge(&mut self, mono_us: u64) -> Result<(), Fault> {
        let acknowledged_us = match self.input.pacer.pace {
            Pace::Fed if mono_us.saturating_sub(self.waited_at_us) >= ACKNOWLEDGED_EVERY_US => {
                self.waited_at_us = mono_us;
                self.input.recording.look()?.acknowledged_mono_us.unwrap_or(0)
            }
            Pace::Fed => return Ok(()),
            Pace::Real => self.input.recording.acknowledged_mono_us(),
        };
        if acknowledged_us > self.acknowledged_us {
            self.acknowledged_us = acknowledged_us;
            self.input.trace.acknowledged(acknowledged_us);
        }
        Ok(())
    }

    fn take_step(&mut self, source: &Source<'_>, at_us: i64, step: Step) -> Result<After, Fault> {
        self.reach(source, at_us)?;
        let timeline = self.input.timeline;
        match step {
            Step::Begin(place) => {
                self.passages.insert(place, self.sound.begin(self.mono(at_us)));
                Ok(After::GoOn)
            }
            Step::Act(place) => {
                let Some(entry) = timeline.entries.get(place) else { return Ok(After::GoOn) };
                self.act(at_us, place, entry)
            }
        }
    }

    fn act(&mut self, at_us: i64, place: usize, entry: &TimelineEntry) -> Result<After, Fault> {
        let TimelineEntry { actor, action, .. } = entry;
        match action {
            Action::Interrupt { cause } => {
                let done = self.input.recording.interrupt(*cause);
                self.note(at_us, action, done)?;
                self.is_interrupted = true;
                self.sound.gap();
            }
            Action::Resume {} => {
                (self.is_interrupted, self.is_waiting_for_key) = (false, true);
                self.running_sound.clear();
            }
            Action::Input { .. } => {
                self.playing += 1;
                let begin_us = self.input.sources.get(self.playing).map_or(0, |source| source.begin_us);
                self.zero_us = at_us + SET_UP_US - begin_us;
                self.is_waiting_for_key = true;
                self.running_sound.clear();
                self.sound.gap();
                return Ok(After::OtherSource);
            }
            Action::ClockSet { ahead } => self.input.pacer.clock.set_wall(us_of(*ahead)),
            Action::Room { bytes } => self.input.disk.set_room(*bytes),
            Action::Kill {} => return Err(kill_this_process()),
            Action::Leave {} => {
                self.input.recording.leave()?;
                return Ok(After::Stop);
            }
            Action::End { how } => {
                self.end(actor.clone(), *how)?;
                return Ok(After::Stop);
            }
            _ => self.say(at_us, place, entry)?,
        }
        Ok(After::GoOn)
    }

    fn end(&mut self, actor: Option<Actor>, how: quanji_evidence::body::EndedHow) -> Result<(), Fault> {
        self.fed.ended = Some(self.input.recording.end(actor, how)?);
        Ok(())
    }

    /// An act that is an entry. One that cannot be written is told, and the recording goes on (P0).
    fn say(&mut self, at_us: i64, place: usize, entry: &TimelineEntry) -> Result<(), Fault> {
        let TimelineEntry { actor, action, .. } = entry;
        let now_mono_us = self.mono(at_us);
        let text = match action {
            Action::Opening { text, .. } | Action::Reason { text, .. } => text.as_deref(),
            _ => None,
        };
        let passage = self.passages.remove(&place);
        let measured = passage.map_or(NOT_MEASURED, |passage| self.sound.measure(&passage, text, now_mono_us));
        let (recorder, record) = (self.input.recorder, self.input.recording.record());
        let source = self.input.sources.get(self.playing);
        let scene = Scene {
            timeline: self.input.timeline,
            zero_mono_us: self.base_mono_us,
            now_mono_us,
            now_wall_us: quanji_recorder::TimeSource::now(&*self.input.pacer.clock).wall_us,
            free_bytes: self.input.disk.free_space().ok(),
            bytes_a_second: source.map_or(1, Source::bytes_a_second),
            lines: &|| recorder.lines(record),
        };
        let said = deeds(action, measured, &scene);
        match said {
            Err(fault) => {
                self.fed.acts_not_done += 1;
                self.input.trace.not_done(at_us, action.name(), &fault.to_string());
            }
            Ok(said) => {
                for deed in said {
                    let done = self.input.recording.add(actor.clone(), deed);
                    self.note(at_us, action, done)?;
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, at_us: i64, action: &Action, done: Result<Done, RecorderFault>) -> Result<(), Fault> {
        match done {
            Ok(done) => self.input.trace.done(at_us, action.name(), &done),
            Err(RecorderFault::Over) => return Err(Fault::Stopped),
            Err(fault) => {
                self.fed.acts_not_done += 1;
                self.input.trace.not_done(at_us, action.name(), &fault.to_string());
            }
        }
        Ok(())
    }
}

/// As `kill -9` does: no destructor runs and nothing is flushed. Returns only if it could not be done.
fn kill_this_process() -> Fault {
    let id = std::process::id().to_string();
    match std::process::Command::new("kill").args(["-9", &id]).status() {
        Ok(_) => loop {
            std::thread::park();
        },
        Err(fault) => Fault::Kill(fault),
    }
}
