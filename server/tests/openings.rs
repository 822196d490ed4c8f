//! First lines whose certificate or head is not what it should be: the record is taken all the same, and what is amiss is listed.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use quanji_agency::cli::revoke::{Revokee, revoke};
use quanji_agency::jobs;
use quanji_agency::receipts::{Looked, look_at};
use quanji_evidence::certificate::Certificate;
use quanji_evidence::head::Head;
use quanji_evidence::id::AgencyId;
use quanji_evidence::keyset::Role;
use quanji_evidence::{Ed25519Signer, Signer};
use support::device::{bytes_of, id_of};
use support::{DAY_US, Device, Record, RecordDraft, Stage, over_both};

/// Line 0 carries this certificate and this head; the rest is an ordinary record.
async fn opened_with(stage: &Stage, device: &Device, certificate: Option<&str>, head: Option<&str>) -> Record {
    let mut draft = RecordDraft::open_with(stage, device, "a doubtful one", certificate, head).await;
    draft.describe();
    draft.film_second();
    draft.seal();
    draft.record()
}

/// A device's clock is measured against when the whole came, so it is no doubt about an opening.
const OF_THE_WHOLE: &str = "device_clock_off";

/// Everything of it is taken and gets a receipt; what is listed of it then.
async fn taken(stage: &Stage, device: &Device, record: &Record) -> Vec<String> {
    stage.send_journal(device, record).await;
    // Listed at once, not only when the whole is looked at.
    let at_line_0 = stage.codes().await.into_iter().filter(|code| !code.ends_with("_missing")).collect::<Vec<_>>();
    stage.send_private(device, record, &record.private.concat()).await.unwrap();
    for file in &record.files {
        stage.keep(device, file).await;
    }
    assert_eq!(look_at(&stage.app, &record.id).await.unwrap(), Looked::Issued { number: 1 });
    let listed: Vec<_> = stage.states().await.into_iter().filter(|state| !state.starts_with(OF_THE_WHOLE)).collect();
    let of_line_0 = stage.codes().await.into_iter().filter(|code| code != OF_THE_WHOLE).collect::<Vec<_>>();
    assert_eq!(at_line_0, of_line_0);
    assert!(
        stage
            .standing(device, record)
            .await
            .states
            .iter()
            .filter(|code| *code != OF_THE_WHOLE)
            .all(|code| listed.iter().any(|state| state.starts_with(code)))
    );
    listed
}

fn certificate_of(stage: &Stage, device: &Device) -> Certificate {
    let line = quanji_evidence::line::SignedLine::parse(device.certificate.as_bytes(), 65_536).unwrap();
    let certificate: Certificate = serde_json::from_slice(line.json).unwrap();
    assert_eq!(certificate.agency, stage.app.agency().id);
    certificate
}

fn signed(stage: &Stage, certificate: &Certificate) -> String {
    certificate.write(&*stage.app.agency().signer(Role::Device, certificate.issued_us).unwrap()).unwrap()
}

fn is_listed(states: &[String], code: &str, expected: &str, found: &str) {
    let [state] = states else { panic!("{states:?}") };
    assert!(state.starts_with(&format!("{code} journal:0 ")), "{state}");
    let (left, right) = state.split_once(" → ").unwrap();
    assert!(left.contains(expected) && right.contains(found), "{state}");
}

