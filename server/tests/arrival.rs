//! In whatever order and pieces a record arrives, the rows are the same in the end.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use quanji_testkit::Dice;
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

async fn arrive(stage: &Stage, device: &Device, record: &Record, mut order: Vec<Item>) -> Vec<String> {
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
    stage.rows().await
}

async fn all_the_same(stage: &Stage, numbers: impl Iterator<Item = usize>) {
    let device = Device::enrolled(stage, "a phone").await;
    let record = inspection(stage, &device, "an inspection").await;
    let expected = arrive(stage, &device, &record, ITEMS.to_vec()).await;
    assert_eq!(stage.count("SELECT count(*) FROM job").await, 1);
    assert_eq!(stage.count("SELECT count(*) FROM state").await, 0);
    for number in numbers {
        let order = permutation(number);
        assert_eq!(arrive(stage, &device, &record, order.clone()).await, expected, "{order:?}");
    }
}

#[test]
fn there_are_5040_orders() {
    let orders: std::collections::BTreeSet<String> =
        (0..5_040).map(|number| format!("{:?}", permutation(number))).collect();
    assert_eq!(orders.len(), 5_040);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_order_of_arrival_ends_in_the_same_rows_over_sqlite() {
    let stage = Stage::begin(Database::Sqlite).await;
    // What is asked here is the order, not the disk.
    all_the_same(&stage, 0..5_040).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sample_of_orders_ends_in_the_same_rows_over_postgresql() {
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
