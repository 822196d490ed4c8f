//! The watches: the whole table as a page, and the scenes they are for.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fmt::Write as _;

use quanji_capture::quality::Thermal;
use quanji_capture::watch::brightness_permille;
use quanji_capture::watch::{Alarm, Gave, Is, Luma, Patience, Sample, Seen, State, Subject, Watch, WatchEvent};
use quanji_evidence::body::{Cause, Track};
use quanji_testkit::Dice;

const S: u64 = 1_000_000;

/// Samples that between them concern every watch, amiss and well.
fn samples() -> Vec<(&'static str, Sample)> {
    let luma = |mean, deviation, most_varied| Sample::Luma(Luma { mean, deviation, most_varied });
    vec![
        ("silenced by a call", Sample::ClientSilenced(Is::Yes)),
        ("microphone ours", Sample::ClientSilenced(Is::No)),
        ("flat sound", Sample::FlatSound(Is::Yes)),
        ("live sound", Sample::FlatSound(Is::No)),
        ("dull speech", Sample::Brightness { permille: 5 }),
        ("clear speech", Sample::Brightness { permille: 200 }),
        ("camera gone", Sample::CameraGone(Is::Yes)),
        ("camera open", Sample::CameraGone(Is::No)),
        ("encoder failed", Sample::EncoderFailed(Is::Yes)),
        ("encoder runs", Sample::EncoderFailed(Is::No)),
        ("pictures", Sample::Encoder { track: Track::Video, gave: Gave::Units }),
        ("no picture", Sample::Encoder { track: Track::Video, gave: Gave::Nothing }),
        ("sound", Sample::Encoder { track: Track::Audio, gave: Gave::Units }),
        ("no sound", Sample::Encoder { track: Track::Audio, gave: Gave::Nothing }),
        ("fragment durable", Sample::Fragment),
        ("time", Sample::Tick),
        ("black picture", luma(3, 1, 1)),
        ("dull picture", luma(70, 2, 3)),
        ("picture", luma(90, 40, 50)),
        ("head down", Sample::Upright { permille: -950 }),
        ("upright", Sample::Upright { permille: 980 }),
        ("10 minutes of room", Sample::Free { bytes: 600 * 500_000, bytes_a_second: 500_000 }),
        ("an hour of room", Sample::Free { bytes: 3_600 * 500_000, bytes_a_second: 500_000 }),
        ("battery 8 %", Sample::Battery { percent: 8, is_charging: Is::No }),
        ("battery 8 %, charging", Sample::Battery { percent: 8, is_charging: Is::Yes }),
        ("hot", Sample::Thermal(Thermal::Severe)),
        ("warm", Sample::Thermal(Thermal::Moderate)),
        ("permission gone", Sample::PermissionGone(Is::Yes)),
        ("permission given", Sample::PermissionGone(Is::No)),
        ("clock set", Sample::ClockSet),
        ("still", Sample::Movement { permille: 2 }),
        ("moves", Sample::Movement { permille: 80 }),
        ("300 m away", Sample::Distance { metres: 300 }),
        ("here", Sample::Distance { metres: 5 }),
    ]
}

/// What a watch in each of its states does on a sample: `from→to`, and what is said.
fn cells(subject: Subject, sample: Sample) -> String {
    let mut cells = Vec::new();
    let states = [
        ("w", State::Well),
        ("d", State::Doubtful { since_us: 0 }),
        ("r", State::Raised { since_us: 0 }),
        ("v", State::Recovering { since_us: 0, well_us: 1 }),
    ];
    for (from, state) in states {
        let mut watch = Watch::new();
        watch.set_state(subject, state);
        let events = watch.sample(10_000 * S, sample);
        let after = match watch.state(subject) {
            State::Well => "w",
            State::Doubtful { .. } => "d",
            State::Raised { .. } => "r",
            State::Recovering { .. } => "v",
        };
        let said: Vec<String> = events.iter().filter_map(|event| said(subject, event)).collect();
        if after != from || !said.is_empty() {
            cells.push(format!("{from}→{after} {}", said.join(" ")).trim_end().to_owned());
        }
    }
    cells.join("; ")
}

fn page() -> String {
    let mut page = String::from(
        "What each watch does on each sample, from each of its states. Made by tests/watch.rs. A sample that is not named is time that passes.\n\
         w well, d doubtful, r raised (said), v recovering; time enough has passed for whatever waits. A change that is not named is none.\n",
    );
    for subject in Subject::ALL {
        let Patience { to_raise_us, to_clear_us } = subject.patience();
        writeln!(
            page,
            "\n{} (said after {} s, taken back after {} s)",
            subject.name(),
            to_raise_us / S,
            to_clear_us / S
        )
        .unwrap();
        let time = cells(*subject, Sample::Tick);
        writeln!(page, "  {:<24}{time}", "time").unwrap();
        for (name, sample) in samples().into_iter().filter(|(_, sample)| *sample != Sample::Tick) {
            let cells = cells(*subject, sample);
            if cells != time {
                writeln!(page, "  {name:<24}{cells}").unwrap();
            }
        }
    }
    page
}

