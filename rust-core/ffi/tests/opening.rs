//! What is claimed of an opening that is read aloud: measured in real sound against the text that was shown.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod phone;
#[allow(dead_code, reason = "a part of it is used here")]
#[path = "../../speech/tests/sound/mod.rs"]
mod sound;

use std::sync::Arc;

use phone::{TestPhone, film, format};
use quanji_core::frames::{Heard, hear};
use quanji_core::{
    Claim, Core, CoreError, Deed, Exception, KnownScene, NamedOfficer, Owed, Permissions, PhoneCheck, Prompt,
    ProvenOfficer, What, companion_code, companion_line,
};
use quanji_evidence::body::{
    Cause, ChecklistState, Confirmed, EndedHow, KeyContent, NoticeOf, OpeningElement, Party, ReasonHow, Secrecy,
    Speech, StageOf, Started, Told,
};
use quanji_evidence::entry::ActorProof;
use quanji_rules::Language;

struct Scene {
    phone: TestPhone,
    core: Arc<Core>,
    record: String,
    handle: i64,
}

impl Scene {
    fn begun() -> Scene {
        let phone = TestPhone::new();
        let core = phone.open().unwrap();
        let begun = core.begin(Started::Button).unwrap();
        core.set_format(format()).unwrap();
        film(&phone, begun.handle);
        Scene { phone, core, record: begun.record, handle: begun.handle }
    }

    fn now_us(&self) -> u64 {
        self.phone.clock.mono_us()
    }

    /// Time passes as the sound does, and the shell looks once a second.
    fn listen(&self, pcm: &[i16]) {
        for second in pcm.chunks(16_000) {
            let bytes: Vec<u8> = second.iter().flat_map(|sample| sample.to_le_bytes()).collect();
            self.phone.clock.advance_us(second.len() as u64 * 125 / 2);
            let heard = hear(self.handle, &bytes, i64::try_from(self.now_us()).unwrap());
            assert!(matches!(heard, Heard::Nothing | Heard::Something), "{heard:?}");
            self.core.tick(self.now_us()).unwrap();
        }
    }

    fn say(&self, passage: u64, elements: Vec<OpeningElement>, text: &str) -> (Option<Speech>, Vec<Prompt>) {
        let (text, to_mono_us) = (Some(text.to_owned()), self.now_us());
        let deed = Deed::Opening { passage, to_mono_us, elements, text, confirmed: Confirmed::Now, how: Told::Spoken };
        let done = self.core.add(None, deed).unwrap();
        (done.speech, done.prompts)
    }
}

fn nothing_known() -> KnownScene {
    KnownScene {
        at_us: None,
        place: None,
        officers: vec![],
        matter: None,
        party: None,
        party_name: None,
        stages: vec![],
    }
}

/// As long as the sound that is played, and of the same words.
fn shown() -> String {
    sound::OPENING.to_owned()
}

#[test]
fn of_an_opening_that_is_read_cut_short_or_left_out_just_that_is_told() {
    let opening = sound::opening();
    let third = opening.len() / 3;
    let cut = sound::over(&opening[..third], &sound::street(20.0));
    for (what, pcm, expected) in [
        ("read", opening.clone(), Speech::Detected),
        ("read on a street", sound::over(&opening, &sound::street(24.0)), Speech::Detected),
        ("cut short", cut, Speech::Short),
        ("a street and no word", sound::street(30.0), Speech::NotDetected),
        ("a dead microphone", vec![0; 16_000 * 24], Speech::NotMeasured),
    ] {
        let scene = Scene::begun();
        let passage = scene.core.begin_passage(scene.now_us()).unwrap();
        scene.listen(&pcm);
        let (speech, prompts) = scene.say(passage, vec![OpeningElement::Time], &shown());
        assert_eq!(speech, Some(expected), "{what}");
        let is_in_doubt = matches!(expected, Speech::Short | Speech::NotDetected);
        assert_eq!(prompts.contains(&Prompt::SpeechDoubt), is_in_doubt, "{what}");
    }
}

