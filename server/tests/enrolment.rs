//! Enrolment and sessions, the phone's own code against the real server over loopback.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::sync::Arc;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use quanji_agency::agency::{read_seed, write_new_seed};
use quanji_agency::app::App;
use quanji_agency::cli::enrol::{EnrolArgs, enrol as enrol_command};
use quanji_agency::dock;
use quanji_agency::enrolment::code::make_code;
use quanji_agency::keyset_lines;
use quanji_agency::log;
use quanji_evidence::certificate::{Certificate, CertificateFault};
use quanji_evidence::head::Head;
use quanji_evidence::id::DeviceId;
use quanji_evidence::keyset::{KeysetFault, KeysetStatement, KeysetWriter, Role, RoleKey};
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine, Tag};
use quanji_evidence::{Digest, Ed25519Signer, P256Signer, PublicKey, Signer, base64url};
use quanji_upload::code::Invitation;
use quanji_upload::enrol::{self, Asked, Keys, NotAuthentic};
use quanji_upload::session::{self, OpenSession, SessionFault};
use quanji_upload::trust::{Enrolling, Trust, TrustFault};
use quanji_wire::{
    CHALLENGES, Challenge, ChallengeRequest, Code, ENROLMENTS, Enrolled, EnrolmentReply, EnrolmentRequest, Refusal,
    SESSIONS, Session,
};
use serde::de::DeserializeOwned;
use sha2::Sha256;
use support::device::{bytes_of, id_of};
use support::openssl::openssl_verifies;
use support::{DAY_US, SECOND_US, SimClock, Stage, T0_US, over_both};

const HOUR_US: u64 = 3_600 * SECOND_US;

struct Phone {
    id: DeviceId,
    key: Ed25519Signer,
}

impl Phone {
    fn named(name: &str) -> Phone {
        let key = Ed25519Signer::from_seed(&bytes_of(&format!("key of {name}")));
        Phone { id: DeviceId::parse(&id_of(name)).unwrap(), key }
    }

    fn own(&self) -> Enrolling<'_> {
        Enrolling { device: self.id, key: self.key.public() }
    }

    fn ask(&self, invitation: Invitation) -> Asked {
        self.ask_with(invitation, None)
    }

    fn ask_with(&self, invitation: Invitation, hardware: Option<&dyn Signer>) -> Asked {
        let keys = Keys { device: &self.key, hardware };
        enrol::ask(invitation, self.id, keys, &[7; 16], "quanji-phone/0.1", Some("a phone")).unwrap()
    }

    async fn enrolled(&self, stage: &Stage, seed: u8) -> Trust {
        let asked = self.ask(scanned(stage, seed).await);
        asked.accept(&enrolment(stage, asked.body()).await.unwrap()).unwrap()
    }

    async fn session_line(&self, stage: &Stage, trust: &Trust) -> Vec<u8> {
        session::ask(trust, self.id, &challenge(stage, &self.id.to_string()).await, &self.key).unwrap()
    }

    async fn session(&self, stage: &Stage, trust: &Trust) -> Result<OpenSession, Refusal> {
        let reply = open(stage, self.session_line(stage, trust).await).await?;
        Ok(session::accept(trust, self.own(), &reply, 100, 350).unwrap())
    }
}

async fn code(stage: &Stage, seed: u8) -> quanji_agency::enrolment::code::Invitation {
    let agency = stage.app.agency();
    make_code(stage.app.db(), &agency, stage.unit(), &stage.url, stage.app.now_us(), &[seed; 19]).await.unwrap()
}

async fn scanned(stage: &Stage, seed: u8) -> Invitation {
    Invitation::scanned(&code(stage, seed).await.uri).unwrap()
}

async fn answer<T: DeserializeOwned>(response: reqwest::Response) -> Result<T, Refusal> {
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    if status == 200 {
        return Ok(serde_json::from_str(&body).unwrap());
    }
    let refusal: Refusal = serde_json::from_str(&body).unwrap_or_else(|_| panic!("{status} {body}"));
    assert_eq!(refusal.code.status(), status);
    Err(refusal)
}

