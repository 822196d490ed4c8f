//! 第八条: a province issues what is said, an agency fills its blanks, and what nobody issued is a sample.

use super::*;
use crate::opening::Known;

fn wording(zh: &str) -> Wording {
    Wording { zh: zh.to_owned(), en: None }
}

fn draft(level: PhrasesLevel, issuer: &str, phrases: &[(&str, &str)], blanks: &[(&str, &str)]) -> PhrasesDraft {
    PhrasesDraft {
        edition: 1,
        title: "执法用语".to_owned(),
        issuer: issuer.to_owned(),
        level,
        is_sample: false,
        phrases: phrases.iter().map(|(name, zh)| ((*name).to_owned(), wording(zh))).collect(),
        blanks: blanks.iter().map(|(name, filling)| ((*name).to_owned(), (*filling).to_owned())).collect(),
    }
}

fn of_province(phrases: &[(&str, &str)]) -> PhrasesDraft {
    draft(PhrasesLevel::Province, "某省司法厅", phrases, &[])
}

fn place(phrases: &Phrases) -> String {
    let known = Known { place: Some("东街十八号"), ..Known::default() };
    let lines = phrases.opening(&known, Language::Chinese);
    lines.into_iter().find(|line| line.element == OpeningElement::Place).expect("a line").text
}

#[test]
fn every_phrase_has_a_name_of_its_own_and_a_shipped_wording_that_keeps_its_own_rules() {
    let names: std::collections::BTreeSet<String> = PhraseOf::all().map(PhraseOf::name).collect();
    assert_eq!(names.len(), PhraseOf::all().count());
    for phrase in PhraseOf::all() {
        assert_eq!(PhraseOf::parse(&phrase.name()), Some(phrase));
        for language in Language::ALL {
            let text = Phrases::shipped().wording(phrase, *language).to_owned();
            assert_eq!(amiss_in_wording(phrase, &text), [], "{text}");
        }
    }
}

#[test]
fn what_a_province_issued_is_read_and_the_rest_is_said_in_the_shipped_words() {
    let mut phrases = Phrases::shipped();
    assert_eq!(phrases.source(), None);
    phrases.enter(4, &of_province(&[("opening/place", "执法地点：{place}，请记录。")])).expect("in order");
    assert_eq!(place(&phrases), "执法地点：东街十八号，请记录。");
    assert_eq!(
        phrases.reason(Cause::Heat, Language::Chinese),
        Phrases::shipped().reason(Cause::Heat, Language::Chinese)
    );
    let english = phrases.opening(&Known::default(), Language::English);
    assert_eq!(english, Phrases::shipped().opening(&Known::default(), Language::English), "no English was issued");
    let source = phrases.source().expect("issued");
    assert_eq!((source.number, source.issuer.as_str(), source.level), (4, "某省司法厅", PhrasesLevel::Province));
    // What is not known is left open, wherever it stands.
    let open = phrases.opening(&Known::default(), Language::Chinese);
    assert!(open.iter().any(|line| line.text == "执法地点：……，请记录。" && !line.is_whole), "{open:?}");
}

#[test]
fn an_agency_fills_blanks_and_cannot_alter_what_its_province_issued() {
    let mut phrases = Phrases::shipped();
    let notice = "本次执法全程录音录像，监督电话{hotline}。";
    phrases.enter(1, &of_province(&[("notice/recording", notice)])).expect("in order");
    let said = |phrases: &Phrases| phrases.notice(NoticeKind::Recording, Language::Chinese);
    assert_eq!(said(&phrases), "本次执法全程录音录像，监督电话……");
    let altered = draft(PhrasesLevel::Agency, "某局", &[("notice/recording", "录音录像。")], &[("hotline", "12345")]);
    let faults = phrases.enter(2, &altered).expect_err("altered");
    let place = PhrasePlace::Phrase("notice/recording".to_owned());
    assert_eq!(faults, [place.amiss(PhraseAmiss::OfTheProvince { stands: "某省司法厅".to_owned() })]);
    assert_eq!(said(&phrases), "本次执法全程录音录像，监督电话……", "nothing changed");
    phrases.enter(2, &draft(PhrasesLevel::Agency, "某局", &[], &[("hotline", "12345")])).expect("blanks only");
    assert_eq!(said(&phrases), "本次执法全程录音录像，监督电话12345。");
    assert_eq!(phrases.filled().map(|source| source.number), Some(2));
    // The province's next edition keeps what the agency filled in.
    phrases.enter(3, &of_province(&[("notice/recording", "正在录音录像，电话{hotline}。")])).expect("the same issuer");
    assert_eq!(said(&phrases), "正在录音录像，电话12345。");
}