/// What is said of this subject; others have pages of their own.
fn said(subject: Subject, event: &WatchEvent) -> Option<String> {
    let is_of = |subjects: &[Subject]| subjects.contains(&subject);
    Some(match event {
        WatchEvent::TrackLost { cause: Cause::PhoneCall, .. } if is_of(&[Subject::MicrophoneSilenced]) => {
            "track_lost audio phone_call".to_owned()
        }
        WatchEvent::TrackLost { cause: Cause::MicrophoneLost, .. } if is_of(&[Subject::MicrophoneFlat]) => {
            "track_lost audio microphone_lost".to_owned()
        }
        WatchEvent::TrackLost { cause: Cause::CameraLost, .. } if is_of(&[Subject::CameraGone]) => {
            "track_lost video camera_lost".to_owned()
        }
        WatchEvent::TrackBack { track: Track::Audio, .. }
            if is_of(&[Subject::MicrophoneSilenced, Subject::MicrophoneFlat]) =>
        {
            "track_back audio".to_owned()
        }
        WatchEvent::TrackBack { track: Track::Video, .. } if is_of(&[Subject::CameraGone]) => {
            "track_back video".to_owned()
        }
        WatchEvent::Interrupted { cause: Cause::Permission, .. } if is_of(&[Subject::PermissionGone]) => {
            "interrupted permission".to_owned()
        }
        WatchEvent::Interrupted { cause: Cause::Encoder, .. }
            if is_of(&[Subject::EncoderFailed, Subject::NoFragment]) =>
        {
            "interrupted encoder".to_owned()
        }
        WatchEvent::Stalled { track: Track::Video, .. } if is_of(&[Subject::PictureStalled]) => {
            "picture's encoder stalled".to_owned()
        }
        WatchEvent::Stalled { track: Track::Audio, .. } if is_of(&[Subject::SoundStalled]) => {
            "sound's encoder stalled".to_owned()
        }
        WatchEvent::Warned { subject: of, .. } if *of == subject => "warned".to_owned(),
        WatchEvent::Well { subject: of, .. } if *of == subject => "well".to_owned(),
        WatchEvent::Reminded { subject: of, .. } if *of == subject => "reminded".to_owned(),
        _ => return None,
    })
}

#[test]
fn the_table_of_states_and_samples_is_the_page_that_is_checked_in() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/watch_table.txt");
    let page = page();
    if std::env::var_os("QUANJI_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert_eq!(kept, page, "made anew with QUANJI_BLESS=1");
}

#[test]
fn a_call_is_told_at_once_and_the_sound_that_is_back_too() {
    let mut watch = Watch::new();
    let lost = WatchEvent::TrackLost { track: Track::Audio, cause: Cause::PhoneCall, since_us: 5 * S };
    assert_eq!(watch.sample(5 * S, Sample::ClientSilenced(Is::Yes)), [lost]);
    // The flat line of the same call is the same loss: it is not told twice.
    assert_eq!(watch.sample(6 * S, Sample::FlatSound(Is::Yes)), []);
    watch.sample(7 * S, Sample::Fragment);
    assert_eq!(watch.sample(8 * S, Sample::ClientSilenced(Is::No)), []);
    let back = WatchEvent::TrackBack { track: Track::Audio, since_us: 9 * S };
    assert_eq!(watch.sample(9 * S, Sample::FlatSound(Is::No)), [back]);
}

#[test]
fn three_seconds_without_a_fragment_are_an_interruption_and_a_little_less_is_none() {
    let mut watch = Watch::new();
    watch.sample(10 * S, Sample::Fragment);
    assert_eq!(watch.sample(10 * S + 1, Sample::Tick), []);
    assert_eq!(watch.sample(13 * S, Sample::Tick), []);
    let broken = WatchEvent::Interrupted { cause: Cause::Encoder, since_us: 10 * S + 1 };
    assert_eq!(watch.sample(13 * S + 1, Sample::Tick), [broken]);
    assert_eq!(watch.sample(20 * S, Sample::Tick), [], "told once");
    let well = WatchEvent::Well { subject: Subject::NoFragment, since_us: 21 * S };
    assert_eq!(watch.sample(21 * S, Sample::Fragment), [well]);
}

#[test]
fn an_encoder_that_gives_nothing_is_told_each_three_seconds_and_one_that_pauses_is_not() {
    let mut watch = Watch::new();
    let look = |watch: &mut Watch, second: u64, gave| {
        let said = watch.sample(second * S, Sample::Encoder { track: Track::Video, gave });
        watch.sample(second * S, Sample::Fragment);
        said
    };
    assert_eq!(look(&mut watch, 1, Gave::Nothing), []);
    assert_eq!(look(&mut watch, 3, Gave::Nothing), []);
    assert_eq!(look(&mut watch, 4, Gave::Units), [], "a pause of three seconds less a moment");
    assert_eq!(look(&mut watch, 5, Gave::Nothing), []);
    let stalled = |since: u64| WatchEvent::Stalled { track: Track::Video, since_us: since * S };
    assert_eq!(look(&mut watch, 8, Gave::Nothing), [stalled(5)]);
    assert_eq!(look(&mut watch, 9, Gave::Nothing), [], "the next encoder gets as long");
    assert_eq!(look(&mut watch, 12, Gave::Nothing), [stalled(9)]);
    assert_eq!(look(&mut watch, 13, Gave::Units), []);
}

