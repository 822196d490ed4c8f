//! An init segment and a segment from outside: `length of the init (u16, little endian), init, segment`.
//!
//! What is accepted accounts for every byte, and its samples lie inside the segment.

#![no_main]

use libfuzzer_sys::fuzz_target;
use quanji_media::{TrackKind, read_fragment, read_init, read_segment, write_init};

fuzz_target!(|bytes: &[u8]| {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else { return };
    let (init, segment) = rest.split_at(usize::from(u16::from_le_bytes(*length)).min(rest.len()));
    let Ok(format) = read_init(init) else { return };
    assert_eq!(write_init(&format), init, "one take format has one init segment");

    let mut accounted = 0;
    for fragment in read_segment(&format, segment) {
        let Ok(fragment) = fragment else { return };
        let size = usize::try_from(fragment.facts.bytes).expect("a fragment fits into the memory it was read from");
        assert!(size > 0, "a fragment without bytes would be read for ever");
        let alone = read_fragment(&format, &segment[accounted..accounted + size]).expect("a fragment stands alone");
        assert_eq!(alone.facts, fragment.facts, "a fragment says the same alone and in its segment");
        for track in [TrackKind::Video, TrackKind::Sound] {
            let payload: usize = fragment.samples(track).map(|sample| sample.data.len()).sum();
            assert!(payload < size, "the samples of a track are larger than their fragment");
        }
        accounted += size;
    }
    assert_eq!(accounted, segment.len(), "every byte of an accepted segment belongs to a fragment");
});
