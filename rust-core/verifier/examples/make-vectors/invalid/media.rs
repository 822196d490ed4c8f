//! Media that are not what the journal says, or not media (section 6 and MEDIA.md).

use quanji_media::TrackKind;
use serde_json::json;

use super::tools::{bend_member, drop_member, member};
use crate::case::{Case, bent, case};
use crate::draft::Draft;
use crate::film::{Coded, Event, Film, Filmed, Piece, hevc_sets};
use crate::receipt::Receipt;
use crate::record::{After, Record, SECOND};

/// An inspection whose film was changed before anything was said of it: lines and digests agree with the bytes.
fn refilmed(change: impl FnOnce(&mut Filmed)) -> Draft {
    refilm(|film| film, change, After::Closed)
}

fn refilm(film: impl FnOnce(Film) -> Film, change: impl FnOnce(&mut Filmed), after: After) -> Draft {
    let mut record = Record::open("inspection");
    record.describe();
    let mut filmed = film(record.next_film()).shoot();
    change(&mut filmed);
    record.write_take(filmed, "start", 1, after);
    record.say_opening();
    record.end("officer");
    record.seal();
    record.receipts.push(Receipt::ordinary());
    Draft::of(vec![record])
}

fn piece(filmed: &mut Filmed, number: usize) -> &mut Piece {
    let mut pieces = filmed.events.iter_mut().filter_map(|event| match event {
        Event::Fragment(piece) => Some(piece),
        _ => None,
    });
    pieces.nth(number).expect("the film has such a fragment")
}

/// Where a box of this kind begins.
fn place(bytes: &[u8], kind: &[u8; 4]) -> usize {
    bytes.windows(4).position(|window| window == kind).expect("the bytes hold such a box") - 4
}

/// Adds to the 32-bit number at a place.
fn add(bytes: &mut [u8], at: usize, more: i32) {
    let word = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    bytes[at..at + 4].copy_from_slice(&(u32::from_be_bytes(word).wrapping_add_signed(more)).to_be_bytes());
}

fn malformed(name: &'static str, about: &'static str, change: fn(&mut Vec<u8>)) -> Case {
    let draft = refilmed(|filmed| change(&mut piece(filmed, 1).bytes));
    case(name, about, "broken", &["media_malformed"], draft)
}

fn init_malformed(name: &'static str, about: &'static str, change: fn(&mut Vec<u8>)) -> Case {
    case(name, about, "broken", &["media_malformed"], refilmed(|filmed| change(&mut filmed.init)))
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = missing();
    cases.extend(digests());
    cases.extend(boxes());
    cases.extend(facts());
    cases.extend(hevc());
    cases.extend(continuity());
    cases
}

fn missing() -> Vec<Case> {
    let gone = |name, about, ending| {
        bent(name, about, "incomplete", &["media_missing"], move |draft| drop_member(draft, ending))
    };
    vec![
        gone("segment-missing", "A segment is not there and not withheld.", "takes/1/2.m4s"),
        gone("init-missing", "A take's init is not there and not withheld.", "takes/1/init.mp4"),
        bent("photo-missing", "A photo is not there and not withheld.", "incomplete", &["media_missing"], |draft| {
            with_photo(draft);
            draft.bend_members = Some(Box::new(|members| members.retain(|(name, _)| !name.contains("/files/"))));
        }),
    ]
}

fn with_photo(draft: &mut Draft) {
    let mut record = Record::open("inspection");
    record.describe();
    record.film_second("start");
    record.say_opening();
    let file = record.file(b"\xff\xd8\xff\xe0 a photo");
    record.say("photo", json!({ "file": file }));
    record.end("officer");
    record.seal();
    record.receipts.push(Receipt::ordinary());
    draft.records = vec![record];
}

