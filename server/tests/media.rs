//! Media that is not what its lines say: real boxes, signed lines, and a lie in one of them. No receipt; listed with both sides; healed by
//! nothing but the truth.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use quanji_agency::jobs;
use quanji_agency::receipts::{Looked, look_at};
use quanji_evidence::Digest;
use serde_json::{Value, json};
use support::film::{Event, Film, Filmed};
use support::{Device, Record, RecordDraft, Stage, over_both};

type Alter = Box<dyn FnMut(&mut Filmed)>;
type Tell = Box<dyn FnMut(&str, &mut Value)>;

/// What is said of the film, or done to its bytes, and how the agency names it.
struct Lie {
    name: &'static str,
    altered: Alter,
    told: Tell,
    code: &'static str,
    /// The end of the place, and a part of each side.
    place: &'static str,
    expected: &'static str,
    found: &'static str,
}

fn says(
    name: &'static str,
    kind: &'static str,
    pointer: &'static str,
    value: Value,
    place: &'static str,
    (expected, found): (&'static str, &'static str),
) -> Lie {
    let mut value = Some(value);
    let told: Tell = Box::new(move |said, body| {
        if said == kind
            && let Some(value) = value.take()
        {
            *body.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} in {kind}")) = value;
        }
    });
    Lie { name, altered: Box::new(|_| {}), told, code: "media_facts_mismatch", place, expected, found }
}

fn is(
    name: &'static str,
    altered: impl FnMut(&mut Filmed) + 'static,
    place: &'static str,
    (expected, found): (&'static str, &'static str),
) -> Lie {
    let (altered, told): (Alter, Tell) = (Box::new(altered), Box::new(|_, _| {}));
    Lie { name, altered, told, code: "media_malformed", place, expected, found }
}

fn first_piece(filmed: &mut Filmed) -> &mut Vec<u8> {
    let piece = filmed.events.iter_mut().find_map(|event| match event {
        Event::Fragment(piece) => Some(&mut piece.bytes),
        _ => None,
    });
    piece.unwrap()
}

const INIT: &str = "takes/1/init.mp4";
const FIRST: &str = "takes/1/1.m4s";

fn lies() -> Vec<Lie> {
    vec![
        says("another codec", "take", "/video/codec", json!("avc1.640028"), INIT, ("avc1.640028", "avc1.42")),
        says("another width", "take", "/video/width", json!(1920), INIT, ("1920", "320")),
        says("another height", "take", "/video/height", json!(1080), INIT, ("1080", "240")),
        says("another timescale", "take", "/video/timescale", json!(48_000), INIT, ("48000", "90000")),
        says("another rotation", "take", "/rotation", json!(90), INIT, ("90", "0")),
        says("more channels", "take", "/audio/channels", json!(2), INIT, ("2", "1")),
        says("another rate of sound", "take", "/audio/timescale", json!(48_000), INIT, ("48000", "16000")),
        says("more pictures", "fragment", "/video/samples", json!(99), FIRST, ("99 samples", "11 samples")),
        says("longer steps", "fragment", "/video/largest", json!(9_999), FIRST, ("9999", "largest 3600")),
        says("fewer key frames", "fragment", "/video/keys", json!(0), FIRST, ("0 keys", "1 keys")),
        says("more sound", "fragment", "/audio/samples", json!(99), FIRST, ("99 samples", "7 samples")),
        says("another duration", "fragment", "/audio/ticks", json!(9_216), FIRST, ("9216 ticks", "7168 ticks")),
        says("another prefix", "fragment", "/digest", json!(Digest::of(b"else")), FIRST, ("", "")),
        is("an init of no boxes", |filmed| filmed.init = b"not a film".to_vec(), INIT, ("init segment", "")),
        is("an init without end", |filmed| filmed.init = vec![0; (64 << 10) + 1], INIT, ("65536", "65537 bytes")),
        is("a segment of no boxes", |filmed| first_piece(filmed).fill(7), FIRST, ("moof", "")),
        is("a segment cut off", |filmed| first_piece(filmed).truncate(300), FIRST, ("moof", "")),
        is("a box of a wrong size", |filmed| first_piece(filmed)[3] ^= 4, FIRST, ("moof", "")),
    ]
}

async fn filmed(stage: &Stage, device: &Device, lie: &mut Lie) -> Record {
    let mut draft = RecordDraft::open(stage, device, lie.name, 1, None).await;
    draft.describe();
    draft.film_told(&mut *lie.altered, &mut *lie.told);
    draft.seal();
    draft.record()
}

