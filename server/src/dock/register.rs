//! What a dock takes along of its agency: key set, units, devices, documents, as a list that proves itself from the root alone.
//!
//! A text of lines `WORD …`: `keyset LINE`, `unit ID NAME`, `device CERTIFICATE`, `named DEVICE JSON` (software and model, as it said),
//! `revoked DEVICE FROM_US`, `document LINE` and behind it `body BASE64URL`, and last `signed LINE`: a statement of kind `register` over the digest of all before it. Key set lines, certificates and documents are signed by
//! themselves besides, so that whoever holds the `document` key alone enrols nobody. A list only adds: an older one changes nothing.

use quanji_evidence::base64url;
use quanji_evidence::certificate::Certificate;
use quanji_evidence::document::Document;
use quanji_evidence::id::{AgencyId, DeviceId, UnitId};
use quanji_evidence::keyset::{Keyset, Role, Standing};
use quanji_evidence::line::{self, LINE_LIMIT_BYTES, SignedLine, Tag};
use quanji_evidence::{Digest, PublicKey, Signer};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use thiserror::Error;

use super::DockFault;
use crate::agency::AgencyFault;
use crate::app::App;
use crate::db::{DbFault, to_db};
use crate::documents;
use crate::log::{self, Logged};

/// Largest list: some 100,000 devices.
pub const REGISTER_LIMIT_BYTES: u64 = 64 << 20;

/// Why a list is not taken; nothing of it is kept then.
#[derive(Debug, Error)]
pub enum RegisterFault {
    #[error("名单第 {line} 行格式不对 line {line} of the list is not of its form")]
    Form { line: usize },
    #[error("名单未由本单位签名，或签名后有改动 the list is not signed by the agency, or was changed since")]
    NotSigned,
    #[error("名单属于 {found}，本储存器属于 {expected} the list is of agency {found}, this dock of {expected}")]
    OtherAgency { expected: AgencyId, found: AgencyId },
    #[error("名单的密钥集与已有的不同（第 {line} 行） the list's key set differs from the one held, at line {line}")]
    KeysetForked { line: usize },
    #[error(
        "名单第 {line} 行的文件不成立，或与已有的版次冲突 the document in line {line} of the list does not hold, or another has its number"
    )]
    Document { line: usize },
    #[error("名单第 {line} 行的设备证书不成立 the certificate in line {line} of the list does not hold")]
    Certificate { line: usize },
    #[error(
        "名单过大：{found} 字节，至多 {REGISTER_LIMIT_BYTES} the list has {found} bytes, at most {REGISTER_LIMIT_BYTES}"
    )]
    TooLarge { found: u64 },
}

/// What a list brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Learned {
    pub keyset_lines: u64,
    /// New, or with a newer certificate.
    pub devices: u64,
    pub revoked: u64,
    pub documents: u64,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Statement {
    edition: u64,
    kind: String,
    agency: AgencyId,
    time_us: u64,
    digest: Digest,
}

/// What a device said of itself when it enrolled last.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    software: String,
    model: Option<String>,
}

