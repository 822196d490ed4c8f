//! Enrolment: a code makes a device of one unit, once, within 24 h; both sides prove that they know its secret.

pub(crate) mod certify;
pub mod code;
mod mac;

use std::sync::Arc;

use quanji_evidence::id::{DeviceId, UnitId};
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine, Tag};
use quanji_evidence::{Digest, PublicKey, base64url};
use quanji_wire::{Code, DeviceToEnrol, Enrolled, EnrolmentReply, EnrolmentRequest};
use sqlx::{Any, Row, Transaction};

pub use self::certify::{CERTIFICATE_LIFE_US, RENEWED_BEFORE_END_US};
use self::certify::{CertifiedKeys, certify, key_text, unusable};
use crate::agency::Agency;
use crate::app::App;
use crate::db::{from_db, to_db};
use crate::log;
use crate::refusal::{Answer, Refused};

/// So many wrong MACs spend a code: 120 bits are not guessed, but nobody is to try.
pub const WRONG_MACS_LIMIT: u64 = 5;

/// Enrols the device that asks. The same request again gets the same bytes while the code lives.
pub async fn enrol(app: &App, asked: &EnrolmentRequest) -> Answer<EnrolmentReply> {
    let agency = current_agency(app).await?;
    let mut tx = app.db().begin().await?;
    let code = take_code(&mut tx, &agency, &asked.code_id).await?.ok_or_else(|| Refused::new(Code::CodeUnknown))?;
    let now_us = app.now_us();
    if now_us >= code.expires_us {
        return Err(Refused::mismatch(Code::CodeExpired, format!("before {}", code.expires_us), now_us));
    }
    if code.wrong_macs >= WRONG_MACS_LIMIT {
        return Err(Refused::new(Code::CodeSpent));
    }
    if !mac::request_holds(&code.mac_key, &asked.request, &asked.mac) {
        // Behind a used code there is nothing left to guess, and its device may still ask for the reply it lost.
        if code.used.is_none() {
            count_wrong_mac(&mut tx, &agency, &asked.code_id).await?;
            tx.commit().await?;
        }
        return Err(Refused::new(Code::MacInvalid));
    }
    let digest = Digest::of(asked.request.as_bytes());
    if let Some(used) = code.used {
        if used.request_sha256 != digest.hex() {
            return Err(Refused::new(Code::CodeUsed));
        }
        let mac = mac::of_reply(&code.mac_key, &used.reply);
        return Ok(EnrolmentReply { reply: used.reply, mac });
    }
    let Proved { device, key, hardware, software, model } = proved_request(asked)?;
    let now_us = log::speak(&mut tx, &agency, now_us).await?;
    must_be_free(&mut tx, &agency, device, &key, now_us).await?;
    let certificate = certify(
        &mut tx,
        &agency,
        code.unit,
        device,
        CertifiedKeys { device: &key, hardware: hardware.as_ref() },
        now_us,
    )
    .await?;
    sqlx::query("UPDATE device SET software = $3, model = $4 WHERE agency_id = $1 AND device_id = $2")
        .bind(agency.id.to_string())
        .bind(device.to_string())
        .bind(software)
        .bind(model)
        .execute(&mut *tx)
        .await?;
    let head = log::sign_head(&mut tx, &agency, now_us).await.map_err(unusable)?;
    let enrolled = Enrolled {
        agency: agency.id.to_string(),
        unit: code.unit.to_string(),
        origin: agency.origin.to_string(),
        root: key_text(&agency.root),
        certificate,
        keyset: String::from_utf8(agency.keyset_bytes.clone()).map_err(|_| Refused::new(Code::Internal))?,
        head,
        time_us: now_us,
        request: digest.hex(),
    };
    let reply = serde_json::to_string(&enrolled).map_err(|_| Refused::new(Code::Internal))?;
    sqlx::query(
        "UPDATE enrolment_code SET request_sha256 = $3, reply = $4, device_id = $5, used_us = $6
         WHERE agency_id = $1 AND code_id = $2",
    )
    .bind(agency.id.to_string())
    .bind(&asked.code_id)
    .bind(digest.hex())
    .bind(&reply)
    .bind(device.to_string())
    .bind(to_db(now_us))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    let mac = mac::of_reply(&code.mac_key, &reply);
    Ok(EnrolmentReply { reply, mac })
}

/// The agency with its newest key set: a command beside the server may have rotated or revoked.
pub(crate) async fn current_agency(app: &App) -> Answer<Arc<Agency>> {
    let agency = app.agency();
    let row = sqlx::query("SELECT COUNT(*) AS lines FROM keyset_line WHERE agency_id = $1")
        .bind(agency.id.to_string())
        .fetch_one(app.db().pool())
        .await?;
    let held = agency.keyset_bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    if from_db(row.try_get("lines")?) == held {
        return Ok(agency);
    }
    app.reload().await.map_err(unusable)?;
    Ok(app.agency())
}

/// A code's row.
struct CodeRow {
    mac_key: Vec<u8>,
    unit: UnitId,
    expires_us: u64,
    wrong_macs: u64,
    used: Option<Used>,
}

