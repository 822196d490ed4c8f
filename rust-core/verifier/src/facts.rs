//! Facts of a take and of a fragment in one form, from a line and from the media, so that both can be compared and shown.

use std::fmt;

use quanji_evidence::body::{Fragment, Take};
use quanji_media::{FragmentFacts, TakeFormat, TrackFacts};

/// What an init segment states, or its `take` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TakeShown {
    video: Option<(String, u64, u64, u64)>,
    audio: Option<(String, u64, u64)>,
    /// Counts only where there is a picture: an init of sound alone cannot say it.
    rotation: Option<u64>,
}

impl TakeShown {
    pub(crate) fn claimed(take: &Take) -> TakeShown {
        let video = take
            .video
            .as_ref()
            .map(|video| (video.codec.to_string(), video.width.into(), video.height.into(), video.timescale.into()));
        let audio =
            take.audio.as_ref().map(|audio| (audio.codec.to_string(), audio.channels.into(), audio.timescale.into()));
        TakeShown { rotation: video.is_some().then(|| take.rotation.into()), video, audio }
    }

    pub(crate) fn read(format: &TakeFormat) -> TakeShown {
        let video = format.video().map(|video| {
            (video.codec_string(), video.width().into(), video.height().into(), video.timescale().get().into())
        });
        let audio =
            format.sound().map(|sound| (sound.codec_string(), sound.channels().into(), sound.timescale().get().into()));
        TakeShown { rotation: video.is_some().then(|| format.rotation().degrees().into()), video, audio }
    }
}

impl fmt::Display for TakeShown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.video {
            Some((codec, width, height, scale)) => write!(formatter, "{codec} {width}×{height} at {scale}/s")?,
            None => formatter.write_str("no picture")?,
        }
        match &self.audio {
            Some((codec, channels, scale)) => write!(formatter, ", {codec} {channels} ch at {scale}/s")?,
            None => formatter.write_str(", no sound")?,
        }
        match self.rotation {
            Some(degrees) => write!(formatter, ", turned {degrees}°"),
            None => Ok(()),
        }
    }
}

/// What a fragment states of its tracks, or its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FragmentShown {
    video: Option<Run>,
    audio: Option<Run>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    from: u64,
    ticks: u64,
    samples: u64,
    largest: u64,
    /// Counted for the picture only: every sample of sound is one.
    keys: u64,
}

impl FragmentShown {
    pub(crate) fn claimed(fragment: &Fragment) -> FragmentShown {
        let video = fragment.video.as_ref().map(|run| Run {
            from: run.from,
            ticks: run.ticks,
            samples: run.samples,
            largest: run.largest,
            keys: run.keys,
        });
        let audio = fragment.audio.as_ref().map(|run| Run {
            from: run.from,
            ticks: run.ticks,
            samples: run.samples,
            largest: run.largest,
            keys: 0,
        });
        FragmentShown { video, audio }
    }

    pub(crate) fn read(facts: &FragmentFacts) -> FragmentShown {
        let run = |track: &TrackFacts, keys: u32| Run {
            from: track.first_decode,
            ticks: track.duration,
            samples: track.samples.into(),
            largest: track.longest_step.into(),
            keys: keys.into(),
        };
        FragmentShown {
            video: facts.video.as_ref().map(|track| run(track, track.key_frames)),
            audio: facts.sound.as_ref().map(|track| run(track, 0)),
        }
    }
}

impl fmt::Display for FragmentShown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (name, run)) in [("picture", &self.video), ("sound", &self.audio)].into_iter().enumerate() {
            formatter.write_str(if place > 0 { "; " } else { "" })?;
            match run {
                Some(Run { from, ticks, samples, largest, keys }) => write!(
                    formatter,
                    "{name} from {from}, {ticks} ticks, {samples} samples, largest {largest}, {keys} keys"
                )?,
                None => write!(formatter, "no {name}")?,
            }
        }
        Ok(())
    }
}