fn digests() -> Vec<Case> {
    let codes = &["media_digest_mismatch"];
    let bend = |name, about, ending, bend: fn(&mut Vec<u8>)| {
        bent(name, about, "broken", codes, move |draft| bend_member(draft, ending, bend))
    };
    vec![
        bend(
            "segment-bit-flipped",
            "One bit of a segment is another; the manifest was made anew over it.",
            "takes/1/1.m4s",
            |bytes| {
                let at = bytes.len() / 2;
                bytes[at] ^= 4;
            },
        ),
        bend("segment-truncated", "A segment is one byte short.", "takes/1/1.m4s", |bytes| {
            bytes.truncate(bytes.len() - 1)
        }),
        bend("segment-longer", "A segment has bytes after its last fragment.", "takes/1/1.m4s", |bytes| {
            bytes.extend_from_slice(b"\0\0\0\x08free");
        }),
        bend("segment-empty", "A segment has no bytes.", "takes/1/2.m4s", Vec::clear),
        bend("init-bit-flipped", "One bit of an init is another.", "takes/1/init.mp4", |bytes| bytes[40] ^= 1),
        bent(
            "segments-swapped",
            "Two segments changed places: what each shows is at another time.",
            "broken",
            codes,
            |draft| {
                draft.bend_members = Some(Box::new(|members| {
                    let first = member(members, "takes/1/1.m4s").clone();
                    let second = std::mem::replace(member(members, "takes/1/2.m4s"), first);
                    *member(members, "takes/1/1.m4s") = second;
                }));
            },
        ),
        bent(
            "segment-of-another-record",
            "A segment of another record stands in the place of one of this.",
            "broken",
            codes,
            |draft| {
                let mut other = Record::open("another");
                let film = Film { picture_bytes: 30, ..other.next_film() };
                other.film(&film, "start", 1);
                let foreign = other.member("takes/1/1.m4s").clone();
                bend_member(draft, "takes/1/1.m4s", move |bytes| bytes.clone_from(&foreign));
            },
        ),
        bent("photo-changed", "A photo differs from its digest.", "broken", codes, |draft| {
            with_photo(draft);
            draft.bend_members = Some(Box::new(|members| {
                let photo = members.iter_mut().find(|(name, _)| name.contains("/files/")).expect("a photo");
                photo.1[3] ^= 1;
            }));
        }),
    ]
}

fn boxes() -> Vec<Case> {
    vec![
        malformed(
            "box-between-fragments",
            "A free box stands before a fragment: a fragment is one moof and its mdat.",
            |bytes| {
                bytes.splice(0..0, *b"\0\0\0\x08free");
            },
        ),
        malformed("moof-size-lies", "A moof says that it is eight bytes longer.", |bytes| add(bytes, 0, 8)),
        malformed("mdat-size-lies", "An mdat says that it is one byte shorter.", |bytes| {
            let at = place(bytes, b"mdat");
            add(bytes, at, -1);
        }),
        malformed("mdat-of-64-bits", "An mdat gives its size in 64 bits: another spelling.", |bytes| {
            let at = place(bytes, b"mdat");
            let size = (bytes.len() - at + 8) as u64;
            bytes[at..at + 4].copy_from_slice(&[0, 0, 0, 1]);
            bytes.splice(at + 8..at + 8, size.to_be_bytes());
        }),
        malformed("sample-size-lies", "A sample is said to be one byte longer than it is.", |bytes| {
            let at = place(bytes, b"trun") + 20 + 4;
            add(bytes, at, 1);
        }),
        malformed("sample-count-lies", "A track says that it has one sample more.", |bytes| {
            let at = place(bytes, b"trun") + 12;
            add(bytes, at, 1);
        }),
        malformed("data-offset-lies", "The samples are said to begin one byte later.", |bytes| {
            let at = place(bytes, b"trun") + 16;
            add(bytes, at, 1);
        }),
        malformed("sample-without-duration", "A sample lasts no time.", |bytes| {
            let at = place(bytes, b"trun") + 20;
            bytes[at..at + 4].fill(0);
        }),
        malformed("key-flag-lies", "A picture that is no key frame is flagged as one.", |bytes| {
            // The third picture of the second fragment: the first or second may be a key frame, this one is not.
            let at = place(bytes, b"trun") + 20 + 2 * 16 + 8;
            bytes[at..at + 4].copy_from_slice(&0x0200_0000_u32.to_be_bytes());
        }),
        malformed("nal-length-lies", "A NAL unit is said to be longer than its sample.", |bytes| {
            let at = place(bytes, b"mdat") + 8;
            add(bytes, at, 1_000);
        }),
        malformed("picture-without-slice", "A picture has no slice.", |bytes| {
            // A picture that is no key frame begins with its slice: its NAL header becomes that of a filler.
            let at = place(bytes, b"mdat") + 8 + third_slice(bytes);
            bytes[at] = 0x4c;
        }),
        malformed("fragment-sequence-repeated", "A fragment carries the number of the one before.", |bytes| {
            let at = place(bytes, b"mfhd") + 12;
            add(bytes, at, -1);
        }),
        malformed("fragment-of-a-third-track", "A fragment has a track that no take has.", |bytes| {
            let at = place(bytes, b"tfhd") + 12;
            bytes[at..at + 4].copy_from_slice(&[0, 0, 0, 3]);
        }),
        malformed("segment-is-no-media", "A segment of text.", |bytes| *bytes = b"no media at all".to_vec()),
        init_malformed("init-with-a-byte-more", "An init with a byte after its boxes.", |bytes| bytes.push(0)),
        init_malformed("init-duration-stated", "An init states a duration where zero belongs.", |bytes| {
            let at = place(bytes, b"mvhd") + 40;
            bytes[at - 1] = 1;
        }),
        init_malformed(
            "init-size-not-the-pictures",
            "An init's size is not that of its sequence parameter set.",
            |bytes| {
                let at = place(bytes, b"avc1") + 8 + 24;
                bytes[at] ^= 1;
            },
        ),
        init_malformed("init-is-no-media", "An init of text.", |bytes| *bytes = b"no media at all".to_vec()),
    ]
}

