//! One word per idea, the same in Rust, in JSON and in the format.

mod common;

use std::collections::BTreeSet;

use quanji_rules::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../proto/evidence/v1/entries.schema.json");

macro_rules! each_vocabulary {
    ($check:ident) => {
        $check!(
            MandatoryMatter,
            RecommendedMatter,
            NotRecorded,
            KeyContent,
            ChecklistState,
            Stage,
            PreflightNote,
            Delivery,
            LocationState,
            Temperature,
            Started,
            Party,
            ActivityChange,
            Cause,
            Track,
            OpeningElement,
            Speech,
            Confirmed,
            Means,
            Excuse,
            ReasonMeans,
            NoticeKind,
            FilmingStep,
            Secrecy,
            ServiceMethod,
            ServiceStep,
            Obstruction,
            EndedHow,
            Flag,
            ActKind,
            Phase,
            Written,
            OwedKind
        )
    };
}

fn round_trips<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug + Copy>(word: T, name: &str) {
    assert_eq!(serde_json::to_value(word).expect("a word"), json!(name));
    assert_eq!(serde_json::from_value::<T>(json!(name)).expect("a word"), word);
    let is_snake_case = name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') && !name.is_empty();
    assert!(is_snake_case, "{name}");
}

#[test]
fn every_word_comes_back_from_json_as_itself_and_has_a_chinese_term() {
    macro_rules! check {
        ($($Name:ident),+) => {$(
            let names: BTreeSet<&str> = $Name::ALL.iter().map(|w| w.name()).collect();
            assert_eq!(names.len(), $Name::ALL.len(), "{}: a name twice", stringify!($Name));
            for word in $Name::ALL {
                round_trips(*word, word.name());
                assert_eq!($Name::parse(word.name()), Some(*word));
                assert!(!word.zh().is_ascii() && !word.zh().is_empty(), "{}", word.name());
            }
            assert_eq!($Name::parse("no_such_word"), None);
            assert!(serde_json::from_value::<$Name>(json!("no_such_word")).is_err());
        )+};
    }
    each_vocabulary!(check);
    for ground in AwayGround::ALL {
        round_trips(ground, ground.name());
        assert_eq!(AwayGround::parse(ground.name()), Some(ground));
        assert!(!ground.zh().is_empty());
    }
    for word in [OnTime::Yes, OnTime::No, OnTime::Undetermined] {
        let name = serde_json::to_value(word).expect("a word");
        assert_eq!(serde_json::from_value::<OnTime>(name).expect("a word"), word);
    }
    for article in Article::ALL {
        assert!(article.zh().starts_with('第') && article.zh().ends_with('条'));
        round_trips_loosely(article);
    }
    for rank in [Rank::Law, Rank::AdministrativeRegulation, Rank::LocalRegulation, Rank::Rule, Rank::NormativeDocument]
    {
        round_trips_loosely(rank);
    }
}

/// Names with digits in them.
fn round_trips_loosely<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug + Copy>(word: T) {
    let name = serde_json::to_value(word).expect("a word");
    assert_eq!(serde_json::from_value::<T>(name).expect("a word"), word);
}

/// The words that the format allows at a place, by its path in the schema.
fn words_of(schema: &Value, path: &str) -> BTreeSet<String> {
    let words = schema.pointer(path).expect(path);
    words.as_array().expect("an enum").iter().map(|w| w.as_str().expect("a word").to_owned()).collect()
}

#[test]
fn the_format_and_the_rules_know_the_same_words() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    macro_rules! same {
        ($($Name:ident at $path:literal),+ $(,)?) => {$(
            let ours: BTreeSet<String> = $Name::ALL.iter().map(|w| w.name().to_owned()).collect();
            assert_eq!(words_of(&schema, concat!("/$defs/", $path, "/enum")), ours, $path);
        )+};
    }
    same!(
        Started at "opened/properties/started",
        Party at "subject/properties/party",
        ActivityChange at "activity/properties/change",
        Cause at "cause",
        OpeningElement at "opening_element",
        Speech at "opening_passage/properties/speech",
        Confirmed at "opening_passage/properties/confirmed",
        Means at "opening_passage/properties/how",
        Excuse at "opening_excused/properties/reason",
        ReasonMeans at "interruption_reason/properties/how",
        NoticeKind at "notice/properties/notice",
        Stage at "stage/properties/stage",
        KeyContent at "checklist/properties/item",
        ChecklistState at "checklist/properties/state",
        FilmingStep at "filming_notice/properties/state",
        Secrecy at "confidential_span/properties/secrecy",
        ServiceMethod at "service/properties/method",
        Obstruction at "obstruction/properties/obstruction",
        Track at "track_lost/properties/track",
        EndedHow at "ended/properties/how",
        Flag at "flag",
        Delivery at "preflight/properties/camera",
        LocationState at "preflight/properties/location",
        Temperature at "preflight/properties/temperature",
    );
    let grounds: BTreeSet<String> = AwayGround::ALL.iter().map(|g| g.name().to_owned()).collect();
    assert_eq!(words_of(&schema, "/$defs/away_declared/properties/ground/enum"), grounds);
    for kind in ActKind::ALL {
        assert!(schema["$defs"][kind.name()].is_object(), "the format has no {}", kind.name());
    }
}

#[test]
fn every_act_comes_back_from_json_as_itself() {
    for (_, act) in common::sample_acts() {
        let json = serde_json::to_value(act).expect("an act");
        assert_eq!(json["kind"], act.kind().name());
        assert_eq!(serde_json::from_value::<Act>(json).expect("an act"), act);
    }
}

#[test]
fn an_act_is_read_from_an_entry_that_says_more_than_the_rules_need() {
    let read = |kind: &str, body: Value| serde_json::from_value::<Act>(json!({"kind": kind, "body": body}));
    let video = json!({"codec": "avc1.64001f", "width": 1280, "height": 720, "timescale": 90000});
    assert_eq!(
        read("take", json!({"take": 2, "cause": "heat", "init": {}, "rotation": 90, "mono_us": 5, "video": video}))
            .ok(),
        Some(Act::Take { take: 2, cause: Cause::Heat, mono_us: 5, video: true, audio: false })
    );
    assert_eq!(read("place", json!({"place": {"ref": "p1"}, "how": "typed"})).ok(), Some(Act::Place {}));
    assert_eq!(
        read("written_statement", json!({"statement": {"ref": "p2"}})).ok(),
        Some(Act::WrittenStatement { interruption: None })
    );
    assert_eq!(
        read("service", json!({"method": "left", "step": "a_word_of_a_later_edition"})).ok(),
        Some(Act::Service { method: ServiceMethod::Left, step: ServiceStep::Other })
    );
    assert!(read("ended", json!({"how": "vanished", "at_us": 1})).is_err());
    assert!(read("no_such_kind", json!({})).is_err());
}

#[test]
fn a_clock_is_read_from_an_entry() {
    let boot = "00000000000000000000000000000abc";
    let clock: Clock = serde_json::from_value(json!({"wall_us": 7, "mono_us": 3, "boot": boot})).expect("a clock");
    assert_eq!(clock, Clock { wall: Instant::from_us(7), mono_us: 3, boot: 0xabc });
    assert_eq!(serde_json::to_value(clock).expect("a clock")["boot"], boot);
    assert_eq!(clock.wall_at(2), Instant::from_us(6));
}
