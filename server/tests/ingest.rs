//! Lines, live heads and private values over both databases: what is kept, what is refused, what is listed and what heals.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use quanji_agency::hooks;
use quanji_agency::ingest::list_unannounced;
use quanji_wire::{AnnouncedKind, Code};
use serde_json::json;
use support::record::inspection;
use support::sending::{kind_of, line_after, record_key, refusal};
use support::{DAY_US, Device, Record, RecordDraft, Stage, over_both};

over_both! {
    async fn a_record_stands_where_its_lines_files_and_private_values_are(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        let kept = stage.send_lines(&device, &record, 0, &record.lines[0]).await.unwrap();
        assert_eq!((kept.next, kept.head), (1, Record::digest_of(&record.lines[0])));
        assert!(!stage.standing(&device, &record).await.sealed);
        let kept = stage.send_lines(&device, &record, 1, &record.lines[1..].concat()).await.unwrap();
        assert_eq!(kept.next, record.lines.len() as u64);

        let standing = stage.standing(&device, &record).await;
        assert!(standing.sealed);
        assert_eq!(standing.missing.len(), record.files.len());
        assert_eq!((standing.missing[0].kind, standing.missing[0].take), (AnnouncedKind::Init, Some(1)));
        assert_eq!((standing.missing[1].kind, standing.missing[1].number), (AnnouncedKind::Segment, Some(1)));
        assert_eq!(standing.missing.last().unwrap().kind, AnnouncedKind::Photo);
        assert_eq!(standing.private_missing, record.private.len() as u64);
        assert_eq!(standing.states, ["media_missing", "private_missing"]);
        // Looked at even so: its deadline is counted from now on.
        assert_eq!(stage.count("SELECT count(*) FROM job").await, 1);

        for file in &record.files {
            stage.store(&device, file).await;
        }
        // A file that is stored twice is still one.
        stage.store(&device, &record.files[0]).await;
        assert_eq!(stage.standing(&device, &record).await.states, ["private_missing"]);
        assert_eq!(stage.send_private(&device, &record, &record.private.concat()).await.unwrap().kept, record.private.len() as u64);
        let standing = stage.standing(&device, &record).await;
        assert_eq!((standing.missing.len(), standing.private_missing, standing.states.len()), (0, 0, 0));
        assert_eq!(stage.count("SELECT count(*) FROM job").await, 1);
        assert_eq!(stage.count("SELECT files_missing FROM record").await, 0);
    }

    async fn what_is_sent_again_changes_nothing(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        stage.send_journal(&device, &record).await;
        stage.send_private(&device, &record, &record.private.concat()).await.unwrap();
        let rows = stage.rows().await;
        assert_eq!(stage.send_journal(&device, &record).await.next, record.lines.len() as u64);
        stage.send_private(&device, &record, &record.private[1]).await.unwrap();
        stage.send_heads(&device, &record.lines[..64.min(record.lines.len())].concat()).await.unwrap();
        assert_eq!(stage.rows().await, rows);
    }

    async fn every_bad_body_of_lines_has_its_code_and_leaves_nothing(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let thief = Device::enrolled(&stage, "another phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        let other = inspection(&stage, &device, "another inspection").await;
        let foreign = inspection(&stage, &thief, "a foreign inspection").await;
        let rows = stage.rows().await;
        let torn = &record.journal()[..record.journal().len() - 1];
        let long = [record.lines[0].clone(), vec![b'a'; 65_536], b"\n".to_vec()].concat();
        let mut not_text = record.lines[0].clone();
        not_text[3] = 0xff;
        let large = vec![b'\n'; (4 << 20) + 1];
        for (name, sent, from, body, expected) in [
            ("no bytes", &record, 0, Vec::new(), (Code::BodyMalformed, None)),
            ("torn", &record, 0, torn.to_vec(), (Code::BodyMalformed, None)),
            ("not UTF-8", &record, 0, not_text, (Code::BodyMalformed, None)),
            ("too large", &record, 0, large, (Code::BodyTooLarge, None)),
            ("not from the first", &record, 1, record.lines[1].clone(), (Code::LinesGap, Some(0))),
            ("an empty line", &record, 0, b"\n".to_vec(), (Code::LineInvalid, Some(0))),
            ("another record's line 0", &record, 0, other.lines[0].clone(), (Code::RecordMismatch, Some(0))),
            ("another device's line 0", &foreign, 0, foreign.lines[0].clone(), (Code::DeviceMismatch, Some(0))),
            ("the second line first", &record, 0, record.lines[1].clone(), (Code::LineInvalid, Some(0))),
        ] {
            let answer = stage.send_lines(&device, sent, from, &body).await;
            assert_eq!(refusal(answer), expected, "{name}");
            assert_eq!(stage.rows().await, rows, "{name}");
        }
        assert_eq!(refusal(stage.send_lines(&device, &record, 0, &long).await), (Code::LineInvalid, Some(1)));
        assert_eq!(stage.count("SELECT next_seq FROM record").await, 1);
        // What is another's is unknown.
        assert_eq!(refusal(stage.send_lines(&thief, &record, 1, &record.lines[1]).await).0, Code::RecordUnknown);
        assert_eq!(refusal(stage.send_private(&thief, &record, &record.private[0]).await).0, Code::RecordUnknown);
        assert_eq!(refusal(stage.send_heads(&thief, &record.lines[1]).await), (Code::RecordUnknown, Some(0)));
        assert_eq!(refusal(stage.send_lines(&device, &record, 9, &record.lines[9]).await), (Code::LinesGap, Some(1)));
    }

    async fn lines_before_one_that_does_not_prove_itself_are_kept(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        let mut forged = record.lines.clone();
        let place = forged[4].len() - 10;
        forged[4][place] ^= 1;
        assert_eq!(refusal(stage.send_lines(&device, &record, 0, &forged.concat()).await), (Code::LineInvalid, Some(4)));
        assert_eq!(stage.standing(&device, &record).await.next, 4);
        // Signed by a stranger.
        let stranger = record_key("somebody else's record");
        let strange = line_after(&record.lines[..4], "mark", json!({"mark": "m", "at_mono_us": 1}), &[&stranger]);
        assert_eq!(refusal(stage.send_lines(&device, &record, 4, &strange).await), (Code::LineInvalid, Some(4)));
        // A kind that this program does not know waits on the phone until the agency knows it.
        let later = line_after(&record.lines[..4], "hologram", json!({}), &[&record_key("an inspection")]);
        assert_eq!(refusal(stage.send_lines(&device, &record, 4, &later).await), (Code::LineInvalid, Some(4)));
        assert_eq!(stage.send_lines(&device, &record, 4, &record.lines[4..].concat()).await.unwrap().next, record.lines.len() as u64);
    }

    async fn a_record_goes_on_after_the_agency_was_restarted(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        for (seq, line) in record.lines.iter().enumerate() {
            if seq % 3 == 2 {
                stage.restart().await;
            }
            stage.send_lines(&device, &record, seq, line).await.unwrap();
        }
        let rows = stage.rows().await;
        stage.forget_records().await;
        stage.restart().await;
        stage.send_journal(&device, &record).await;
        assert_eq!(stage.rows().await, rows);
    }

    async fn two_requests_at_once_write_what_one_would(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        stage.send_journal(&device, &record).await;
        let rows = stage.rows().await;
        stage.forget_records().await;
        stage.restart().await;
        let (journal, middle) = (record.journal(), record.lines.len() / 2);
        let half = record.lines[..middle].concat();
        let (one, two, three) = tokio::join!(
            stage.send_lines(&device, &record, 0, &journal),
            stage.send_lines(&device, &record, 0, &half),
            stage.send_lines(&device, &record, 0, &journal)
        );
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        assert_eq!(stage.rows().await, rows);
    }

    async fn a_second_line_at_one_seq_is_a_fork_and_both_are_kept(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        stage.send_journal(&device, &record).await;
        let mark = json!({"mark": "m", "at_mono_us": 1});
        let second = line_after(&record.lines[..5], "mark", mark.clone(), &[&record_key("an inspection")]);
        assert_eq!(refusal(stage.send_lines(&device, &record, 5, &second).await), (Code::LineConflict, Some(5)));
        assert_eq!(stage.codes().await.iter().filter(|code| *code == "fork").count(), 1);
        assert_eq!(stage.count("SELECT count(*) FROM seen_line WHERE kind = 'fork' AND seq = 5").await, 1);
        assert_eq!(stage.standing(&device, &record).await.next, record.lines.len() as u64);
        // One that nobody signed is none.
        let unsigned = line_after(&record.lines[..6], "mark", mark, &[&record_key("somebody else's record")]);
        assert_eq!(refusal(stage.send_lines(&device, &record, 6, &unsigned).await), (Code::LineInvalid, Some(6)));
        assert_eq!(stage.count("SELECT count(*) FROM seen_line").await, 1);
    }

    async fn a_header_twice_with_different_bytes_is_a_fork_at_seq_0(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        stage.clock.advance(1_000_000);
        // The same record and keys, another head of the agency in it.
        let again = RecordDraft::open(&stage, &device, "an inspection", 1, None).await.record();
        assert_ne!(again.lines[0], record.lines[0]);
        stage.send_lines(&device, &record, 0, &record.lines[0]).await.unwrap();
        assert_eq!(refusal(stage.send_lines(&device, &again, 0, &again.lines[0]).await), (Code::LineConflict, Some(0)));
        assert_eq!(stage.codes().await, ["fork"]);
    }

    async fn a_tail_cut_before_upload_and_signed_anew_is_named_because_a_live_head_was_seen(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        let key = record_key("an inspection");
        let photo = record.lines.iter().position(|line| kind_of(line) == "photo").unwrap();
        stage.send_lines(&device, &record, 0, &record.lines[0]).await.unwrap();
        assert_eq!(stage.send_heads(&device, &record.lines[photo]).await.unwrap().kept, 1);
        assert!(stage.codes().await.is_empty());
        // The thief leaves out all from the first take on, and seals with the record's own key.
        let take = record.lines.iter().position(|line| kind_of(line) == "take").unwrap();
        let mut cut = record.lines[..take].to_vec();
        cut.push(line_after(&cut, "ended", json!({"how": "officer", "at_us": support::T0_US}), &[&key]));
        let counts = json!({"takes": 0, "segments": 0, "fragments": 0, "media_bytes": 0, "files": 0});
        cut.push(line_after(&cut, "sealed", counts, &[&key]));
        stage.send_lines(&device, &record, 1, &cut[1..].concat()).await.unwrap();
        assert!(stage.codes().await.contains(&"head_contradicted".to_owned()));
        assert!(stage.standing(&device, &record).await.states.contains(&"head_contradicted".to_owned()));
        let listed: Vec<_> = stage.states().await.into_iter().filter(|state| state.starts_with("head_contra")).collect();
        let seen = Record::digest_of(&record.lines[photo]);
        assert_eq!(listed, [format!("head_contradicted journal:{photo} {seen} → sealed at {}", take + 1)]);
        // It never heals.
        stage.send_private(&device, &record, &record.private.concat()).await.unwrap();
        assert!(stage.codes().await.contains(&"head_contradicted".to_owned()));
    }

    async fn a_head_that_the_journal_reaches_with_other_bytes_is_contradicted_whichever_came_first(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        let body = json!({"mark": "m", "at_mono_us": 1});
        let other = line_after(&record.lines[..5], "mark", body, &[&record_key("an inspection")]);
        stage.send_lines(&device, &record, 0, &record.lines[0]).await.unwrap();
        stage.send_heads(&device, &[other.clone(), record.lines[7].clone()].concat()).await.unwrap();
        stage.send_lines(&device, &record, 1, &record.lines[1..].concat()).await.unwrap();
        let rows = stage.rows().await;
        assert!(stage.codes().await.contains(&"head_contradicted".to_owned()));
        assert_eq!(stage.count("SELECT count(*) FROM seen_line").await, 1);
        stage.forget_records().await;
        stage.restart().await;
        stage.send_journal(&device, &record).await;
        stage.send_heads(&device, &other).await.unwrap();
        assert_eq!(stage.rows().await, rows);
    }

    async fn every_bad_body_of_heads_has_its_code_and_leaves_nothing(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        let unknown = inspection(&stage, &device, "another inspection").await;
        stage.send_lines(&device, &record, 0, &record.lines[0]).await.unwrap();
        let rows = stage.rows().await;
        let mut forged = record.lines[3].clone();
        let place = forged.len() - 10;
        forged[place] ^= 1;
        let many = record.lines[3].repeat(65);
        for (name, body, expected) in [
            ("unknown record", [record.lines[2].clone(), unknown.lines[2].clone()].concat(), (Code::RecordUnknown, Some(1))),
            ("not signed", [record.lines[2].clone(), forged].concat(), (Code::LineInvalid, Some(1))),
            ("no line", b"{}\n".to_vec(), (Code::LineInvalid, Some(0))),
            ("65 of them", many, (Code::BodyTooLarge, None)),
            ("torn", record.lines[2][..40].to_vec(), (Code::BodyMalformed, None)),
        ] {
            assert_eq!(refusal(stage.send_heads(&device, &body).await), expected, "{name}");
            assert_eq!(stage.rows().await, rows, "{name}");
        }
    }

    async fn every_bad_private_value_has_its_code_and_leaves_nothing(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        assert_eq!(refusal(stage.send_private(&device, &record, &record.private[0]).await).0, Code::RecordUnknown);
        stage.send_lines(&device, &record, 0, &record.lines[0]).await.unwrap();
        let other = String::from_utf8(record.private[0].clone()).unwrap().replace("某街道", "别街道").into_bytes();
        assert_ne!(other, record.private[0]);
        stage.send_private(&device, &record, &record.private[0]).await.unwrap();
        let rows = stage.rows().await;
        assert_eq!(refusal(stage.send_private(&device, &record, &other).await).0, Code::PrivateConflict);
        let both = [record.private[1].clone(), b"{\"ref\":\"p2\"}\n".to_vec()].concat();
        assert_eq!(refusal(stage.send_private(&device, &record, &both).await), (Code::BodyMalformed, Some(1)));
        assert_eq!(stage.rows().await, rows);
        stage.forget_records().await;
        stage.restart().await;
        stage.send_journal(&device, &record).await;
        let rows = stage.rows().await;
        assert_eq!(refusal(stage.send_private(&device, &record, &other).await).0, Code::PrivateMismatch);
        assert_eq!(stage.rows().await, rows);
    }

    async fn a_wrong_private_value_that_came_first_makes_room_for_the_one_that_is_named(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        let other = String::from_utf8(record.private[0].clone()).unwrap().replace("某街道", "别街道").into_bytes();
        stage.send_lines(&device, &record, 0, &record.lines[0]).await.unwrap();
        stage.send_private(&device, &record, &other).await.unwrap();
        stage.send_lines(&device, &record, 1, &record.lines[1..].concat()).await.unwrap();
        assert_eq!(stage.standing(&device, &record).await.private_missing, record.private.len() as u64);
        stage.send_private(&device, &record, &record.private.concat()).await.unwrap();
        assert_eq!(stage.standing(&device, &record).await.private_missing, 0);
    }

    async fn a_number_that_is_missing_in_the_ledger_is_listed_until_it_comes(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let mut records: Vec<Record> = Vec::new();
        for number in 1..=5_u64 {
            let prev = records.last().map(|record| record.lines[0].clone());
            let draft = RecordDraft::open(&stage, &device, &format!("record {number}"), number, prev.as_deref()).await;
            records.push(draft.record());
        }
        let gap = async || {
            let states = stage.states().await;
            states.iter().map(|state| state.split(" → ").nth(1).unwrap().to_owned()).collect::<Vec<_>>()
        };
        stage.send_journal(&device, &records[4]).await;
        assert_eq!(gap().await, ["none of 1-4"]);
        stage.send_journal(&device, &records[1]).await;
        assert_eq!(gap().await, ["none of 1, 3-4"]);
        for number in [3, 0, 2] {
            stage.send_journal(&device, &records[number]).await;
        }
        assert!(stage.codes().await.is_empty());
    }

    async fn two_records_with_one_number_and_a_link_to_another_record_are_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let first = RecordDraft::open(&stage, &device, "the first", 1, None).await.record();
        let twin = RecordDraft::open(&stage, &device, "its twin", 1, None).await.record();
        let second = RecordDraft::open(&stage, &device, "the second", 2, Some(&first.lines[0])).await.record();
        stage.send_journal(&device, &second).await;
        stage.send_journal(&device, &first).await;
        assert!(stage.codes().await.is_empty());
        stage.send_journal(&device, &twin).await;
        assert_eq!(stage.codes().await, ["forked_device", "forked_device", "ledger_broken"]);
        assert_eq!(stage.standing(&device, &first).await.states, ["forked_device"]);
        assert_eq!(stage.standing(&device, &second).await.states, ["ledger_broken"]);
        let rows = stage.rows().await;
        stage.forget_records().await;
        stage.restart().await;
        for record in [&twin, &first, &second] {
            stage.send_journal(&device, record).await;
        }
        assert_eq!(stage.rows().await, rows);
    }

    async fn a_file_that_no_line_names_is_listed_after_a_day_and_heals_when_one_does(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        stage.store(&device, &record.files[0]).await;
        assert_eq!(list_unannounced(&stage.app).await.unwrap(), 0);
        stage.clock.advance(DAY_US + 1_000_000);
        assert_eq!(list_unannounced(&stage.app).await.unwrap(), 1);
        assert_eq!(list_unannounced(&stage.app).await.unwrap(), 0);
        assert_eq!(stage.codes().await, ["media_unannounced"]);
        stage.send_lines(&device, &record, 0, &record.lines[..record.lines.len() - 2].concat()).await.unwrap();
        assert!(stage.codes().await.is_empty());
    }

    async fn a_file_and_the_line_that_names_it_find_each_other_when_they_come_at_once(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        for turn in 0..6 {
            let record = inspection(&stage, &device, &format!("inspection {turn}")).await;
            stage.send_lines(&device, &record, 0, &record.lines[0]).await.unwrap();
            let rest = record.lines[1..].concat();
            let photo = record.files.last().unwrap();
            let (lines, ()) = tokio::join!(stage.send_lines(&device, &record, 1, &rest), stage.store(&device, photo));
            lines.unwrap();
            assert!(stage.standing(&device, &record).await.missing.iter().all(|file| file.kind != AnnouncedKind::Photo));
            stage.forget_records().await;
            stage.restart().await;
        }
    }

    async fn a_refused_transaction_of_storage_takes_the_hook_back_with_it(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        stage.send_journal(&device, &record).await;
        let rows = stage.rows().await;
        let mut tx = stage.app.db().begin().await.unwrap();
        let (device_id, sha256) = (device.id.to_string(), Record::digest_of(&record.files[0]));
        hooks::original_stored(&mut tx, &stage.app.agency(), &device_id, &sha256, 1).await.unwrap();
        tx.rollback().await.unwrap();
        assert_eq!(stage.rows().await, rows);
    }
}

