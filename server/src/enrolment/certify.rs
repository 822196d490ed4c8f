//! Device certificates: issued at enrolment, renewed by a session, each with the agency's next number, each logged.

use quanji_evidence::certificate::Certificate;
use quanji_evidence::id::{DeviceId, UnitId};
use quanji_evidence::keyset::Role;
use quanji_evidence::{Digest, PublicKey};
use quanji_wire::Code;
use sqlx::{Any, Row, Transaction};

use crate::agency::{Agency, AgencyFault};
use crate::db::{from_db, to_db};
use crate::log::{self, Logged};
use crate::refusal::{Answer, Refused};

/// A certificate is good for three years.
pub const CERTIFICATE_LIFE_US: u64 = 3 * 365 * 24 * 3_600_000_000;
/// With less left, the next session brings another.
pub const RENEWED_BEFORE_END_US: u64 = 90 * 24 * 3_600_000_000;

/// What a certificate names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CertifiedKeys<'a> {
    pub(crate) device: &'a PublicKey,
    /// In the device's hardware, proved when it enrolled.
    pub(crate) hardware: Option<&'a PublicKey>,
}

/// Issues a certificate at `now_us` and keeps it with the device. The transaction has the agency's turn ([`log::speak`]).
pub(crate) async fn certify(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    unit: UnitId,
    device: DeviceId,
    keys: CertifiedKeys<'_>,
    now_us: u64,
) -> Answer<String> {
    let last = sqlx::query("SELECT COALESCE(MAX(certificate_number), 0) AS last FROM device WHERE agency_id = $1")
        .bind(agency.id.to_string())
        .fetch_one(&mut **tx)
        .await?;
    let number = from_db(last.try_get("last")?) + 1;
    let certificate = Certificate {
        edition: 1,
        number,
        agency: agency.id,
        unit,
        device,
        key: keys.device.clone(),
        hardware: keys.hardware.cloned(),
        issued_us: now_us,
        valid_from_us: now_us,
        valid_until_us: now_us.saturating_add(CERTIFICATE_LIFE_US),
    };
    let signer = agency.signer(Role::Device, now_us).map_err(unusable)?;
    let line = certificate.write(&*signer).map_err(|_| Refused::new(Code::Internal))?;
    log::append(tx, agency, Logged::Certificate, &Digest::of(line.as_bytes()), now_us).await?;
    sqlx::query(
        "INSERT INTO device (agency_id, device_id, unit_id, device_key, certificate_number, certificate, enrolled_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (agency_id, device_id) DO UPDATE
         SET unit_id = excluded.unit_id, certificate_number = excluded.certificate_number, certificate = excluded.certificate",
    )
    .bind(agency.id.to_string())
    .bind(device.to_string())
    .bind(unit.to_string())
    .bind(key_text(keys.device))
    .bind(to_db(number))
    .bind(&line)
    .bind(to_db(now_us))
    .execute(&mut **tx)
    .await?;
    Ok(line)
}

/// `suite.keyid.B`, as bodies and the device's row carry a key.
pub(crate) fn key_text(key: &PublicKey) -> String {
    key.to_file().trim_end().to_owned()
}

/// The agency's own keys or rows cannot be used: said in its log, and to the phone only as unavailable.
pub(crate) fn unusable(fault: AgencyFault) -> Refused {
    match fault {
        AgencyFault::Db(fault) => fault.into(),
        fault => {
            tracing::error!(%fault, "agency");
            Refused::new(Code::Unavailable)
        }
    }
}