#[test]
fn what_is_shown_on_the_screen_is_not_to_be_heard_and_is_in_no_doubt() {
    let scene = Scene::begun();
    let passage = scene.core.begin_passage(scene.now_us()).unwrap();
    scene.listen(&sound::street(30.0));
    let shown = Deed::Opening {
        passage,
        to_mono_us: scene.now_us(),
        elements: vec![OpeningElement::Time],
        text: Some(shown()),
        confirmed: Confirmed::Now,
        how: Told::Shown,
    };
    let done = scene.core.add(None, shown).unwrap();
    assert_eq!((done.speech, done.prompts.contains(&Prompt::SpeechDoubt)), (None, false));
}

#[test]
fn talk_of_long_before_is_not_the_opening() {
    let scene = Scene::begun();
    let passage = scene.core.begin_passage(scene.now_us()).unwrap();
    // A quarrel, then silence, and then somebody presses the key.
    for _ in 0..3 {
        scene.listen(&sound::opening());
    }
    scene.listen(&sound::room(90.0));
    let (speech, _) = scene.say(passage, vec![OpeningElement::Time], "现在是2026年11月23日9点30分。");
    assert_eq!(speech, Some(Speech::NotDetected));
}

#[test]
fn lines_that_are_ticked_one_after_the_other_are_measured_together() {
    let scene = Scene::begun();
    let passage = scene.core.begin_passage(scene.now_us()).unwrap();
    scene.listen(&sound::opening());
    // All was read first; each tick is held against all that is ticked by then.
    let lines: Vec<String> = shown().split_inclusive('。').map(str::to_owned).collect();
    let elements = [OpeningElement::Time, OpeningElement::Place, OpeningElement::Officers];
    for (count, element) in elements.into_iter().enumerate() {
        scene.phone.clock.advance_us(500_000);
        let (speech, _) = scene.say(passage, vec![element], &lines[..=count].concat());
        assert_eq!(speech, Some(Speech::Detected), "{element:?}");
    }
    let quanji_core::Status::Running { running } = scene.core.status() else { panic!("it runs") };
    let missing =
        running.owed.iter().find_map(|owed| if let Owed::Opening { missing } = owed { Some(missing) } else { None });
    assert_eq!(missing.unwrap().len(), 4, "only what was confirmed is confirmed");
}

#[test]
fn a_reason_that_is_given_aloud_is_measured_against_its_phrase_and_a_preset_claims_nothing() {
    let scene = Scene::begun();
    scene.core.interrupt(Cause::PhoneCall).unwrap();
    scene.phone.clock.advance_us(20_000_000);
    scene.core.microphone_reopened().unwrap();
    scene.core.set_format(format()).unwrap();
    film(&scene.phone, scene.handle);
    let quanji_core::Status::Running { running } = scene.core.status() else { panic!("it runs") };
    let interruption = running.owed.iter().find_map(|owed| match owed {
        Owed::InterruptionReason { interruption } => Some(*interruption),
        _ => None,
    });
    let interruption = interruption.unwrap();
    let cause = Cause::PhoneCall;
    let text = Some(scene.core.reason_phrase(cause, Language::Chinese));
    let passage = scene.core.begin_passage(scene.now_us()).unwrap();
    scene.listen(&sound::street(10.0));
    let reason = |how, word: Option<&str>| Deed::Reason {
        interruption,
        cause,
        passage,
        to_mono_us: scene.now_us(),
        text: text.clone(),
        how,
        word: word.map(str::to_owned),
    };
    let preset = scene.core.add(None, reason(ReasonHow::Preset, Some("来电"))).unwrap();
    assert_eq!(preset.speech, None);
    let silent = scene.core.add(None, reason(ReasonHow::Spoken, None)).unwrap();
    assert_eq!(silent.speech, Some(Speech::NotDetected));
    scene.listen(&sound::opening()[..16_000 * 8]);
    let spoken = scene.core.add(None, reason(ReasonHow::Spoken, None)).unwrap();
    assert_eq!(spoken.speech, Some(Speech::Detected));
}

