//! What a verifier would find amiss with a record's first line: its certificate or its head. Listed, and refused nowhere.

use quanji_evidence::id::RecordId;
use quanji_evidence::verify::{Held, Terms, examine_record};
use quanji_evidence::{Code, Drafts, Findings};
use quanji_rules::Calendar;
use sqlx::{Any, Transaction};

use crate::agency::Agency;
use crate::db::DbFault;
use crate::states::{self, State};

/// Where all of them stand.
const PLACE: &str = "journal:0";

/// One of them: a finding's code, and both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    pub code: &'static str,
    pub expected: String,
    pub found: String,
}

impl Doubt {
    /// Those of a record of which nothing but line 0 is known.
    pub fn of(record: RecordId, line: &[u8], agency: &Agency) -> Vec<Doubt> {
        let mut findings = Findings::default();
        let held = Held { journal: line, private: b"", receipts: b"" };
        let terms =
            Terms { agency_key: Some(&agency.root), drafts: Drafts::Accepted, calendar: &Calendar::published() };
        examine_record(record, held, Some(&agency.keyset), terms, &mut findings);
        Doubt::among(&findings)
    }

    /// Those that were found among others.
    pub fn among(findings: &Findings) -> Vec<Doubt> {
        let is_one = |code| {
            matches!(
                code,
                Code::CertificateInvalid
                    | Code::CertificateOutsideValidity
                    | Code::CertificateRevoked
                    | Code::AnchorInvalid
            )
        };
        let doubts = findings.iter().filter(|finding| is_one(finding.code));
        doubts
            .map(|finding| Doubt {
                code: finding.code.name(),
                expected: finding.expected.clone(),
                found: finding.found.clone(),
            })
            .collect()
    }
}

/// Lists them; the first sighting of each stays.
pub async fn list(
    tx: &mut Transaction<'static, Any>,
    agency_id: &str,
    record_id: &str,
    device_id: &str,
    doubts: &[Doubt],
    now_us: u64,
) -> Result<(), DbFault> {
    for Doubt { code, expected, found } in doubts {
        let (record, device) = (Some(record_id), Some(device_id));
        let state = State { code, subject: record_id, place: PLACE, record, device, expected, found };
        states::list(tx, agency_id, &state, now_us).await?;
    }
    Ok(())
}