/// The connection is cut while the request waits inside its transaction: nothing of it stays, and the same request then succeeds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_connection_lost_in_mid_request_leaves_nothing() {
    if support::database::is_postgres_left_out() {
        return;
    }
    let stage = Stage::begin(support::Database::Postgres).await;
    let device = Device::enrolled(&stage, "a phone").await;
    let record = inspection(&stage, &device, "an inspection").await;
    stage.send_lines(&device, &record, 0, &record.lines[0]).await.unwrap();
    let rows = stage.rows().await;
    // The state table is locked, so that the request stands still after its rows were written.
    let mut blocker = stage.app.db().begin().await.unwrap();
    sqlx::query("LOCK TABLE state IN ACCESS EXCLUSIVE MODE").execute(&mut *blocker).await.unwrap();
    let rest = record.lines[1..].concat();
    let cut = async {
        let mut cut = 0;
        while cut == 0 {
            cut = stage
                .count(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                     WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()",
                )
                .await;
        }
        blocker.rollback().await.unwrap();
    };
    let (answer, ()) = tokio::join!(stage.send_lines(&device, &record, 1, &rest), cut);
    assert_eq!(refusal(answer).0, Code::Unavailable);
    assert_eq!(stage.rows().await, rows);
    assert_eq!(stage.send_lines(&device, &record, 1, &rest).await.unwrap().next, record.lines.len() as u64);
}
