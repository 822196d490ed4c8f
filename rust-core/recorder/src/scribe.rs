//! The writing thread of a record: takes what waits, writes it, makes it durable in one group, and tells what could not be kept.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use quanji_evidence::body::Cause;
use quanji_media::{TakeEnd, TakeFormat};
use quanji_store::GroupLost;

use crate::desk::Desk;
use crate::fault::RecorderFault;
use crate::frame_buffer::{Batch, Dropped, FrameBuffer, Item, Unit};
use crate::media_writer::Pushed;
use crate::record_writer::{Done, RecordWriter};
use crate::recording::{Answer, Figures, Job, View};
use crate::trouble::{TakeSpan, Trouble, place_of};

/// How long the thread waits for something to do before it looks at the clock: a fragment must close by time even when encoders stall.
const PATIENCE: Duration = Duration::from_millis(200);
/// While the disk is full, room is looked for this often.
const ROOM_CHECK_US: u64 = 5_000_000;

/// A commit that takes longer than half a fragment is slow.
const SLOW_COMMIT_US: u64 = 250_000;

/// The writing thread.
pub(crate) struct Scribe {
    desk: Desk,
    record: RecordWriter,
    buffer: Arc<FrameBuffer<Job>>,
    figures: Arc<Figures>,
    format: Option<(TakeFormat, i64)>,
    span: TakeSpan,
    is_over: bool,
    /// The last commit took long.
    is_disk_slow: bool,
    trouble: Option<Trouble>,
}

/// An answer that waits for the commit.
type Waiting = Box<dyn FnOnce(Result<(), RecorderFault>) + Send>;

impl Scribe {
    pub(crate) fn new(
        desk: Desk,
        record: RecordWriter,
        buffer: Arc<FrameBuffer<Job>>,
        figures: Arc<Figures>,
    ) -> Scribe {
        Scribe {
            desk,
            record,
            buffer,
            figures,
            format: None,
            span: TakeSpan::default(),
            is_over: false,
            is_disk_slow: false,
            trouble: None,
        }
    }

    pub(crate) fn run(mut self) -> Desk {
        while !self.is_over {
            let time = Arc::clone(&self.desk.ports.time);
            let Batch { items, quiet_at_mono_us } = self.buffer.take_all(PATIENCE, || time.now().mono_us);
            let mut waiting: Vec<Waiting> = Vec::new();
            let mut used = Vec::new();
            for item in items {
                if self.is_over {
                    break;
                }
                used.extend(self.take(item, &mut waiting));
            }
            self.buffer.recycle(used);
            // While units come, their stamps tell the time.
            if let Some(mono_us) = quiet_at_mono_us.filter(|_| !self.is_over) {
                self.pass_time(mono_us);
            }
            // A slow disk makes what waits for the next group old: nothing of this one is held back for a fuller fragment.
            if self.is_disk_slow && !self.is_over && self.trouble.is_none() {
                let closed = self.record.close_fragment(&mut self.desk);
                self.note_loss(closed);
            }
            self.commit(waiting);
        }
        self.buffer.close();
        self.desk.wish(self.record.id);
        self.desk
    }

    /// Does one thing; a unit's buffer comes back.
    fn take(&mut self, item: Item<Job>, waiting: &mut Vec<Waiting>) -> Option<Vec<u8>> {
        match item {
            Item::Format { format, base_mono_us } => self.change_format(*format, base_mono_us),
            Item::Unit(unit) => {
                self.push(&unit);
                return Some(unit.data);
            }
            Item::Dropped(dropped) => self.tell_dropped(dropped),
            Item::Job(job) => self.work(job, waiting),
        }
        None
    }

