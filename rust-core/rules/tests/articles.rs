//! One table for each article, which a lawyer can read and correct: `articles/art-NN.toml`. What happened, what is owed, what may be claimed.
//!
//! A row says in Chinese (`case`) and English (`en`) what it shows, then what is given, then what is expected; each kind of row is in `articles/rows.rs`, the
//! words for what happens in `articles/events.rs`. Nothing is decided here: the rules' own functions answer, and the answers are compared.
//! Every expectation of every row is itself tried: with another row's answer in its place it must fail.

#[path = "articles/events.rs"]
mod events;
#[path = "articles/rows.rs"]
mod rows;

use std::collections::BTreeMap;

use rows::{KINDS, Kind};
use toml::{Table, Value};

/// Each article that asks something of a record, and its table.
const TABLES: [(u8, &str); 15] = [
    (2, include_str!("articles/art-02.toml")),
    (7, include_str!("articles/art-07.toml")),
    (8, include_str!("articles/art-08.toml")),
    (10, include_str!("articles/art-10.toml")),
    (11, include_str!("articles/art-11.toml")),
    (12, include_str!("articles/art-12.toml")),
    (13, include_str!("articles/art-13.toml")),
    (14, include_str!("articles/art-14.toml")),
    (15, include_str!("articles/art-15.toml")),
    (16, include_str!("articles/art-16.toml")),
    (17, include_str!("articles/art-17.toml")),
    (18, include_str!("articles/art-18.toml")),
    (20, include_str!("articles/art-20.toml")),
    (23, include_str!("articles/art-23.toml")),
    (25, include_str!("articles/art-25.toml")),
];

/// What a row says of itself.
const TOLD: [&str; 2] = ["case", "en"];

struct Row {
    article: u8,
    kind: &'static Kind,
    words: Table,
}

impl Row {
    fn case(&self) -> String {
        let said = |word| self.words.get(word).and_then(Value::as_str).unwrap_or("?");
        format!("Art. {} [{}] {} {}", self.article, self.kind.heading, said("case"), said("en"))
    }

    /// What is expected, by word.
    fn asked(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.words
            .iter()
            .filter(|(word, _)| !TOLD.contains(&word.as_str()) && !self.kind.given.contains(&word.as_str()))
    }

    fn with(&self, word: &str, value: Value) -> Row {
        let mut words = self.words.clone();
        words.insert(word.to_owned(), value);
        Row { article: self.article, kind: self.kind, words }
    }

    fn run(&self) -> Result<(), String> {
        for word in TOLD {
            let is_said = self.words.get(word).and_then(Value::as_str).is_some_and(|said| !said.trim().is_empty());
            if !is_said {
                return Err(format!("{}: says no `{word}`", self.case()));
            }
        }
        let given = self.words.iter().filter(|(word, _)| self.kind.given.contains(&word.as_str()));
        let given = given.map(|(word, value)| (word.clone(), value.clone())).collect();
        let found = (self.kind.find)(self.article, given).map_err(|fault| format!("{}: {fault}", self.case()))?;
        if let Some(word) = self.kind.must_ask.iter().find(|word| !self.words.contains_key(**word)) {
            return Err(format!("{}: does not say `{word}`; it is {:?}", self.case(), found.get(word)));
        }
        if self.asked().next().is_none() {
            return Err(format!("{}: expects nothing", self.case()));
        }
        for (word, expected) in self.asked() {
            let answer = found.get(word.as_str()).ok_or_else(|| format!("{}: unknown word `{word}`", self.case()))?;
            if answer != expected {
                return Err(format!("{}: `{word}` is {answer}, the table says {expected}", self.case()));
            }
        }
        Ok(())
    }
}

fn read(article: u8, text: &str) -> Result<Vec<Row>, String> {
    let table: Table = text.parse().map_err(|fault| format!("Art. {article}: {fault}"))?;
    let mut rows = Vec::new();
    for (heading, value) in table {
        if ["article", "text"].contains(&heading.as_str()) {
            if value.as_str().is_none_or(|said| said.trim().is_empty()) {
                return Err(format!("Art. {article}: `{heading}` says nothing"));
            }
            continue;
        }
        let kind = KINDS.iter().find(|kind| kind.heading == heading);
        let kind = kind.ok_or_else(|| format!("Art. {article}: unknown word `{heading}`"))?;
        let Value::Array(all) = value else { return Err(format!("Art. {article}: `{heading}` is no list of rows")) };
        for one in all {
            let Value::Table(words) = one else {
                return Err(format!("Art. {article}: `{heading}` is no list of rows"));
            };
            rows.push(Row { article, kind, words });
        }
    }
    if rows.is_empty() { Err(format!("Art. {article} has no row")) } else { Ok(rows) }
}

fn all_rows() -> Vec<Row> {
    TABLES.iter().flat_map(|(article, text)| read(*article, text).expect("a table")).collect()
}

fn faults_of<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<String> {
    rows.into_iter().filter_map(|row| row.run().err()).collect()
}