struct Used {
    request_sha256: String,
    reply: String,
}

/// The code, held until the transaction ends: of two requests at one instant the second sees what the first did.
async fn take_code(tx: &mut Transaction<'static, Any>, agency: &Agency, code_id: &str) -> Answer<Option<CodeRow>> {
    let row = sqlx::query(
        "UPDATE enrolment_code SET wrong_macs = wrong_macs WHERE agency_id = $1 AND code_id = $2
         RETURNING mac_key, unit_id, expires_us, wrong_macs, request_sha256, reply",
    )
    .bind(agency.id.to_string())
    .bind(code_id)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let unit: String = row.try_get("unit_id")?;
    let used = match (row.try_get("request_sha256")?, row.try_get("reply")?) {
        (Some(request_sha256), Some(reply)) => Some(Used { request_sha256, reply }),
        _ => None,
    };
    Ok(Some(CodeRow {
        mac_key: row.try_get("mac_key")?,
        unit: UnitId::parse(&unit).ok_or_else(|| Refused::new(Code::Internal))?,
        expires_us: from_db(row.try_get("expires_us")?),
        wrong_macs: from_db(row.try_get("wrong_macs")?),
        used,
    }))
}

async fn count_wrong_mac(tx: &mut Transaction<'static, Any>, agency: &Agency, code_id: &str) -> Answer<()> {
    sqlx::query("UPDATE enrolment_code SET wrong_macs = wrong_macs + 1 WHERE agency_id = $1 AND code_id = $2")
        .bind(agency.id.to_string())
        .bind(code_id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Who asks, by a line that proves itself.
struct Proved {
    device: DeviceId,
    key: PublicKey,
    hardware: Option<PublicKey>,
    software: String,
    model: Option<String>,
}

/// The device of a request whose MAC held: one signed line, of this code, signed by the key it names.
fn proved_request(asked: &EnrolmentRequest) -> Answer<Proved> {
    let malformed = |expected: &str| Refused::mismatch(Code::RequestMalformed, expected, "another form");
    if asked.request.contains('\n') {
        return Err(malformed("a line without LF"));
    }
    let line = SignedLine::parse(asked.request.as_bytes(), LINE_LIMIT_BYTES).map_err(|_| malformed("a signed line"))?;
    let said: DeviceToEnrol =
        serde_json::from_slice(line.json).map_err(|_| malformed("the members of an enrolment request"))?;
    let DeviceToEnrol { edition, code_id, device, key, nonce, software, model, hardware } = said;
    if edition != 1 {
        return Err(Refused::mismatch(Code::RequestMalformed, "edition 1", format!("edition {edition}")));
    }
    if code_id != asked.code_id {
        return Err(malformed("the code id beside the line"));
    }
    let device = DeviceId::parse(&device).ok_or_else(|| malformed("a device of 32 hex digits"))?;
    let read_key = |text: &str| {
        let key = PublicKey::from_file(text).filter(|read| key_text(read) == text);
        key.filter(|key| key.verifier().is_some()).ok_or_else(|| malformed("a key suite.keyid.public"))
    };
    let key = read_key(&key)?;
    let hardware = hardware.as_deref().map(read_key).transpose()?;
    if hardware.as_ref() == Some(&key) {
        return Err(malformed("a hardware key that is another than the device's"));
    }
    if base64url::decode_array::<16>(&nonce).is_none() {
        return Err(malformed("a nonce of 16 bytes in base64url"));
    }
    let is_short = |text: &str| (1..=128).contains(&text.len());
    if !is_short(&software) || !model.as_deref().is_none_or(is_short) {
        return Err(malformed("software and model of 1 to 128 bytes"));
    }
    if let Some(missing) = [&key].into_iter().chain(&hardware).find(|key| !line.is_signed_by(Tag::Enrol, key)) {
        let found = line.signatures.iter().map(|signature| signature.key.to_string()).collect::<Vec<_>>().join(",");
        return Err(Refused::mismatch(Code::SignatureInvalid, missing.id(), found));
    }
    Ok(Proved { device, key, hardware, software, model })
}

/// An id that is enrolled may enrol again with its own key only, and not once it was revoked.
async fn must_be_free(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    device: DeviceId,
    key: &PublicKey,
    now_us: u64,
) -> Answer<()> {
    let row = sqlx::query("SELECT device_key, revoked_from_us FROM device WHERE agency_id = $1 AND device_id = $2")
        .bind(agency.id.to_string())
        .bind(device.to_string())
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(()) };
    let held: String = row.try_get("device_key")?;
    if held != key_text(key) {
        let id = held.split('.').nth(1).unwrap_or_default();
        return Err(Refused::mismatch(Code::DeviceKnown, id, key.id()));
    }
    match row.try_get::<Option<i64>, _>("revoked_from_us")?.map(from_db) {
        Some(from_us) if from_us <= now_us => {
            Err(Refused::mismatch(Code::DeviceRevoked, "a device in service", format!("revoked from {from_us}")))
        }
        _ => Ok(()),
    }
}