/// Where, in the mdat's body of the second fragment, the NAL header of its third picture stands: a slice, no key frame.
fn third_slice(bytes: &[u8]) -> usize {
    let size = |sample: usize| {
        let at = place(bytes, b"trun") + 20 + sample * 16 + 4;
        u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize
    };
    size(0) + size(1) + 4
}

fn facts() -> Vec<Case> {
    let codes = &["media_facts_mismatch"];
    let take = |name, about, edit: fn(&mut serde_json::Value)| {
        bent(name, about, "broken", codes, move |draft| edit(draft.record().body("take")))
    };
    let last = |name, about, edit: fn(&mut serde_json::Value)| {
        bent(name, about, "broken", codes, move |draft| edit(&mut draft.record().nth("fragment", 2).value["body"]))
    };
    vec![
        take("take-width-otherwise", "The take says another width than its init.", |body| {
            body["video"]["width"] = json!(640)
        }),
        take("take-codec-otherwise", "The take says another codec than its init.", |body| {
            body["video"]["codec"] = json!("avc1.640028");
        }),
        take("take-rotation-otherwise", "The take says another rotation than its init.", |body| {
            body["rotation"] = json!(90)
        }),
        take("take-channels-otherwise", "The take says another number of channels than its init.", |body| {
            body["audio"]["channels"] = json!(2);
        }),
        take("take-zero-timescale-otherwise", "The take says another timescale of the sound than its init.", |body| {
            body["audio"]["timescale"] = json!(16_001);
        }),
        last("fragment-ticks-otherwise", "A fragment's line says one tick more than its samples.", |body| {
            body["video"]["ticks"] = json!(body["video"]["ticks"].as_u64().unwrap_or_default() + 1);
        }),
        last("fragment-samples-otherwise", "A fragment's line says one sample more.", |body| {
            body["video"]["samples"] = json!(body["video"]["samples"].as_u64().unwrap_or_default() + 1);
        }),
        last("fragment-keys-otherwise", "A fragment's line says one key frame more.", |body| {
            body["video"]["keys"] = json!(body["video"]["keys"].as_u64().unwrap_or_default() + 1);
        }),
        last(
            "fragment-largest-otherwise",
            "A fragment's line says a smaller largest distance between frames.",
            |body| {
                body["video"]["largest"] = json!(body["video"]["largest"].as_u64().unwrap_or_default() - 1);
            },
        ),
        last("fragment-track-unmentioned", "A fragment holds a track that its line does not mention.", |body| {
            let body = body.as_object_mut().expect("an object");
            // The last fragment of a second has a picture only, so it is the picture that goes unmentioned.
            body.shift_remove("video");
        }),
        case("fragment-track-of-no-take", "A line states sound in a take of pictures only.", "broken", codes, {
            let mut draft = refilm(|film| Film { has_sound: false, ..film }, |_| (), After::Closed);
            draft.record().body("fragment")["audio"] =
                json!({ "from": 0, "ticks": 1024, "samples": 1, "largest": 1024 });
            draft
        }),
        case(
            "film-of-another-size",
            "The film beneath the take was swapped for one of another size, and every digest made anew.",
            "broken",
            // Its key frames carry the sequence set of the film they were made for.
            &["media_facts_mismatch", "media_malformed"],
            {
                let mut draft = Draft::inspection();
                let record = draft.record();
                let other = Film { blocks: (10, 8), ..Film::second(0) }.shoot();
                let film = other.init;
                *record.member("takes/1/init.mp4") = film.clone();
                let file = json!({ "size_bytes": film.len(), "digest": crate::keys::digest(&film) });
                record.body("take")["init"] = file;
                draft
            },
        ),
    ]
}

