//! Sessions: a challenge, a request signed over it, a token for half an hour. Of tokens only digests are kept.

use quanji_evidence::certificate::Certificate;
use quanji_evidence::id::{AgencyId, DeviceId, UnitId};
use quanji_evidence::keyset::Role;
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine, Tag};
use quanji_evidence::receipt::ReceiptKind;
use quanji_evidence::{PublicKey, base64url};
use quanji_wire::{Challenge, ChallengeRequest, Code, Session, SessionRequest};
use sqlx::{Any, Row, Transaction};

use crate::agency::Agency;
use crate::app::{App, digest_of_token};
use crate::chance;
use crate::db::{from_db, to_db};
use crate::documents;
use crate::enrolment::certify::{CertifiedKeys, certify, unusable};
use crate::enrolment::{RENEWED_BEFORE_END_US, current_agency};
use crate::log;
use crate::refusal::{Answer, Refused};

/// A challenge is good for 60 s.
pub const CHALLENGE_LIFE_US: u64 = 60_000_000;
/// A token is good for 30 min.
pub const TOKEN_LIFE_US: u64 = 30 * 60_000_000;

/// A challenge for whoever asks: who is enrolled does not show.
pub async fn challenge(app: &App, asked: &ChallengeRequest) -> Answer<Challenge> {
    let device = DeviceId::parse(&asked.device)
        .ok_or_else(|| Refused::mismatch(Code::RequestMalformed, "a device of 32 hex digits", "another form"))?;
    let agency = app.agency();
    let now_us = app.now_us();
    let challenge = base64url::encode(&chance::draw::<24>()?);
    let expires_us = now_us.saturating_add(CHALLENGE_LIFE_US);
    let mut tx = app.db().begin().await?;
    // More go than come, so what is left lying stays small.
    sqlx::query(
        "DELETE FROM challenge WHERE agency_id = $1 AND challenge IN
         (SELECT challenge FROM challenge WHERE agency_id = $1 AND expires_us <= $2 ORDER BY expires_us, challenge LIMIT 16)",
    )
    .bind(agency.id.to_string())
    .bind(to_db(now_us))
    .execute(&mut *tx)
    .await?;
    sqlx::query("INSERT INTO challenge (agency_id, challenge, device_id, expires_us) VALUES ($1, $2, $3, $4)")
        .bind(agency.id.to_string())
        .bind(&challenge)
        .bind(device.to_string())
        .bind(to_db(expires_us))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Challenge { challenge, expires_us })
}

/// Opens a session for the device that signed `line`. The challenge is spent also when the rest is refused.
pub async fn open(app: &App, line: &[u8]) -> Answer<Session> {
    let malformed = |expected: &str| Refused::mismatch(Code::RequestMalformed, expected, "another form");
    let line = SignedLine::parse(line, LINE_LIMIT_BYTES).map_err(|_| malformed("a signed line"))?;
    let said: SessionRequest =
        serde_json::from_slice(line.json).map_err(|_| malformed("the members of a session request"))?;
    let SessionRequest { edition, agency: asked_agency, device, challenge, keyset_lines, certificate } = said;
    if edition != 1 {
        return Err(Refused::mismatch(Code::RequestMalformed, "edition 1", format!("edition {edition}")));
    }
    let asked_agency = AgencyId::parse(&asked_agency).ok_or_else(|| malformed("an agency of 32 hex digits"))?;
    let device = DeviceId::parse(&device).ok_or_else(|| malformed("a device of 32 hex digits"))?;
    let agency = current_agency(app).await?;
    if asked_agency != agency.id {
        return Err(Refused::mismatch(Code::AgencyMismatch, agency.id, asked_agency));
    }
    spend_challenge(app, &agency, device, &challenge).await?;

    let mut tx = app.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, app.now_us()).await?;
    let row = device_row(&mut tx, &agency, device).await?.ok_or_else(|| Refused::new(Code::DeviceUnknown))?;
    if !line.is_signed_by(Tag::Session, &row.key) {
        let found = line.signatures.iter().map(|signature| signature.key.to_string()).collect::<Vec<_>>().join(",");
        return Err(Refused::mismatch(Code::SignatureInvalid, row.key.id(), found));
    }
    if let Some(from_us) = row.revoked_from_us
        && from_us <= now_us
    {
        return Err(Refused::mismatch(Code::DeviceRevoked, "a device in service", format!("revoked from {from_us}")));
    }
    let keyset = lines_from(&agency, keyset_lines)?;
    let newest = renewed_certificate(&mut tx, &agency, device, row, now_us).await?;
    // A dock may know less than the phone: what it holds is no news then.
    let certificate = (newest.number > certificate).then_some(newest.line);
    let token = base64url::encode(&chance::draw::<32>()?);
    let expires_us = now_us.saturating_add(TOKEN_LIFE_US);
    keep_token(&mut tx, &agency, device, &token, now_us, expires_us).await?;
    let documents = documents::in_force(&mut tx, &agency, device).await?;
    let head = log::sign_head(&mut tx, &agency, now_us).await.map_err(unusable)?;
    tx.commit().await?;
    Ok(Session { token, expires_us, time_us: now_us, head, keyset, certificate, documents })
}

