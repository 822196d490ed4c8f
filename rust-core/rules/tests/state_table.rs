//! The table of states and events as a page that a lawyer can read, checked in beside this test.
//!
//! `QUANJI_WRITE_SNAPSHOTS=1 cargo test -p quanji-rules --test state_table` writes it again after a deliberate change.

mod common;

use std::fmt::Write as _;

use common::{in_each_phase, sample_acts};
use quanji_rules::*;

const SNAPSHOT: &str = include_str!("state_table.txt");

const LEGEND: &str = "\
State × event of a record (记录的状态与事件). Made by tests/state_table.rs from the code; who changes a rule changes this page.

  =        taken, the state stays                       照记，状态不变
  → state  taken, and the record is then in that state  照记，转入该状态
  open 1st a record is opened for it first              先开记录再记入
  new rec. taken in a new record, this one is sealed    本记录已封存，记入新记录
  done     nothing is left to do                        无需再记
  .        means nothing technically in this state; never something done at the scene
           在此状态下无技术意义；现场的任何行为都不在此列
";

fn cell(phase: Phase, event: ActKind) -> String {
    match next_phase(phase, event) {
        Err(refusal) => {
            assert_eq!((refusal.phase, refusal.event), (phase, event));
            ".".to_owned()
        }
        Ok(Next { written: Written::Nowhere, .. }) => "done".to_owned(),
        Ok(Next { written: Written::InANewRecord, .. }) => "new rec.".to_owned(),
        Ok(Next { written: Written::AfterOpening, .. }) => "open 1st".to_owned(),
        Ok(Next { phase: next, .. }) if next == phase => "=".to_owned(),
        Ok(Next { phase: next, .. }) => format!("→ {}", next.name()),
    }
}

fn effects_line(effects: &[Effect]) -> String {
    let name = |e: &Effect| serde_json::to_value(e).expect("effects are plain data")["effect"].clone();
    let texts: Vec<String> =
        effects.iter().map(|e| format!("{} ({})", name(e).as_str().expect("tagged"), e.article().zh())).collect();
    texts.join(", ")
}

fn page() -> String {
    let mut page = LEGEND.to_owned();
    let phases: Vec<Phase> = Phase::ALL.to_vec();
    page.push_str("\nevent                ");
    for phase in &phases {
        write!(page, "{:<14}", phase.name()).expect("a String takes all");
    }
    page.push_str("事件（未开、已开、录制中、中止、已结束、已封存）\n");
    for event in ActKind::ALL {
        write!(page, "{:<21}", event.name()).expect("a String takes all");
        for phase in &phases {
            write!(page, "{:<14}", cell(*phase, *event)).expect("a String takes all");
        }
        writeln!(page, "{}", event.zh()).expect("a String takes all");
    }
    page.push_str("\nWhat the recorder does next (a record with nothing described or said; events that prompt nothing are left out)\n\n");
    for (detail, act) in sample_acts() {
        let mut by_effects: Vec<(String, Vec<&str>)> = Vec::new();
        for (phase, mut record) in in_each_phase() {
            assert_eq!(record.phase(), phase);
            let Ok(outcome) = record.apply(&common::event(50, act)) else { continue };
            let effects = effects_line(&outcome.effects);
            match by_effects.iter_mut().find(|(e, _)| *e == effects) {
                Some((_, phases)) => phases.push(phase.name()),
                None => by_effects.push((effects, vec![phase.name()])),
            }
        }
        for (effects, phases) in by_effects.iter().filter(|(effects, _)| !effects.is_empty()) {
            let detail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
            writeln!(page, "{}{detail}, {}: {effects}", act.kind().name(), phases.join(" "))
                .expect("a String takes all");
        }
    }
    page.push_str("\nThe flags that a photo carries (as any act at the scene)\n\n");
    for (phase, mut record) in in_each_phase() {
        let outcome = record.apply(&common::event(50, Act::Photo {})).expect("a photo is never refused");
        let flags: Vec<&str> = outcome.flags.iter().map(Flag::name).collect();
        writeln!(page, "{:<14}{}", phase.name(), flags.join(", ")).expect("a String takes all");
    }
    page
}

#[test]
fn the_table_on_the_page_is_the_table_in_the_code() {
    let page = page();
    if std::env::var_os("QUANJI_WRITE_SNAPSHOTS").is_some() {
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/state_table.txt"), &page)
            .expect("the page is written");
        return;
    }
    for (line, (found, expected)) in (1..).zip(page.lines().zip(SNAPSHOT.lines())) {
        assert_eq!(found, expected, "state_table.txt, line {line}");
    }
    assert_eq!(page.lines().count(), SNAPSHOT.lines().count());
}

#[test]
fn photos_notices_obstruction_and_secrecy_marks_are_refused_in_no_state() {
    for phase in Phase::ALL {
        for event in [
            ActKind::Photo,
            ActKind::Notice,
            ActKind::Obstruction,
            ActKind::ConfidentialSpan,
            ActKind::Mark,
            ActKind::Document,
            ActKind::Service,
            ActKind::FilmingNotice,
            ActKind::Ended,
        ] {
            assert!(next_phase(*phase, event).is_ok(), "{} while {}", event.name(), phase.name());
        }
    }
}

#[test]
fn whatever_happens_at_the_scene_is_refused_in_no_state() {
    for phase in Phase::ALL {
        for event in ActKind::ALL.iter().filter(|e| e.is_at_the_scene()) {
            assert!(next_phase(*phase, *event).is_ok(), "{} while {}", event.name(), phase.name());
        }
    }
}

#[test]
fn every_kind_of_entry_stands_among_the_samples() {
    for kind in ActKind::ALL {
        assert!(sample_acts().iter().any(|(_, act)| act.kind() == *kind), "{}", kind.name());
    }
}

#[test]
fn a_refusal_names_the_state_and_the_event() {
    let refusal = next_phase(Phase::Sealed, ActKind::Fragment).expect_err("nothing is recorded any more");
    assert_eq!(refusal.to_string(), "fragment means nothing while the record is sealed");
}
