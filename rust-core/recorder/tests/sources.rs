//! A phone's sources as they are, through the recorder to a stranger's judgement: another clock, a drifting sound card, a camera that goes, a call.
#![allow(clippy::unwrap_used, clippy::panic)]

mod phone;

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::time::Duration;

use phone::{Phone, codes, export_and_examine};
use quanji_capture::clocks::{ClockBase, Declared, Slept};
use quanji_capture::quality::{Coding, Conditions, Rates, Step, Steps, Thermal};
use quanji_capture::watch::{Is, Luma, Sample, WatchEvent};
use quanji_evidence::body::{Body, CaptureClock, Cause, EndedHow, PictureStamps, SoundStamps, Started, Track};
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::{Findings, id::RecordId};
use quanji_media::{NalFraming, Payload};
use quanji_recorder::{Capture, RawUnit, Recorder, Taken};
use quanji_speech::{BesideSettings, DetectorFault, DetectorName, Silero, SpeechMeter, VoiceDetector};

const S: u64 = 1_000_000;
const SLEPT_US: i64 = 3 * 3_600_000_000;

/// A phone's encoders: 25 pictures a second on the clock without sleep, sound by frames of a card that is slow by 150 ppm.
struct Sources<'a> {
    phone: &'a Phone,
    capture: &'a Capture,
    began_us: u64,
    frame: u64,
    unit: u64,
    pictures: u64,
    sounds: u64,
    stamps_ahead_us: i64,
    is_camera_gone: bool,
    /// The encoder of the picture, and that of the sound, give nothing.
    is_stalled: (bool, bool),
    told: Vec<WatchEvent>,
}

impl<'a> Sources<'a> {
    fn begin(phone: &'a Phone, capture: &'a Capture) -> Sources<'a> {
        let declared = Declared { camera: ClockBase::Elapsed, slept: Slept(SLEPT_US) };
        capture.set_format(phone::format(true, true), declared);
        let began_us = phone.clock.mono_us();
        Sources {
            phone,
            capture,
            began_us,
            frame: 0,
            unit: 0,
            pictures: 0,
            sounds: 0,
            stamps_ahead_us: 0,
            is_camera_gone: false,
            is_stalled: (false, false),
            told: Vec::new(),
        }
    }

    fn run(&mut self, seconds: u64) {
        for _ in 0..seconds {
            for _ in 0..25 {
                self.step();
            }
            // Faster than time: the writer catches up once a second.
            self.capture.recording().look().unwrap();
            self.told.extend(self.capture.tick(self.phone.clock.mono_us()));
        }
    }

    fn step(&mut self) {
        let truth_us = (self.began_us + self.frame * 40_000) as i64;
        let is_key = self.frame.is_multiple_of(50);
        if !self.is_camera_gone && !self.is_stalled.0 {
            let mut data = vec![0, 0, 0, 1, if is_key { 0x65 } else { 0x41 }];
            data.extend((0..500u64).map(|at| (at * 7 + self.frame) as u8 | 1));
            let unit = RawUnit {
                payload: Payload::Picture { framing: NalFraming::AnnexB, data: &data },
                stamp_us: truth_us - SLEPT_US + self.stamps_ahead_us,
                arrived_us: truth_us + 60_000,
                is_key,
            };
            assert_eq!(self.capture.push(&unit), Taken::Waits);
            self.pictures += 1;
        }
        // A unit is 1024 frames, and lasts 150 ppm longer than they should.
        let end_of = |unit: u64| self.began_us + (unit + 1) * 1024 * 1_000_150 / 48_000;
        while end_of(self.unit) <= truth_us as u64 {
            if self.is_stalled.1 {
                self.unit += 1;
                continue;
            }
            let data = [0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c, self.unit as u8];
            let unit = RawUnit {
                payload: Payload::Aac(&data),
                stamp_us: (self.unit * 1024 * S / 48_000) as i64,
                arrived_us: end_of(self.unit) as i64 + 40_000,
                is_key: false,
            };
            assert_eq!(self.capture.push(&unit), Taken::Waits);
            if self.unit.is_multiple_of(47) {
                let began_us = end_of(self.unit) - 1024 * 1_000_150 / 48_000;
                self.capture.heard((self.unit * 1024) as i64, began_us as i64, ClockBase::Elapsed);
            }
            self.unit += 1;
            self.sounds += 1;
        }
        self.frame += 1;
        self.phone.clock.advance_us(40_000);
    }
}