/// Tells of each row that fails, not only of the first.
fn every_row_of(article: u8) {
    let (_, text) = TABLES.iter().find(|(number, _)| *number == article).expect("a table");
    let rows = read(article, text).expect("a table that can be read");
    assert!(rows.len() >= 5, "Art. {article} has {} rows", rows.len());
    let faults = faults_of(&rows);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn article_2_a_special_rule_of_rank_prevails_for_its_matters_on_its_days() {
    every_row_of(2);
}

#[test]
fn article_7_where_text_suffices_nothing_need_be_filmed_but_never_of_article_10() {
    every_row_of(7);
}

#[test]
fn article_8_a_province_words_an_agency_fills() {
    every_row_of(8);
}

#[test]
fn article_10_the_six_must_be_recorded_whatever_a_catalog_says() {
    every_row_of(10);
}

#[test]
fn article_11_the_five_are_a_choice_and_a_document_is_served_when_its_steps_are_there() {
    every_row_of(11);
}

#[test]
fn article_12_of_each_content_the_last_word_counts_and_none_is_a_debt() {
    every_row_of(12);
}

#[test]
fn article_13_the_check_notes_what_is_beyond_its_threshold_and_holds_up_nothing() {
    every_row_of(13);
}

#[test]
fn article_14_the_opening_is_owed_once_in_six_elements_and_a_notice() {
    every_row_of(14);
}

#[test]
fn article_15_a_break_stops_nothing_and_its_reason_stays_owed() {
    every_row_of(15);
}

#[test]
fn article_16_whoever_films_is_told_and_when_nobody_films_nothing_is_owed() {
    every_row_of(16);
}

#[test]
fn article_17_two_working_days_from_completion_or_return() {
    every_row_of(17);
}

#[test]
fn article_18_what_is_secret_is_marked_in_every_state() {
    every_row_of(18);
}

#[test]
fn article_20_after_the_seal_only_addenda_follow() {
    every_row_of(20);
}

#[test]
fn article_23_violence_and_threat_are_for_the_police_arguing_is_not() {
    every_row_of(23);
}

#[test]
fn article_25_an_agencys_own_measures_only_add() {
    every_row_of(25);
}

#[test]
fn every_table_is_run_and_names_its_article() {
    for (article, text) in TABLES {
        let table: Table = text.parse().expect("TOML");
        let name = table["article"].as_str().expect("the article");
        assert!(name.starts_with(&format!("{article} ")), "{name} in the table of Art. {article}");
        let is_run = include_str!("articles.rs").contains(&format!("    every_row_of({article});"));
        assert!(is_run, "nothing runs the table of Art. {article}");
    }
}

#[test]
fn another_answer_in_the_place_of_any_expectation_is_noticed() {
    let rows = all_rows();
    let mut answers: BTreeMap<(&str, &str), Vec<&Value>> = BTreeMap::new();
    for row in &rows {
        for (word, value) in row.asked() {
            answers.entry((row.kind.heading, word)).or_default().push(value);
        }
    }
    for row in &rows {
        for (word, expected) in row.asked() {
            let others = answers[&(row.kind.heading, word.as_str())].iter().filter(|other| **other != expected);
            let others: Vec<&&Value> = others.collect();
            assert!(
                !others.is_empty(),
                "`{word}` of [{}] is the same in every row: it shows nothing",
                row.kind.heading
            );
            for other in others {
                let fault = row.with(word, (*other).clone()).run().expect_err("a planted answer");
                assert!(fault.contains(&format!("`{word}` is")), "{fault}");
            }
        }
    }
}

#[test]
fn an_article_without_rows_and_an_unknown_word_are_faults() {
    let says = |text: &str| read(14, text).map(|rows| faults_of(&rows)).unwrap_or_else(|fault| vec![fault]).join("\n");
    assert!(says("article = \"14 第十四条\"\ntext = \"…\"\n").contains("has no row"));
    assert!(says("[[weather]]\ncase = \"下雪\"\n").contains("unknown word `weather`"));
    let scene = |happened: &str, more: &str| {
        says(&format!("[[scene]]\ncase = \"一例\"\nen = \"a case\"\nhappened = [{happened}]\n{more}\n"))
    };
    assert_eq!(scene("\"建立记录\"", "owed = [\"地点\", \"执法人员\", \"事由和对象\"]"), "");
    for (happened, more, fault) in [
        ("\"下雪\"", "owed = []", "`下雪` in `下雪` is no event"),
        ("\"中止：下雪\"", "owed = []", "`中止：下雪` lacks a part"),
        ("\"照片：下雪\"", "owed = []", "`下雪` is no part of `照片：下雪`"),
        ("\"中止原因说明\"", "owed = []", "lacks a part, or an earlier event"),
        ("\"[下雪] 照片\"", "owed = []", "`下雪` is no instant"),
        ("", "owed = []", "nothing happened"),
        (
            "\"建立记录\"",
            "weather = \"下雪\"\nowed = [\"地点\", \"执法人员\", \"事由和对象\"]",
            "unknown word `weather`",
        ),
        ("\"建立记录\"", "claim = \"尚未结束\"", "does not say `owed`"),
        ("\"建立记录\"", "agency = { weather = 1 }\nowed = []", "weather"),
    ] {
        let said = scene(happened, more);
        assert!(said.contains(fault), "{said}");
    }
}

#[test]
fn every_kind_of_row_is_used() {
    let rows = all_rows();
    for kind in &KINDS {
        assert!(rows.iter().any(|row| row.kind.heading == kind.heading), "no row of [{}]", kind.heading);
    }
}
