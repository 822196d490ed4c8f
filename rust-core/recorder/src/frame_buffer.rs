//! Between the encoders and the disk: bounded in bytes and in time, and a push never waits (design, invariant 3).
//!
//! When the writer falls behind by more than the bounds, whole units are dropped until it has caught up and a key frame comes. What was
//! dropped is one [`Dropped`], naming the interval per track; it becomes one interruption.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quanji_evidence::body::{Lost, Track};
use quanji_media::{AccessUnit, NalFraming, Payload, TakeFormat};

/// Most bytes of units that wait: 12 s of the default 1080p25 at 4 Mb/s with sound.
pub const BUFFER_LIMIT_BYTES: usize = 8 << 20;
/// Longest time between the oldest and the newest unit that waits.
pub const BUFFER_LIMIT_US: u64 = 10_000_000;

/// Most buffers kept for reuse, about a second of picture and sound.
const SPARES_LIMIT: usize = 96;
/// A buffer larger than this is given back: one huge picture must not stay resident.
const SPARE_LIMIT_BYTES: usize = 64 << 10;

/// The writer looks by itself every fifth of a second. Waking it costs many times what a push does, so an encoder's thread does it only when
/// more waits than such a look ever finds, in bytes or in time.
const WAKE_BYTES: usize = 256 << 10;
const WAKE_US: u64 = BUFFER_LIMIT_US / 4;
/// A feeder that is faster than time has it woken for each fifth of a second of media: so little is lost with the process then, too.
const FEEDER_WAKE_US: u64 = 200_000;

/// What happened to a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It waits for the writer.
    Waits,
    /// The writer is too far behind: it was dropped, and the record will say so.
    Dropped,
    /// The recording is over.
    Over,
}

/// A unit of its own, with the bytes copied out of the encoder's buffer.
#[derive(Debug)]
pub(crate) struct Unit {
    pub(crate) decode: i64,
    pub(crate) present: i64,
    pub(crate) framing: Option<NalFraming>,
    pub(crate) data: Vec<u8>,
}

impl Unit {
    pub(crate) fn as_access_unit(&self) -> AccessUnit<'_> {
        let payload = match self.framing {
            Some(framing) => Payload::Picture { framing, data: &self.data },
            None => Payload::Aac(&self.data),
        };
        AccessUnit { decode: self.decode, present: self.present, payload }
    }
}

/// What waits for the writer, in order.
#[derive(Debug)]
pub(crate) enum Item<J> {
    Format {
        format: Box<TakeFormat>,
        base_mono_us: i64,
    },
    Unit(Unit),
    Dropped(Dropped),
    /// A job for the writer's thread.
    Job(J),
}

/// What was taken at once.
#[derive(Debug)]
pub(crate) struct Batch<J> {
    pub(crate) items: Vec<Item<J>>,
    /// No unit had come by this instant, kept or dropped.
    pub(crate) quiet_at_mono_us: Option<u64>,
}

/// Units that were dropped, per track: from the first to the end of the last, monotonic clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Dropped {
    pub(crate) intervals: Vec<Lost>,
}

impl Dropped {
    fn of(track: Track, at_mono_us: u64) -> Dropped {
        let lost = Lost { track, from_mono_us: at_mono_us, to_mono_us: at_mono_us, units: Some(1) };
        Dropped { intervals: vec![lost] }
    }

    fn add(&mut self, track: Track, at_mono_us: u64) {
        match self.intervals.iter_mut().find(|lost| lost.track == track) {
            Some(lost) => {
                lost.to_mono_us = lost.to_mono_us.max(at_mono_us);
                lost.units = lost.units.map(|units| units + 1);
            }
            None => self.intervals.extend(Dropped::of(track, at_mono_us).intervals),
        }
    }

    /// Nothing of any track is kept before `at_mono_us`, where recording goes on.
    fn until(mut self, at_mono_us: u64) -> Dropped {
        self.intervals.iter_mut().for_each(|lost| lost.to_mono_us = lost.to_mono_us.max(at_mono_us));
        self
    }
}

