//! The meter: PCM in, changes out, and counters between which any passage can be measured.

use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::beside::{Beside, BesideSettings, OwedAnswers};
use crate::detector::{DetectorFault, DetectorName, Earshot, VoiceDetector, judge};
use crate::flatline::{Flatline, SILENCED_AFTER_US};
use crate::measured::{Counts, Mark, Passage, Shares, SpeechMeasure};
use crate::silero::Silero;
use crate::span::{Edge, Spans};

/// The one rate the meter takes, in samples a second, one channel.
pub const SAMPLE_RATE_HZ: u32 = 16_000;

/// For how long a detector beside the sound may owe an answer: thirty of its frames. A phone that runs nothing of ours for so long records
/// nothing either.
const LIMIT: Duration = Duration::from_secs(1);

/// Something the meter noticed; `at_us` is the place in the PCM heard so far, in µs, not a time of any clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpeechChange {
    /// Somebody began to speak. Reported up to 0.1 s later, when it was long enough to be speech; of a detector beside the sound, one piece of PCM
    /// later.
    VoiceBegan { at_us: u64 },
    /// The last word ended. Reported 0.2 s later, when no other followed.
    VoiceEnded { at_us: u64 },
    /// The samples stopped moving at `since_us`: the microphone is silenced or dead.
    MicrophoneSilenced { since_us: u64 },
    /// They move again.
    MicrophoneBack { at_us: u64 },
    /// The detector died, and the light one measures what came after `at_us`.
    DetectorReplaced { at_us: u64, fault: DetectorFault },
}

/// Measures speech in 16 kHz mono PCM.
///
/// Exact to one frame of the detector (32 ms with Silero, 16 ms with [`Earshot`]) at either end of a passage. A detector that dies is replaced by
/// [`Earshot`], which also judges the frames that it owed: nothing of the sound stays unmeasured.
#[derive(Debug)]
pub struct SpeechMeter {
    /// Judges on the thread that brings the sound; while there is one beside it, it waits.
    own: Box<dyn VoiceDetector>,
    beside: Option<Beside>,
    /// What was handed to the one beside and is not answered, in order.
    pending: VecDeque<Pending>,
    /// The beginning of a frame that is not whole yet.
    partial: Vec<i16>,
    /// Samples in whole frames so far, judged or not.
    taken: u64,
    /// What was judged so far.
    counts: Counts,
    flatline: Flatline,
    is_silenced: bool,
    spans: Spans,
    /// Noticed and not yet reported.
    changes: Vec<SpeechChange>,
}

#[derive(Debug)]
enum Pending {
    Frame { pcm: Arc<[i16]>, is_flat: bool },
    Gap,
    Mark(Arc<OnceLock<Counts>>),
}

impl Default for SpeechMeter {
    fn default() -> Self {
        Self::new(Box::new(Earshot::default()))
    }
}

impl SpeechMeter {
    /// Judges on the thread that pushes: what was pushed is measured.
    pub fn new(detector: Box<dyn VoiceDetector>) -> Self {
        Self {
            own: detector,
            beside: None,
            pending: VecDeque::new(),
            partial: Vec::new(),
            taken: 0,
            counts: Counts::default(),
            flatline: Flatline::default(),
            is_silenced: false,
            spans: Spans::default(),
            changes: Vec::new(),
        }
    }

    /// Silero beside the sound, and [`Earshot`] from the frame on that it does not answer for.
    pub fn with_silero() -> Self {
        let settings =
            BesideSettings { name: DetectorName::Silero, frame_samples: Silero::FRAME_SAMPLES, limit: LIMIT };
        Self::with_beside(settings, Silero::open)
    }

