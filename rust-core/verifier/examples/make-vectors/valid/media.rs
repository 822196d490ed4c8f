//! What a film may be.

use quanji_media::Rotation;
use serde_json::json;

use super::{story, with};
use crate::case::{Case, case};
use crate::draft::Draft;
use crate::film::{Coded, Film};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case(
            "sound-only",
            "A take of sound only.",
            "valid",
            &[],
            filmed("sound-only", |film| Film { pictures: 0, ..film }, 1),
        ),
        case(
            "picture-only",
            "A take of pictures only, turned by a quarter.",
            "valid",
            &[],
            filmed("picture-only", |film| Film { has_sound: false, rotation: Rotation::Quarter, ..film }, 2),
        ),
        case(
            "pictures-reordered",
            "Pictures are shown in another order than they are decoded in: negative composition offsets.",
            "valid",
            &[],
            filmed("pictures-reordered", |film| Film { has_b_frames: true, ..film }, 1),
        ),
        case(
            "hevc-with-sound",
            "Pictures in HEVC, larger than what their window shows, with sound.",
            "valid",
            &[],
            filmed("hevc-with-sound", |film| Film { coded: Coded::Hevc, ..film }, 1),
        ),
        case(
            "hevc-reordered-and-turned",
            "Pictures in HEVC, shown in another order than they are decoded in, turned by a half, without sound.",
            "valid",
            &[],
            filmed(
                "hevc-reordered",
                |film| Film {
                    coded: Coded::Hevc,
                    has_b_frames: true,
                    has_sound: false,
                    rotation: Rotation::Half,
                    ..film
                },
                2,
            ),
        ),
        case(
            "hevc-goes-on-as-h264",
            "The encoder for HEVC fails and pictures go on in H.264: a new take, and the break says why.",
            "valid",
            &["gap"],
            story("hevc-goes-on", |record| {
                let film = Film { coded: Coded::Hevc, ..record.next_film() };
                record.film(&film, "start", 1);
                let interruption = record.interrupt("encoder");
                record.resume(interruption, 40_000, None);
                record.film_second("encoder");
                record.say_opening();
            }),
        ),
        case(
            "track-lost-and-back",
            "The sound is lost for a while and comes back in the same take: its decode times skip what is missing.",
            "valid",
            &[],
            filmed("track-lost-and-back", |film| Film { pictures: 50, lost_sound: 4..18, ..film }, 2),
        ),
        case(
            "stalled-picture",
            "Two pictures are more than 200 ms apart: listed, and nothing else.",
            "valid",
            &["stalled"],
            filmed("stalled-picture", |film| Film { lost_pictures: 4..10, ..film }, 1),
        ),
        case(
            "size-changes-in-flight",
            "The picture's size changes: a new take at once, decode times count on, nothing is owed for it.",
            "valid",
            &["gap"],
            story("size-changes", |record| {
                record.film_second("start");
                let interruption = record.interrupt("format_change");
                record.resume(interruption, 40_000, None);
                let film = Film { blocks: (40, 30), ..record.next_film() };
                record.film(&film, "format_change", 1);
                record.say_opening();
            }),
        ),
        case(
            "digests-of-two-algorithms",
            "Digests carry a second algorithm beside sha256: carried, not checked in this edition.",
            "valid",
            &[],
            with(|draft| {
                let body = draft.record().body("segment");
                body["digest"]["sm3"] = json!("0123456789abcdef".repeat(4));
            }),
        ),
    ]
}

/// An inspection of one film.
fn filmed(name: &str, film: impl FnOnce(Film) -> Film, fragments_a_segment: usize) -> Draft {
    story(name, |record| {
        let film = film(record.next_film());
        record.film(&film, "start", fragments_a_segment);
        record.say_opening();
    })
}
