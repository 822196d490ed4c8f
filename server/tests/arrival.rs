//! In whatever order and pieces a record arrives, rows and receipt are the same in the end.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::collections::BTreeMap;

use quanji_agency::receipts::{Looked, look_at};
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine};
use quanji_testkit::Dice;
use serde_json::Value;
use support::record::inspection;
use support::sending::kind_of;
use support::{Database, Device, Record, Stage};

/// What a phone sends of one record; each is one request.
const ITEMS: [Item; 7] = [Item::Opened, Item::Rest, Item::Head, Item::Private, Item::Init, Item::Segments, Item::Photo];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Opened,
    Rest,
    /// The line that announces the photo, ahead of its turn.
    Head,
    Private,
    Init,
    Segments,
    Photo,
}

impl Item {
    /// False when it was refused, to be sent again after the others.
    async fn send(self, stage: &Stage, device: &Device, record: &Record) -> bool {
        let files = record.files.len();
        match self {
            Item::Opened => stage.send_lines(device, record, 0, &record.lines[0]).await.is_ok(),
            Item::Rest => stage.send_lines(device, record, 1, &record.lines[1..].concat()).await.is_ok(),
            Item::Head => {
                let photo = record.lines.iter().position(|line| kind_of(line) == "photo").unwrap();
                stage.send_heads(device, &record.lines[photo]).await.is_ok()
            }
            Item::Private => stage.send_private(device, record, &record.private.concat()).await.is_ok(),
            Item::Init => {
                stage.store(device, &record.files[0]).await;
                true
            }
            Item::Segments => {
                for file in &record.files[1..files - 1] {
                    stage.store(device, file).await;
                }
                true
            }
            Item::Photo => {
                stage.store(device, &record.files[files - 1]).await;
                true
            }
        }
    }
}

/// The `number`th of the 5,040.
fn permutation(mut number: usize) -> Vec<Item> {
    let mut left = ITEMS.to_vec();
    let mut order = Vec::new();
    while !left.is_empty() {
        order.push(left.remove(number % left.len()));
        number /= left.len() + 1;
    }
    order
}

/// What does not depend on the order: every row, and the receipt but for its instants, its place in the log and so its signature.
#[derive(Debug, Clone, PartialEq)]
struct Outcome {
    rows: Vec<String>,
    receipt: Value,
}

async fn outcome(stage: &Stage, record: &Record) -> Outcome {
    let rows = stage.rows().await;
    assert_eq!(look_at(&stage.app, &record.id).await.unwrap(), Looked::Issued { number: 1 });
    let line: Vec<u8> = sqlx::query_scalar("SELECT line FROM receipt").fetch_one(stage.app.db().pool()).await.unwrap();
    let mut receipt = SignedLine::parse(&line, LINE_LIMIT_BYTES).unwrap().value;
    for (place, name) in [("", "stored_us"), ("", "issued_us"), ("/log", "index")] {
        assert!(receipt.pointer_mut(place).unwrap().as_object_mut().unwrap().remove(name).is_some(), "{name}");
    }
    Outcome { rows, receipt }
}

async fn arrive(stage: &Stage, device: &Device, record: &Record, mut order: Vec<Item>) -> Outcome {
    stage.forget_records().await;
    // Each turn moves at least one on.
    while !order.is_empty() {
        let mut refused = Vec::new();
        for item in &order {
            if !item.send(stage, device, record).await {
                refused.push(*item);
            }
        }
        assert!(refused.len() < order.len(), "{refused:?}");
        order = refused;
    }
    outcome(stage, record).await
}

/// A phone and its record, whose files stand in final storage; the agency's clock is past what the phone's said.
async fn sender(stage: &Stage) -> (Device, Record) {
    let device = Device::enrolled(stage, "a phone").await;
    let record = inspection(stage, &device, "an inspection").await;
    stage.clock.advance(3_600_000_000);
    for file in &record.files {
        stage.keep(&device, file).await;
    }
    (device, record)
}

async fn all_the_same(stage: &Stage, numbers: impl Iterator<Item = usize>) {
    let (device, record) = sender(stage).await;
    let expected = arrive(stage, &device, &record, ITEMS.to_vec()).await;
    assert_eq!(stage.count("SELECT count(*) FROM state").await, 0);
    for number in numbers {
        let order = permutation(number);
        assert_eq!(arrive(stage, &device, &record, order.clone()).await, expected, "{order:?}");
    }
}

/// Sends what is in `taken`, in the order of [`ITEMS`]; all of it is accepted.
async fn stand_at(stage: &Stage, device: &Device, record: &Record, taken: u8) {
    stage.forget_records().await;
    for item in items_of(taken) {
        assert!(item.send(stage, device, record).await, "{item:?} of {taken:#b}");
    }
}

fn items_of(taken: u8) -> impl Iterator<Item = Item> {
    ITEMS.into_iter().enumerate().filter(move |(place, _)| taken >> place & 1 == 1).map(|(_, item)| item)
}

