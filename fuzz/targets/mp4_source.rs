//! An ordinary MP4 from outside, as `quanji-phone record` reads one: its units lie inside it, and are as many as it says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use quanji_media::TrackKind;
use quanji_media::mp4_source::Mp4Source;

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = Mp4Source::read(bytes) else { return };
    let expected = source.samples(TrackKind::Video) + source.samples(TrackKind::Sound);
    // As many as there is memory to name them in: each sample takes part of the input, or it is empty and the tables name it.
    let units = source.units().take(1 << 20).count() as u64;
    assert_eq!(units, expected.min(1 << 20), "every sample of the tables is given out");
});