    fn work(&mut self, job: Job, waiting: &mut Vec<Waiting>) {
        match job {
            Job::Add { actor, deed, answer } => {
                if !self.can_write() {
                    // Kept in memory and said as soon as the disk takes a line; not acknowledged until then.
                    if let Some(trouble) = &mut self.trouble {
                        trouble.unsaid.push((actor, *deed));
                    }
                    let _ = answer.send(Err(RecorderFault::DiskFull));
                    return;
                }
                let done = self.insist(|scribe| scribe.record.add(&mut scribe.desk, actor.clone(), (*deed).clone()));
                answer_when_durable(done, answer, waiting);
            }
            Job::Interrupt { cause, answer } => {
                let done = self.insist(|scribe| scribe.record.interrupt(&mut scribe.desk, cause, None, None));
                answer_when_durable(done, answer, waiting);
            }
            Job::Say { deed } => {
                if !self.can_write() {
                    if let Some(trouble) = &mut self.trouble {
                        trouble.unsaid.push((None, *deed));
                    }
                    return;
                }
                // What the rules refuse here came too late to mean anything.
                let _ = self.insist(|scribe| scribe.record.add(&mut scribe.desk, None, (*deed).clone()));
            }
            Job::Broke { cause } => {
                if self.record.take.is_some() {
                    let told = self.record.interrupt(&mut self.desk, cause, None, None);
                    self.note_loss(told.map(|_| ()));
                }
            }
            Job::Blame { track, cause } => self.record.blame(track, cause),
            Job::NoteClock => {
                let noted = self.record.note_clock_now(&mut self.desk);
                self.note_loss(noted);
            }
            Job::End { actor, how, answer } => {
                if let Some(dropped) = self.buffer.take_dropped() {
                    self.tell_dropped(dropped);
                }
                self.settle(true);
                let done = self.insist(|scribe| scribe.record.end(&mut scribe.desk, actor.clone(), how));
                // A record that cannot be ended now is left as it is: the next start ends it.
                self.finish();
                let _ = answer.send(done);
            }
            Job::Look { answer } => {
                self.commit(std::mem::take(waiting));
                let _ = answer.send(Ok(self.view()));
            }
            Job::Leave { answer } => {
                self.finish();
                let _ = answer.send(Ok(()));
            }
        }
    }