/// The list as the agency knows it now, signed.
pub async fn write(app: &App) -> Result<Vec<u8>, DockFault> {
    let agency = app.agency();
    let id = agency.id.to_string();
    let mut text = Vec::new();
    let mut say = |word: &str, rest: &[u8]| {
        text.extend_from_slice(word.as_bytes());
        text.push(b' ');
        text.extend_from_slice(rest.strip_suffix(b"\n").unwrap_or(rest));
        text.push(b'\n');
    };
    for line in agency.keyset_bytes.split_inclusive(|byte| *byte == b'\n') {
        say("keyset", line);
    }
    for row in rows(app, "SELECT unit_id, name FROM unit WHERE agency_id = $1 ORDER BY unit_id", &id).await? {
        let (unit, name): (String, String) = (row.try_get("unit_id")?, row.try_get("name")?);
        // A name is one line: what would end it is no part of it.
        let name: String = name.chars().filter(|character| !character.is_control()).collect();
        say("unit", format!("{unit} {name}").as_bytes());
    }
    let devices = "SELECT device_id, certificate, software, model, revoked_from_us FROM device WHERE agency_id = $1 ORDER BY device_id";
    for row in rows(app, devices, &id).await? {
        say("device", row.try_get::<String, _>("certificate")?.as_bytes());
        let named = Named { software: row.try_get("software")?, model: row.try_get("model")? };
        if !named.software.is_empty() {
            let named = serde_json::to_string(&named).map_err(std::io::Error::from)?;
            say("named", format!("{} {named}", row.try_get::<String, _>("device_id")?).as_bytes());
        }
        if let Some(from_us) = row.try_get::<Option<i64>, _>("revoked_from_us")? {
            say("revoked", format!("{} {from_us}", row.try_get::<String, _>("device_id")?).as_bytes());
        }
    }
    for document in documents::all(app.db(), &id).await? {
        say("document", document.line());
        say("body", base64url::encode(document.body()).as_bytes());
    }
    let time_us = app.now_us();
    let signer = agency.signer(Role::Document, time_us)?;
    let (kind, digest) = ("register".to_owned(), Digest::of(&text));
    let statement = Statement { edition: 1, kind, agency: agency.id, time_us, digest };
    let json = serde_json::to_vec(&statement).map_err(std::io::Error::from)?;
    let line =
        line::write(Tag::Document, &json, &[&*signer as &dyn Signer], LINE_LIMIT_BYTES).map_err(AgencyFault::from)?;
    text.extend_from_slice(b"signed ");
    text.extend(line);
    Ok(text)
}

async fn rows(app: &App, query: &'static str, id: &str) -> Result<Vec<AnyRow>, DbFault> {
    Ok(sqlx::query(query).bind(id).fetch_all(app.db().pool()).await?)
}

/// A dock learns: devices enrolled and revoked since, new keys, new notices. All of the list or nothing.
pub async fn learn(dock: &App, list: &[u8]) -> Result<Learned, DockFault> {
    let agency = dock.agency();
    let mut tx = dock.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, dock.now_us()).await?;
    let learned = take_in(&mut tx, agency.id, &agency.root, (&agency.keyset_bytes, list), now_us).await?;
    tx.commit().await?;
    dock.reload().await?;
    Ok(learned)
}

/// Proves a list from `root` and keeps what it adds to `held` (the key set before).
pub(super) async fn take_in(
    tx: &mut Transaction<'static, Any>,
    agency: AgencyId,
    root: &PublicKey,
    (held, list): (&[u8], &[u8]),
    now_us: u64,
) -> Result<Learned, DockFault> {
    let id = agency.to_string();
    let (lines, keyset_bytes, statement) = proved(agency, root, list)?;
    let keyset = Keyset::read(&keyset_bytes, root).map_err(AgencyFault::from)?;
    let mut learned = Learned::default();
    let held: Vec<&[u8]> = held.split_inclusive(|byte| *byte == b'\n').collect();
    let theirs: Vec<&[u8]> = keyset_bytes.split_inclusive(|byte| *byte == b'\n').collect();
    // An older list is a beginning of what is held: it adds nothing.
    if let Some(line) = held.iter().zip(&theirs).position(|(ours, theirs)| ours != theirs) {
        return Err(RegisterFault::KeysetForked { line }.into());
    }
    for (seq, line) in theirs.iter().enumerate().skip(held.len()) {
        sqlx::query("INSERT INTO keyset_line (agency_id, seq, line) VALUES ($1, $2, $3)")
            .bind(&id)
            .bind(to_db(seq as u64))
            .bind(line.to_vec())
            .execute(&mut **tx)
            .await
            .map_err(DbFault::from)?;
        log::append_for(tx, &id, Logged::Keyset, &Digest::of(line), now_us).await?;
        learned.keyset_lines += 1;
    }
    let (mut certificate, mut header) = ("", "");
    for (number, (word, rest)) in lines.iter().enumerate() {
        let line = number + 1;
        match *word {
            "keyset" => {}
            "unit" => unit(tx, &id, rest).await?.ok_or(RegisterFault::Form { line })?,
            "device" => {
                learned.devices += device(tx, &id, (line, rest), &keyset).await?;
                certificate = rest;
            }
            "named" => named(tx, &id, certificate, rest).await?.ok_or(RegisterFault::Form { line })?,
            "revoked" => learned.revoked += revoked(tx, &id, rest).await?.ok_or(RegisterFault::Form { line })?,
            "document" => header = rest,
            "body" => learned.documents += document(tx, &id, (line, header, rest), &keyset, now_us).await?,
            _ => return Err(RegisterFault::Form { line }.into()),
        }
    }
    // The agency's own word for what time it is, at least: a dock whose clock was set back does not go behind it.
    sqlx::query("UPDATE agency SET clock_us = $2 WHERE agency_id = $1 AND clock_us < $2")
        .bind(&id)
        .bind(to_db(statement.time_us))
        .execute(&mut **tx)
        .await
        .map_err(DbFault::from)?;
    Ok(learned)
}