/// Every order is a walk over the sets of what was accepted so far. Where a step leads to the same rows whichever items came before it,
/// and a refusal leaves the rows as they were, every walk to the whole ends alike: 5,040 orders by 236 steps.
async fn every_step_leads_to_the_same_rows(stage: &Stage) {
    let (device, record) = sender(stage).await;
    let all = (1_u8 << ITEMS.len()) - 1;
    let mut rows_of = BTreeMap::new();
    let mut ends = Vec::new();
    stage.forget_records().await;
    rows_of.insert(0_u8, stage.rows().await);
    let (mut steps, mut refused) = (0, 0);
    for taken in 0..all {
        // Never reached: nothing but refusals leads there.
        let Some(rows) = rows_of.get(&taken).cloned() else { continue };
        for (place, item) in ITEMS.into_iter().enumerate().filter(|(place, _)| taken >> place & 1 == 0) {
            stand_at(stage, &device, &record, taken).await;
            assert_eq!(stage.rows().await, rows, "{taken:#b}");
            // As after a restart in every second one: what is warm is no part of the state.
            if steps % 2 == 0 {
                stage.app.warm_readers().forget();
            }
            let is_taken = item.send(stage, &device, &record).await;
            let (next, after) = (taken | 1 << place, stage.rows().await);
            steps += 1;
            if !is_taken {
                refused += 1;
                assert_eq!(after, rows, "{item:?} after {taken:#b} was refused");
                continue;
            }
            assert_eq!(rows_of.entry(next).or_insert_with(|| after.clone()), &after, "{item:?} after {taken:#b}");
            if next == all {
                ends.push(outcome(stage, &record).await);
            }
        }
    }
    assert!(ends.len() > 1 && ends.iter().all(|end| *end == ends[0]));
    // Each set that can be reached, and each item that is not in it.
    assert_eq!((steps, refused), (236, 24));
}

#[test]
fn there_are_5040_orders() {
    let orders: std::collections::BTreeSet<String> =
        (0..5_040).map(|number| format!("{:?}", permutation(number))).collect();
    assert_eq!(orders.len(), 5_040);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_of_every_order_leads_to_the_same_rows_and_receipt_over_sqlite() {
    every_step_leads_to_the_same_rows(&Stage::begin(Database::Sqlite).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_of_every_order_leads_to_the_same_rows_and_receipt_over_postgresql() {
    if support::database::is_postgres_left_out() {
        return;
    }
    every_step_leads_to_the_same_rows(&Stage::begin(Database::Postgres).await).await;
}

/// Whole orders, from the first request to the receipt; all 5,040 of them in the long run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_of_arrival_end_in_the_same_rows_and_receipt_over_sqlite() {
    let stage = Stage::begin(Database::Sqlite).await;
    if std::env::var_os("QUANJI_LONG").is_some() {
        return all_the_same(&stage, 0..5_040).await;
    }
    let mut dice = Dice::new(0x5eed_0005);
    all_the_same(&stage, (0..120).map(|_| dice.below(5_040) as usize)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_of_arrival_end_in_the_same_rows_and_receipt_over_postgresql() {
    if support::database::is_postgres_left_out() {
        return;
    }
    let stage = Stage::begin(Database::Postgres).await;
    let mut dice = Dice::new(0x5eed_0004);
    all_the_same(&stage, (0..120).map(|_| dice.below(5_040) as usize)).await;
}

/// Random pieces, overlapping and repeated, with restarts between them.
async fn pieces_make_the_whole(mut stage: Stage, turns: u32, seed: u64) {
    let mut dice = Dice::new(seed);
    let device = Device::enrolled(&stage, "a phone").await;
    let record = inspection(&stage, &device, "an inspection").await;
    stage.send_journal(&device, &record).await;
    let (expected, lines) = (stage.rows().await, record.lines.len());
    for turn in 0..turns {
        stage.forget_records().await;
        let mut held = 0;
        while held < lines {
            let from = dice.below(held as u64 + 2) as usize;
            let to = (from + 1 + dice.below(8) as usize).min(lines);
            if from >= to {
                continue;
            }
            let answer = stage.send_lines(&device, &record, from, &record.lines[from..to].concat()).await;
            if from > held {
                assert_eq!(answer.unwrap_err().0.next, Some(held as u64));
            } else {
                held = held.max(to);
                assert_eq!(answer.unwrap().next, held as u64);
            }
            if dice.percent(5) {
                stage.restart().await;
            }
        }
        assert_eq!(stage.rows().await, expected, "turn {turn} of seed {seed:#x}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pieces_of_a_journal_in_any_cut_make_the_same_rows_over_sqlite() {
    pieces_make_the_whole(Stage::begin(Database::Sqlite).await, 40, 0x5eed_0041).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pieces_of_a_journal_in_any_cut_make_the_same_rows_over_postgresql() {
    if support::database::is_postgres_left_out() {
        return;
    }
    pieces_make_the_whole(Stage::begin(Database::Postgres).await, 10, 0x5eed_0042).await;
}