async fn enrolment(stage: &Stage, body: &EnrolmentRequest) -> Result<EnrolmentReply, Refusal> {
    answer(stage.client.post(stage.at(ENROLMENTS)).json(body).send().await.unwrap()).await
}

async fn challenge(stage: &Stage, device: &str) -> Challenge {
    let body = ChallengeRequest { device: device.to_owned() };
    answer(stage.client.post(stage.at(CHALLENGES)).json(&body).send().await.unwrap()).await.unwrap()
}

async fn open(stage: &Stage, line: Vec<u8>) -> Result<Session, Refusal> {
    answer(stage.client.post(stage.at(SESSIONS)).body(line).send().await.unwrap()).await
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, Refusal>) -> Code {
    outcome.expect_err("it is refused").code
}

/// As somebody would who knows the code's secret, here 15 times `seed`.
fn authenticated(seed: u8, reply: String) -> EnrolmentReply {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &[seed; 15]).expand(b"quanji/1 enrol", &mut key).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(b"quanji/1 enrol-reply\n");
    mac.update(reply.as_bytes());
    EnrolmentReply { reply, mac: base64url::encode(&mac.finalize().into_bytes()) }
}

/// The root key, brought back from where it is kept.
fn root_of(stage: &Stage) -> Ed25519Signer {
    let mut files = std::fs::read_dir(stage.data().join("root")).unwrap().map(|entry| entry.unwrap().path());
    read_seed(&files.find(|path| path.extension().is_some_and(|extension| extension == "key")).unwrap()).unwrap()
}

async fn rotate(stage: &Stage, statement: &KeysetStatement, signers: &[&dyn Signer]) {
    let mut tx = stage.app.db().begin().await.unwrap();
    let id = stage.app.agency().id.to_string();
    keyset_lines::append(&mut tx, &id, statement, signers, stage.app.now_us()).await.unwrap();
    tx.commit().await.unwrap();
}

fn new_key(stage: &Stage, role: Role) -> RoleKey {
    let key = write_new_seed(&stage.data().join("keys"), "rotated").unwrap().public().clone();
    let now_us = stage.clock.now_us();
    RoleKey { role, key, valid_from_us: now_us, valid_until_us: now_us + 1_000 * DAY_US }
}

