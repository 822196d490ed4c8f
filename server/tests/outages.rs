//! What the agency stands on fails and comes back: `/readyz` says which, a request is told to come again, nothing is half-written, and the
//! next one works.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use quanji_agency::refusal::Answer;
use quanji_wire::{Code, LinesKept};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyConnection, ConnectOptions, Connection, PgConnection};
use support::database::{Cluster, is_postgres_left_out};
use support::record::inspection;
use support::sending::refusal;
use support::{Database, Device, Record, Stage, over_both};

async fn ready(stage: &Stage) -> (u16, Value) {
    let answer = stage.client.get(stage.at("/readyz")).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn all_well() -> (u16, Value) {
    (200, json!({ "database": "ok", "storage": "ok", "clock": "ok" }))
}

/// Only this is amiss, and it says so.
async fn only_is_amiss(stage: &Stage, what: &str, says: &str) {
    let (status, said) = ready(stage).await;
    assert_eq!(status, 503, "{said}");
    for (part, state) in said.as_object().unwrap() {
        let is_so = if part == what { state.as_str().unwrap().contains(says) } else { state == "ok" };
        assert!(is_so, "{part}: {said}");
    }
}

/// A record of which the agency has the first line.
struct Begun {
    device: Device,
    record: Record,
    /// As they are then.
    rows: Vec<String>,
}

impl Begun {
    async fn on(stage: &Stage) -> Begun {
        let device = Device::enrolled(stage, "a phone").await;
        let record = inspection(stage, &device, "an inspection").await;
        stage.send_lines(&device, &record, 0, &record.lines[0]).await.unwrap();
        let rows = stage.rows().await;
        Begun { device, record, rows }
    }

    async fn send_rest(&self, stage: &Stage) -> Answer<LinesKept> {
        stage.send_lines(&self.device, &self.record, 1, &self.record.lines[1..].concat()).await
    }
}

/// Until it answers again: how long a pool takes to notice is its own affair.
async fn recovers(stage: &Stage) {
    for _ in 0..600 {
        if ready(stage).await == all_well() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("it never recovered: {:?}", ready(stage).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_that_stops_and_starts_again_is_said_and_survived() {
    if is_postgres_left_out() {
        return;
    }
    let cluster = tokio::task::spawn_blocking(Cluster::begin).await.unwrap();
    let stage = Stage::over(Database::Postgres, Some(cluster.fresh().await)).await;
    let begun = Begun::on(&stage).await;
    assert_eq!(ready(&stage).await, all_well());
    cluster.halt();
    only_is_amiss(&stage, "database", "does not answer").await;
    assert_eq!(refusal(begun.send_rest(&stage).await).0, Code::Unavailable);
    // The process lives, and says so.
    assert_eq!(stage.client.get(stage.at("/healthz")).send().await.unwrap().status(), 200);
    cluster.again();
    recovers(&stage).await;
    assert_eq!(stage.rows().await, begun.rows);
    assert_eq!(begun.send_rest(&stage).await.unwrap().next, begun.record.lines.len() as u64);
}

/// Every connection of the stage's own database, again and again, at the instants of an uneven beat.
async fn cut_connections(url: String, until: Arc<AtomicBool>) -> u64 {
    let mut own = PgConnection::connect(&url).await.unwrap();
    let mut cut = 0;
    for beat_ms in [3, 11, 5, 29, 7, 17].into_iter().cycle() {
        if until.load(Ordering::SeqCst) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(beat_ms)).await;
        let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        cut += sqlx::query(all).fetch_all(&mut own).await.unwrap().len() as u64;
    }
    cut
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_that_cuts_every_connection_again_and_again_loses_nothing_and_doubles_nothing() {
    if is_postgres_left_out() {
        return;
    }
    let stage = Stage::begin(Database::Postgres).await;
    let device = Device::enrolled(&stage, "a phone").await;
    let mut records = Vec::new();
    for number in 0..12 {
        records.push(inspection(&stage, &device, &format!("inspection {number}")).await);
    }
    let is_over = Arc::new(AtomicBool::new(false));
    let cutting = tokio::spawn(cut_connections(stage.database_url.clone().unwrap(), Arc::clone(&is_over)));
    let mut refused = 0;
    for record in &records {
        let mut at = 0;
        while at < record.lines.len() {
            match stage.send_lines(&device, record, at, &record.lines[at]).await {
                Ok(kept) => at = usize::try_from(kept.next).unwrap(),
                // Kept or not: the phone sends it once more.
                not => {
                    assert_eq!(refusal(not).0, Code::Unavailable);
                    refused += 1;
                }
            }
        }
    }
    is_over.store(true, Ordering::SeqCst);
    let cut = cutting.await.unwrap();
    assert!(cut > 0 && refused > 0, "{cut} connections cut, {refused} requests refused: nothing was tried");
    let rows = stage.rows().await;
    stage.forget_records().await;
    for record in &records {
        stage.send_journal(&device, record).await;
    }
    assert_eq!(rows, stage.rows().await, "after {cut} cuts and {refused} refusals");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postgresql_whose_disk_is_full_leaves_nothing_half_written() {
    if is_postgres_left_out() {
        return;
    }
    let stage = Stage::begin(Database::Postgres).await;
    let begun = Begun::on(&stage).await;
    let mut own = PgConnection::connect(stage.database_url.as_deref().unwrap()).await.unwrap();
    // What the server says when a table cannot grow, at the last of the lines: the ones before it were taken in the same transaction.
    let full = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$";
    sqlx::query(full).execute(&mut own).await.unwrap();
    let last = begun.record.lines.len() - 1;
    let grows = format!(
        "CREATE TRIGGER full_disk BEFORE INSERT ON line FOR EACH ROW WHEN (NEW.seq = {last}) EXECUTE FUNCTION full_disk()"
    );
    sqlx::query(sqlx::AssertSqlSafe(grows)).execute(&mut own).await.unwrap();
    assert_eq!(refusal(begun.send_rest(&stage).await).0, Code::Unavailable);
    assert_eq!(stage.rows().await, begun.rows);
    sqlx::query("DROP TRIGGER full_disk ON line").execute(&mut own).await.unwrap();
    assert_eq!(begun.send_rest(&stage).await.unwrap().next, begun.record.lines.len() as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sqlite_file_that_another_process_has_locked_is_said_and_survived() {
    let stage = Stage::begin(Database::Sqlite).await;
    let begun = Begun::on(&stage).await;
    let mut other = SqliteConnectOptions::new().filename(stage.data().join("agency.sqlite")).connect().await.unwrap();
    sqlx::query("BEGIN EXCLUSIVE").execute(&mut other).await.unwrap();
    let (refused, ()) = tokio::join!(begun.send_rest(&stage), only_is_amiss(&stage, "database", "does not answer"));
    assert_eq!(refusal(refused).0, Code::Unavailable);
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    recovers(&stage).await;
    assert_eq!(stage.rows().await, begun.rows);
    assert_eq!(begun.send_rest(&stage).await.unwrap().next, begun.record.lines.len() as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sqlite_file_that_can_grow_no_more_leaves_nothing_half_written() {
    let stage = Stage::begin(Database::Sqlite).await;
    let begun = Begun::on(&stage).await;
    // The limit is each connection's own, so every one of the pool gets it.
    every_connection(&stage, "PRAGMA max_page_count = 1").await;
    let refused = begun.send_rest(&stage).await;
    assert_eq!(refusal(refused).0, Code::Unavailable);
    assert_eq!(stage.rows().await, begun.rows);
    every_connection(&stage, "PRAGMA max_page_count = 1073741823").await;
    assert_eq!(begun.send_rest(&stage).await.unwrap().next, begun.record.lines.len() as u64);
}

async fn every_connection(stage: &Stage, statement: &'static str) {
    let mut all = Vec::new();
    for _ in 0..8 {
        all.push(stage.app.db().pool().acquire().await.unwrap());
    }
    for connection in &mut all {
        let connection: &mut AnyConnection = connection;
        sqlx::query(statement).execute(&mut *connection).await.unwrap();
        connection.ping().await.unwrap();
    }
}

over_both! {
    async fn a_data_folder_that_cannot_be_written_is_said_until_it_can(stage: Stage) {
        assert_eq!(ready(&stage).await, all_well());
        let probe = stage.data().join("readiness");
        std::fs::rename(&probe, stage.data().join("aside")).unwrap();
        std::fs::create_dir(&probe).unwrap();
        only_is_amiss(&stage, "storage", "the data folder cannot be written").await;
        std::fs::rename(&probe, stage.data().join("aside too")).unwrap();
        assert_eq!(ready(&stage).await, all_well());
    }

    async fn final_storage_that_is_gone_is_said_until_it_is_back(stage: Stage) {
        let (originals, away) = (stage.data().join("originals"), stage.data().join("unmounted"));
        std::fs::rename(&originals, &away).unwrap();
        only_is_amiss(&stage, "storage", "final storage does not answer").await;
        std::fs::rename(&away, &originals).unwrap();
        assert_eq!(ready(&stage).await, all_well());
    }
}