fn bodies(recorder: &Recorder, record: RecordId) -> Vec<Body> {
    let lines = recorder.lines(record).unwrap();
    let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut Findings::default());
    assert!(journal.is_read_in_full());
    journal.entries.into_iter().map(|entry| entry.body).collect()
}

#[test]
fn two_minutes_with_another_clock_and_a_slow_sound_card_are_whole_and_in_time() {
    let mut phone = Phone::new(41);
    let (recorder, _) = phone.start();
    phone.clock.advance_us(86_400 * S);
    let capture = Capture::new(recorder.begin(Started::Button).unwrap());
    let record = capture.recording().record();
    let mut sources = Sources::begin(&phone, &capture);
    sources.run(40);
    // The camera's clock is set an hour ahead.
    sources.stamps_ahead_us = 3_600 * S as i64;
    sources.run(90);
    capture.recording().end(None, EndedHow::Officer).unwrap();

    let bodies = bodies(&recorder, record);
    let clocks: Vec<&CaptureClock> = bodies
        .iter()
        .filter_map(|body| match body {
            Body::CaptureClock(clock) => Some(&**clock),
            _ => None,
        })
        .collect();
    assert_eq!(clocks.len(), 2, "at once when the clock was set, and a minute later: {clocks:?}");
    assert_eq!((clocks[0].picture, clocks[0].set), (Some(PictureStamps::Arrival), 1));
    assert_eq!((clocks[1].sound, clocks[1].set), (Some(SoundStamps::Measured), 0));
    assert!((clocks[1].sound_drift_ppm.unwrap() - 150).abs() < 20, "{clocks:?}");
    assert!(clocks.iter().all(|clock| clock.av_offset_us.unwrap().abs() < 5_000), "{clocks:?}");

    let (mut pictures, mut sounds, mut takes) = (0, 0, 0);
    for body in &bodies {
        match body {
            Body::Fragment(fragment) => {
                pictures += fragment.video.as_ref().map_or(0, |run| run.samples);
                sounds += fragment.audio.as_ref().map_or(0, |run| run.samples);
            }
            Body::Take(_) => takes += 1,
            _ => {}
        }
    }
    assert_eq!((pictures, sounds, takes), (sources.pictures, sources.sounds, 1), "count in is count out, in one take");
    let examination = export_and_examine(&recorder, &[record]);
    let said = codes(&examination);
    for code in ["av_offset", "media_clock_drift", "decode_discontinuous", "gap", "stalled"] {
        assert!(!said.contains(&code), "{said:?}");
    }
}

#[test]
fn an_encoder_that_stalls_is_told_until_it_gives_again_and_stands_in_the_record_once() {
    let mut phone = Phone::new(43);
    let (recorder, _) = phone.start();
    phone.clock.advance_us(86_400 * S);
    let capture = Capture::new(recorder.begin(Started::Button).unwrap());
    let record = capture.recording().record();
    let mut sources = Sources::begin(&phone, &capture);
    let mut told = Vec::new();
    for (seconds, is_stalled) in
        [(5, (false, false)), (9, (true, false)), (5, (false, false)), (5, (false, true)), (5, (false, false))]
    {
        sources.is_stalled = is_stalled;
        for _ in 0..seconds {
            sources.run(1);
            told.extend(std::mem::take(&mut sources.told));
        }
    }
    capture.recording().end(None, EndedHow::Officer).unwrap();
    let stalls = |of: Track| {
        told.iter().filter(|told| matches!(told, WatchEvent::Stalled { track, .. } if *track == of)).count()
    };
    assert_eq!((stalls(Track::Video), stalls(Track::Audio)), (2, 1), "{told:?}");
    let said: Vec<String> = bodies(&recorder, record)
        .iter()
        .filter_map(|body| match body {
            Body::TrackLost(lost) => Some(format!("lost {:?} {:?}", lost.track, lost.cause)),
            Body::TrackBack(back) => Some(format!("back {:?}", back.track)),
            Body::Mark(mark) => Some(mark.mark.as_str().to_owned()),
            Body::Interrupted(interrupted) => Some(format!("interrupted {:?}", interrupted.cause)),
            _ => None,
        })
        .collect();
    let expected = [
        "lost Video Encoder",
        "phone/picture_stalled",
        "back Video",
        "phone/picture_stalled/over",
        "lost Audio Encoder",
        "phone/sound_stalled",
        "back Audio",
        "phone/sound_stalled/over",
    ];
    assert_eq!(said, expected);
}