over_both! {
    async fn a_scanned_code_and_a_typed_one_each_make_a_device_that_opens_a_session(stage: Stage) {
        let phone = Phone::named("scanned");
        let trust = phone.enrolled(&stage, 1).await;
        assert_eq!((trust.unit(), trust.root(), trust.url()), (stage.unit(), &stage.made.root, stage.url.as_str()));
        assert_eq!(trust.certificate().number, 1);
        let said = "SELECT COUNT(*) FROM device WHERE software = 'quanji-phone/0.1' AND model = 'a phone'";
        assert_eq!(stage.count(said).await, 1);
        assert_eq!(Trust::parse(&trust.to_text(), phone.own()).unwrap(), trust);
        let typed = Phone::named("typed");
        let text = code(&stage, 2).await.text.to_lowercase().replace('0', "o");
        let asked = typed.ask(Invitation::typed(&stage.url, &text).unwrap());
        let second = asked.accept(&enrolment(&stage, asked.body()).await.unwrap()).unwrap();
        assert_eq!((second.certificate().number, second.root()), (2, trust.root()));
        for (phone, trust) in [(&phone, &trust), (&typed, &second)] {
            let opened = phone.session(&stage, trust).await.unwrap();
            assert_eq!((opened.lives_us, opened.sync.rtt_us), (30 * 60 * SECOND_US, 250));
            assert!(opened.trust.head().time_us > trust.head().time_us);
            let response = stage.client.get(stage.at(&format!("/v1/records/{}", id_of("none"))));
            let response = response.header("authorization", opened.token.header().as_str()).send().await.unwrap();
            assert_eq!(refused(answer::<Session>(response).await), Code::RecordUnknown);
            stage.clock.advance(31 * 60 * SECOND_US);
            let response = stage.client.get(stage.at(&format!("/v1/records/{}", id_of("none"))));
            let response = response.header("authorization", opened.token.header().as_str()).send().await.unwrap();
            assert_eq!(refused(answer::<Session>(response).await), Code::TokenInvalid);
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM log_entry WHERE kind = 'certificate'").await, 2);
    }

    async fn a_code_that_names_another_root_ends_before_anything_is_believed(stage: Stage) {
        let mut invitation = scanned(&stage, 1).await;
        invitation.root = Some(Phone::named("a root of somebody else").key.public().clone());
        let asked = Phone::named("p").ask(invitation);
        let outcome = asked.accept(&enrolment(&stage, asked.body()).await.unwrap());
        assert!(matches!(outcome, Err(NotAuthentic::Trust(TrustFault::OtherRoot { .. }))), "{outcome:?}");
    }

    async fn a_man_in_the_middle_without_the_code_can_put_in_no_key_of_his(stage: Stage) {
        let (phone, his) = (Phone::named("p"), Phone::named("his"));
        let asked = phone.ask(scanned(&stage, 1).await);
        // He signs with his own key, over the MAC that he saw, and with a code that he made up.
        let other = his.ask(Invitation::typed(&stage.url, &format!("{}{}", asked.body().code_id, "0".repeat(24))).unwrap());
        let swapped = EnrolmentRequest { mac: asked.body().mac.clone(), ..other.body().clone() };
        assert_eq!(refused(enrolment(&stage, &swapped).await), Code::MacInvalid);
        assert_eq!(refused(enrolment(&stage, other.body()).await), Code::MacInvalid);
        let reply = enrolment(&stage, asked.body()).await.unwrap();
        for (part, other) in [(&reply.reply[20..30], "0"), ("time_us\":1", "time_us\":2"), ("\"root\":\"ed", "\"root\":\"Ed")] {
            let changed = EnrolmentReply { reply: reply.reply.replacen(part, other, 1), mac: reply.mac.clone() };
            assert_ne!(changed.reply, reply.reply);
            assert_eq!(asked.accept(&changed), Err(NotAuthentic::Mac));
        }
        let replayed_to = his.ask(scanned(&stage, 2).await);
        assert_eq!(replayed_to.accept(&reply), Err(NotAuthentic::Mac));
        assert!(asked.accept(&reply).is_ok());
    }

    async fn whoever_knows_the_code_but_is_not_the_agency_is_not_believed_either(stage: Stage) {
        let (phone, his) = (Phone::named("p"), Phone::named("his"));
        let asked = phone.ask(scanned(&stage, 1).await);
        let reply = enrolment(&stage, asked.body()).await.unwrap();
        let honest: Enrolled = serde_json::from_str(&reply.reply).unwrap();
        assert!(asked.accept(&authenticated(1, reply.reply.clone())).is_ok());
        let judged = |change: &dyn Fn(&mut Enrolled)| {
            let mut enrolled = honest.clone();
            change(&mut enrolled);
            asked.accept(&authenticated(1, serde_json::to_string(&enrolled).unwrap())).expect_err("it is not believed")
        };
        let trust = |fault| NotAuthentic::Trust(fault);
        let his_key = his.key.public().to_file().trim_end().to_owned();
        assert!(matches!(judged(&|e| e.root = his_key.clone()), NotAuthentic::Trust(TrustFault::OtherRoot { .. })));
        let his_set = KeysetWriter::default().write(&KeysetStatement::Root(his.key.public().clone()), &[&his.key]).unwrap();
        let his_set = String::from_utf8(his_set).unwrap();
        assert!(matches!(
            judged(&|e| e.keyset = his_set.clone()),
            NotAuthentic::Trust(TrustFault::Keyset(KeysetFault::Foreign { .. }))
        ));
        let shorter = honest.keyset.split_inclusive('\n').take(2).collect::<String>();
        assert_eq!(judged(&|e| e.keyset = shorter.clone()), trust(TrustFault::Certificate(CertificateFault::NotSigned)));
        // A certificate of the agency for another device, and one that only he signed.
        let others = his.enrolled(&stage, 2).await;
        let others = others.certificate_line().to_owned();
        assert_eq!(
            judged(&|e| e.certificate = others.clone()),
            trust(TrustFault::Certificate(CertificateFault::OtherDevice))
        );
        let certificate: Certificate =
            serde_json::from_slice(SignedLine::parse(honest.certificate.as_bytes(), LINE_LIMIT_BYTES).unwrap().json).unwrap();
        let forged = certificate.write(&his.key).unwrap();
        assert_eq!(
            judged(&|e| e.certificate = forged.clone()),
            trust(TrustFault::Certificate(CertificateFault::NotSigned))
        );
        assert!(matches!(
            judged(&|e| e.unit = id_of("another unit")),
            NotAuthentic::Trust(TrustFault::OtherCertificate { part: "unit", .. })
        ));
        let agency = stage.app.agency();
        let head = Head::write(&agency.origin, 99, &[1; 32], honest.time_us, &his.key).unwrap();
        assert_eq!(judged(&|e| e.head = head.clone()), trust(TrustFault::HeadNotSigned));
        assert!(matches!(judged(&|e| e.time_us += 1), NotAuthentic::Time { .. }));
        assert!(matches!(judged(&|e| e.request = "0".repeat(64)), NotAuthentic::OtherRequest { .. }));
    }

    async fn a_code_serves_once_and_a_lost_reply_is_given_again_byte_for_byte(stage: Stage) {
        let invitation = scanned(&stage, 1).await;
        let asked = Phone::named("p").ask(invitation.clone());
        let first = enrolment(&stage, asked.body()).await.unwrap();
        stage.clock.advance(HOUR_US);
        assert_eq!(enrolment(&stage, asked.body()).await.unwrap(), first);
        let second = Phone::named("q").ask(invitation.clone());
        assert_eq!(refused(enrolment(&stage, second.body()).await), Code::CodeUsed);
        let phone = Phone::named("p");
        let with_another_nonce =
            enrol::ask(invitation, phone.id, Keys::in_memory(&phone.key), &[8; 16], "quanji-phone/0.1", None).unwrap();
        assert_eq!(refused(enrolment(&stage, with_another_nonce.body()).await), Code::CodeUsed);
        assert_eq!(stage.count("SELECT COUNT(*) FROM device").await, 1);
        stage.clock.advance(24 * HOUR_US);
        assert_eq!(refused(enrolment(&stage, asked.body()).await), Code::CodeExpired);
    }

    async fn of_many_requests_for_one_code_at_one_instant_one_device_comes_out(stage: Stage) {
        let invitation = scanned(&stage, 1).await;
        let bodies: Vec<_> =
            (0..8).map(|n| Phone::named(&format!("p{}", n % 4)).ask(invitation.clone()).body().clone()).collect();
        let outcomes = futures_util::future::join_all(bodies.iter().map(|body| enrolment(&stage, body))).await;
        let replies: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
        assert!(!replies.is_empty() && replies.iter().all(|reply| *reply == replies[0]), "{outcomes:?}");
        assert!(outcomes.iter().flat_map(|outcome| outcome.as_ref().err()).all(|refusal| refusal.code == Code::CodeUsed));
        assert_eq!(stage.count("SELECT COUNT(*) FROM device").await, 1);
        assert_eq!(stage.count("SELECT COUNT(*) FROM log_entry WHERE kind = 'certificate'").await, 1);
    }

    async fn a_code_ends_after_24_hours_and_after_five_wrong_macs(stage: Stage) {
        let asked = Phone::named("p").ask(scanned(&stage, 1).await);
        let wrong = EnrolmentRequest { mac: base64url::encode(&[0; 32]), ..asked.body().clone() };
        for _ in 0..5 {
            assert_eq!(refused(enrolment(&stage, &wrong).await), Code::MacInvalid);
        }
        assert_eq!(refused(enrolment(&stage, asked.body()).await), Code::CodeSpent);
        let late = Phone::named("p").ask(scanned(&stage, 2).await);
        stage.clock.set(T0_US + 24 * HOUR_US + SECOND_US);
        assert_eq!(refused(enrolment(&stage, late.body()).await), Code::CodeExpired);
        let in_time = Phone::named("p").ask(scanned(&stage, 3).await);
        stage.clock.advance(24 * HOUR_US - SECOND_US);
        assert!(enrolment(&stage, in_time.body()).await.is_ok());
        let none = EnrolmentRequest { code_id: "ZZZZZZ".to_owned(), ..asked.body().clone() };
        assert_eq!(refused(enrolment(&stage, &none).await), Code::CodeUnknown);
        let response = stage.client.post(stage.at(ENROLMENTS)).body("{}").send().await.unwrap();
        assert_eq!(refused(answer::<Session>(response).await), Code::RequestMalformed);
        let response = stage.client.post(stage.at(ENROLMENTS)).body("x".repeat(70_000)).send().await.unwrap();
        assert_eq!(refused(answer::<Session>(response).await), Code::BodyTooLarge);
        assert_eq!(stage.count("SELECT COUNT(*) FROM device").await, 1);
    }

    async fn a_docks_head_is_believed_anchors_nothing_and_is_never_older_than_the_agencys_last(stage: Stage) {
        let phone = Phone::named("p");
        let folder = tempfile::tempdir().unwrap();
        dock::begin(&stage.app, &root_of(&stage), folder.path()).await.unwrap();
        let trust = phone.enrolled(&stage, 1).await;
        let clock = std::sync::Arc::new(SimClock::at(T0_US + HOUR_US));
        let docked = App::open(folder.path(), None, clock as _).await.unwrap();
        let head_at = async |app: &App, at_us: u64| {
            let mut tx = app.db().begin().await.unwrap();
            let head = log::sign_head(&mut tx, &app.agency(), at_us).await.unwrap();
            tx.commit().await.unwrap();
            head
        };
        let later = head_at(&docked, T0_US + HOUR_US).await;
        let walked = trust.walk("", None, &later, phone.own()).unwrap();
        assert_eq!(walked.head_note(), trust.head_note(), "a dock's clock became an anchor");
        assert_eq!(walked.proved(&later).unwrap().time_us, T0_US + HOUR_US);

        let earlier = head_at(&docked, trust.head().time_us - 1).await;
        let behind = trust.walk("", None, &earlier, phone.own());
        assert!(matches!(behind, Err(TrustFault::HeadWentBack { .. })), "{behind:?}");
        // A name like a dock's is no dock's key.
        let forged = later.replace("/dock-", "/duck-");
        assert!(matches!(trust.walk("", None, &forged, phone.own()), Err(TrustFault::OtherLog { .. })));
        let renamed = later.replace("/dock-", "/dock-1");
        assert!(trust.walk("", None, &renamed, phone.own()).is_err());
    }

    async fn a_device_may_enrol_again_with_its_own_key_and_nobody_else_under_its_id(stage: Stage) {
        let phone = Phone::named("p");
        let before = phone.enrolled(&stage, 1).await;
        let thief = Phone { id: phone.id, key: Phone::named("thief").key };
        let invitation = scanned(&stage, 2).await;
        let asked = thief.ask(invitation.clone());
        assert_eq!(refused(enrolment(&stage, asked.body()).await), Code::DeviceKnown);
        // The refusal left the code as it was.
        let asked = phone.ask(invitation);
        let after = asked.accept(&enrolment(&stage, asked.body()).await.unwrap()).unwrap();
        assert_eq!(after.certificate().number, 2);
        assert_eq!(after.must_follow(&before), Ok(()));
        assert!(matches!(before.must_follow(&after), Err(TrustFault::OtherCertificate { .. })));
    }

    async fn a_challenge_serves_once_for_its_device_for_a_minute_and_tells_nobody_who_is_enrolled(stage: Stage) {
        let phone = Phone::named("p");
        let trust = phone.enrolled(&stage, 1).await;
        let (known, unknown) = (challenge(&stage, &phone.id.to_string()).await, challenge(&stage, &id_of("nobody")).await);
        assert_eq!(known.challenge.len(), unknown.challenge.len());
        assert_eq!(unknown.expires_us - known.expires_us, 1);
        let line = session::ask(&trust, phone.id, &known, &phone.key).unwrap();
        assert!(open(&stage, line.clone()).await.is_ok());
        assert_eq!(refused(open(&stage, line).await), Code::ChallengeInvalid);
        let line = session::ask(&trust, phone.id, &unknown, &phone.key).unwrap();
        assert_eq!(refused(open(&stage, line).await), Code::ChallengeInvalid);
        let late = phone.session_line(&stage, &trust).await;
        stage.clock.advance(61 * SECOND_US);
        assert_eq!(refused(open(&stage, late).await), Code::ChallengeInvalid);
        let stranger = Phone::named("stranger");
        assert_eq!(refused(open(&stage, stranger.session_line(&stage, &trust).await).await), Code::DeviceUnknown);
        let thief = Phone { id: phone.id, key: Phone::named("thief").key };
        assert_eq!(refused(open(&stage, thief.session_line(&stage, &trust).await).await), Code::SignatureInvalid);
        let signed = phone.session_line(&stage, &trust).await;
        let text = String::from_utf8(signed).unwrap();
        let elsewhere = text.replace(&trust.agency().to_string(), &id_of("another agency"));
        assert_eq!(refused(open(&stage, elsewhere.into_bytes()).await), Code::AgencyMismatch);
        assert_eq!(refused(open(&stage, b"nothing signed".to_vec()).await), Code::RequestMalformed);
        for _ in 0..3 {
            challenge(&stage, &id_of("nobody")).await;
        }
        stage.clock.advance(HOUR_US);
        phone.session(&stage, &trust).await.unwrap();
        assert_eq!(stage.count("SELECT COUNT(*) FROM challenge").await, 0);
        assert_eq!(stage.count("SELECT COUNT(*) FROM session").await, 1);
    }

    async fn a_device_that_is_revoked_from_a_date_works_until_then_and_not_after(stage: Stage) {
        let phone = Phone::named("p");
        let trust = phone.enrolled(&stage, 1).await;
        let from_us = T0_US + DAY_US;
        sqlx::query("UPDATE device SET revoked_from_us = $1").bind(from_us as i64).execute(stage.app.db().pool()).await.unwrap();
        let opened = phone.session(&stage, &trust).await.unwrap();
        stage.clock.set(from_us - 60 * SECOND_US);
        let still = phone.session(&stage, &opened.trust).await.unwrap();
        stage.clock.set(from_us);
        let refusal = phone.session(&stage, &still.trust).await.unwrap_err();
        assert_eq!((refusal.code, refusal.found), (Code::DeviceRevoked, Some(format!("revoked from {from_us}"))));
        let response = stage.client.get(stage.at(&format!("/v1/records/{}", id_of("none"))));
        let response = response.header("authorization", still.token.header().as_str()).send().await.unwrap();
        assert_eq!(refused(answer::<Session>(response).await), Code::DeviceRevoked);
        let asked = phone.ask(scanned(&stage, 2).await);
        assert_eq!(refused(enrolment(&stage, asked.body()).await), Code::DeviceRevoked);
    }

    async fn a_phone_that_was_away_for_200_days_walks_two_receipt_keys_and_a_new_root(stage: Stage) {
        let phone = Phone::named("p");
        let trust = phone.enrolled(&stage, 1).await;
        let held = trust.keyset_lines();
        let old_root = root_of(&stage);
        let new_root = Ed25519Signer::from_seed(&bytes_of("the next root"));
        stage.clock.advance(60 * DAY_US);
        let first = new_key(&stage, Role::Receipt);
        rotate(&stage, &KeysetStatement::Key(first.clone()), &[&old_root]).await;
        stage.clock.advance(60 * DAY_US);
        rotate(&stage, &KeysetStatement::Root(new_root.public().clone()), &[&old_root, &new_root]).await;
        stage.clock.advance(60 * DAY_US);
        let second = new_key(&stage, Role::Receipt);
        rotate(&stage, &KeysetStatement::Key(second.clone()), &[&new_root]).await;
        stage.clock.set(T0_US + 200 * DAY_US);
        // The server was not told; it sees that the set grew.
        let opened = phone.session(&stage, &trust).await.unwrap();
        assert_eq!(opened.trust.keyset_lines(), held + 3);
        assert_eq!(opened.trust.root(), &stage.made.root);
        let now_us = opened.trust.head().time_us;
        let in_force: Vec<&PublicKey> = opened.trust.keyset().in_force(Role::Receipt, now_us).collect();
        assert!(in_force.contains(&&first.key) && in_force.contains(&&second.key));
        // Back to what it was, the same phone is ahead of an agency that lost its lines.
        let reply = open(&stage, phone.session_line(&stage, &trust).await).await.unwrap();
        let lines: Vec<&str> = reply.keyset.split_inclusive('\n').collect();
        for keyset in [lines[1..].concat(), lines[0].replace("receipt", "head"), [lines[1], lines[0]].concat()] {
            let outcome = session::accept(&trust, phone.own(), &Session { keyset, ..reply.clone() }, 0, 0);
            assert!(matches!(outcome, Err(SessionFault::Trust(TrustFault::Keyset(_)))), "{outcome:?}");
        }
        sqlx::query("DELETE FROM keyset_line WHERE seq >= $1").bind(held as i64).execute(stage.app.db().pool()).await.unwrap();
        assert_eq!(refused(open(&stage, phone.session_line(&stage, &opened.trust).await).await), Code::KeysetAhead);
    }

    async fn a_log_that_goes_back_or_splits_is_not_believed(stage: Stage) {
        let phone = Phone::named("p");
        let trust = phone.enrolled(&stage, 1).await;
        let older = open(&stage, phone.session_line(&stage, &trust).await).await.unwrap();
        let newer = phone.session(&stage, &trust).await.unwrap().trust;
        let outcome = session::accept(&newer, phone.own(), &older, 0, 0);
        assert!(matches!(outcome, Err(SessionFault::Trust(TrustFault::HeadWentBack { .. }))), "{outcome:?}");
        let agency = stage.app.agency();
        let time_us = newer.head().time_us + 1;
        let signer = agency.signer(Role::Head, time_us).unwrap();
        let reply = |size, root: &[u8; 32]| Session {
            head: Head::write(&agency.origin, size, root, time_us, &*signer).unwrap(),
            time_us,
            expires_us: time_us + 1,
            ..older.clone()
        };
        let size = newer.head().size;
        let outcome = session::accept(&newer, phone.own(), &reply(size, &[9; 32]), 0, 0);
        assert_eq!(outcome, Err(SessionFault::Trust(TrustFault::LogForked { size })));
        let outcome = session::accept(&newer, phone.own(), &reply(size - 1, &[9; 32]), 0, 0);
        assert!(matches!(outcome, Err(SessionFault::Trust(TrustFault::HeadWentBack { .. }))), "{outcome:?}");
        assert!(session::accept(&newer, phone.own(), &reply(size, &newer.head().root), 0, 0).is_ok());
        let forever = Session { expires_us: time_us + HOUR_US + 1, ..reply(size, &newer.head().root) };
        assert!(matches!(session::accept(&newer, phone.own(), &forever, 0, 0), Err(SessionFault::Expiry { .. })));
    }

    async fn a_certificate_near_its_end_is_renewed_and_given_until_it_arrived(stage: Stage) {
        let phone = Phone::named("p");
        let trust = phone.enrolled(&stage, 1).await;
        stage.clock.set(T0_US + (3 * 365 - 91) * DAY_US);
        assert_eq!(phone.session(&stage, &trust).await.unwrap().trust.certificate().number, 1);
        stage.clock.advance(2 * DAY_US);
        let lost = open(&stage, phone.session_line(&stage, &trust).await).await.unwrap();
        let opened = phone.session(&stage, &trust).await.unwrap();
        assert_eq!(lost.certificate.as_deref(), Some(opened.trust.certificate_line()));
        assert_eq!(opened.trust.certificate().number, 2);
        let reply = open(&stage, phone.session_line(&stage, &opened.trust).await).await.unwrap();
        assert_eq!(reply.certificate, None);
    }

    async fn a_hardware_key_that_signs_too_is_named_by_the_certificate_and_by_those_that_follow(stage: Stage) {
        let (phone, chip) = (Phone::named("p"), P256Signer::from_scalar(&[5; 32]).unwrap());
        let invitation = scanned(&stage, 1).await;
        let asked = phone.ask_with(invitation.clone(), Some(&chip));
        let reply = enrolment(&stage, asked.body()).await.unwrap();
        let trust = asked.accept(&reply).unwrap();
        assert_eq!(trust.certificate().hardware.as_ref(), Some(chip.public()));
        // The same answer to a phone that has no such key, or another: it would vouch for nothing of this phone's.
        for other in [None, P256Signer::from_scalar(&[6; 32])] {
            let hardware = other.as_ref().map(|chip| chip as &dyn Signer);
            let mut enrolled: Enrolled = serde_json::from_str(&reply.reply).unwrap();
            let asked = phone.ask_with(invitation.clone(), hardware);
            enrolled.request = Digest::of(asked.body().request.as_bytes()).hex();
            let judged = asked.accept(&authenticated(1, serde_json::to_string(&enrolled).unwrap()));
            let Err(NotAuthentic::Trust(TrustFault::OtherCertificate { part, .. })) = judged else { panic!("{judged:?}") };
            assert_eq!(part, "hardware key");
        }
        stage.clock.set(T0_US + (3 * 365 - 30) * DAY_US);
        let renewed = phone.session(&stage, &trust).await.unwrap();
        assert_eq!(renewed.trust.certificate().number, 2);
        assert_eq!(renewed.trust.certificate().hardware.as_ref(), Some(chip.public()));
    }

    async fn the_command_shows_a_code_that_enrols_and_keeps_no_secret(stage: Stage) {
        let svg = stage.data().join("code.svg");
        let args = EnrolArgs {
            data: stage.data().to_owned(),
            database: stage.database_url.clone(),
            unit: stage.unit().to_string(),
            url: stage.url.clone(),
            svg: Some(svg.clone()),
        };
        let mut shown = Vec::new();
        let made = enrol_command(&args, Arc::clone(&stage.clock) as _, &mut shown).await.unwrap();
        let shown = String::from_utf8(shown).unwrap();
        assert!(shown.contains(&made.text) && shown.contains(&made.uri) && shown.contains('█'));
        assert!(std::fs::read_to_string(&svg).unwrap().contains("<svg"));
        let asked = Phone::named("p").ask(Invitation::scanned(&made.uri).unwrap());
        assert!(asked.accept(&enrolment(&stage, asked.body()).await.unwrap()).is_ok());
        let unknown = EnrolArgs { unit: id_of("no such unit"), svg: None, ..args };
        assert!(enrol_command(&unknown, Arc::clone(&stage.clock) as _, &mut Vec::new()).await.is_err());
    }
}

#[tokio::test]
async fn openssl_agrees_with_every_signature_of_an_enrolment_and_a_session() {
    let stage = Stage::begin(support::Database::Sqlite).await;
    let phone = Phone::named("p");
    let asked = phone.ask(scanned(&stage, 1).await);
    let trust = asked.accept(&enrolment(&stage, asked.body()).await.unwrap()).unwrap();
    let session = String::from_utf8(phone.session_line(&stage, &trust).await).unwrap();
    let at_us = trust.certificate().issued_us;
    let device_role = trust.keyset().in_force(Role::Device, at_us).next().unwrap().clone();
    for (line, tag, key) in [
        (asked.body().request.as_str(), Tag::Enrol, phone.key.public()),
        (session.as_str(), Tag::Session, phone.key.public()),
        (trust.certificate_line(), Tag::Certificate, &device_role),
    ] {
        let line = SignedLine::parse(line.as_bytes(), LINE_LIMIT_BYTES).unwrap();
        let mut message = line.message(tag);
        assert!(openssl_verifies(key, &message, &line.signatures[0].bytes), "{tag:?}");
        message[0] ^= 1;
        assert!(!openssl_verifies(key, &message, &line.signatures[0].bytes), "{tag:?}");
    }
}
