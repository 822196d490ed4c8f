//! How long a notice takes that moves 100,000 open deadlines: from the bytes of its file until every list shows the new ones and both are kept; and
//! how that grows: 50,000 and 100,000 records in turns, each with an agency of its own.
//!
//! The time is a bound for a person who waits, and leaves room for a slower machine; the growth is a ratio, which no machine moves.
#![allow(dead_code, unreachable_pub, missing_debug_implementations, clippy::unwrap_used, clippy::print_stderr)]

#[path = "common/figures.rs"]
mod figures;
#[path = "../tests/support/mod.rs"]
mod support;

use std::process::ExitCode;

use figures::{at_most, median, ms_since, now, rounds, sha256_mib_s};
use quanji_agency::calendars;
use quanji_rules::Date;
use support::{Database, Stage};

const STATUTORY: &str = include_str!("../../proto/calendar/cn_statutory_to_2036.csv");
const RECORDS: u32 = 100_000;
const MOST_MS: f64 = 6_000.0;
/// 2 where it grows with the records.
const GROWTH_MOST: f64 = 2.6;

/// The notice for 2027 as the law has it at least; the other one gives a Monday more, on which every one of these terms counts.
fn notice(with_monday: bool) -> String {
    let mut rows = "date,kind,name_zh,basis\n".to_owned();
    for row in STATUTORY.lines().filter(|row| row.starts_with("2027-")) {
        let (day, holiday) = row.split_once(',').unwrap();
        rows += &format!("{day},off,{holiday},statutory\n");
    }
    if with_monday {
        rows += "2027-01-04,off,元旦,tiaoxiu\n";
    }
    rows
}

/// Records that ended on 30 December 2026 and the four days after it, as they stand once they were looked at.
async fn fill(stage: &Stage, records: u32) {
    let first = Date::from_ymd(2026, 12, 30).unwrap();
    let deadline_us = quanji_rules::Instant::china_midnight(Date::from_ymd(2027, 1, 5).unwrap()).us();
    let agency = stage.app.agency().id.to_string();
    let count = format!("WITH RECURSIVE one(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM one WHERE i + 1 < {records})");
    let statements = [
        format!(
            "INSERT INTO record (agency_id, record_id, device_id, epoch, number, opened_sha256, prev_opened_sha256, record_key,
                 record_key_id, opened_us, first_seen_us, next_seq, head_sha256, journal_bytes, files_missing, private_missing,
                 receipts, deadline_us, provisional, owed_count)
             {count} SELECT '{agency}', printf('%032x', i * 7919), 'd', 'e', i, 'o', 'p', 'k', printf('k%d', i), 1, 1, 9, 'h', 1, 0, 0, 0, {deadline_us}, 1, 0
             FROM one"
        ),
        format!(
            "INSERT INTO running_term (agency_id, record_id, from_day, to_day, is_waiting, is_by_rule)
             {count} SELECT '{agency}', printf('%032x', i * 7919), {0} + i % 5, {0} + i % 5, 0, 0 FROM one",
            first.days_since_epoch()
        ),
    ];
    let mut tx = stage.app.db().begin().await.unwrap();
    for statement in statements {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Imports a notice that moves them all; how long that took.
async fn moves_all(stage: &Stage, records: u32, with_monday: bool) -> f64 {
    let file = notice(with_monday);
    let began = now();
    let imported = calendars::import(&stage.app, file.as_bytes()).await.unwrap();
    let took_ms = ms_since(began);
    assert_eq!(imported.looked_at, u64::from(records));
    let last_day = if with_monday { "2027-01-05" } else { "2027-01-04" };
    let deadline = quanji_rules::Instant::china_midnight(Date::parse(last_day).unwrap().next()).us();
    let moved: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM record WHERE deadline_us >= $1 AND provisional = 0")
        .bind(deadline)
        .fetch_one(stage.app.db().pool())
        .await
        .unwrap();
    assert_eq!(moved, i64::from(records));
    // What was kept would make every round dearer than the one before.
    let kept = sqlx::query("DELETE FROM reckoning").execute(stage.app.db().pool()).await.unwrap();
    assert_eq!(kept.rows_affected(), u64::from(records));
    took_ms
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let stages = runtime.block_on(async {
        let mut stages = Vec::new();
        for records in [RECORDS / 2, RECORDS] {
            let stage = Stage::begin(Database::Sqlite).await;
            fill(&stage, records).await;
            moves_all(&stage, records, true).await;
            stages.push((stage, records));
        }
        stages
    });
    println!("bench deadlines: {RECORDS} open records, one notice; SHA-256 here {} MiB/s", sha256_mib_s());
    let [mut times, mut ratios] = [const { Vec::<f64>::new() }; 2];
    for round in 0..rounds() {
        let with_monday = round % 2 == 1;
        let [short, long] = [0, 1].map(|which: usize| {
            let (stage, records) = &stages[which];
            runtime.block_on(moves_all(stage, *records, with_monday))
        });
        times.push(long);
        ratios.push(long / short);
    }
    let mut holds = at_most("deadlines-100000", median(&mut times), "ms", MOST_MS);
    holds &= at_most("deadlines-growth", median(&mut ratios), "times 50,000 records", GROWTH_MOST);
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