#[test]
fn what_a_phone_notices_of_itself_stands_in_the_record_once_and_with_its_cause() {
    let mut phone = Phone::new(42);
    let (recorder, _) = phone.start();
    phone.clock.advance_us(86_400 * S);
    let capture = Capture::new(recorder.begin(Started::Button).unwrap());
    let record = capture.recording().record();
    let mut sources = Sources::begin(&phone, &capture);
    let now = || phone.clock.mono_us();
    sources.run(5);
    capture.sample(now(), Sample::ClientSilenced(Is::Yes));
    sources.run(5);
    capture.sample(now(), Sample::ClientSilenced(Is::No));
    capture.sample(now(), Sample::Luma(Luma { mean: 60, deviation: 2, most_varied: 2 }));
    sources.run(4);
    capture.sample(now(), Sample::Luma(Luma { mean: 60, deviation: 40, most_varied: 50 }));
    sources.run(3);
    capture.sample(now(), Sample::CameraGone(Is::Yes));
    sources.is_camera_gone = true;
    sources.run(4);
    capture.sample(now(), Sample::CameraGone(Is::No));
    sources.is_camera_gone = false;
    sources.run(5);
    phone.clock.set_wall_us(phone.clock.wall_us() + 90 * S as i64);
    capture.sample(now(), Sample::ClockSet);
    sources.run(1);
    let well = Conditions { thermal: Thermal::None, battery_percent: 80, is_charging: false, has_camera: true };
    let hevc_at = Steps::of(&[Step::FullHd]);
    let wanted = quanji_recorder::WantedQuality { best: Step::FullHd, hevc_at, rates: Rates::ORDINARY };
    let begun = capture.begin_quality(wanted, well);
    assert_eq!((begun.step(), begun.coding()), (Step::FullHd, Coding::Hevc));
    assert_eq!(capture.conditions(now(), Conditions { thermal: Thermal::Severe, ..well }).unwrap().0.to, Step::Hd);
    capture.recording().end(None, EndedHow::Officer).unwrap();

    let bodies = bodies(&recorder, record);
    let said: Vec<String> = bodies
        .iter()
        .filter_map(|body| match body {
            Body::TrackLost(lost) => Some(format!("lost {:?} {:?}", lost.track, lost.cause)),
            Body::TrackBack(back) => Some(format!("back {:?}", back.track)),
            Body::Mark(mark) => Some(mark.mark.as_str().to_owned()),
            Body::ClockSet(_) => Some("clock_set".to_owned()),
            Body::Interrupted(interrupted) => Some(format!("interrupted {:?}", interrupted.cause)),
            _ => None,
        })
        .collect();
    let expected = [
        format!("lost {:?} {:?}", Track::Audio, Cause::PhoneCall),
        format!("back {:?}", Track::Audio),
        "phone/lens_covered".to_owned(),
        "phone/lens_covered/over".to_owned(),
        format!("lost {:?} {:?}", Track::Video, Cause::CameraLost),
        format!("back {:?}", Track::Video),
        "clock_set".to_owned(),
        "quality/720p/heat".to_owned(),
    ];
    assert_eq!(said, expected);
}