async fn send_all(stage: &Stage, device: &Device, record: &Record) {
    stage.send_journal(device, record).await;
    stage.send_private(device, record, &record.private.concat()).await.unwrap();
    for file in &record.files {
        stage.keep(device, file).await;
    }
}

over_both! {
    async fn media_that_is_not_what_its_lines_say_gets_no_receipt_and_is_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        for mut lie in lies() {
            let record = filmed(&stage, &device, &mut lie).await;
            send_all(&stage, &device, &record).await;
            assert_eq!(look_at(&stage.app, &record.id).await.unwrap(), Looked::Amiss, "{}", lie.name);
            let listed = stage.states().await;
            let is_it = |state: &&String| {
                let (left, right) = state.split_once(" → ").unwrap();
                let (code, rest) = left.split_once(' ').unwrap();
                let (place, expected) = rest.split_once(' ').unwrap();
                code == lie.code && place.contains(lie.place) && expected.contains(lie.expected) && right.contains(lie.found)
            };
            assert!(listed.iter().any(|state| is_it(&state)), "{}: {listed:?}", lie.name);
            assert!(stage.standing(&device, &record).await.states.contains(&lie.code.to_owned()), "{}", lie.name);

            // Neither another look nor sending all of it again heals it.
            send_all(&stage, &device, &record).await;
            jobs::run_due(&stage.app).await.unwrap();
            assert_eq!(look_at(&stage.app, &record.id).await.unwrap(), Looked::Amiss, "{}", lie.name);
            assert_eq!(stage.states().await, listed, "{}", lie.name);
            assert_eq!(stage.count("SELECT COUNT(*) FROM receipt").await, 0, "{}", lie.name);
            stage.forget_records().await;
        }
    }

    async fn what_was_said_of_the_whole_take_is_amiss_only_where_it_is(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let mut draft = RecordDraft::open(&stage, &device, "two takes", 1, None).await;
        draft.describe();
        draft.film_second();
        draft.film_told(&mut |_| {}, &mut |kind, body| if kind == "take" { body["rotation"] = json!(180) });
        draft.seal();
        let record = draft.record();
        send_all(&stage, &device, &record).await;
        assert_eq!(look_at(&stage.app, &record.id).await.unwrap(), Looked::Amiss);
        let [state] = &stage.states().await[..] else { panic!() };
        assert!(state.contains("takes/2/init.mp4"), "{state}");
    }

    async fn an_init_of_another_film_does_not_pass_for_this_one(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let other = Film { blocks: (40, 30), ..Film::second(0) }.shoot().init;
        let mut draft = RecordDraft::open(&stage, &device, "another's init", 1, None).await;
        draft.describe();
        draft.film_told(&mut |filmed| filmed.init.clone_from(&other), &mut |_, _| {});
        draft.seal();
        let record = draft.record();
        send_all(&stage, &device, &record).await;
        assert_eq!(look_at(&stage.app, &record.id).await.unwrap(), Looked::Amiss);
        let states = stage.states().await;
        assert!(states[0].starts_with("media_facts_mismatch") && states[0].contains("640"), "{states:?}");
    }

    async fn bytes_that_changed_in_the_store_are_listed_each_until_it_is_itself_again(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = support::record::inspection(&stage, &device, "an inspection").await;
        send_all(&stage, &device, &record).await;
        let changed = |number: usize| stage.data().join("originals").join(
            quanji_agency::storage::OriginalId::new(stage.app.agency().id, device.id, &Digest::of(&record.files[number])).key());
        let write = |number: usize, bytes: &[u8]| {
            let mut permissions = std::fs::metadata(changed(number)).unwrap().permissions();
            #[allow(clippy::permissions_set_readonly_false, reason = "a test that tampers")]
            permissions.set_readonly(false);
            std::fs::set_permissions(changed(number), permissions).unwrap();
            std::fs::write(changed(number), bytes).unwrap();
        };
        for number in [1, 2] {
            let mut bytes = record.files[number].clone();
            bytes[40] ^= 1;
            write(number, &bytes);
        }
        assert_eq!(look_at(&stage.app, &record.id).await.unwrap(), Looked::Amiss);
        assert_eq!(stage.codes().await, ["stored_bytes_changed", "stored_bytes_changed"]);
        write(1, &record.files[1]);
        assert_eq!(look_at(&stage.app, &record.id).await.unwrap(), Looked::Amiss);
        let states = stage.states().await;
        assert!(matches!(&states[..], [state] if state.contains("takes/1/2.m4s")), "{states:?}");
        write(2, &record.files[2]);
        assert_eq!(look_at(&stage.app, &record.id).await.unwrap(), Looked::Issued { number: 1 });
        assert_eq!(stage.codes().await, Vec::<String>::new());
    }
}
