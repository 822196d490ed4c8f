//! 第十四条: what is read aloud says what is known, all of it, and nothing else.

use quanji_rules::{
    Cause, CompanionLine, Instant, Known, KnownOfficer, KnownParty, Language, MandatoryMatter, NoticeKind,
    OpeningElement, OpeningElements, OpeningLine, Party, Phrases, RecommendedMatter, Stage,
};

const OFFICERS: &[KnownOfficer<'_>] = &[
    KnownOfficer { name: "甲某", certificate: "14010026001" },
    KnownOfficer { name: "乙某", certificate: "14010026002" },
];

fn all_known<'a>() -> Known<'a> {
    Known {
        at: Some(Instant::parse("2026-11-23T09:30:12+08:00").expect("an instant")),
        place: Some("东街十八号"),
        officers: OFFICERS,
        matter: Some("sealing"),
        party: Some(KnownParty { party: Party::Named, name: Some("某店") }),
        stages: &[Stage::Investigation, Stage::Decision],
    }
}

fn opening(known: &Known<'_>, language: Language) -> Vec<OpeningLine> {
    Phrases::shipped().opening(known, language)
}

fn text(known: &Known<'_>, language: Language) -> String {
    opening(known, language).iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_activity_of_which_all_is_known_is_read_from_the_page() {
    assert_eq!(
        text(&all_known(), Language::Chinese),
        "现在是2026年11月23日9点30分。\n我们的位置是东街十八号。\n\
         我们是执法人员甲某，执法证号14010026001；乙某，执法证号14010026002。\n\
         执法事由是查封场所、设施或者财物。\n执法对象是某店。\n需要记录的环节是调查取证、审核决定。\n\
         本次执法全程录音录像，请您知悉并配合。"
    );
    assert_eq!(
        text(&all_known(), Language::English),
        "The time is 09:30 on 23 November 2026.\nWe are at 东街十八号.\n\
         We are the officers 甲某, certificate number 14010026001; 乙某, certificate number 14010026002.\n\
         The matter is the sealing of premises, facilities or property.\nThe party is 某店.\n\
         What is recorded is investigation and evidence, review and decision.\n\
         All of this is recorded in sound and picture. Please be aware of it."
    );
}

#[test]
fn of_what_is_not_known_nothing_is_invented() {
    let lines = opening(&Known::default(), Language::Chinese);
    for line in &lines {
        let is_left_open = line.element != OpeningElement::Notice;
        assert_eq!(line.is_whole, !is_left_open, "{}", line.text);
        assert_eq!(line.text.ends_with("……"), is_left_open, "{}", line.text);
        assert!(!line.text.contains("某") && !line.text.contains("__"), "{}", line.text);
    }
    let catalog = Known { matter: Some("catalog/17"), ..Known::default() };
    assert!(opening(&catalog, Language::English).iter().all(|line| !line.text.contains("catalog")));
}

#[test]
fn whatever_is_known_each_element_has_one_line_and_all_lines_are_the_whole_opening() {
    for language in Language::ALL {
        for party in [None, Some(Party::Named), Some(Party::ToBeEstablished), Some(Party::NobodyPresent)] {
            for place in [None, Some("东街")] {
                let party = party.map(|party| KnownParty { party, name: None });
                let lines = opening(&Known { place, party, ..Known::default() }, *language);
                let said: OpeningElements = lines.iter().map(|line| line.element).collect();
                assert!(said.missing().is_empty(), "{:?}", said.missing().iter().collect::<Vec<_>>());
                assert_eq!(said.iter().count(), lines.len());
                assert_eq!(lines.len(), 7);
            }
        }
    }
}

#[test]
fn where_nobody_is_present_that_is_said_in_place_of_the_notice() {
    let party = Some(KnownParty { party: Party::NobodyPresent, name: None });
    let lines = opening(&Known { party, ..Known::default() }, Language::Chinese);
    assert_eq!(lines.last().map(|line| line.element), Some(OpeningElement::NobodyPresent));
    assert!(lines.iter().all(|line| line.element != OpeningElement::Notice));
}

#[test]
fn every_matter_of_the_regulation_is_read_in_both_languages() {
    let codes = MandatoryMatter::ALL.iter().map(|matter| matter.name());
    for code in codes.chain(RecommendedMatter::ALL.iter().map(|matter| matter.name())) {
        for language in Language::ALL {
            let known = Known { matter: Some(code), ..Known::default() };
            let line = opening(&known, *language).into_iter().find(|line| line.element == OpeningElement::Matter);
            assert!(line.is_some_and(|line| line.is_whole), "{code} {language:?}");
        }
    }
}

#[test]
fn a_time_is_that_of_china_whatever_the_phone_is_set_to() {
    let at = Some(Instant::parse("2026-12-31T16:00:00Z").expect("an instant"));
    let lines = opening(&Known { at, ..Known::default() }, Language::Chinese);
    assert_eq!(lines[0].text, "现在是2027年1月1日0点整。");
}

#[test]
fn no_phrase_forbids_filming_accuses_or_stands_twice() {
    let mut all = Vec::new();
    for language in Language::ALL {
        let phrases = Phrases::shipped();
        all.extend(NoticeKind::ALL.iter().map(|notice| phrases.notice(*notice, *language)));
        all.extend(CompanionLine::ALL.iter().map(|line| phrases.companion(*line, *language)));
        all.extend(Cause::ALL.iter().map(|cause| phrases.reason(*cause, *language)));
        all.push(phrases.filming_points(*language));
    }
    for phrase in &all {
        for word in ["禁止", "不准", "违规", "违法", "forbidden", "violat"] {
            assert!(!phrase.contains(word), "{phrase}");
        }
    }
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}
