//! Making the code that invites one device into one unit.

use quanji_evidence::id::UnitId;
use quanji_evidence::{PublicKey, base64url};
use thiserror::Error;

use super::mac;
use crate::agency::Agency;
use crate::db::{Db, DbFault, to_db};

/// A code is good for 24 h.
pub const CODE_LIFE_US: u64 = 24 * 3_600_000_000;
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Bytes a code is made of: 4 for its name (30 bits are used), 15 of secret.
pub const CHANCE_BYTES: usize = 19;

/// Why no code was made.
#[derive(Debug, Error)]
pub enum CodeFault {
    #[error(transparent)]
    Db(#[from] DbFault),
    #[error("this agency has no unit {unit}")]
    UnitUnknown { unit: UnitId },
    #[error("the address is not https:// or http:// with a host, in plain characters")]
    Address,
    #[error("a code with this name is there already; ask again")]
    Taken,
}

/// A code as it is shown once; only its name and the key made of its secret are kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// `XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX`, to be typed.
    pub text: String,
    /// `quanji:enrol?…`, to be scanned.
    pub uri: String,
    pub expires_us: u64,
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Invitation").field("expires_us", &self.expires_us).finish_non_exhaustive()
    }
}

/// Makes a code for one device of `unit`. `url` is where phones find this agency; `chance` is random.
pub async fn make_code(
    db: &Db,
    agency: &Agency,
    unit: UnitId,
    url: &str,
    now_us: u64,
    chance: &[u8; CHANCE_BYTES],
) -> Result<Invitation, CodeFault> {
    let url = url.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_plain = url.len() <= 1_024 && url.bytes().all(|byte| byte.is_ascii_graphic());
    if host.is_none_or(|host| host.is_empty() || host.starts_with('/')) || !is_plain {
        return Err(CodeFault::Address);
    }
    let (name, secret) = chance.split_first_chunk::<4>().expect("19 bytes begin with 4");
    let secret: &[u8; 15] = secret.try_into().expect("15 are left of 19");
    let name = u32::from_be_bytes(*name);
    let id: String = (0..6).rev().map(|place| letter(u64::from(name >> (5 * place)))).collect();
    let mut characters = id.clone();
    for five in secret.chunks_exact(5) {
        let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        characters.extend((0..8).rev().map(|place| letter(bits >> (5 * place))));
    }

    let mut tx = db.begin().await?;
    let there = sqlx::query("SELECT unit_id FROM unit WHERE agency_id = $1 AND unit_id = $2")
        .bind(agency.id.to_string())
        .bind(unit.to_string())
        .fetch_optional(&mut *tx)
        .await
        .map_err(DbFault::from)?;
    if there.is_none() {
        return Err(CodeFault::UnitUnknown { unit });
    }
    let expires_us = now_us + CODE_LIFE_US;
    let made = sqlx::query(
        "INSERT INTO enrolment_code (agency_id, code_id, mac_key, unit_id, created_us, expires_us, wrong_macs)
         VALUES ($1, $2, $3, $4, $5, $6, 0) ON CONFLICT (agency_id, code_id) DO NOTHING",
    )
    .bind(agency.id.to_string())
    .bind(&id)
    .bind(mac::key_of(secret).to_vec())
    .bind(unit.to_string())
    .bind(to_db(now_us))
    .bind(to_db(expires_us))
    .execute(&mut *tx)
    .await
    .map_err(DbFault::from)?;
    if made.rows_affected() == 0 {
        return Err(CodeFault::Taken);
    }
    tx.commit().await.map_err(DbFault::from)?;
    let text = grouped(&characters);
    let uri = uri(url, &text, &agency.root);
    Ok(Invitation { text, uri, expires_us })
}

fn letter(value: u64) -> char {
    char::from(CROCKFORD[usize::try_from(value & 31).expect("below 32")])
}

fn grouped(characters: &str) -> String {
    let groups: Vec<&str> = (0..characters.len()).step_by(5).map(|from| &characters[from..from + 5]).collect();
    groups.join("-")
}

fn uri(url: &str, code: &str, root: &PublicKey) -> String {
    let mut escaped = String::with_capacity(url.len() + 16);
    for byte in url.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    let key = base64url::encode(&root.public_bytes().unwrap_or_default());
    format!("quanji:enrol?v=1&u={escaped}&c={code}&r={}&k={key}", root.id())
}