#[test]
fn doubt_about_the_speech_is_named_with_the_claim() {
    let scene = Scene::begun();
    let check = PhoneCheck {
        battery_percent: Some(80),
        charging: Some(false),
        free_bytes: Some(1 << 34),
        bytes_a_second: 500_000,
        has_camera: true,
        asks_picture: true,
        location: None,
        thermal: None,
        battery_saver: None,
        permissions: Permissions::default(),
    };
    scene.core.add(None, Deed::Preflight { check }).unwrap();
    let passage = scene.core.begin_passage(scene.now_us()).unwrap();
    scene.listen(&sound::street(30.0));
    let elements =
        scene.core.opening_lines(nothing_known(), Language::Chinese).into_iter().map(|line| line.element).collect();
    scene.say(passage, elements, &shown());
    scene.core.end(None, EndedHow::Officer).unwrap();
    let later = |deed| scene.core.add_later(scene.record.clone(), None, deed).unwrap();
    later(Deed::Place { place: "东街".to_owned(), how: quanji_evidence::body::PlaceHow::Typed });
    let officer = NamedOfficer { name: "甲某".to_owned(), certificate: "14010026001".to_owned() };
    later(Deed::Officers { officers: vec![officer], recorded_by: 0 });
    later(Deed::Subject { party: Party::ToBeEstablished, name: None, matter: None, case_number: None });
    let page = scene.core.last_page(scene.record.clone()).unwrap();
    let exceptions = [Exception::OpeningSpeechInDoubt];
    let statement = Deed::WrittenStatement { statement: "没有画面".to_owned(), interruption: None, draft: None };
    assert!(!matches!(page.claim, Claim::Complete), "{:?}", page.claim);
    later(statement);
    let page = scene.core.last_page(scene.record.clone()).unwrap();
    assert_eq!(page.owed, []);
    let Claim::CompleteWithExceptions { exceptions: named } = page.claim else { panic!("{:?}", page.claim) };
    assert!(exceptions.iter().all(|exception| named.contains(exception)), "{named:?}");
}

#[test]
fn the_text_is_the_rules_and_names_nobody_in_a_log() {
    let known = KnownScene {
        at_us: Some(1_795_397_400_000_000),
        place: Some("东街十八号".to_owned()),
        officers: vec![NamedOfficer { name: "甲某".to_owned(), certificate: "14010026001".to_owned() }],
        matter: Some("seizure".to_owned()),
        party: Some(Party::NobodyPresent),
        party_name: None,
        stages: vec![StageOf::Investigation],
    };
    assert!(!format!("{known:?}").contains("甲某"));
    let core = TestPhone::new().open().unwrap();
    let lines = core.opening_lines(known, Language::Chinese);
    assert_eq!(lines[0].text, "现在是2026年11月23日9点30分。");
    assert_eq!(lines[2].text, "我们是执法人员甲某，执法证号14010026001。");
    assert!(!format!("{lines:?}").contains("甲某"));
    assert!(lines.iter().all(|line| !line.text.contains("……")));
    assert_eq!(lines.last().unwrap().element, OpeningElement::NobodyPresent);
    let notices: Vec<NoticeOf> = core.notice_phrases(Language::English).into_iter().map(|one| one.notice).collect();
    assert_eq!(notices, [NoticeOf::Latecomers, NoticeOf::Secrets]);
    for phrase in core.companion_phrases(Language::Chinese) {
        assert_eq!(companion_line(companion_code(phrase.line)), Some(phrase.line));
        let scene = Deed::CompanionLine { line: companion_code(phrase.line), how: Told::Spoken };
        assert_eq!(format!("{scene:?}"), "Deed");
    }
}