#[test]
fn another_issuer_does_not_replace_the_provinces_phrases() {
    let mut phrases = Phrases::shipped();
    let agencys = draft(PhrasesLevel::Agency, "某局", &[("opening/place", "位于{place}。")], &[]);
    phrases.enter(1, &agencys).expect("nobody has spoken yet");
    assert_eq!(place(&phrases), "位于东街十八号。");
    phrases.enter(2, &of_province(&[("opening/place", "地点{place}。")])).expect("above the agency");
    let other = draft(PhrasesLevel::Province, "邻省司法厅", &[("opening/place", "在{place}。")], &[]);
    let stands = "某省司法厅".to_owned();
    let what = PhraseAmiss::IssuedByAnother { found: "邻省司法厅".to_owned(), stands };
    assert_eq!(phrases.enter(3, &other), Err(vec![PhrasePlace::Whole.amiss(what)]));
    assert_eq!(place(&phrases), "地点东街十八号。");
}

#[test]
fn what_is_amiss_is_told_by_phrase_in_both_languages() {
    let long = "字".repeat(201);
    let with = |name: &str, zh: &str| of_province(&[(name, zh)]);
    let blank = |name: &str, filling: &str| draft(PhrasesLevel::Agency, "某局", &[], &[(name, filling)]);
    for (draft, zh, en) in [
        (with("opening/place", " "), "用语“opening/place”：未填写", "phrase opening/place: empty"),
        (with("notice/recording", &long), "201 个字，最多 200 个字", "201 characters; at most 200"),
        (with("notice/recording", "请\u{0}知悉"), "含有不可见的字符", "cannot be seen"),
        (with("opening/plase", "{place}"), "没有这个名称的用语", "no phrase of that name"),
        (with("opening/place", "我们在这里。"), "应出现一次，实际 0 次", "{place} must stand in it once"),
        (with("opening/place", "{place}{place}"), "实际 2 次", "does 2 times"),
        (with("opening/place", "{place}{weather}"), "没有“{weather}”这个空", "no blank {weather}"),
        (with("opening/place", "{place}{officers}"), "没有“{officers}”这个空", "no blank {officers}"),
        (with("opening/place", "{place"), "花括号不成对", "brace"),
        (with("opening/place", "{place}}"), "花括号不成对", "brace"),
        (blank("place", "东街"), "填空“place”：这里没有", "blank place: no blank {place}"),
        (blank("hotline", ""), "填空“hotline”：未填写", "blank hotline: empty"),
        (with_nothing(), "既无用语，也无填空", "neither a phrase nor a blank"),
        (PhrasesDraft { edition: 2, ..with("notice/latecomers", "请知悉。") }, "第 2 版", "form 2"),
        (
            draft(PhrasesLevel::Province, "", &[("notice/latecomers", "请知悉。")], &[]),
            "颁发单位：未填写",
            "issuer: empty",
        ),
    ] {
        let mut phrases = Phrases::shipped();
        let faults = phrases.enter(1, &draft).expect_err(zh);
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert!(told.iter().any(|fault| fault.contains(zh) && fault.contains(en)), "{zh} / {en}: {told:#?}");
        assert_eq!(phrases, Phrases::shipped(), "nothing changed");
    }
}

fn with_nothing() -> PhrasesDraft {
    of_province(&[])
}
