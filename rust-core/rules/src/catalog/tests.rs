use super::*;
use crate::special_rule::{PersonNumber, Rank, SpecialRuleFault, StorageTerm};

fn draft() -> CatalogDraft {
    CatalogDraft { title: "某局目录".into(), issuer: "某局".into(), ..Catalog::built_in().as_written().clone() }
}

fn faults(change: impl FnOnce(&mut CatalogDraft)) -> Vec<CatalogFault> {
    let mut draft = draft();
    change(&mut draft);
    Catalog::checked(draft).expect_err("refused")
}

fn at(index: usize, column: Column, what: Amiss) -> CatalogFault {
    CatalogFault { place: Place::Matter { index, column }, what }
}

fn whole(what: Amiss) -> CatalogFault {
    CatalogFault { place: Place::Whole, what }
}

/// 扣押 is the second row.
const SEIZURE: usize = 1;

fn special_rule(rank: Rank, matter: MandatoryMatter) -> Replaced {
    let rule = SpecialRuleDraft {
        title: "某部门规章".into(),
        article: "第九条".into(),
        rank,
        in_force_from: Date::from_ymd(2017, 1, 1).expect("a day"),
        in_force_to: None,
        matters: vec![MatterId(matter.name().into())],
        storage_term: StorageTerm::WorkingDays(1),
        entered_by: PersonNumber("101".into()),
        approved_by: PersonNumber("102".into()),
    };
    Replaced { matter, rule }
}

#[test]
fn what_the_regulation_itself_says_is_a_catalog() {
    let catalog = Catalog::built_in();
    assert_eq!(catalog.as_written().matters.len(), 11);
    assert_eq!(catalog.with_built_in().len(), 11);
}

#[test]
fn a_catalog_that_drops_a_matter_of_article_10_is_refused_for_each_of_the_six() {
    for (index, matter) in MandatoryMatter::ALL.iter().enumerate() {
        let found = faults(|draft| _ = draft.matters.remove(index));
        assert_eq!(found, [whole(Amiss::Dropped { matter: *matter })]);
    }
}

#[test]
fn a_catalog_that_weakens_a_matter_of_article_10_is_refused_in_its_row_and_column() {
    let weakened = || Amiss::Weakened { matter: MandatoryMatter::Seizure };
    for method in [vec![Means::Photo], vec![Means::Video], vec![Means::Audio, Means::Photo]] {
        let found = faults(|draft| draft.matters[SEIZURE].method = method);
        assert_eq!(found, [at(SEIZURE, Column::Method, weakened())]);
    }
    for duty in [
        RecordingDuty::TextSuffices,
        RecordingDuty::MandatoryByCatalog,
        RecordingDuty::Recommended(RecommendedMatter::ProneToDispute),
    ] {
        let found = faults(|draft| draft.matters[SEIZURE].requirement = duty);
        assert!(found.contains(&at(SEIZURE, Column::Requirement, weakened())), "{found:?}");
        // By another code, too: the name tells.
        let found = faults(|draft| {
            let mut another = draft.matters[SEIZURE].clone();
            another.number = 99;
            another.code = MatterId("jg/kouya".into());
            another.name = "扣押涉嫌违法的食品".into();
            another.requirement = duty;
            draft.matters.push(another);
        });
        assert_eq!(found, [at(11, Column::Requirement, weakened())]);
    }
}

#[test]
fn lifting_a_seizure_is_no_seizure() {
    let mut draft = draft();
    let mut lifted = draft.matters[SEIZURE].clone();
    (lifted.number, lifted.code, lifted.name) = (99, MatterId("jg/jiechu".into()), "解除查封、扣押".into());
    lifted.requirement = RecordingDuty::MandatoryByCatalog;
    draft.matters.push(lifted);
    assert!(Catalog::checked(draft).is_ok());
}

#[test]
fn only_a_special_rule_of_rank_takes_the_place_of_one_of_the_six() {
    let with = |replaced: Replaced| {
        let mut draft = draft();
        draft.matters.remove(SEIZURE);
        draft.replaced = vec![replaced];
        Catalog::checked(draft)
    };
    let catalog = with(special_rule(Rank::Rule, MandatoryMatter::Seizure)).expect("a 规章 prevails");
    assert_eq!(catalog.duty("seizure"), None);
    assert!(catalog.with_built_in().iter().all(|matter| matter.code.0 != "seizure"));
    assert_eq!(catalog.duty("sealing"), Some(RecordingDuty::Mandatory(MandatoryMatter::SealingPremises)));

    let below = with(special_rule(Rank::NormativeDocument, MandatoryMatter::Seizure)).expect_err("below its rank");
    assert!(matches!(&below[0].what, Amiss::RuleDoesNotPrevail { fault, .. }
        if matches!(**fault, SpecialRuleFault::BelowRank { .. })));
    assert_eq!(below[1], whole(Amiss::Dropped { matter: MandatoryMatter::Seizure }));
    let mut over = special_rule(Rank::Law, MandatoryMatter::Seizure);
    over.rule.in_force_to = Some(Date::from_ymd(2017, 12, 31).expect("a day"));
    assert!(matches!(&with(over).expect_err("out of force")[0].what, Amiss::RuleDoesNotPrevail { fault, .. }
        if matches!(**fault, SpecialRuleFault::NotInForce { .. })));
}

