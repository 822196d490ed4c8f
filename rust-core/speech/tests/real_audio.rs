//! The meter over real sound: espeak-ng's Mandarin, sox's street, wind and silence.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[allow(dead_code, reason = "a part of it is used here")]
mod sound;

use quanji_speech::{NotMeasured, Passage, SpeechChange, SpeechMeasure, SpeechMeter, reading_time_us};

const SECOND: u64 = 1_000_000;

/// One passage over all of `pcm`, whose text is the opening and which lasted as long as its sound.
fn measured(pcm: &[i16]) -> SpeechMeasure {
    let mut meter = SpeechMeter::default();
    let mark = meter.mark();
    meter.push(pcm);
    meter.measure(&mark, opening_lasting(meter.heard_us()))
}

fn opening_lasting(elapsed_us: u64) -> Passage {
    Passage { expected_us: reading_time_us(sound::OPENING), elapsed_us }
}

fn is_detected(measured: SpeechMeasure) -> bool {
    matches!(measured, SpeechMeasure::Detected { .. })
}

#[test]
fn an_opening_read_aloud_is_detected_in_a_quiet_room_on_a_street_and_in_wind() {
    let opening = sound::opening();
    for (place, pcm) in [
        ("quiet", opening.clone()),
        ("street", sound::over(&opening, &sound::street(24.0))),
        ("a long street", sound::over(&opening, &sound::street(60.0))),
        ("wind", sound::over(&opening, &sound::wind(24.0))),
    ] {
        assert!(is_detected(measured(&pcm)), "{place}: {:?}", measured(&pcm));
    }
}

#[test]
fn a_quarter_of_an_opening_is_short() {
    let opening = sound::opening();
    let pcm = sound::over(&opening[..opening.len() / 3], &sound::street(24.0));
    assert!(matches!(measured(&pcm), SpeechMeasure::Short { .. }), "{:?}", measured(&pcm));
}

#[test]
fn a_street_a_hiss_and_a_live_but_silent_room_are_not_speech() {
    for (place, pcm) in [("street", sound::street(60.0)), ("hiss", sound::hiss(24.0)), ("room", sound::room(24.0))] {
        assert!(matches!(measured(&pcm), SpeechMeasure::NotDetected { .. }), "{place}: {:?}", measured(&pcm));
    }
}

#[test]
fn a_minute_of_wind_never_passes_for_an_opening() {
    assert!(!is_detected(measured(&sound::wind(60.0))), "{:?}", measured(&sound::wind(60.0)));
}

#[test]
fn a_microphone_that_delivers_nothing_is_not_measured() {
    let not = |reason, heard_us, elapsed_us| SpeechMeasure::NotMeasured { reason, heard_us, elapsed_us };
    let mut meter = SpeechMeter::default();
    let mark = meter.mark();
    assert_eq!(meter.measure(&mark, opening_lasting(20 * SECOND)), not(NotMeasured::NoAudio, 0, 20 * SECOND));

    let silenced = measured(&vec![0; 20 * 16_000]);
    assert_eq!(silenced, not(NotMeasured::MicrophoneSilenced, 20 * SECOND, 20 * SECOND));

    // Of a passage of 20 s only 5 s of sound arrived.
    let mut meter = SpeechMeter::default();
    let mark = meter.mark();
    meter.push(&sound::room(5.0));
    let heard_us = meter.heard_us();
    assert_eq!(
        meter.measure(&mark, opening_lasting(20 * SECOND)),
        not(NotMeasured::AudioMissing, heard_us, 20 * SECOND)
    );
}

#[test]
fn a_call_that_silences_the_microphone_after_the_opening_takes_nothing_back() {
    let mut pcm = sound::opening();
    pcm.resize(pcm.len() * 3, 0);
    assert!(is_detected(measured(&pcm)), "{:?}", measured(&pcm));
}

