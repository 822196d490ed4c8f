//! The sources of a running record as a phone has them: encoders with raw stamps, the microphone's PCM, and what the phone measures of itself.
//!
//! Here what `quanji-capture` decides becomes lines. Nothing of it waits for the disk: a frame's thread and a watchdog's only hand over.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use quanji_capture::clocks::{ClockBase, ClockReport, Declared, PictureSource, SoundSource, SourceClocks, Stamped};
use quanji_capture::quality::{Conditions, Quality, StepChange};
use quanji_capture::watch::{Gave, Is, Sample, State, Subject, Watch, WatchEvent, brightness_permille};
use quanji_evidence::body::{
    CaptureClock, Confirmed, Delivering, Mark, OpeningElement, OpeningPassage, PictureStamps, SoundStamps, Speech,
    Told, Track, TrackBack, TrackLost,
};
use quanji_evidence::text::Code;
use quanji_media::{AccessUnit, Payload, TakeFormat, TrackKind};
use quanji_speech::{DetectorName, Shares, SpeechChange};

use crate::deed::{Deed, Measured};
use crate::frame_buffer::Taken;
use crate::passage::{OpenPassage, PassageMeter, Places};
use crate::recording::Recording;
use crate::wanted_quality::WantedQuality;

/// One encoded unit, as an encoder hands it over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawUnit<'a> {
    pub payload: Payload<'a>,
    /// The encoder's own stamp, µs: a picture's on the camera's clock, a sound's the number of its first frame at the nominal rate.
    pub stamp_us: i64,
    /// When the encoder handed it over, µs since boot, sleep included.
    pub arrived_us: i64,
    pub is_key: bool,
}

/// A running record with its sources. Shared between the threads that drain the encoders and those that watch the phone.
#[derive(Debug)]
pub struct Capture {
    recording: Recording,
    meter: PassageMeter,
    sources: Mutex<Sources>,
    /// Units that came of each track, picture first.
    units: [AtomicU64; 2],
    watched: Mutex<Watched>,
}

#[derive(Debug, Default)]
struct Sources {
    now: Option<(TakeFormat, SourceClocks)>,
}

/// What the watchdogs remember.
#[derive(Debug)]
struct Watched {
    watch: Watch,
    quality: Option<Quality>,
    groups: u64,
    /// Of each track, picture first: the units at the last look, whether something was there to be encoded since, whether it is said that nothing comes.
    units: [u64; 2],
    is_fed: [bool; 2],
    is_stalled: [bool; 2],
    is_voiced: bool,
    /// Said, and not yet fetched.
    untold: Vec<WatchEvent>,
    passages: BTreeMap<u64, OpenPassage>,
    next_passage: u64,
    /// Where the sound stood at each second.
    places: Places,
}

impl Watched {
    fn keep_untold(&mut self, event: WatchEvent) {
        if self.untold.len() < UNTOLD_LIMIT {
            self.untold.push(event);
        }
    }

    /// Whether nothing can come of a track for a reason that another watch has said.
    fn explains_silence(&self, track: Track) -> bool {
        let is_raised = |subject| matches!(self.watch.state(subject), State::Raised { .. } | State::Recovering { .. });
        is_raised(Subject::PermissionGone) || track == Track::Video && is_raised(Subject::CameraGone)
    }
}

/// Told and not fetched events are kept up to this; a shell that never asks must not fill the memory.
const UNTOLD_LIMIT: usize = 256;
/// Passages that were begun and not yet said; the oldest is forgotten first.
const PASSAGES_LIMIT: usize = 16;

impl Capture {
    /// Speech is measured by Silero, and by the light detector from where that dies.
    pub fn new(recording: Recording) -> Capture {
        Capture::heard_by(recording, PassageMeter::with_silero())
    }

