//! Who was at a scene, over the records of its activity: counted together, whichever of them is looked at. What each record says is kept for as
//! long as nothing more of it comes, so that a look at one of them does not read the lines of all.

use quanji_evidence::body::Body;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::{Findings, OfficersLine, private};
use quanji_rules::catalog::CatalogMatter;
use quanji_rules::{MatterId, OfficerAtScene};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::fault::ReceiptFault;
use super::held::HeldRecord;
use super::reckon::matter_of;
use crate::agency::Agency;
use crate::app::App;
use crate::catalog;
use crate::db::{DbFault, to_db};
use crate::officers::AtScene;

/// More records of one scene than anybody makes; what comes behind them is not counted.
const SCENE_LIMIT: i64 = 64;

/// What a record says for its scene, whatever the catalog in force asks.
struct Said {
    record: String,
    device: String,
    /// As it was named last.
    matter: Option<MatterId>,
    has_ended: bool,
    /// `None`: it names nobody yet.
    named: Option<OfficersLine>,
}

impl Said {
    fn of(held: &HeldRecord, journal: &Journal) -> Said {
        Said {
            record: held.id.to_string(),
            device: held.device.to_string(),
            matter: matter_of(journal),
            has_ended: journal.entries.iter().any(|entry| matches!(entry.body, Body::Ended(_))),
            named: OfficersLine::last_of(journal, &private::read(&held.private).0),
        }
    }

    /// As it is kept; `None`: not kept, or more has come of the record since.
    fn kept(row: &AnyRow) -> Result<Option<Said>, sqlx::Error> {
        let seen = |name: &str| row.try_get::<Option<i64>, _>(name);
        let is_fresh = seen("kept_seq")? == Some(row.try_get("next_seq")?)
            && seen("kept_missing")? == Some(row.try_get("private_missing")?);
        if !is_fresh {
            return Ok(None);
        }
        let named = match row.try_get::<Option<String>, _>("officers")? {
            None => None,
            // Of another form: its lines say it again.
            Some(named) => match serde_json::from_str::<Named>(&named) {
                Ok(named) => Some(named.line()),
                Err(_) => return Ok(None),
            },
        };
        Ok(Some(Said {
            record: row.try_get("record_id")?,
            device: row.try_get("device_id")?,
            matter: row.try_get::<Option<String>, _>("matter")?.map(MatterId),
            has_ended: seen("has_ended")? == Some(1),
            named,
        }))
    }

    /// Of these matters the one that the record names last says how many it asks for.
    fn at_scene(self, matters: &[CatalogMatter]) -> AtScene {
        let Said { record, device, matter, has_ended, named } = self;
        let matter = matter.and_then(|named| matters.iter().find(|matter| matter.code == named));
        AtScene { record, device, named, has_ended, asks: matter.map(|matter| matter.officers.clone()) }
    }
}

/// The line that names the officers, as its row holds it.
#[derive(Serialize, Deserialize)]
struct Named {
    seq: u64,
    /// Number, and certificate as it is compared.
    officers: Vec<(String, Option<String>)>,
}

impl Named {
    fn of(line: &OfficersLine) -> Named {
        let officer = |officer: &OfficerAtScene| (officer.number.clone(), officer.certificate.clone());
        Named { seq: line.seq, officers: line.officers.iter().map(officer).collect() }
    }

    fn line(self) -> OfficersLine {
        let officer = |(number, certificate)| OfficerAtScene { number, certificate };
        OfficersLine { seq: self.seq, officers: self.officers.into_iter().map(officer).collect() }
    }
}

/// A record of a scene, by these matters.
pub(crate) fn at_scene(held: &HeldRecord, journal: &Journal, matters: &[CatalogMatter]) -> AtScene {
    Said::of(held, journal).at_scene(matters)
}

/// The record and the others of its activity, with the officers whom each names.
pub(super) async fn scene_of(
    app: &App,
    agency: &Agency,
    held: &HeldRecord,
    journal: &Journal,
) -> Result<Vec<AtScene>, ReceiptFault> {
    let rows = sqlx::query(
        "SELECT record.record_id, record.device_id, record.next_seq, record.private_missing, at_scene.next_seq AS kept_seq,
             at_scene.private_missing AS kept_missing, at_scene.matter, at_scene.has_ended, at_scene.officers
         FROM record_activity AS own JOIN record_activity AS other
             ON other.agency_id = own.agency_id AND other.activity_id = own.activity_id
         JOIN record ON record.agency_id = other.agency_id AND record.record_id = other.record_id
         LEFT JOIN at_scene ON at_scene.agency_id = other.agency_id AND at_scene.record_id = other.record_id
         WHERE own.agency_id = $1 AND own.record_id = $2
         ORDER BY CASE WHEN other.record_id = own.record_id THEN 0 ELSE 1 END, other.record_id LIMIT $3",
    )
    .bind(agency.id.to_string())
    .bind(held.id.to_string())
    .bind(SCENE_LIMIT)
    .fetch_all(app.db().pool())
    .await?;
    let own = held.id.to_string();
    let mut scene = vec![Said::of(held, journal)];
    for row in &rows {
        let (record, kept): (String, _) = (row.try_get("record_id")?, Said::kept(row)?);
        match kept {
            // Its lines are at hand, and may be newer than its row was a moment ago.
            kept if record == own => {
                if kept.is_none() {
                    keep(app, agency, held, journal, &scene[0]).await?;
                }
            }
            Some(kept) => scene.push(kept),
            None => {
                let Some(other) = HeldRecord::load(app.db(), agency, &record).await? else { continue };
                let journal = Journal::read(&other.journal, Drafts::Accepted, "journal", &mut Findings::default());
                let said = Said::of(&other, &journal);
                keep(app, agency, &other, &journal, &said).await?;
                scene.push(said);
            }
        }
    }
    // A catalog is large: it is read where some record asks it.
    let matters = if scene.iter().any(|said| said.matter.is_some()) {
        catalog::catalog(app.db(), agency, None).await?.with_built_in()
    } else {
        Vec::new()
    };
    Ok(scene.into_iter().map(|said| said.at_scene(&matters)).collect())
}

/// Keeps what a record says for as long as neither a line nor a private value comes.
async fn keep(app: &App, agency: &Agency, held: &HeldRecord, journal: &Journal, said: &Said) -> Result<(), DbFault> {
    // What cannot be read whole may be mended without anything coming.
    if journal.entries.len() as u64 != held.next_seq || private::read(&held.private).1.is_some() {
        return Ok(());
    }
    let named =
        said.named.as_ref().map(|line| serde_json::to_string(&Named::of(line)).expect("numbers and texts only"));
    sqlx::query(
        "INSERT INTO at_scene (agency_id, record_id, next_seq, private_missing, matter, has_ended, officers)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (agency_id, record_id) DO UPDATE SET next_seq = excluded.next_seq, private_missing = excluded.private_missing,
             matter = excluded.matter, has_ended = excluded.has_ended, officers = excluded.officers",
    )
    .bind(agency.id.to_string())
    .bind(&said.record)
    .bind(to_db(held.next_seq))
    .bind(to_db(held.private_missing))
    .bind(said.matter.as_ref().map(|matter| matter.0.clone()))
    .bind(i64::from(said.has_ended))
    .bind(named)
    .execute(app.db().pool())
    .await?;
    Ok(())
}