#[test]
fn whatever_a_catalog_leaves_out_the_officer_finds_and_is_held_to() {
    let mut draft = draft();
    draft.matters.retain(|matter| matches!(matter.requirement, RecordingDuty::Mandatory(_)));
    draft.matters[SEIZURE].code = MatterId("jg/01".into());
    let catalog = Catalog::checked(draft).expect("all six are there");
    assert_eq!(catalog.duty("jg/01"), Some(RecordingDuty::Mandatory(MandatoryMatter::Seizure)));
    assert_eq!(catalog.duty("seizure"), Some(RecordingDuty::Mandatory(MandatoryMatter::Seizure)));
    assert_eq!(catalog.duty("hearing"), Some(RecordingDuty::Recommended(RecommendedMatter::Hearing)));
    assert_eq!(catalog.duty("nobody/knows"), None);
    let codes: Vec<_> = catalog.with_built_in().into_iter().map(|matter| matter.code.0).collect();
    assert_eq!((codes.len(), codes[1].as_str()), (12, "jg/01"));
    assert!(codes.contains(&"seizure".to_owned()));
}

#[test]
fn every_cell_that_is_amiss_is_named_by_row_and_column() {
    let found = faults(|draft| {
        draft.matters[0].number = 2;
        draft.matters[2].code = MatterId("强拆".into());
        draft.matters[3].name = " ".into();
        draft.matters[4].officers = Officers { at_least: 2, article: None };
        draft.matters[5].retention = Retention::Years(0);
        draft.matters[6].stages.clear();
        draft.matters[7].content = "字".repeat(1_001);
        draft.matters[8].remarks = "\u{7}".into();
        draft.matters[9].code = draft.matters[10].code.clone();
    });
    let repeated = |found: &str, first| Amiss::Repeated { found: found.to_owned(), first };
    assert_eq!(
        found,
        [
            at(1, Column::Number, repeated("2", 0)),
            at(2, Column::Code, Amiss::NotACode),
            at(3, Column::Name, Amiss::Empty),
            at(4, Column::Officers, Amiss::NoArticle),
            at(5, Column::Retention, Amiss::YearsOutOfRange),
            at(6, Column::Stages, Amiss::Empty),
            at(7, Column::Content, Amiss::TooLong { found: 1_001, limit: 1_000 }),
            at(8, Column::Remarks, Amiss::ControlCharacter),
            at(10, Column::Code, repeated("other_prone_to_dispute", 9)),
        ]
    );
    for fault in found {
        assert!(fault.what.zh().chars().any(|char| char > '\u{4e00}') && !fault.what.to_string().is_empty());
    }
    assert_eq!(faults(|draft| draft.matters.clear()), [whole(Amiss::NoMatters)]);
}

#[test]
fn cells_are_read_as_people_write_them_and_written_as_they_are_read() {
    for duty in Catalog::built_in()
        .as_written()
        .matters
        .iter()
        .map(|matter| matter.requirement)
        .chain([RecordingDuty::MandatoryByCatalog, RecordingDuty::TextSuffices])
    {
        assert_eq!(read_duty(&write_duty(duty)), FoundIn::Duty(duty));
    }
    let seizure = FoundIn::Duty(RecordingDuty::Mandatory(MandatoryMatter::Seizure));
    for text in ["《办法》第十条第（二）项", "第十条第二项", "应当：第十条第(2)项；随案保存"]
    {
        assert_eq!(read_duty(text), seizure, "{text}");
    }
    assert_eq!(read_duty("第十条"), FoundIn::NoItem("第十条".into()));
    assert_eq!(read_duty("第十条第（七）项"), FoundIn::NoItem("第十条第（七）项".into()));
    assert_eq!(read_duty("重点检查"), FoundIn::Nothing);

    assert_eq!(read_method("拍照、录音录像"), Ok(vec![Means::Photo, Means::Audio, Means::Video]));
    assert_eq!(read_method("全过程音像记录"), Ok(vec![Means::WholeProcess]));
    assert_eq!(read_method("无人机"), Err("无人机".into()));
    assert_eq!(read_method(&write_method(&[])), Ok(Vec::new()));
    for means in Means::ALL {
        assert_eq!(read_method(&write_method(&[*means])), Ok(vec![*means]));
    }
    for officers in [
        Officers { at_least: 1, article: None },
        Officers {
            at_least: 2, article: Some("《中华人民共和国行政处罚法》第四十二条第一款".into())
        },
    ] {
        assert_eq!(read_officers(&write_officers(&officers)), Some(officers));
    }
    assert_eq!(read_officers("三人"), None);
    for retention in [Retention::Permanent, Retention::Years(30), Retention::AsCaseFile] {
        assert_eq!(read_retention(&write_retention(retention)), Some(retention));
    }
    assert_eq!(read_retention("长期"), None);
}