async fn spend_challenge(app: &App, agency: &Agency, device: DeviceId, challenge: &str) -> Answer<()> {
    let row = sqlx::query(
        "DELETE FROM challenge WHERE agency_id = $1 AND challenge = $2 AND device_id = $3 RETURNING expires_us",
    )
    .bind(agency.id.to_string())
    .bind(challenge)
    .bind(device.to_string())
    .fetch_optional(app.db().pool())
    .await?
    .ok_or_else(|| Refused::new(Code::ChallengeInvalid))?;
    let expires_us = from_db(row.try_get("expires_us")?);
    let now_us = app.now_us();
    if now_us >= expires_us {
        return Err(Refused::mismatch(Code::ChallengeInvalid, format!("before {expires_us}"), now_us));
    }
    Ok(())
}

/// What is held of a device.
struct DeviceRow {
    key: PublicKey,
    unit: UnitId,
    certificate_number: u64,
    certificate: String,
    revoked_from_us: Option<u64>,
}

async fn device_row(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    device: DeviceId,
) -> Answer<Option<DeviceRow>> {
    let row = sqlx::query(
        "SELECT device_key, unit_id, certificate_number, certificate, revoked_from_us FROM device
         WHERE agency_id = $1 AND device_id = $2",
    )
    .bind(agency.id.to_string())
    .bind(device.to_string())
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (key, unit): (String, String) = (row.try_get("device_key")?, row.try_get("unit_id")?);
    Ok(Some(DeviceRow {
        key: PublicKey::from_file(&key).ok_or_else(|| Refused::new(Code::Internal))?,
        unit: UnitId::parse(&unit).ok_or_else(|| Refused::new(Code::Internal))?,
        certificate_number: from_db(row.try_get("certificate_number")?),
        certificate: row.try_get("certificate")?,
        revoked_from_us: row.try_get::<Option<i64>, _>("revoked_from_us")?.map(from_db),
    }))
}

/// The key set's lines that the phone does not hold.
fn lines_from(agency: &Agency, held: u64) -> Answer<String> {
    let text = std::str::from_utf8(&agency.keyset_bytes).map_err(|_| Refused::new(Code::Internal))?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let more = usize::try_from(held).ok().and_then(|held| lines.get(held..));
    more.map(<[&str]>::concat).ok_or_else(|| {
        Refused::mismatch(Code::KeysetAhead, format!("at most {} lines", lines.len()), format!("{held} lines"))
    })
}

struct Newest {
    number: u64,
    line: String,
}

/// The device's certificate, another one when little is left of it or its signing key was revoked before it was issued.
async fn renewed_certificate(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    device: DeviceId,
    row: DeviceRow,
    now_us: u64,
) -> Answer<Newest> {
    let held = Certificate::read_for(&row.certificate, &agency.keyset, &device, &row.key);
    let is_good = held.is_ok_and(|held| held.valid_until_us.saturating_sub(now_us) >= RENEWED_BEFORE_END_US);
    // A dock has no key that certifies: the agency renews when the phone comes to it.
    let is_dock = agency.storage_kind == ReceiptKind::DesignatedStorage && agency.signer(Role::Device, now_us).is_err();
    if is_good || is_dock {
        return Ok(Newest { number: row.certificate_number, line: row.certificate });
    }
    // What it enrolled with stays: the row's certificate is the agency's own, even where its signer was revoked since.
    let hardware = Certificate::read_unproved(&row.certificate).and_then(|held| held.hardware);
    let keys = CertifiedKeys { device: &row.key, hardware: hardware.as_ref() };
    let line = certify(tx, agency, row.unit, device, keys, now_us).await?;
    let made = Certificate::read_for(&line, &agency.keyset, &device, &row.key);
    Ok(Newest { number: made.map_err(|_| Refused::new(Code::Internal))?.number, line })
}

async fn keep_token(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    device: DeviceId,
    token: &str,
    now_us: u64,
    expires_us: u64,
) -> Answer<()> {
    sqlx::query(
        "DELETE FROM session WHERE agency_id = $1 AND token_sha256 IN
         (SELECT token_sha256 FROM session WHERE agency_id = $1 AND expires_us <= $2 ORDER BY expires_us, token_sha256 LIMIT 16)",
    )
    .bind(agency.id.to_string())
    .bind(to_db(now_us))
    .execute(&mut **tx)
    .await?;
    sqlx::query("INSERT INTO session (agency_id, token_sha256, device_id, expires_us) VALUES ($1, $2, $3, $4)")
        .bind(agency.id.to_string())
        .bind(digest_of_token(token))
        .bind(device.to_string())
        .bind(to_db(expires_us))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