    /// With a meter of one's own.
    pub fn heard_by(recording: Recording, meter: PassageMeter) -> Capture {
        let watched = Watched {
            watch: Watch::new(),
            quality: None,
            groups: 0,
            units: [0; 2],
            is_fed: [false; 2],
            is_stalled: [false; 2],
            is_voiced: false,
            untold: Vec::new(),
            passages: BTreeMap::new(),
            next_passage: 1,
            places: Places::default(),
        };
        Capture { recording, meter, sources: Mutex::default(), units: Default::default(), watched: Mutex::new(watched) }
    }

    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    fn sources(&self) -> MutexGuard<'_, Sources> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The format of the units that follow, and what the phone declares of their clocks. A change ends the take.
    pub fn set_format(&self, format: TakeFormat, declared: Declared) {
        let mut sources = self.sources();
        let scales = (format.timescale(TrackKind::Video), format.timescale(TrackKind::Sound));
        let clocks = match sources.now.take() {
            Some((_, mut clocks)) => {
                clocks.change(declared, scales.0, scales.1);
                clocks
            }
            None => SourceClocks::new(declared, scales.0, scales.1),
        };
        sources.now = Some((format.clone(), clocks));
        // Ticks count from boot.
        self.recording.set_format(format, 0);
    }

    /// Copies one unit and returns; never waits for the disk.
    pub fn push(&self, unit: &RawUnit<'_>) -> Taken {
        let mut sources = self.sources();
        let track = unit.payload.track();
        self.units[track as usize].fetch_add(1, Ordering::Relaxed);
        let Some((format, clocks)) = &mut sources.now else { return Taken::Dropped };
        let placed = match track {
            TrackKind::Video => clocks.picture(unit.stamp_us, unit.arrived_us),
            TrackKind::Sound => clocks.sound(unit.stamp_us, unit.arrived_us),
        };
        let Some(Stamped { decode, present }) = placed else { return Taken::Dropped };
        // Media time counts the sound's priming; the encoder's stamp is of the first true sample.
        let ahead = i64::from(format.media_ahead(track));
        let unit = (AccessUnit { decode: decode - ahead, present: present - ahead, payload: unit.payload }, unit);
        let taken = self.recording.push(&unit.0, unit.1.is_key);
        if let Some(report) = clocks.report(unit.1.arrived_us) {
            self.recording.say(capture_clock(report));
        }
        taken
    }

    /// The phone says at which instant its microphone heard which frame (`AudioTimestamp`).
    pub fn heard(&self, frame: i64, at_us: i64, base: ClockBase) {
        if let Some((_, clocks)) = &mut self.sources().now {
            clocks.heard(frame, at_us, base);
        }
    }

    /// The microphone was opened anew and counts its frames from 0.
    pub fn microphone_reopened(&self) {
        self.meter.gap();
        if let Some((_, clocks)) = &mut self.sources().now {
            clocks.microphone_reopened();
        }
    }

    /// Whether pictures and sound really come (第十三条): an encoder gave units of it, and they are not known to be lost, stalled or silent.
    pub fn delivering(&self) -> [Delivering; 2] {
        let is_silent = self.meter.is_silenced();
        let watched = self.watched();
        [Track::Video, Track::Audio].map(|track| {
            let place = track as usize;
            let comes = self.units[place].load(Ordering::Relaxed) > 0 && !watched.is_stalled[place];
            let is_lost = watched.explains_silence(track) || track == Track::Audio && is_silent;
            if comes && !is_lost { Delivering::Delivering } else { Delivering::Failed }
        })
    }

    /// Hears 16 kHz mono PCM that follows the last. Whether there is something to tell.
    pub fn hear(&self, pcm: &[i16], now_us: u64) -> Is {
        let changes = self.meter.hear(pcm);
        let mut watched = self.watched();
        watched.is_fed[Track::Audio as usize] = true;
        for change in changes {
            match change {
                SpeechChange::VoiceBegan { .. } => watched.is_voiced = true,
                SpeechChange::VoiceEnded { .. } => watched.is_voiced = false,
                SpeechChange::MicrophoneSilenced { .. } => self.take(&mut watched, now_us, Sample::FlatSound(Is::Yes)),
                SpeechChange::MicrophoneBack { .. } => self.take(&mut watched, now_us, Sample::FlatSound(Is::No)),
                SpeechChange::DetectorReplaced { at_us: _, fault } => {
                    self.mark(&format!("speech/{}/{}", DetectorName::Earshot.name(), fault.name()), now_us);
                }
            }
        }
        if watched.is_voiced
            && let Some(permille) = brightness_permille(pcm)
        {
            self.take(&mut watched, now_us, Sample::Brightness { permille });
        }
        (!watched.untold.is_empty()).into()
    }