    /// A detector that is made and asked on a thread of its own; the one that pushes never waits for it.
    pub fn with_beside<D: VoiceDetector + 'static>(
        settings: BesideSettings,
        make: impl FnOnce() -> Result<D, DetectorFault> + Send + 'static,
    ) -> Self {
        let mut meter = Self::default();
        match Beside::begin(settings, make) {
            Ok(beside) => meter.beside = Some(beside),
            Err(fault) => meter.changes.push(SpeechChange::DetectorReplaced { at_us: 0, fault }),
        }
        meter
    }

    /// Takes the next PCM, of any length, which follows the last without a gap. Says what changed, in order of notice.
    pub fn push(&mut self, pcm: &[i16]) -> Vec<SpeechChange> {
        self.collect();
        self.take_in(pcm);
        std::mem::take(&mut self.changes)
    }

    /// The next PCM does not follow the last: the recording was interrupted. Ends a span that is going on, which the next push tells; what was counted
    /// stays counted.
    pub fn gap(&mut self) {
        self.partial.clear();
        self.flatline = Flatline::default();
        self.collect();
        match self.beside.as_ref().map(Beside::forget) {
            Some(Ok(())) => self.pending.push_back(Pending::Gap),
            Some(Err(fault)) => {
                self.replace(fault);
                self.cut();
            }
            None => self.cut(),
        }
        self.pass_reached();
    }

    /// How much PCM was judged, in µs.
    pub fn heard_us(&self) -> u64 {
        to_us(self.counts.heard)
    }

    /// Whether the microphone delivers nothing but a flat line at present.
    pub fn is_silenced(&self) -> bool {
        self.is_silenced
    }

    /// Remembers this place, as the beginning of a passage. Passages may overlap and need not be ended.
    pub fn mark(&mut self) -> Mark {
        let counts = Arc::new(OnceLock::new());
        self.pending.push_back(Pending::Mark(counts.clone()));
        self.pass_reached();
        Mark { counts }
    }

    /// What is owed for the PCM so far, where a detector runs beside it: to be waited for, and then [`Self::settle`]d.
    pub fn owed(&self) -> Option<OwedAnswers> {
        self.beside.as_ref().map(Beside::owed)
    }

    /// Counts what was answered. A detector that was waited for in vain is replaced, and nothing is owed any more.
    pub fn settle(&mut self, is_answered: bool) {
        self.collect();
        if !is_answered && self.beside.is_some() {
            self.replace(DetectorFault::TooSlow);
        }
    }

    /// What was spoken since `mark`, held against what a passage of that text should take.
    pub fn measure(&self, mark: &Mark, passage: Passage) -> SpeechMeasure {
        SpeechMeasure::judge(self.since(mark), passage)
    }

    /// Which detector measured what of it.
    pub fn shares(&self, mark: &Mark) -> Shares {
        self.since(mark).shares()
    }

    fn since(&self, mark: &Mark) -> Counts {
        // A mark that is not reached yet: nothing was judged since.
        self.counts.since(mark.counts.get().unwrap_or(&self.counts))
    }

    fn frame_samples(&self) -> usize {
        self.beside.as_ref().map_or_else(|| self.own.frame_samples(), |beside| beside.settings.frame_samples).get()
    }

    fn take_in(&mut self, pcm: &[i16]) {
        let mut rest = pcm;
        loop {
            let missing = self.frame_samples() - self.partial.len();
            let Some((head, tail)) = rest.split_at_checked(missing) else { break };
            self.partial.extend_from_slice(head);
            rest = tail;
            let mut frame = std::mem::take(&mut self.partial);
            self.frame(&frame);
            frame.clear();
            self.partial = frame;
        }
        self.partial.extend_from_slice(rest);
    }

    fn frame(&mut self, frame: &[i16]) {
        let from = self.taken;
        self.taken += frame.len() as u64;
        let is_flat = self.flatline.push(frame);
        self.watch_microphone(from);

        let Some(beside) = &self.beside else { return self.judge(frame, is_flat) };
        let pcm: Arc<[i16]> = frame.into();
        let asked = beside.ask(pcm.clone());
        self.pending.push_back(Pending::Frame { pcm, is_flat });
        if let Err(fault) = asked {
            self.replace(fault);
        }
    }

    /// Judges a frame here and now.
    fn judge(&mut self, frame: &[i16], is_flat: bool) {
        let name = self.own.name();
        match judge(self.own.as_mut(), frame) {
            Ok(is_voiced) => self.count(frame.len(), is_flat, Some((name, is_voiced))),
            Err(fault) => {
                self.own = Box::new(Earshot::default());
                if name == DetectorName::Earshot {
                    // There is nothing lighter. Nobody listened to this frame, and nothing is said of it.
                    return self.count(frame.len(), is_flat, None);
                }
                self.changes.push(SpeechChange::DetectorReplaced { at_us: self.heard_us(), fault });
                self.judge_again(frame, is_flat);
            }
        }
    }

    /// Judges a frame of another detector by the light one, in frames of its own.
    fn judge_again(&mut self, frame: &[i16], is_flat: bool) {
        let size = self.own.frame_samples().get();
        let frames = frame.chunks_exact(size);
        let beyond = frames.remainder().len();
        for frame in frames {
            self.judge(frame, is_flat);
        }
        if beyond > 0 {
            self.count(beyond, is_flat, None);
        }
    }

    /// What the detector beside owes is judged by the light one, and so is all that comes.
    fn replace(&mut self, fault: DetectorFault) {
        self.beside = None;
        self.changes.push(SpeechChange::DetectorReplaced { at_us: self.heard_us(), fault });
        while let Some(pending) = self.pending.pop_front() {
            match pending {
                Pending::Frame { pcm, is_flat } => self.judge_again(&pcm, is_flat),
                Pending::Gap => self.cut(),
                Pending::Mark(mark) => self.reach(&mark),
            }
        }
        // It may hold more than one frame of the light one.
        let partial = std::mem::take(&mut self.partial);
        self.take_in(&partial);
    }

    /// Counts what the detector beside answered by now.
    fn collect(&mut self) {
        while let Some(beside) = &self.beside {
            let name = beside.settings.name;
            match beside.answer() {
                None => return,
                Some(Err(fault)) => return self.replace(fault),
                Some(Ok(is_voiced)) => {
                    self.pass_reached();
                    if let Some(Pending::Frame { pcm, is_flat }) = self.pending.pop_front() {
                        self.count(pcm.len(), is_flat, Some((name, is_voiced)));
                    }
                    self.pass_reached();
                }
            }
        }
    }

    /// Passes the marks and gaps that stand before the next frame that is owed.
    fn pass_reached(&mut self) {
        while let Some(pending) = self.pending.pop_front() {
            match pending {
                Pending::Gap => self.cut(),
                Pending::Mark(mark) => self.reach(&mark),
                Pending::Frame { .. } => return self.pending.push_front(pending),
            }
        }
    }

    fn reach(&self, mark: &OnceLock<Counts>) {
        mark.set(self.counts).expect("a mark waits once");
    }

    fn cut(&mut self) {
        self.own.forget();
        self.changes.extend(self.spans.cut().map(change));
    }

    /// Counts a frame, by the detector that judged it, if one did.
    fn count(&mut self, samples: usize, is_flat: bool, judged: Option<(DetectorName, bool)>) {
        let (from, voiced_before) = (self.counts.heard, self.spans.voiced_samples());
        self.counts.heard += samples as u64;
        if is_flat {
            self.counts.flat += samples as u64;
        } else if judged.is_none() {
            self.counts.unjudged += samples as u64;
        }
        let is_voiced = judged.is_some_and(|(_, is_voiced)| is_voiced) && !is_flat;
        self.changes.extend(self.spans.push(from, self.counts.heard, is_voiced).map(change));
        if let Some((name, _)) = judged {
            let share = &mut self.counts.by[name as usize];
            share.heard += samples as u64;
            share.voiced += self.spans.voiced_samples() - voiced_before;
        }
    }

    fn watch_microphone(&mut self, frame_from: u64) {
        let run = self.flatline.run_samples();
        if !self.is_silenced && to_us(run) >= SILENCED_AFTER_US {
            self.is_silenced = true;
            self.changes.push(SpeechChange::MicrophoneSilenced { since_us: to_us(self.taken - run) });
        } else if self.is_silenced && run == 0 {
            self.is_silenced = false;
            self.changes.push(SpeechChange::MicrophoneBack { at_us: to_us(frame_from) });
        }
    }
}

fn change(edge: Edge) -> SpeechChange {
    match edge {
        Edge::Began { at } => SpeechChange::VoiceBegan { at_us: to_us(at) },
        Edge::Ended { at } => SpeechChange::VoiceEnded { at_us: to_us(at) },
    }
}

/// 62.5 µs a sample, the half dropped.
pub(crate) fn to_us(samples: u64) -> u64 {
    samples.saturating_mul(125) / 2
}