#[test]
fn a_silenced_microphone_is_noticed_within_2_s_and_so_is_its_return() {
    let mut meter = SpeechMeter::default();
    let piece = 6_400; // 400 ms
    let talk = sound::opening();
    for pcm in talk[..10 * piece].chunks(piece) {
        assert!(!meter.push(pcm).iter().any(|c| matches!(c, SpeechChange::MicrophoneSilenced { .. })));
    }
    let silenced_at_us = meter.heard_us();
    let noticed = loop {
        if let Some(change) =
            meter.push(&vec![0; piece]).iter().find(|c| matches!(c, SpeechChange::MicrophoneSilenced { .. }))
        {
            break *change;
        }
        assert!(meter.heard_us() < silenced_at_us + 2 * SECOND, "not noticed within 2 s");
    };
    assert!(meter.is_silenced() && meter.heard_us() <= silenced_at_us + 2 * SECOND);
    let SpeechChange::MicrophoneSilenced { since_us } = noticed else { panic!("{noticed:?}") };
    assert!(since_us.abs_diff(silenced_at_us) <= 16_000, "{since_us} is not {silenced_at_us}");

    let back_at_us = meter.heard_us();
    let changes = meter.push(&talk[10 * piece..12 * piece]);
    let back =
        changes.iter().find_map(|c| if let SpeechChange::MicrophoneBack { at_us } = c { Some(*at_us) } else { None });
    assert!(back.unwrap().abs_diff(back_at_us) <= 16_000 && !meter.is_silenced());
}

#[test]
fn a_dead_input_at_any_level_is_silence_and_a_quiet_room_is_not() {
    for level in [0, 1, -3, 1_200, i16::MIN, i16::MAX] {
        let mut meter = SpeechMeter::default();
        assert_eq!(meter.push(&vec![level; 2 * 16_000]), [SpeechChange::MicrophoneSilenced { since_us: 0 }], "{level}");
    }
    assert!(
        !SpeechMeter::default()
            .push(&sound::room(30.0))
            .iter()
            .any(|c| matches!(c, SpeechChange::MicrophoneSilenced { .. }))
    );
    // Levels that step from frame to frame move.
    let steps: Vec<i16> = (0..125 * 256).map(|i| (i / 256) * 100).collect();
    assert_eq!(SpeechMeter::default().push(&steps), []);
}

#[test]
fn the_pieces_in_which_sound_arrives_change_nothing() {
    let pcm = sound::over(&sound::opening(), &sound::street(30.0));
    let mut whole = SpeechMeter::default();
    let start = whole.mark();
    let expected = whole.push(&pcm);
    for piece in [1, 7, 255, 256, 257, 441, 16_000] {
        let mut meter = SpeechMeter::default();
        let mark = meter.mark();
        let changes: Vec<SpeechChange> = pcm.chunks(piece).flat_map(|p| meter.push(p)).collect();
        assert_eq!((changes, meter.heard_us()), (expected.clone(), whole.heard_us()), "in pieces of {piece}");
        assert_eq!(meter.measure(&mark, opening_lasting(0)), whole.measure(&start, opening_lasting(0)));
    }
}

#[test]
fn a_passage_counts_only_what_was_spoken_in_it() {
    let opening = sound::opening();
    let mut meter = SpeechMeter::default();
    let before = meter.mark();
    meter.push(&sound::room(20.0));
    let during = meter.mark();
    meter.push(&opening);
    let lasted = meter.heard_us();
    assert!(is_detected(meter.measure(&during, opening_lasting(lasted))));
    assert!(is_detected(meter.measure(&before, opening_lasting(lasted))));
    let after = meter.mark();
    assert!(matches!(
        meter.measure(&after, Passage { expected_us: 0, elapsed_us: 0 }),
        SpeechMeasure::NotMeasured { .. }
    ));
    meter.push(&sound::room(20.0));
    let silence = meter.measure(&after, opening_lasting(20 * SECOND));
    assert!(matches!(silence, SpeechMeasure::NotDetected { voiced_us: 0, .. }), "{silence:?}");
    // A passage without any text is not spoken by silence either.
    let no_text = meter.measure(&after, Passage { expected_us: 0, elapsed_us: 20 * SECOND });
    assert_eq!(no_text, SpeechMeasure::NotDetected { voiced_us: 0, expected_us: 0 });
}

#[test]
fn an_interruption_ends_the_span_and_keeps_what_was_counted() {
    let opening = sound::opening();
    let mut meter = SpeechMeter::default();
    let mark = meter.mark();
    let half = opening.len() / 2;
    meter.push(&opening[..half]);
    meter.gap();
    assert!(matches!(meter.push(&[])[..], [SpeechChange::VoiceEnded { .. }]));
    meter.gap();
    assert_eq!(meter.push(&[]), []);
    meter.push(&opening[half..]);
    assert!(is_detected(meter.measure(&mark, opening_lasting(meter.heard_us()))));
}