#[test]
fn a_hand_before_the_lens_is_a_warning_and_a_passing_shadow_is_none() {
    let cloth = Sample::Luma(Luma { mean: 70, deviation: 2, most_varied: 3 });
    let street = Sample::Luma(Luma { mean: 20, deviation: 10, most_varied: 30 });
    let mut watch = Watch::new();
    for second in 0..3 {
        assert_eq!(watch.sample(second * S, cloth), []);
    }
    assert_eq!(watch.sample(2 * S + S / 2, street), [], "a night street has an edge somewhere");
    watch.sample(3 * S, cloth);
    let covered = WatchEvent::Warned { subject: Subject::LensCovered, since_us: 3 * S };
    assert_eq!(watch.sample(6 * S, cloth), [covered]);
    // The 3 × 3 in a plane: one bright corner is enough to be a scene.
    let mut plane = vec![40u8; 90 * 60];
    for row in 0..20 {
        for column in 0..15 {
            plane[row * 90 + column] = 200;
        }
    }
    assert!(Luma::of(&plane, 90).unwrap().most_varied > 50);
    assert_eq!(Luma::of(&[7; 90 * 60], 90), Some(Luma { mean: 7, deviation: 0, most_varied: 0 }));
    assert_eq!(Luma::of(&[7; 4], 2), None);
    assert_eq!(Luma::of(&[7; 4], 0), None);
}

#[test]
fn sound_through_cloth_is_duller_than_the_limit_and_speech_is_not() {
    let tone = |hz: f64, height: f64| {
        (0..16_000).map(move |at| (height * (at as f64 * hz * std::f64::consts::TAU / 16_000.0).sin()) as i16)
    };
    let muffled: Vec<i16> = tone(150.0, 4_000.0).collect();
    let clear: Vec<i16> = tone(150.0, 4_000.0).zip(tone(2_500.0, 1_500.0)).map(|(low, high)| low + high).collect();
    assert!(brightness_permille(&muffled).unwrap() < 25, "{:?}", brightness_permille(&muffled));
    assert!(brightness_permille(&clear).unwrap() > 80, "{:?}", brightness_permille(&clear));
    assert_eq!(brightness_permille(&[3; 1_000]), None, "silence is neither");
    assert_eq!(brightness_permille(&[]), None);
}

#[test]
fn what_is_said_is_taken_back_before_it_is_said_again_whatever_comes() {
    let samples = samples();
    for seed in 0..100 {
        let mut dice = Dice::new(0x3a7c_0000 + seed);
        let mut watch = Watch::new();
        let mut said: Vec<WatchEvent> = Vec::new();
        let mut now_us = 0;
        for _ in 0..2_000 {
            // Now and then the clock goes back a little: it counts as standing still.
            now_us = if dice.percent(2) { now_us - now_us.min(S) } else { now_us + dice.below(4 * S) };
            let (_, sample) = dice.pick(&samples).unwrap();
            said.extend(watch.sample(now_us, *sample));
        }
        for track in [Track::Video, Track::Audio] {
            let turns: Vec<bool> = said
                .iter()
                .filter_map(|event| match event {
                    WatchEvent::TrackLost { track: of, .. } if *of == track => Some(true),
                    WatchEvent::TrackBack { track: of, .. } if *of == track => Some(false),
                    _ => None,
                })
                .collect();
            assert!(turns.windows(2).all(|two| two[0] != two[1]), "seed {seed}: lost and back take turns");
            assert_ne!(turns.first(), Some(&false), "seed {seed}: nothing is back that was not lost");
        }
        for subject in Subject::ALL {
            let turns: Vec<bool> = said
                .iter()
                .filter_map(|event| match event {
                    WatchEvent::Warned { subject: of, .. } | WatchEvent::Reminded { subject: of, .. }
                        if of == subject =>
                    {
                        Some(true)
                    }
                    WatchEvent::Well { subject: of, .. } if of == subject => Some(false),
                    _ => None,
                })
                .collect();
            let is_interruption =
                matches!(subject, Subject::EncoderFailed | Subject::NoFragment | Subject::PermissionGone);
            assert!(is_interruption || turns.windows(2).all(|two| two[0] != two[1]), "seed {seed}: {subject:?}");
        }
    }
}

#[test]
fn a_watch_that_waits_is_patient_to_the_microsecond() {
    let mut alarm = Alarm::new(Patience { to_raise_us: 10, to_clear_us: 5 });
    assert_eq!(alarm.see(100, Seen::Amiss), None);
    assert_eq!(alarm.see(109, Seen::Amiss), None);
    assert!(alarm.see(110, Seen::Nothing).is_some());
    assert_eq!(alarm.see(111, Seen::Well), None);
    assert_eq!(alarm.see(115, Seen::Well), None);
    assert!(alarm.see(116, Seen::Nothing).is_some());
    assert!(!alarm.is_raised());
}
