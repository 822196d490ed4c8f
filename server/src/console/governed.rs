//! By which editions a record is judged (第二条、第八条、第二十五条), and what of what was owed has been done. Nothing is decided here.

use maud::{Markup, html};
use quanji_evidence::body::{Body, DocumentEdition};
use quanji_evidence::journal::Journal;
use quanji_rules::agency_policy::{Policies, PolicyEdition};
use quanji_rules::{Debt, Event, Instant, Policy, debts};

use super::words::{both, instant, owed};

/// What the record's lines name, and the measures that stood when it was opened.
#[derive(Debug)]
pub(super) struct Governed {
    /// Number and title; `None`: none had been issued then.
    policy: Option<(u64, String)>,
    /// `phrases/2`; `None`: in the phone's own words, or nothing was said.
    phrases: Option<String>,
    /// `catalog/1`; `None`: the matter is the regulation's own, or none was named.
    catalog: Option<String>,
    /// Text and edition, where another text sets the term.
    pub(super) special_rule: Option<(String, u64)>,
    /// What was owed for a while, with when it arose and when it was done, by the device's clock.
    done: Vec<(Debt, u64, u64)>,
}

pub(super) fn governed(
    journal: &Journal,
    events: &[Event],
    policies: &Policies,
    (opened, policy): (Instant, Policy),
    special_rule: Option<(String, u64)>,
) -> Governed {
    let named = |of: fn(&Body) -> Option<&DocumentEdition>| {
        journal.entries.iter().rev().find_map(|entry| of(&entry.body)).map(|edition| edition.id.to_string())
    };
    let wall_us = |seq: u64| journal.entries.iter().find(|entry| entry.seq == seq).map(|entry| entry.clock.wall_us);
    let done = debts(events, policy).into_iter().filter_map(|debt| {
        let (since_us, paid_us) = (wall_us(debt.since)?, wall_us(debt.paid?)?);
        Some((debt, since_us, paid_us))
    });
    Governed {
        policy: policies.edition_of_record(opened).map(|PolicyEdition { number, title, .. }| (*number, title.clone())),
        phrases: named(|body| match body {
            Body::OpeningPassage(passage) => passage.phrases.as_ref(),
            _ => None,
        }),
        catalog: named(|body| match body {
            Body::Subject(subject) => subject.catalog.as_ref(),
            _ => None,
        }),
        special_rule,
        done: done.collect(),
    }
}

/// The editions as a list of facts.
pub(super) fn editions(governed: &Governed) -> Markup {
    let Governed { policy, phrases, catalog, special_rule, .. } = governed;
    html! {
        h2 { (both("依据", "Judged by")) }
        p.note { (both("建立记录时已颁发的规定；语音说明和事项所依的版次，由记录自己写明。",
            "The measures that stood when the record was opened; by which edition was spoken and chosen, the record says itself.")) }
        dl.facts {
            div { dt { (both("本单位的规定", "The agency's measures")) } dd {
                @match policy {
                    Some((number, title)) => { (title) " " (edition(*number)) }
                    None => (both("当时尚未颁发，依通常的界限", "none then; the usual thresholds")),
                }
            } }
            div { dt { (both("执法用语", "Phrases")) } dd {
                @match phrases { Some(id) => (named(id)), None => (both("手机自带的示例，或者没有说明", "the phone's own sample, or nothing was said")) }
            } }
            div { dt { (both("音像记录事项目录", "Catalog")) } dd {
                @match catalog { Some(id) => (named(id)), None => (both("办法自身的事项，或者没有写明", "the regulation's own matters, or none named")) }
            } }
            div { dt { (both("存储期限", "Store before")) } dd {
                @match special_rule {
                    Some((rule, number)) => { (rule) " " (edition(*number)) }
                    None => (both("办法第十七条", "Article 17")),
                }
            } }
        }
    }
}

/// What was owed and is not any more.
pub(super) fn done(governed: &Governed) -> Markup {
    html! {
        @if !governed.done.is_empty() {
            h3 { (both("已补", "Done since")) }
            table.done {
                thead { tr {
                    th { (both("欠项", "What was owed")) }
                    th { (both("自（设备时钟）", "Since (device's clock)")) }
                    th { (both("补于", "Done")) }
                } }
                tbody { @for (debt, since_us, paid_us) in &governed.done {
                    @let (zh, en) = owed(debt.owed);
                    tr {
                        td { (both(&zh, en)) }
                        td.time { (instant(*since_us)) }
                        td.time { (instant(*paid_us)) }
                    }
                } }
            }
        }
    }
}

fn edition(number: u64) -> Markup {
    both(&format!("第 {number} 版"), &format!("edition {number}"))
}

/// `phrases/2` as people say it.
fn named(id: &str) -> Markup {
    match id.rsplit_once('/').and_then(|(_, number)| number.parse().ok()) {
        Some(number) => edition(number),
        None => html! { span.id { (id) } },
    }
}
