//! The port for another detector.

use std::num::NonZeroUsize;

use quanji_speech::{
    DetectorFault, DetectorName, NotMeasured, Passage, SpeechChange, SpeechMeasure, SpeechMeter, VoiceDetector,
};

/// Hears speech in everything, in frames of 32 ms like Silero's.
#[derive(Debug)]
struct Credulous;

impl VoiceDetector for Credulous {
    fn name(&self) -> DetectorName {
        DetectorName::Silero
    }

    fn frame_samples(&self) -> NonZeroUsize {
        NonZeroUsize::MIN.saturating_add(511)
    }

    fn score(&mut self, frame: &[i16]) -> Result<f32, DetectorFault> {
        assert_eq!(frame.len(), 512);
        Ok(1.0)
    }

    fn is_voice_from(&self) -> f32 {
        0.5
    }

    fn forget(&mut self) {}
}

#[test]
fn another_detector_with_another_frame_goes_in_at_the_port() {
    let mut meter = SpeechMeter::new(Box::new(Credulous));
    let moving: Vec<i16> = (0..16_000).map(|i| (i % 100) as i16 * 50).collect();
    assert_eq!(meter.push(&moving), [SpeechChange::VoiceBegan { at_us: 0 }]);
    assert_eq!(meter.heard_us(), 31 * 32_000);
}

#[test]
fn a_flat_line_is_never_speech_whatever_the_detector_says() {
    let mut meter = SpeechMeter::new(Box::new(Credulous));
    let mark = meter.mark();
    meter.push(&[0; 31 * 512]);
    let measure = meter.measure(&mark, Passage { expected_us: 500_000, elapsed_us: 992_000 });
    let reason = NotMeasured::MicrophoneSilenced;
    assert_eq!(measure, SpeechMeasure::NotMeasured { reason, heard_us: 992_000, elapsed_us: 992_000 });
}