    /// Takes what the phone measured of itself.
    pub fn sample(&self, now_us: u64, sample: Sample) {
        self.take(&mut self.watched(), now_us, sample);
    }

    /// Time passed: once a second. Everything that is to be told since the last time.
    pub fn tick(&self, now_us: u64) -> Vec<WatchEvent> {
        let groups = self.recording.groups();
        let laid = self.laid();
        let mut watched = self.watched();
        watched.places.keep(self.meter.begin(now_us));
        for (track, is_laid) in [Track::Video, Track::Audio].into_iter().zip(laid) {
            let place = track as usize;
            let units = self.units[place].load(Ordering::Relaxed);
            let is_new = units != std::mem::replace(&mut watched.units[place], units);
            let is_fed = std::mem::take(&mut watched.is_fed[place]);
            if is_new && std::mem::take(&mut watched.is_stalled[place]) {
                let subject = if track == Track::Video { Subject::PictureStalled } else { Subject::SoundStalled };
                self.tell(&mut watched, WatchEvent::Well { subject, since_us: now_us });
            }
            if is_new {
                self.take(&mut watched, now_us, Sample::Encoder { track, gave: Gave::Units });
            } else if (is_fed || is_laid) && !watched.explains_silence(track) {
                self.take(&mut watched, now_us, Sample::Encoder { track, gave: Gave::Nothing });
            }
        }
        let is_new = groups != std::mem::replace(&mut watched.groups, groups);
        self.take(&mut watched, now_us, if is_new { Sample::Fragment } else { Sample::Tick });
        std::mem::take(&mut watched.untold)
    }

    /// Which tracks have a format, picture first.
    fn laid(&self) -> [bool; 2] {
        let sources = self.sources();
        let laid = |track| sources.now.as_ref().is_some_and(|(format, _)| format.timescale(track).is_some());
        TrackKind::ALL.map(laid)
    }

    fn take(&self, watched: &mut Watched, now_us: u64, sample: Sample) {
        // The small picture that is watched comes from the camera itself, beside the encoder.
        watched.is_fed[Track::Video as usize] |= matches!(sample, Sample::Luma(_));
        for event in watched.watch.sample(now_us, sample) {
            // An encoder that is made anew again and again is marked once.
            let is_said = match event {
                WatchEvent::Stalled { track, .. } => std::mem::replace(&mut watched.is_stalled[track as usize], true),
                _ => false,
            };
            if !is_said {
                self.write(event);
            }
            watched.keep_untold(event);
        }
    }

    fn tell(&self, watched: &mut Watched, event: WatchEvent) {
        self.write(event);
        watched.keep_untold(event);
    }

    fn write(&self, event: WatchEvent) {
        match event {
            // The microphone's units go on, and hold silence.
            WatchEvent::TrackLost { track: track @ Track::Audio, cause, since_us } => {
                self.recording.say(TrackLost { track, cause, at_mono_us: since_us });
            }
            WatchEvent::TrackBack { track: track @ Track::Audio, since_us } => {
                self.recording.say(TrackBack { track, at_mono_us: since_us });
            }
            // The pictures stop, and the writer sees to the instant when; here it learns why.
            WatchEvent::TrackLost { track: Track::Video, cause, since_us: _ } => {
                self.recording.blame(Track::Video, Some(cause));
            }
            WatchEvent::TrackBack { track: Track::Video, since_us: _ } => self.recording.blame(Track::Video, None),
            WatchEvent::Interrupted { cause, since_us: _ } => self.recording.broke(cause),
            // The writer sees to the instant when the units stopped, and blames the encoder for what is not explained.
            WatchEvent::Stalled { track: Track::Video, since_us } => self.mark("phone/picture_stalled", since_us),
            WatchEvent::Stalled { track: Track::Audio, since_us } => self.mark("phone/sound_stalled", since_us),
            WatchEvent::Warned { subject, since_us } => self.mark(&format!("phone/{}", subject.name()), since_us),
            WatchEvent::Well { subject, since_us } => self.mark(&format!("phone/{}/over", subject.name()), since_us),
            // Any line shows by how much the clock was set.
            WatchEvent::ClockWasSet => self.recording.note_clock(),
            WatchEvent::Reminded { .. } => {}
        }
    }

