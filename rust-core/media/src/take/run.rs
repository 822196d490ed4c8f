//! One track of the open fragment: samples whose duration is known, and the last unit, which waits for its successor.

use crate::Timescale;
use crate::facts::Sample;

/// A unit whose bytes lie at the end of the payload and whose duration is not known yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pending {
    pub(super) decode: i64,
    pub(super) size: u32,
    pub(super) is_key: bool,
    pub(super) composition: i32,
}

/// Where the track's samples stand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Flow {
    NotYet,
    Waiting(Pending),
    /// No unit waits; the samples so far end here, on the units' clock.
    Ended(i64),
}

#[derive(Debug)]
pub(super) struct TrackRun {
    pub(super) scale: Timescale,
    /// Media time minus stamp, in ticks from the take's zero: the sound's priming; the composition offset of the first
    /// picture, so that it is shown when it is decoded and reordered ones have negative offsets.
    pub(super) ahead: i64,
    pub(super) flow: Flow,
    /// Whether the loss was told and not taken back.
    pub(super) is_lost: bool,
    /// Bytes of samples and of the pending unit, after `room` free ones.
    pub(super) payload: Vec<u8>,
    room: usize,
    pub(super) samples: Vec<Sample>,
    /// Decode time of `samples[0]`, on the units' clock.
    pub(super) first_decode: i64,
    sampled_bytes: usize,
    /// Duration of the sample before; what the last of a take is given.
    last_step: Option<u32>,
    /// A unit that is taken for the last before a gap is given the shortest step so far: a track that comes back
    /// must not overlap it.
    shortest_step: Option<u32>,
    usual_step: u32,
}

impl TrackRun {
    pub(super) fn new(scale: Timescale, ahead: i64, usual_step: u32, room: usize) -> Self {
        Self {
            scale,
            ahead,
            flow: Flow::NotYet,
            is_lost: false,
            payload: vec![0; room],
            room,
            samples: Vec::new(),
            first_decode: 0,
            sampled_bytes: 0,
            last_step: None,
            shortest_step: None,
            usual_step,
        }
    }

    pub(super) fn us(&self, ticks: i64) -> i64 {
        self.scale.us(ticks)
    }

    /// The latest decode time known, on the units' clock.
    pub(super) fn latest(&self) -> Option<i64> {
        match self.flow {
            Flow::NotYet => None,
            Flow::Waiting(pending) => Some(pending.decode),
            Flow::Ended(at) => Some(at),
        }
    }

    /// First decode time of what the fragment holds, with the waiting unit.
    pub(super) fn earliest_held(&self) -> Option<i64> {
        match self.flow {
            _ if !self.samples.is_empty() => Some(self.first_decode),
            Flow::Waiting(pending) => Some(pending.decode),
            Flow::NotYet | Flow::Ended(_) => None,
        }
    }

    /// Bytes of the samples whose duration is known.
    pub(super) fn sampled_bytes(&self) -> usize {
        self.sampled_bytes
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.payload.len() - self.room
    }

    pub(super) fn last_step(&self) -> u32 {
        self.last_step.unwrap_or(self.usual_step)
    }

    pub(super) fn shortest_step(&self) -> u32 {
        self.shortest_step.unwrap_or(self.usual_step)
    }

    /// The waiting unit becomes a sample of `duration` ticks.
    pub(super) fn complete(&mut self, duration: u32) {
        let Flow::Waiting(pending) = self.flow else {
            return;
        };
        if self.samples.is_empty() {
            self.first_decode = pending.decode;
        }
        self.samples.push(Sample {
            duration,
            size: pending.size,
            is_key: pending.is_key,
            composition: pending.composition,
        });
        self.sampled_bytes += pending.size as usize;
        self.flow = Flow::Ended(pending.decode + i64::from(duration));
    }

    /// As [`complete`](Self::complete), with a duration that was measured and counts for later ones.
    pub(super) fn complete_measured(&mut self, duration: u32) {
        self.complete(duration);
        self.last_step = Some(duration);
        self.shortest_step = Some(self.shortest_step.map_or(duration, |step| step.min(duration)));
    }

    /// Takes the samples' payload out; the waiting unit's bytes move to `fresh`.
    pub(super) fn take_payload(&mut self, mut fresh: Vec<u8>) -> Vec<u8> {
        fresh.clear();
        fresh.resize(self.room, 0);
        let kept = self.room + self.sampled_bytes;
        fresh.extend_from_slice(&self.payload[kept..]);
        self.payload.truncate(kept);
        self.sampled_bytes = 0;
        std::mem::replace(&mut self.payload, fresh)
    }
}
