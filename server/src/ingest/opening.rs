//! Line 0: this device opened this record, with its own key. Certificate and head in it are compared with the agency's own.

use quanji_evidence::body::{Body, Opened};
use quanji_evidence::certificate::Certificate;
use quanji_evidence::id::RecordId;
use quanji_evidence::{Code as Finding, PublicKey};
use quanji_wire::Code;
use sqlx::Row;

use super::Arrival;
use super::proof::ProvedLine;
use crate::app::App;
use crate::db::from_db;
use crate::doubt::Doubt;
use crate::refusal::{Answer, Refused};

/// What the register says of a device.
#[derive(Debug)]
pub(super) struct Registered {
    key: PublicKey,
    certificate_number: u64,
}

impl Registered {
    pub(super) fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Reads the register. A session's device is in it; a hand-over's may have gone.
    pub(super) async fn read(app: &App, arrival: &Arrival) -> Answer<Registered> {
        let row =
            sqlx::query("SELECT device_key, certificate_number FROM device WHERE agency_id = $1 AND device_id = $2")
                .bind(app.agency().id.to_string())
                .bind(arrival.device.to_string())
                .fetch_optional(app.db().pool())
                .await?
                .ok_or_else(|| Refused::new(Code::DeviceUnknown))?;
        let key: String = row.try_get("device_key")?;
        let key = PublicKey::from_file(&key).ok_or_else(|| Refused::new(Code::Internal))?;
        Ok(Registered { key, certificate_number: from_db(row.try_get("certificate_number")?) })
    }
}

/// What line 0 says, once it is this device's and this record's.
pub(super) fn check<'a>(
    arrival: &Arrival,
    registered: &Registered,
    record: RecordId,
    line: &'a ProvedLine,
) -> Answer<&'a Opened> {
    let Body::Opened(opened) = &line.entry.body else {
        return Err(Refused::mismatch(Code::LineInvalid, "opened", line.entry.body.kind().name()).at(0));
    };
    if opened.record != record {
        return Err(Refused::mismatch(Code::RecordMismatch, record, opened.record).at(0));
    }
    if opened.device != arrival.device {
        return Err(Refused::mismatch(Code::DeviceMismatch, arrival.device, opened.device).at(0));
    }
    if opened.device_key != registered.key {
        return Err(Refused::mismatch(Code::DeviceMismatch, registered.key.id(), opened.device_key.id()).at(0));
    }
    Ok(opened)
}

/// What is amiss with the certificate or the head in line 0. It keeps nothing out: whose record it is was proved by the device's own key,
/// which the register knows. Both sides are listed, and never heal, because the line never changes.
pub(super) fn doubts(app: &App, registered: &Registered, opened: &Opened, line: &ProvedLine) -> Vec<Doubt> {
    let agency = app.agency();
    let mut doubts = Doubt::of(opened.record, &line.bytes, &agency);
    // A record may be older than the device's enrolment: then it carries none, and stays unanchored.
    let certificate = opened.certificate.as_ref().and_then(|text| Certificate::read(text, &agency.keyset, opened).ok());
    let Some(certificate) = certificate else { return doubts };
    let mut add = |expected: String, found: String| {
        doubts.push(Doubt { code: Finding::CertificateInvalid.name(), expected, found });
    };
    if certificate.agency != agency.id {
        add(format!("of agency {}", agency.id), format!("of agency {}", certificate.agency));
    } else if certificate.number > registered.certificate_number {
        // Nobody was given it: the database is older than the device, or somebody else signs with our key.
        let given = registered.certificate_number;
        add(format!("a certificate up to number {given}"), format!("number {}", certificate.number));
    }
    doubts
}
