//! A device as enrolment leaves it: its row, its certificate, a session.

use quanji_agency::app::digest_of_token;
use quanji_evidence::body::Preflight;
use quanji_evidence::certificate::Certificate;
use quanji_evidence::device_check::DeviceCheck;
use quanji_evidence::entry::Clock;
use quanji_evidence::id::{BootId, DeviceId};
use quanji_evidence::keyset::Role;
use quanji_evidence::{Ed25519Signer, Signer};
use sha2::{Digest as _, Sha256};

use super::{DAY_US, Stage};

/// A phone whose key the test holds.
#[derive(Debug)]
pub struct Device {
    pub id: DeviceId,
    pub key: Ed25519Signer,
    /// Its line, without LF.
    pub certificate: String,
    pub token: String,
}

/// 32 bytes that are always the same for a name.
pub fn bytes_of(name: &str) -> [u8; 32] {
    Sha256::digest(format!("quanji server tests: {name}")).into()
}

/// 32 hex digits that are always the same for a name.
pub fn id_of(name: &str) -> String {
    quanji_evidence::hex::encode(&bytes_of(name)[..16])
}

/// A check before duty as a phone signs it: its line, with LF.
pub fn check_of(device: &Device, wall_us: u64, check: Preflight) -> Vec<u8> {
    let clock = Clock { wall_us, mono_us: 7, boot: BootId::from_bytes([3; 16]), sync: None };
    let check = DeviceCheck { edition: 1, device: device.id, clock, check };
    check.write(&device.key).expect("keys in memory sign")
}

impl Device {
    /// Enrolled an instant ago, straight in the database, with a session of 300 days.
    pub async fn enrolled(stage: &Stage, name: &str) -> Device {
        let agency = stage.app.agency();
        let now_us = stage.app.now_us();
        let key = Ed25519Signer::from_seed(&bytes_of(&format!("key of {name}")));
        let id = DeviceId::parse(&id_of(name)).expect("32 hex digits");
        let certificate = Certificate {
            edition: 1,
            number: 1,
            agency: agency.id,
            unit: stage.unit(),
            device: id,
            key: key.public().clone(),
            hardware: None,
            issued_us: now_us,
            valid_from_us: now_us,
            valid_until_us: now_us + 300 * DAY_US,
        };
        let signer = agency.signer(Role::Device, now_us).expect("a new agency has its keys");
        let certificate = certificate.write(&*signer).expect("keys in memory sign");
        sqlx::query(
            "INSERT INTO device (agency_id, device_id, unit_id, device_key, certificate_number, certificate, enrolled_us)
             VALUES ($1, $2, $3, $4, 1, $5, $6)",
        )
        .bind(agency.id.to_string())
        .bind(id.to_string())
        .bind(stage.unit().to_string())
        .bind(key.public().to_file().trim_end())
        .bind(&certificate)
        .bind(now_us as i64)
        .execute(stage.app.db().pool())
        .await
        .expect("a device of the test");
        let token = id_of(&format!("token of {name}"));
        sqlx::query("INSERT INTO session (agency_id, token_sha256, device_id, expires_us) VALUES ($1, $2, $3, $4)")
            .bind(agency.id.to_string())
            .bind(digest_of_token(&token))
            .bind(id.to_string())
            .bind((now_us + 300 * DAY_US) as i64)
            .execute(stage.app.db().pool())
            .await
            .expect("a session of the test");
        Device { id, key, certificate, token }
    }
}