    fn mark(&self, name: &str, at_mono_us: u64) {
        let mark = Code::parse(name).expect("names of watches and steps are codes");
        self.recording.say(Mark { mark, at_mono_us, boot: None });
    }

    /// Begins at the best step that is wanted and that the conditions allow.
    pub fn begin_quality(&self, wanted: WantedQuality, now: Conditions) -> Quality {
        *self.watched().quality.insert(wanted.begin(now))
    }

    /// Looks at the conditions; a change of step is marked, and to be said aloud.
    pub fn conditions(&self, now_us: u64, now: Conditions) -> Option<(StepChange, Quality)> {
        let mut watched = self.watched();
        let quality = watched.quality.as_mut()?;
        let change = quality.look(now_us, now)?;
        self.mark(&format!("quality/{}/{}", change.to.name(), change.because.name()), now_us);
        Some((change, *quality))
    }

    /// The picture's encoder failed: what it is to be made as from now on, where that is something else. Marked.
    pub fn encoder_failed(&self, now_us: u64) -> Option<Quality> {
        let mut watched = self.watched();
        self.take(&mut watched, now_us, Sample::EncoderFailed(Is::Yes));
        let quality = watched.quality.as_mut()?;
        let changed = quality.encoder_failed().then_some(*quality)?;
        self.mark("phone/hevc_failed", now_us);
        Some(changed)
    }

    /// A passage that will be said to have been spoken begins.
    pub fn begin_passage(&self, now_us: u64) -> u64 {
        let passage = self.meter.begin(now_us);
        let mut watched = self.watched();
        let number = watched.next_passage;
        watched.next_passage += 1;
        watched.passages.insert(number, passage);
        if watched.passages.len() > PASSAGES_LIMIT {
            watched.passages.pop_first();
        }
        number
    }

    /// What was spoken since a passage began, against its text: of a long passage, what was spoken last. It may be measured again, against
    /// more text. One that is not known was not measured; nor was one without a text, for any sound would be enough for it.
    pub fn measure(&self, passage: u64, text: Option<&str>, now_us: u64) -> Measured {
        let watched = self.watched();
        let (Some(open), Some(text)) = (watched.passages.get(&passage), text) else {
            return Measured { speech: Speech::NotMeasured, from_mono_us: None, to_mono_us: None, voiced_us: None };
        };
        let expected_us = quanji_speech::reading_time_us(text);
        let open = watched.places.latest_before(open, expected_us, now_us);
        drop(watched);
        let (measured, Shares { silero, earshot }) = self.meter.measure(&open, expected_us, now_us);
        // Silero's is the ordinary case and needs no line.
        if earshot.heard_us > 0 {
            let with = if silero.heard_us > 0 { "silero_and_earshot" } else { "earshot" };
            self.mark(&format!("speech/measured/{with}"), now_us);
        }
        measured
    }

    /// A passage of the opening statement, as it was measured.
    pub fn opening(
        &self,
        passage: u64,
        now_us: u64,
        elements: Vec<OpeningElement>,
        text: Option<&str>,
        confirmed: Confirmed,
        how: Told,
    ) -> Deed {
        let measured = self.measure(passage, text, now_us);
        OpeningPassage {
            from_mono_us: measured.from_mono_us.unwrap_or(now_us),
            to_mono_us: measured.to_mono_us.unwrap_or(now_us),
            elements,
            speech: measured.speech,
            confirmed,
            how,
            voiced_us: measured.voiced_us,
            expected_us: text.map(quanji_speech::reading_time_us),
            boot: None,
            phrases: None,
        }
        .into()
    }
}

fn capture_clock(report: ClockReport) -> CaptureClock {
    let ClockReport { at_us, picture, sound, sound_drift_ppm, av_offset_us, set } = report;
    CaptureClock {
        at_mono_us: u64::try_from(at_us).unwrap_or(0),
        picture: picture.map(|source| match source {
            PictureSource::Elapsed => PictureStamps::Elapsed,
            PictureSource::Monotonic => PictureStamps::Monotonic,
            PictureSource::Arrival => PictureStamps::Arrival,
        }),
        sound: sound.map(|source| match source {
            SoundSource::Measured => SoundStamps::Measured,
            SoundSource::Arrival => SoundStamps::Arrival,
        }),
        sound_drift_ppm,
        av_offset_us,
        set,
    }
}