/// Where some bytes begin.
fn find(bytes: &[u8], wanted: &[u8]) -> usize {
    bytes.windows(wanted.len()).position(|window| window == wanted).expect("the bytes are there")
}

/// Of HEVC in particular; what boxes, digests and clocks say is the same for both codecs.
fn hevc() -> Vec<Case> {
    let film = |film| Film { coded: Coded::Hevc, ..film };
    let facts = |name, about, codec: &'static str| {
        let mut draft = refilm(film, |_| (), After::Closed);
        draft.record().body("take")["video"]["codec"] = json!(codec);
        case(name, about, "broken", &["media_facts_mismatch"], draft)
    };
    let init = |name, about, change: fn(&mut Vec<u8>)| {
        let draft = refilm(film, |filmed| change(&mut filmed.init), After::Closed);
        case(name, about, "broken", &["media_malformed"], draft)
    };
    let first = |name, about, change: fn(&mut Vec<u8>)| {
        let draft = refilm(film, |filmed| change(&mut piece(filmed, 0).bytes), After::Closed);
        case(name, about, "broken", &["media_malformed"], draft)
    };
    vec![
        facts("hevc-called-h264", "The take says avc1, its init hvc1.", "avc1.42c01e"),
        facts("hevc-of-another-level", "The take says another level than its init.", "hvc1.1.6.L120.90"),
        facts(
            "hevc-in-small-letters",
            "The take names the codec in small letters: another spelling.",
            "hvc1.1.6.l93.90",
        ),
        bent("h264-called-hevc", "The take says hvc1, its init avc1.", "broken", &["media_facts_mismatch"], |draft| {
            draft.record().body("take")["video"]["codec"] = json!("hvc1.1.6.L93.90");
        }),
        case(
            "hevc-size-of-the-coded-picture",
            "The take states the height that is coded, not the one that the window shows.",
            "broken",
            &["media_facts_mismatch"],
            {
                let mut draft = refilm(film, |_| (), After::Closed);
                draft.record().body("take")["video"]["height"] = json!(15 * 16 + 8);
                draft
            },
        ),
        init("hevc-init-hev1", "An init spells the sample entry hev1: there is one spelling.", |bytes| {
            let at = find(bytes, b"hvc1");
            bytes[at + 1..at + 3].copy_from_slice(b"ev");
        }),
        init("hevc-init-level-otherwise", "An hvcC states another level than its sequence set.", |bytes| {
            let at = find(bytes, b"hvcC") + 4 + 12;
            bytes[at] = 120;
        }),
        init("hevc-init-arrays-cut", "An hvcC says that it has two kinds of sets and holds three.", |bytes| {
            let at = find(bytes, b"hvcC") + 4 + 22;
            bytes[at] = 2;
        }),
        init("hevc-init-depth-otherwise", "An hvcC states another depth of luma than its sequence set.", |bytes| {
            let at = find(bytes, b"hvcC") + 4 + 17;
            bytes[at] += 2;
        }),
        init(
            "hevc-init-set-of-no-set",
            "A picture set refers to a sequence set that the init does not have.",
            |bytes| {
                let [.., picture] = hevc_sets(20, 15);
                let at = find(bytes, &picture) + 2;
                // Two numbers in one bit each: 0 and 0. The second becomes 1, in three bits.
                bytes[at] = 0b1010_0000;
            },
        ),
        first(
            "hevc-first-picture-no-key-frame",
            "A take's first picture is flagged as a key frame and is none.",
            |bytes| {
                let at = find(bytes, &[19 << 1, 1]);
                bytes[at] = 1 << 1;
            },
        ),
        first("hevc-key-frame-unflagged", "An open key frame is not flagged as one.", |bytes| {
            let at = place(bytes, b"trun") + 20 + 12 * 16 + 8;
            bytes[at..at + 4].copy_from_slice(&0x0101_0000_u32.to_be_bytes());
        }),
        first("hevc-picture-of-another-layer", "A picture's only slice belongs to another layer.", |bytes| {
            let at = find(bytes, &[1 << 1, 1]) + 1;
            bytes[at] = 1 << 3 | 1;
        }),
        first("hevc-sets-change", "A key frame carries another sequence set than its take.", |bytes| {
            let [_, sequence, _] = hevc_sets(20, 15);
            let at = find(bytes, &sequence) + sequence.len() - 2;
            bytes[at] ^= 1;
        }),
    ]
}

