//! An agency begins, and can be begun once.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use quanji_agency::agency::AgencyFault;
use quanji_agency::cli::init::init;
use quanji_evidence::{Drafts, Findings, Journal};
use support::stage::founding;
use support::{Device, over_both, record};

over_both! {
    async fn an_agency_answers_in_the_documented_form_even_where_there_is_nothing(stage: Stage) {
        let answer = stage.client.get(stage.at("/v1/nothing")).send().await.unwrap();
        assert_eq!(answer.status(), 404);
        assert_eq!(answer.text().await.unwrap(), r#"{"code":"not_found"}"#);
    }

    async fn a_second_agency_in_the_same_place_is_refused_and_the_first_one_stays(stage: Stage) {
        let again = init(stage.data(), stage.database_url.as_deref(), &founding(), &*stage.clock).await;
        assert!(matches!(again, Err(AgencyFault::KeysThere { .. })));
        let elsewhere = tempfile::tempdir().unwrap();
        let own = format!("sqlite:{}", stage.data().join("agency.sqlite").display());
        let database = stage.database_url.as_deref().unwrap_or(&own);
        let again = init(elsewhere.path(), Some(database), &founding(), &*stage.clock).await;
        assert!(matches!(again, Err(AgencyFault::AlreadyInitialised)));
        assert_eq!(stage.count("SELECT count(*) FROM agency").await, 1);
        stage.app.reload().await.unwrap();
    }

    async fn every_line_of_the_key_set_stands_in_the_log(stage: Stage) {
        assert_eq!(stage.count("SELECT count(*) FROM keyset_line").await, 5);
        assert_eq!(stage.count("SELECT count(*) FROM log_entry WHERE kind = 'keyset'").await, 5);
    }

    async fn the_record_that_the_other_tests_send_is_one_that_the_format_takes(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = record::inspection(&stage, &device, "an inspection").await;
        let mut findings = Findings::default();
        let journal = Journal::read(&record.journal(), Drafts::Accepted, "journal", &mut findings);
        assert_eq!(findings, Findings::default());
        assert!(journal.is_read_in_full());
        assert_eq!(journal.entries.len(), record.lines.len());
    }
}