#[test]
fn what_is_done_after_the_officers_are_named_names_who_holds_the_phone() {
    let scene = Scene::begun();
    let standing = || scene.core.standing(scene.record.clone()).unwrap();
    assert_eq!(standing().holder, None);
    let officer = |name: &str, certificate: &str| NamedOfficer { name: name.into(), certificate: certificate.into() };
    let officers = vec![officer("甲某", "14010026001"), officer("乙某", "14010026002")];
    scene.core.add(None, Deed::Officers { officers, recorded_by: 1 }).unwrap();
    let holder = ProvenOfficer { officer: "o2".to_owned(), by: ActorProof::DeviceUnlock };
    assert_eq!(standing().holder, Some(holder.clone()));
    scene.core.add(Some(holder), Deed::Notice { notice: NoticeOf::Latecomers, how: Told::Interpreted }).unwrap();
    scene.core.end(None, EndedHow::Officer).unwrap();
    assert_eq!(standing().holder.unwrap().officer, "o2", "whoever writes a statement later holds the same phone");
    assert!(matches!(scene.core.standing("x".to_owned()), Err(CoreError::NotOfItsShape { .. })));
    let wrong = ProvenOfficer { officer: "two".to_owned(), by: ActorProof::None };
    let refused = scene.core.join_activity(Some(wrong.clone()), String::new());
    assert!(matches!(refused, Err(CoreError::NotOfItsShape { .. })));
    assert!(matches!(scene.core.begin_activity(Some(wrong)), Err(CoreError::NotOfItsShape { .. })));
}

#[test]
fn a_span_is_closed_and_a_checklist_is_filled_and_both_stand_on_the_page() {
    let scene = Scene::begun();
    let standing = || scene.core.standing(scene.record.clone()).unwrap();
    let from_mono_us = scene.now_us();
    let span = |to_mono_us| Deed::ConfidentialSpan { secrecy: Secrecy::Privacy, from_mono_us, to_mono_us };
    scene.core.add(None, span(None)).unwrap();
    let open = standing().open_spans;
    assert_eq!(
        open.iter().map(|span| (span.secrecy, span.from_mono_us)).collect::<Vec<_>>(),
        [(Secrecy::Privacy, from_mono_us)]
    );
    film(&scene.phone, scene.handle);
    scene.core.add(None, span(Some(scene.now_us()))).unwrap();
    assert_eq!(standing().open_spans, []);
    let state_of = |of| standing().checklist.into_iter().find(|one| one.item == of).unwrap().state;
    assert_eq!(
        (state_of(KeyContent::Times), state_of(KeyContent::Objects)),
        (ChecklistState::Recorded, ChecklistState::Open)
    );
    let mark = |state| scene.core.check_off(scene.record.clone(), KeyContent::Objects, state);
    mark(ChecklistState::Recorded).unwrap();
    scene.core.add(None, Deed::CompanionLine { line: "certificates".to_owned(), how: Told::Shown }).unwrap();
    scene.core.end(None, EndedHow::Officer).unwrap();
    mark(ChecklistState::NotApplicable).unwrap();
    assert_eq!(state_of(KeyContent::Objects), ChecklistState::NotApplicable);
    let page = scene.core.record_page(scene.record.clone()).unwrap();
    let whats: Vec<&What> = page.happenings.iter().map(|one| &one.what).collect();
    assert!(whats.contains(&&What::CompanionLine { line: "certificates".to_owned() }), "{whats:?}");
    assert!(whats.contains(&&What::Checklist { item: KeyContent::Objects, state: ChecklistState::Recorded }));
    let closed =
        page.happenings.iter().find(|one| matches!(one.what, What::Confidential { to_us: Some(_), .. })).unwrap();
    let What::Confidential { to_us: Some(to_us), .. } = closed.what else { panic!("{closed:?}") };
    assert_eq!(to_us - closed.at_us, 2_000_000);
    assert!(closed.film_us.is_some());
}