#[test]
fn encoders_that_fail_are_one_interruption_and_frames_that_come_again_resume_it() {
    let mut phone = Phone::new(43);
    let (recorder, _) = phone.start();
    phone.clock.advance_us(86_400 * S);
    let capture = Capture::new(recorder.begin(Started::Button).unwrap());
    let record = capture.recording().record();
    let mut sources = Sources::begin(&phone, &capture);
    sources.run(5);
    capture.sample(phone.clock.mono_us(), Sample::EncoderFailed(Is::Yes));
    for _ in 0..5 {
        phone.clock.advance_us(S);
        capture.recording().look().unwrap();
        capture.tick(phone.clock.mono_us());
    }
    capture.sample(phone.clock.mono_us(), Sample::EncoderFailed(Is::No));
    sources.frame += 125;
    sources.unit += 235;
    sources.run(5);
    capture.recording().end(None, EndedHow::Officer).unwrap();
    let bodies = bodies(&recorder, record);
    let causes: Vec<Cause> = bodies
        .iter()
        .filter_map(|body| match body {
            Body::Interrupted(interrupted) => Some(interrupted.cause),
            _ => None,
        })
        .collect();
    assert_eq!(causes, [Cause::Encoder], "told once, though nothing came for five seconds");
    let resumed: Vec<u64> = bodies
        .iter()
        .filter_map(|body| match body {
            Body::Resumed(resumed) => Some(resumed.gap_us),
            _ => None,
        })
        .collect();
    assert!(matches!(resumed[..], [gap] if (4 * S..6 * S).contains(&gap)), "{resumed:?}");
}

#[test]
fn a_clock_that_is_set_while_nothing_else_happens_is_told_at_once() {
    let mut phone = Phone::new(44);
    let (recorder, _) = phone.start();
    let capture = Capture::new(recorder.begin(Started::Button).unwrap());
    phone.clock.advance_us(S);
    phone.clock.set_wall_us(phone.clock.wall_us() - 3_600 * S as i64);
    capture.sample(phone.clock.mono_us(), Sample::ClockSet);
    capture.recording().look().unwrap();
    let bodies = bodies(&recorder, capture.recording().record());
    let [Body::Opened(_), Body::ClockSet(set)] = &bodies[..] else { panic!("{bodies:?}") };
    assert_eq!(set.wall_before_us - set.wall_after_us, 3_600 * S);
}

/// Dies over the first frame it is asked about.
#[derive(Debug)]
struct DeadOnArrival;

impl VoiceDetector for DeadOnArrival {
    fn name(&self) -> DetectorName {
        DetectorName::Silero
    }
    fn frame_samples(&self) -> NonZeroUsize {
        Silero::FRAME_SAMPLES
    }
    fn score(&mut self, _: &[i16]) -> Result<f32, DetectorFault> {
        Err(DetectorFault::Failed)
    }
    fn is_voice_from(&self) -> f32 {
        0.5
    }
    fn forget(&mut self) {}
}

#[test]
fn a_detector_that_dies_stands_in_the_record_with_what_measured_instead_and_costs_no_frame() {
    let mut phone = Phone::new(45);
    let (recorder, _) = phone.start();
    phone.clock.advance_us(86_400 * S);
    let limit = Duration::from_secs(3_600);
    let settings = BesideSettings { name: DetectorName::Silero, frame_samples: Silero::FRAME_SAMPLES, limit };
    let meter = SpeechMeter::with_beside(settings, || Ok(DeadOnArrival));
    let capture = Capture::heard_by(recorder.begin(Started::Button).unwrap(), meter.into());
    let record = capture.recording().record();
    let mut sources = Sources::begin(&phone, &capture);
    let passage = capture.begin_passage(phone.clock.mono_us());
    let moving: Vec<i16> = (0..6_400).map(|at| (at % 100) as i16 * 50).collect();
    for _ in 0..5 {
        capture.hear(&moving, phone.clock.mono_us());
        sources.run(1);
    }
    capture.measure(passage, Some("现在进行检查。"), phone.clock.mono_us());
    capture.hear(&moving, phone.clock.mono_us());
    capture.recording().end(None, EndedHow::Officer).unwrap();

    let bodies = bodies(&recorder, record);
    let marks: BTreeSet<&str> = bodies
        .iter()
        .filter_map(|body| match body {
            Body::Mark(mark) => Some(mark.mark.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(marks, BTreeSet::from(["speech/earshot/failed", "speech/measured/earshot"]));
    let (mut pictures, mut sounds) = (0, 0);
    for body in &bodies {
        if let Body::Fragment(fragment) = body {
            pictures += fragment.video.as_ref().map_or(0, |run| run.samples);
            sounds += fragment.audio.as_ref().map_or(0, |run| run.samples);
        }
    }
    assert_eq!((pictures, sounds), (sources.pictures, sources.sounds), "count in is count out");
}