/// Word and rest of each line of a list.
type Said<'a> = Vec<(&'a str, &'a str)>;

/// A list's lines without the last, and its key set, once the signature over them is proved.
fn proved<'a>(agency: AgencyId, root: &PublicKey, list: &'a [u8]) -> Result<(Said<'a>, Vec<u8>, Statement), DockFault> {
    let text = std::str::from_utf8(list).map_err(|_| RegisterFault::Form { line: 1 })?;
    let at = text.rfind("\nsigned ").ok_or(RegisterFault::NotSigned)? + 1;
    let (before, last) = text.split_at(at);
    let mut lines = Vec::new();
    let mut keyset_bytes = Vec::new();
    for (number, line) in before.lines().enumerate() {
        let (word, rest) = line.split_once(' ').ok_or(RegisterFault::Form { line: number + 1 })?;
        if word == "keyset" {
            keyset_bytes.extend_from_slice(rest.as_bytes());
            keyset_bytes.push(b'\n');
        }
        lines.push((word, rest));
    }
    let last = last.strip_prefix("signed ").unwrap_or_default();
    let line = SignedLine::parse(last.as_bytes(), LINE_LIMIT_BYTES).map_err(|_| RegisterFault::NotSigned)?;
    let statement = Statement::deserialize(&line.value).map_err(|_| RegisterFault::NotSigned)?;
    if statement.agency != agency {
        return Err(RegisterFault::OtherAgency { expected: agency, found: statement.agency }.into());
    }
    let keyset = Keyset::read(&keyset_bytes, root).map_err(AgencyFault::from)?;
    let standing = keyset.signed(&line, Tag::Document, Role::Document, statement.time_us);
    let is_it =
        statement.edition == 1 && statement.kind == "register" && statement.digest == Digest::of(before.as_bytes());
    if standing != Standing::Signed || !is_it {
        return Err(RegisterFault::NotSigned.into());
    }
    Ok((lines, keyset_bytes, statement))
}

async fn unit(tx: &mut Transaction<'static, Any>, id: &str, rest: &str) -> Result<Option<()>, DbFault> {
    let Some((unit, name)) = rest.split_once(' ').filter(|(unit, _)| UnitId::parse(unit).is_some()) else {
        return Ok(None);
    };
    sqlx::query(
        "INSERT INTO unit (agency_id, unit_id, name) VALUES ($1, $2, $3) ON CONFLICT (agency_id, unit_id) DO NOTHING",
    )
    .bind(id)
    .bind(unit)
    .bind(name)
    .execute(&mut **tx)
    .await?;
    Ok(Some(()))
}