fn continuity() -> Vec<Case> {
    vec![
        case(
            "fragment-cut-out",
            "A fragment is cut out of the middle of a take, everything else numbered and signed anew: decode times do not meet.",
            "broken",
            &["decode_discontinuous"],
            refilmed(|filmed| {
                filmed.events.remove(1);
                renumber(filmed);
            }),
        ),
        case(
            "fragment-repeated",
            "A fragment is repeated in a take, everything numbered and signed anew: decode times go back.",
            "broken",
            &["decode_discontinuous"],
            refilmed(|filmed| {
                let again = Event::Fragment(piece(filmed, 1).clone());
                filmed.events.insert(2, again);
                renumber(filmed);
            }),
        ),
        case(
            "track-back-unsaid",
            "The sound skips what was lost, and no entry says that it came back.",
            "broken",
            &["decode_discontinuous"],
            refilm(
                |film| Film { pictures: 50, lost_sound: 4..18, ..film },
                |filmed| filmed.events.retain(|event| !matches!(event, Event::Back(TrackKind::Sound))),
                After::Closed,
            ),
        ),
        bent(
            "segment-digest-otherwise",
            "A segment's line gives another digest than its last fragment.",
            "broken",
            &["segment_mismatch"],
            |draft| {
                draft.record().body("segment")["digest"] = crate::keys::digest(b"another segment");
                // The receipt sums up what the lines say; it is made after them.
            },
        ),
        bent(
            "segment-count-otherwise",
            "A segment's line counts one fragment more.",
            "broken",
            &["segment_mismatch"],
            |draft| {
                draft.record().body("segment")["fragments"] = json!(2);
            },
        ),
        bent(
            "fragment-size-otherwise",
            "A fragment's own size is not the distance to the one before.",
            "broken",
            &["segment_mismatch"],
            |draft| {
                let body = draft.record().body("fragment");
                body["size_bytes"] = json!(body["size_bytes"].as_u64().unwrap_or_default() + 1);
            },
        ),
        case(
            "segment-unclosed",
            "The last segment was never closed.",
            "incomplete",
            &["segment_unclosed"],
            refilm(|film| film, |_| (), After::LeftOpen),
        ),
        bent(
            "media-clock-drifts",
            "Media time runs 300 ms ahead of the phone's monotonic clock.",
            "incomplete",
            &["media_clock_drift"],
            |draft| {
                let body = draft.record().body("fragment");
                body["mono_us"] = json!(body["mono_us"].as_u64().unwrap_or_default() - 300_000);
            },
        ),
        case(
            "recovered-too-much",
            "After one restart more than 1 s and more than 2 MiB of media were adopted.",
            "incomplete",
            &["gap", "recovered_media", "recovered_too_much"],
            recovered_too_much(),
        ),
    ]
}

/// Numbers the fragments from 1, as a writer would have.
fn renumber(filmed: &mut Filmed) {
    let mut sequence = 0_u32;
    for event in &mut filmed.events {
        if let Event::Fragment(piece) = event {
            sequence += 1;
            let at = place(&piece.bytes, b"mfhd") + 12;
            piece.bytes[at..at + 4].copy_from_slice(&sequence.to_be_bytes());
        }
    }
}

fn recovered_too_much() -> Draft {
    let mut record = Record::open("recovered-too-much");
    record.describe();
    // Pictures of mostly zeros: a segment stays below 1 MiB, beyond which it must not pack this well.
    let film = Film { pictures: 50, has_sound: false, picture_bytes: 60_000, ..record.next_film() };
    record.write_take(film.shoot(), "start", 1, After::Recovered { fragments: 4 });
    record.say_opening();
    let body = json!({ "cause": "process_killed", "at_us": record.wall_us(), "restart": 1 });
    let interruption = record.say("interrupted", body);
    record.resume(interruption, 2 * SECOND, None);
    record.film_second("process_killed");
    record.end("officer");
    record.seal();
    record.receipts.push(Receipt::ordinary());
    Draft::of(vec![record])
}