over_both! {
    async fn another_devices_certificate_is_listed(stage: Stage) {
        let (device, other) = (Device::enrolled(&stage, "a phone").await, Device::enrolled(&stage, "another").await);
        let record = opened_with(&stage, &device, Some(&other.certificate), None).await;
        is_listed(&taken(&stage, &device, &record).await, "certificate_invalid", "of the agency", "for another device");
    }

    async fn a_certificate_that_was_altered_is_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let altered = device.certificate.replacen("\"number\":1", "\"number\":7", 1);
        assert_ne!(altered, device.certificate);
        let record = opened_with(&stage, &device, Some(&altered), None).await;
        is_listed(&taken(&stage, &device, &record).await, "certificate_invalid", "of the agency", "not signed by");
    }

    async fn a_certificate_that_is_no_certificate_is_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = opened_with(&stage, &device, Some("not a line"), None).await;
        is_listed(&taken(&stage, &device, &record).await, "certificate_invalid", "of the agency", "not a certificate's form");
    }

    async fn a_certificate_of_a_key_that_the_agency_never_gave_is_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let stranger = Ed25519Signer::from_seed(&bytes_of("a stranger's key"));
        let forged = certificate_of(&stage, &device).write(&stranger).unwrap();
        let record = opened_with(&stage, &device, Some(&forged), None).await;
        is_listed(&taken(&stage, &device, &record).await, "certificate_invalid", "of the agency", "not signed by");
    }

    async fn a_certificate_of_a_number_that_nobody_was_given_or_of_another_agency_is_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let beyond = signed(&stage, &Certificate { number: 2, ..certificate_of(&stage, &device) });
        let record = opened_with(&stage, &device, Some(&beyond), None).await;
        is_listed(&taken(&stage, &device, &record).await, "certificate_invalid", "up to number 1", "number 2");
        stage.forget_records().await;
        let other = AgencyId::parse(&id_of("another agency")).unwrap();
        let elsewhere = signed(&stage, &Certificate { agency: other, ..certificate_of(&stage, &device) });
        let record = opened_with(&stage, &device, Some(&elsewhere), None).await;
        let agency = stage.app.agency().id.to_string();
        stage.send_journal(&device, &record).await;
        let states = stage.states().await;
        is_listed(&states[..1], "certificate_invalid", &agency, &other.to_string());
    }

    async fn a_certificate_that_had_expired_when_the_record_began_is_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let short = certificate_of(&stage, &device);
        let until_us = short.issued_us + 60_000_000;
        let expired = signed(&stage, &Certificate { valid_until_us: until_us, ..short });
        stage.clock.advance(DAY_US);
        let record = opened_with(&stage, &device, Some(&expired), None).await;
        is_listed(&taken(&stage, &device, &record).await, "certificate_outside_validity", &until_us.to_string(), "from ");
    }

    async fn a_certificate_whose_signing_key_was_revoked_before_is_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let agency = stage.app.agency();
        let key = agency.signer(Role::Device, stage.app.now_us()).unwrap().public().id();
        let from_us = certificate_of(&stage, &device).issued_us;
        revoke(stage.data(), stage.app.db(), &Revokee::Key(key), from_us, &*stage.clock).await.unwrap();
        stage.app.reload().await.unwrap();
        let record = opened_with(&stage, &device, Some(&device.certificate), None).await;
        is_listed(&taken(&stage, &device, &record).await, "certificate_invalid", "of the agency", "not signed by");
    }

    async fn a_record_begun_after_its_device_was_revoked_is_listed_when_that_is_known(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let before_us = stage.app.now_us();
        let record = opened_with(&stage, &device, Some(&device.certificate), None).await;
        assert_eq!(taken(&stage, &device, &record).await, Vec::<String>::new());
        jobs::run_due(&stage.app).await.unwrap();
        let revokee = Revokee::Device(device.id.to_string());
        revoke(stage.data(), stage.app.db(), &revokee, before_us, &*stage.clock).await.unwrap();
        jobs::run_due(&stage.app).await.unwrap();
        is_listed(&stage.states().await, "certificate_revoked", &before_us.to_string(), "from ");
        assert_eq!(stage.count("SELECT COUNT(*) FROM receipt").await, 1);
    }

    async fn a_head_that_is_not_the_agencys_is_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let stranger = Ed25519Signer::from_seed(&bytes_of("a stranger's key"));
        let forged = Head::write(&stage.app.agency().origin, 9, &[9; 32], stage.app.now_us(), &stranger).unwrap();
        let record = opened_with(&stage, &device, Some(&device.certificate), Some(&forged)).await;
        is_listed(&taken(&stage, &device, &record).await, "anchor_invalid", "head key", "not so signed");
    }

    async fn a_record_without_certificate_is_taken_and_nothing_is_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = opened_with(&stage, &device, None, None).await;
        assert_eq!(taken(&stage, &device, &record).await, Vec::<String>::new());
    }
}