async fn device(
    tx: &mut Transaction<'static, Any>,
    id: &str,
    (line, text): (usize, &str),
    keyset: &Keyset,
) -> Result<u64, DockFault> {
    let fault = || RegisterFault::Certificate { line };
    let claimed = Certificate::read_unproved(text).ok_or_else(fault)?;
    let certificate = Certificate::read_for(text, keyset, &claimed.device, &claimed.key).map_err(|_| fault())?;
    if certificate.agency.to_string() != id {
        return Err(fault().into());
    }
    let changed = sqlx::query(
        "INSERT INTO device (agency_id, device_id, unit_id, device_key, certificate_number, certificate, enrolled_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (agency_id, device_id) DO UPDATE SET unit_id = $3, certificate_number = $5, certificate = $6
         WHERE device.certificate_number < $5 AND device.device_key = $4",
    )
    .bind(id)
    .bind(certificate.device.to_string())
    .bind(certificate.unit.to_string())
    .bind(certificate.key.to_file().trim_end())
    .bind(to_db(certificate.number))
    .bind(text)
    .bind(to_db(certificate.issued_us))
    .execute(&mut **tx)
    .await?;
    Ok(changed.rows_affected())
}

/// Said together with the certificate before it: beside a newer one, an older list changes nothing.
async fn named(
    tx: &mut Transaction<'static, Any>,
    id: &str,
    certificate: &str,
    rest: &str,
) -> Result<Option<()>, DbFault> {
    let parts = rest
        .split_once(' ')
        .and_then(|(device, named)| Some((DeviceId::parse(device)?, serde_json::from_str::<Named>(named).ok()?)));
    let Some((device, Named { software, model })) = parts else { return Ok(None) };
    sqlx::query(
        "UPDATE device SET software = $3, model = $4 WHERE agency_id = $1 AND device_id = $2 AND certificate = $5",
    )
    .bind(id)
    .bind(device.to_string())
    .bind(software)
    .bind(model)
    .bind(certificate)
    .execute(&mut **tx)
    .await?;
    Ok(Some(()))
}

/// A revocation stays, and the earliest counts.
async fn revoked(tx: &mut Transaction<'static, Any>, id: &str, rest: &str) -> Result<Option<u64>, DbFault> {
    let parts =
        rest.split_once(' ').and_then(|(device, from)| Some((DeviceId::parse(device)?, from.parse::<u64>().ok()?)));
    let Some((device, from_us)) = parts else { return Ok(None) };
    let changed = sqlx::query(
        "UPDATE device SET revoked_from_us = $3 WHERE agency_id = $1 AND device_id = $2
         AND (revoked_from_us IS NULL OR revoked_from_us > $3)",
    )
    .bind(id)
    .bind(device.to_string())
    .bind(to_db(from_us))
    .execute(&mut **tx)
    .await?;
    Ok(Some(changed.rows_affected()))
}

async fn document(
    tx: &mut Transaction<'static, Any>,
    id: &str,
    (line, header, body): (usize, &str, &str),
    keyset: &Keyset,
    now_us: u64,
) -> Result<u64, DockFault> {
    let fault = || RegisterFault::Document { line };
    let body = base64url::decode(body).ok_or_else(fault)?;
    let document = Document::join(format!("{header}\n").into_bytes(), body).map_err(|_| fault())?;
    document.prove(keyset).map_err(|_| fault())?;
    if document.header().agency.to_string() != id {
        return Err(fault().into());
    }
    let taken =
        sqlx::query("SELECT 1 FROM document WHERE agency_id = $1 AND kind = $2 AND number = $3 AND sha256 <> $4")
            .bind(id)
            .bind(document.header().kind.as_str())
            .bind(to_db(document.header().number))
            .bind(document.digest().hex())
            .fetch_optional(&mut **tx)
            .await?;
    if taken.is_some() {
        return Err(fault().into());
    }
    Ok(u64::from(documents::keep(tx, id, &document, now_us).await?))
}