    /// The record cannot be written any further. Never silently: whoever shows it asks [`Recording::why_over`].
    fn give_up(&mut self, fault: RecorderFault) {
        *self.figures.why_over.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(fault));
        self.finish();
    }

    /// Nothing is taken any more; closed before the answer, so that who waits for it finds the recorder free.
    fn finish(&mut self) {
        self.is_over = true;
        self.buffer.close();
    }

    /// Tries once more where the record stands, when the group was lost: nothing said at the scene is dropped for a full disk.
    fn insist(&mut self, act: impl Fn(&mut Scribe) -> Result<Done, RecorderFault>) -> Result<Done, RecorderFault> {
        match act(self) {
            Err(RecorderFault::GroupLost { source }) => {
                self.lose_group(&source);
                self.settle(true);
                act(self)
            }
            done => done,
        }
    }

    fn change_format(&mut self, format: TakeFormat, base_mono_us: i64) {
        if self.record.take.is_some() {
            let finished = self.record.finish_take(&mut self.desk, quanji_evidence::body::Cut::TakeEnd);
            self.note_loss(finished);
        }
        self.format = Some((format, base_mono_us));
    }

    fn push(&mut self, unit: &Unit) {
        if self.trouble.is_some() {
            self.settle(false);
        }
        if let Some(trouble) = &mut self.trouble {
            trouble.lose(unit, self.format.as_ref());
            return;
        }
        if self.record.take.is_none() {
            self.begin_take(None);
        }
        self.note_span(unit);
        match self.record.push(&mut self.desk, &unit.as_access_unit()) {
            Ok(Pushed::KeyFrameWanted) => self.figures.key_frame_wanted.store(true, Ordering::Relaxed),
            Ok(Pushed::TakeMustEnd(why)) => self.turn_take(unit, &why),
            Ok(Pushed::Taken | Pushed::Unusable | Pushed::AllTracksLost) => {}
            Err(fault) => self.note_loss(Err(fault)),
        }
    }

    /// The unit belongs to a new take: of the same format for stamps; for a codec that changed unannounced its own parameter sets say which.
    fn turn_take(&mut self, unit: &Unit, why: &TakeEnd) {
        let finished = self.record.finish_take(&mut self.desk, quanji_evidence::body::Cut::TakeEnd);
        self.note_loss(finished);
        if self.trouble.is_some() {
            return;
        }
        let cause = match why {
            TakeEnd::CodecChanged { .. } | TakeEnd::PictureSizeChanged { .. } | TakeEnd::RotationChanged { .. } => {
                Cause::FormatChange
            }
            TakeEnd::StampWentBack { .. } | TakeEnd::StampJumped { .. } | TakeEnd::BeforeTheTake { .. } => {
                Cause::Stamps
            }
        };
        self.begin_take(Some(cause));
        let pushed = self.record.push(&mut self.desk, &unit.as_access_unit()).map(|_| ());
        self.note_loss(pushed);
    }

    fn begin_take(&mut self, cause: Option<Cause>) {
        let Some((format, base_mono_us)) = self.format.clone() else { return };
        let usual = match (&self.record.now.open_interruption, self.record.now.takes) {
            (Some(open), _) => open.cause,
            (None, 0) => Cause::Start,
            (None, _) => Cause::FormatChange,
        };
        self.record.begin_take(format, base_mono_us, cause.unwrap_or(usual));
        self.span = TakeSpan::default();
    }

    fn note_span(&mut self, unit: &Unit) {
        if let Some((track, at_mono_us)) = place_of(unit, self.format.as_ref()) {
            self.span.note(track, at_mono_us);
        }
    }

    fn pass_time(&mut self, mono_us: u64) {
        if self.trouble.is_some() {
            self.settle(false);
        } else {
            let passed = self.record.time_passed(&mut self.desk, mono_us);
            self.note_loss(passed);
        }
    }

    /// The buffer overflowed: one interruption, naming what was lost per track.
    fn tell_dropped(&mut self, dropped: Dropped) {
        if let Some(trouble) = &mut self.trouble {
            trouble.lost.extend(dropped.intervals);
            return;
        }
        let told = self.record.interrupt(&mut self.desk, Cause::DiskStalled, Some(dropped.intervals), None);
        self.note_loss(told.map(|_| ()));
    }

    /// Whether lines can be written: not while a lost group is still to be told.
    fn can_write(&mut self) -> bool {
        if self.trouble.as_ref().is_some_and(|trouble| !trouble.is_settled()) {
            self.settle(true);
        }
        self.trouble.as_ref().is_none_or(Trouble::is_settled)
    }

    fn commit(&mut self, waiting: Vec<Waiting>) {
        if self.trouble.as_ref().is_some_and(|trouble| !trouble.is_settled()) {
            waiting.into_iter().for_each(|answer| answer(Err(RecorderFault::DiskFull)));
            return;
        }
        if !self.record.is_dirty() {
            waiting.into_iter().for_each(|answer| answer(Ok(())));
            return;
        }
        let began_us = self.desk.ports.time.now().mono_us;
        let committed = self.record.commit(&mut self.desk);
        self.is_disk_slow = self.desk.ports.time.now().mono_us.saturating_sub(began_us) > SLOW_COMMIT_US;
        match committed {
            Ok(()) => {
                waiting.into_iter().for_each(|answer| answer(Ok(())));
                self.note_acknowledged();
            }
            Err(RecorderFault::GroupLost { source }) => {
                self.lose_group(&source);
                // Said again from where the record stands; whoever waits learns whether that held.
                self.settle(true);
                let is_kept = self.trouble.as_ref().is_none_or(Trouble::is_settled);
                for answer in waiting {
                    answer(if is_kept { Ok(()) } else { Err(RecorderFault::DiskFull) });
                }
            }
            Err(fault) => {
                waiting.into_iter().for_each(|answer| answer(Err(RecorderFault::Over)));
                self.give_up(fault);
            }
        }
    }

    fn note_acknowledged(&self) {
        if let Some(end) = self.record.acknowledged_end() {
            self.figures.acknowledged_mono_us.store(end.mono_us, Ordering::Release);
        }
        self.figures.groups.fetch_add(1, Ordering::Relaxed);
    }

    fn note_loss(&mut self, outcome: Result<(), RecorderFault>) {
        match outcome {
            Ok(()) => {}
            Err(RecorderFault::GroupLost { source }) => self.lose_group(&source),
            Err(RecorderFault::DiskFull) => self.lose_group_to(Cause::DiskFull),
            // A statement about media that the rules refuse, or a key that is gone: nothing more can be recorded here.
            Err(fault) => self.give_up(fault),
        }
    }

    /// Everything since the last acknowledgement is gone: the interval is named, and what was said is said again.
    fn lose_group(&mut self, source: &GroupLost) {
        self.lose_group_to(match source {
            GroupLost::DiskFull { .. } => Cause::DiskFull,
            GroupLost::Failed { .. } => Cause::DiskStalled,
        });
    }

    fn lose_group_to(&mut self, cause: Cause) {
        let acknowledged = self.record.acknowledged_end().map(|end| end.tracks.clone()).unwrap_or_default();
        let was_recording = self.record.take.is_some();
        let unsaid = self.record.roll_back();
        let lost = if was_recording { self.span.since(&acknowledged) } else { Vec::new() };
        match &mut self.trouble {
            Some(trouble) => trouble.unsaid.extend(unsaid),
            None => {
                let is_told = !was_recording;
                self.trouble = Some(Trouble { cause, unsaid, lost, is_told, next_check_us: 0 });
            }
        }
    }

    /// Tries to say what must be said, and then to go on.
    fn settle(&mut self, at_once: bool) {
        let Some(mut trouble) = self.trouble.take() else { return };
        let now_us = self.desk.ports.time.now().mono_us;
        if !at_once && now_us < trouble.next_check_us {
            self.trouble = Some(trouble);
            return;
        }
        trouble.next_check_us = now_us + ROOM_CHECK_US;
        if !trouble.is_settled() {
            match self.tell(&trouble) {
                Ok(()) => {
                    trouble.unsaid.clear();
                    trouble.is_told = true;
                    self.note_acknowledged();
                }
                Err(_) => {
                    self.record.roll_back();
                    self.trouble = Some(trouble);
                    return;
                }
            }
        }
        if !self.desk.writer.try_resume_media() {
            self.trouble = Some(trouble);
        }
    }

    fn tell(&mut self, trouble: &Trouble) -> Result<(), RecorderFault> {
        for (actor, deed) in &trouble.unsaid {
            self.record.add(&mut self.desk, actor.clone(), deed.clone())?;
        }
        if !trouble.is_told {
            let lost = (!trouble.lost.is_empty()).then(|| trouble.lost.clone());
            self.record.interrupt(&mut self.desk, trouble.cause, lost, None)?;
        }
        self.record.commit(&mut self.desk)
    }

    fn view(&self) -> View {
        let progress = &self.record.now;
        View {
            record: self.record.id,
            phase: progress.rules.phase(),
            owed: progress.rules.owed(),
            lines: progress.journal.next_seq(),
            media_bytes: progress.counts.media_bytes + progress.segment.as_ref().map_or(0, |open| open.size_bytes),
            takes: progress.takes,
            acknowledged_mono_us: self.record.acknowledged_end().map(|end| end.mono_us),
            is_disk_full: self.desk.writer.is_full(),
            is_journal_nearly_full: progress.journal.is_nearly_full(),
        }
    }
}

fn answer_when_durable(done: Result<Done, RecorderFault>, answer: Answer<Done>, waiting: &mut Vec<Waiting>) {
    match done {
        Ok(done) => waiting.push(Box::new(move |committed| {
            let _ = answer.send(committed.map(|()| done));
        })),
        Err(fault) => {
            let _ = answer.send(Err(fault));
        }
    }
}