#[derive(Debug)]
struct State<J> {
    /// Buffers of units that were written, to be filled again: without them each unit costs the kernel fresh pages.
    spares: Vec<Vec<u8>>,
    items: VecDeque<(Option<u64>, Item<J>)>,
    bytes: usize,
    dropping: Option<Dropped>,
    format: Option<(Box<TakeFormat>, i64)>,
    is_over: bool,
    /// The writer is to wake: waking it for every unit would cost more than writing them.
    is_urgent: bool,
    most_bytes: usize,
}

/// The buffer. `J` is the writer's jobs, which are few and never dropped.
#[derive(Debug)]
pub(crate) struct FrameBuffer<J> {
    state: Mutex<State<J>>,
    came: Condvar,
    drained: Condvar,
}

impl<J> FrameBuffer<J> {
    pub(crate) fn new() -> FrameBuffer<J> {
        let state = State {
            spares: Vec::new(),
            items: VecDeque::new(),
            bytes: 0,
            dropping: None,
            format: None,
            is_over: false,
            is_urgent: false,
            most_bytes: 0,
        };
        FrameBuffer { state: Mutex::new(state), came: Condvar::new(), drained: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State<J>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The format of the units that follow; tick 0 of their stamps is `base_mono_us` on the monotonic clock.
    pub(crate) fn set_format(&self, format: TakeFormat, base_mono_us: i64) {
        let mut state = self.lock();
        state.format = Some((Box::new(format.clone()), base_mono_us));
        state.items.push_back((None, Item::Format { format: Box::new(format), base_mono_us }));
    }

    /// Takes a copy of one unit. Never waits for the disk.
    pub(crate) fn push(&self, unit: &AccessUnit<'_>, is_key: bool) -> Taken {
        let size = unit.payload.data().len();
        let mut state = self.lock();
        if state.is_over {
            return Taken::Over;
        }
        let Some((track, at)) = state.place_of(unit) else { return Taken::Dropped };
        let oldest = state.items.iter().find_map(|(at, _)| *at);
        let is_too_far_behind = state.bytes + size > BUFFER_LIMIT_BYTES
            || oldest.is_some_and(|oldest| at.saturating_sub(oldest) > BUFFER_LIMIT_US);
        match state.dropping.take() {
            // A take can begin at a key frame, or anywhere in a record without picture.
            Some(dropped) if state.items.is_empty() && is_key => {
                state.items.push_back((None, Item::Dropped(dropped.until(at))));
            }
            Some(mut dropped) => {
                dropped.add(track, at);
                state.dropping = Some(dropped);
                return Taken::Dropped;
            }
            None if is_too_far_behind => {
                state.dropping = Some(Dropped::of(track, at));
                return Taken::Dropped;
            }
            None => {}
        }
        let AccessUnit { decode, present, payload } = *unit;
        let framing = match payload {
            Payload::Picture { framing, .. } => Some(framing),
            Payload::Aac(_) => None,
        };
        let mut data = state.spares.pop().unwrap_or_default();
        data.extend_from_slice(payload.data());
        state.bytes += size;
        state.most_bytes = state.most_bytes.max(state.bytes);
        state.items.push_back((Some(at), Item::Unit(Unit { decode, present, framing, data })));
        let is_much = state.bytes >= WAKE_BYTES || oldest.is_some_and(|oldest| at.saturating_sub(oldest) >= WAKE_US);
        if is_much && !state.is_urgent {
            self.wake(&mut state);
        }
        Taken::Waits
    }

    /// Adds a job; jobs are taken in order with the units around them.
    pub(crate) fn add_job(&self, job: J) -> Result<(), J> {
        let mut state = self.lock();
        if state.is_over {
            return Err(job);
        }
        state.items.push_back((None, Item::Job(job)));
        self.wake(&mut state);
        Ok(())
    }

    fn wake(&self, state: &mut State<J>) {
        state.is_urgent = true;
        self.came.notify_one();
    }

    /// Everything that waits, as soon as it is much, or a job, or `patience` has passed.
    pub(crate) fn take_all(&self, patience: Duration, mono_us: impl FnOnce() -> u64) -> Batch<J> {
        let mut state = self.lock();
        if !state.is_urgent {
            let waited = self.came.wait_timeout_while(state, patience, |state| !state.is_urgent && !state.is_over);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.is_urgent = false;
        state.bytes = 0;
        // Units that are dropped came all the same. Told together with the clock: read later, it would be ahead of units that came since,
        // and their track would look silent.
        let is_quiet = state.dropping.is_none() && !state.items.iter().any(|(_, item)| matches!(item, Item::Unit(_)));
        let items = state.items.drain(..).map(|(_, item)| item).collect();
        self.drained.notify_all();
        Batch { items, quiet_at_mono_us: is_quiet.then(mono_us) }
    }

    /// Takes buffers back.
    pub(crate) fn recycle(&self, mut buffers: Vec<Vec<u8>>) {
        buffers.retain(|buffer| buffer.capacity() <= SPARE_LIMIT_BYTES);
        buffers.iter_mut().for_each(Vec::clear);
        let mut state = self.lock();
        let room = SPARES_LIMIT.saturating_sub(state.spares.len());
        state.spares.extend(buffers.into_iter().take(room));
    }

    /// What is being dropped at this moment: for the end of a record, which no key frame follows.
    pub(crate) fn take_dropped(&self) -> Option<Dropped> {
        self.lock().dropping.take()
    }

    /// Waits until fewer than `bytes` and less than half the time of the bounds wait: for a feeder that is faster than time, never for an
    /// encoder.
    pub(crate) fn wait_for_room(&self, bytes: usize) {
        let mut state = self.lock();
        if state.waits_us() >= FEEDER_WAKE_US && !state.is_urgent {
            self.wake(&mut state);
        }
        while (state.bytes >= bytes || state.waits_us() >= BUFFER_LIMIT_US / 2) && !state.is_over {
            self.wake(&mut state);
            state = self.drained.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.lock().is_over
    }

    /// Nothing is taken any more. What still waits is let go: a job that was added after the writer's last look would otherwise keep whoever
    /// waits for its answer for ever.
    pub(crate) fn close(&self) {
        let left = {
            let mut state = self.lock();
            state.is_over = true;
            state.bytes = 0;
            std::mem::take(&mut state.items)
        };
        drop(left);
        self.came.notify_all();
        self.drained.notify_all();
    }

    /// The most bytes that ever waited.
    pub(crate) fn most_bytes(&self) -> usize {
        self.lock().most_bytes
    }
}

impl<J> State<J> {
    /// Time between the oldest and the newest unit that waits.
    fn waits_us(&self) -> u64 {
        let oldest = self.items.iter().find_map(|(at, _)| *at);
        let newest = self.items.iter().rev().find_map(|(at, _)| *at);
        newest.unwrap_or(0).saturating_sub(oldest.unwrap_or(0))
    }

    /// Track and decode instant of a unit on the monotonic clock; `None` without a format for it.
    fn place_of(&self, unit: &AccessUnit<'_>) -> Option<(Track, u64)> {
        let (format, base) = self.format.as_ref()?;
        let kind = unit.payload.track();
        let scale = format.timescale(kind)?;
        let at = u64::try_from(base.saturating_add(scale.us(unit.decode))).unwrap_or(0);
        Some((crate::media_writer::track_of(kind), at))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{RecvError, sync_channel};

    use super::FrameBuffer;

    #[test]
    fn a_job_that_came_too_late_for_the_writer_keeps_nobody_waiting() {
        let buffer = FrameBuffer::new();
        let (answer, reply) = sync_channel::<()>(1);
        buffer.add_job(answer).unwrap();
        buffer.close();
        assert_eq!(reply.recv(), Err(RecvError));
        assert!(buffer.add_job(sync_channel(1).0).is_err());
    }
}
