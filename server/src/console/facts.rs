//! What the pages show of a record, read from the database; lines are read again, nothing is decided here.

use quanji_evidence::Findings;
use quanji_evidence::event::event_of;
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::receipt::Receipt;
use quanji_rules::agency_policy::{Policies, first_text};
use quanji_rules::catalog::{CatalogMatter, Officers};
use quanji_rules::{
    Act, Calendar, Countdown, Deadline, Debts, Event, Instant, MatterId, Member, OfficersCount, Owed, Phase, Record,
    StatutoryClock, Walk, activity_owed, completion, storage_deadline_of,
};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::course::{Step, course};
use super::fault::PageFault;
use super::governed::{Governed, governed};
use super::paging::Page;
use crate::app::App;
use crate::calendars;
use crate::catalog;
use crate::db::{DbFault, from_db};
use crate::officers;
use crate::policies;
use crate::receipts::{self, HeldRecord, Known, at_scene, matter_of};

/// As SQL: a listed state that is amiss, apart from what is only still to come.
macro_rules! amiss {
    () => {
        "code NOT IN ('media_missing', 'private_missing')"
    };
}
pub(super) use amiss;

/// A record in one line of the board.
#[derive(Debug)]
pub(super) struct Glance {
    pub(super) record: String,
    pub(super) device: String,
    pub(super) opened_us: u64,
    pub(super) lines: u64,
    pub(super) is_sealed: bool,
    pub(super) files_missing: u64,
    pub(super) private_missing: u64,
    pub(super) receipts: u64,
    /// 0 while there is none.
    pub(super) deadline_us: u64,
    pub(super) is_provisional: bool,
    pub(super) owed: u64,
    /// Listed about it, apart from what is only still to come.
    pub(super) states: u64,
    pub(super) activity: Option<String>,
}

/// The records of an activity (执法活动), summed up.
#[derive(Debug)]
pub(super) struct Scene {
    pub(super) records: u64,
    /// Of those that have no receipt yet; 0: none of them has a deadline.
    pub(super) earliest_us: u64,
}

macro_rules! select_glance {
    ($rest:literal) => {
        concat!(
            "SELECT record_id, device_id, opened_us, next_seq, sealed_seq, files_missing, private_missing, receipts, deadline_us, ",
            "provisional, owed_count, (SELECT COUNT(*) FROM state WHERE state.agency_id = record.agency_id ",
            "AND state.record_id = record.record_id AND ",
            amiss!(),
            ") AS states, (SELECT activity_id FROM record_activity WHERE record_activity.agency_id = record.agency_id ",
            "AND record_activity.record_id = record.record_id) AS activity_id FROM record ",
            $rest
        )
    };
}

fn glance(row: &AnyRow) -> Result<Glance, sqlx::Error> {
    let number = |name: &str| row.try_get(name).map(from_db);
    Ok(Glance {
        record: row.try_get("record_id")?,
        device: row.try_get("device_id")?,
        opened_us: number("opened_us")?,
        lines: number("next_seq")?,
        is_sealed: row.try_get::<Option<i64>, _>("sealed_seq")?.is_some(),
        files_missing: number("files_missing")?,
        private_missing: number("private_missing")?,
        receipts: number("receipts")?,
        deadline_us: number("deadline_us")?,
        is_provisional: number("provisional")? != 0,
        owed: number("owed_count")?,
        states: number("states")?,
        activity: row.try_get("activity_id")?,
    })
}

async fn scene(app: &App, activity: &str) -> Result<Scene, DbFault> {
    let sums = sqlx::query(
        "SELECT COUNT(*) AS records,
                COALESCE(MIN(CASE WHEN record.receipts = 0 AND record.deadline_us > 0 THEN record.deadline_us END), 0) AS earliest_us
         FROM record_activity JOIN record ON record.agency_id = record_activity.agency_id
             AND record.record_id = record_activity.record_id
         WHERE record_activity.agency_id = $1 AND record_activity.activity_id = $2",
    )
    .bind(app.agency().id.to_string())
    .bind(activity)
    .fetch_one(app.db().pool())
    .await?;
    let number = |name: &str| sums.try_get(name).map(from_db);
    Ok(Scene { records: number("records")?, earliest_us: number("earliest_us")? })
}

/// Records of an activity that are shown; nobody records one scene with more phones.
const MEMBERS_SHOWN: i64 = 64;

/// The records of an activity, the earliest deadline first.
pub(super) async fn members(app: &App, activity: &str) -> Result<Vec<Glance>, DbFault> {
    let rows = sqlx::query(select_glance!(
        "WHERE agency_id = $1 AND record_id IN (SELECT record_activity.record_id FROM record_activity
             WHERE record_activity.agency_id = $1 AND record_activity.activity_id = $2)
         ORDER BY CASE WHEN deadline_us = 0 THEN 1 ELSE 0 END, deadline_us, record_id LIMIT $3"
    ))
    .bind(app.agency().id.to_string())
    .bind(activity)
    .bind(MEMBERS_SHOWN)
    .fetch_all(app.db().pool())
    .await?;
    Ok(rows.iter().map(glance).collect::<Result<_, _>>()?)
}

/// One page of the board: without a receipt first, then by deadline, each with its activity; and whether there is another page.
pub(super) async fn board(app: &App, page: Page) -> Result<(Vec<(Glance, Option<Scene>)>, bool), DbFault> {
    let rows = sqlx::query(select_glance!(
        "WHERE agency_id = $1
         ORDER BY CASE WHEN receipts = 0 THEN 0 ELSE 1 END, CASE WHEN deadline_us = 0 THEN 1 ELSE 0 END, deadline_us, record_id
         LIMIT $2 OFFSET $3"
    ))
    .bind(app.agency().id.to_string())
    .bind(page.limit())
    .bind(page.offset())
    .fetch_all(app.db().pool())
    .await?;
    let (glances, has_more) = page.cut(rows.iter().map(glance).collect::<Result<Vec<_>, _>>()?);
    let mut shown = Vec::with_capacity(glances.len());
    for glance in glances {
        let scene = match &glance.activity {
            Some(activity) => Some(scene(app, activity).await?),
            None => None,
        };
        shown.push((glance, scene));
    }
    Ok((shown, has_more))
}

/// How many records there are, and how many of them are without a receipt, are listed for something, owe something.
#[derive(Debug)]
pub(super) struct Sums {
    pub(super) records: u64,
    pub(super) without_receipt: u64,
    pub(super) listed: u64,
    pub(super) owing: u64,
}

pub(super) async fn sums(app: &App) -> Result<Sums, DbFault> {
    let row = sqlx::query(concat!(
        "SELECT COUNT(*) AS records,
                CAST(COALESCE(SUM(CASE WHEN receipts = 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS without_receipt,
                CAST(COALESCE(SUM(CASE WHEN owed_count > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS owing,
                (SELECT COUNT(*) FROM state WHERE agency_id = $1 AND ",
        amiss!(),
        ") AS listed
         FROM record WHERE agency_id = $1",
    ))
    .bind(app.agency().id.to_string())
    .fetch_one(app.db().pool())
    .await?;
    let number = |name: &str| row.try_get(name).map(from_db);
    Ok(Sums {
        records: number("records")?,
        without_receipt: number("without_receipt")?,
        listed: number("listed")?,
        owing: number("owing")?,
    })
}

/// One record with what its lines say.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) glance: Glance,
    pub(super) phase: Phase,
    pub(super) owed: Vec<Owed>,
    /// When a written statement that is owed is late, by the agency's own rule.
    pub(super) statement_due: Option<Instant>,
    /// The agency's own days beside the law's: for storing the record, and for filing the first of its texts.
    pub(super) own_storage: Option<Walk>,
    pub(super) own_filing: Option<Walk>,
    /// The lines of its written statements, and whether the agency's rule has them countersigned.
    pub(super) statements: Vec<u64>,
    pub(super) is_countersigned_here: bool,
    /// `None` while the recording has not ended.
    pub(super) countdown: Option<Countdown>,
    /// What it would be, were the recording never taken up again.
    pub(super) if_cut_off_here: Option<Deadline>,
    /// As the device said when it enrolled; empty: it enrolled before this was kept.
    pub(super) software: String,
    pub(super) model: Option<String>,
    pub(super) media_bytes: u64,
    pub(super) takes: u64,
    pub(super) receipts: Vec<Receipt>,
    pub(super) governed: Governed,
    pub(super) course: Vec<Step>,
    /// The records of its activity, itself among them; none where it names none.
    pub(super) members: Vec<Glance>,
    /// What they say together.
    pub(super) together: Together,
    /// As it was named last.
    pub(super) matter: Option<MatterId>,
    /// By which it was all counted.
    pub(super) calendar: Calendar,
    /// Other terms that its matter may have set running.
    pub(super) clocks: Vec<StatutoryClock>,
    /// When it began, as far as that is proved.
    pub(super) begun_us: u64,
}

/// `None` when the agency holds no line of it.
pub(super) async fn whole(app: &App, record: RecordId) -> Result<Option<Whole>, PageFault> {
    let agency = app.agency().id.to_string();
    let row = sqlx::query(select_glance!("WHERE agency_id = $1 AND record_id = $2"))
        .bind(&agency)
        .bind(record.to_string())
        .fetch_optional(app.db().pool())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let shared = app.agency();
    let Some(held) = HeldRecord::load(app.db(), &shared, &record.to_string()).await? else { return Ok(None) };
    let calendar = calendars::current(app.db(), &shared).await?;
    let examination = held.examine(&shared.keyset, &shared.root, &calendar, &mut Findings::default());
    let not_before_us = examination.bracket.not_before_us;
    let journal = examination
        .journal
        .unwrap_or_else(|| Journal::read(&held.journal, Drafts::Accepted, "journal", &mut Findings::default()));
    let not_before_us = receipts::not_before_us(&journal, not_before_us, &shared.keyset);
    let known = Known { received_us: &held.received_us, not_before_us };
    let reckoned = receipts::reckon(&journal, known, &calendar);
    let events: Vec<_> = journal.entries.iter().filter_map(event_of).collect();
    let policies = policies::policies(app.db(), &shared).await?;
    let opened = opened_of(&events);
    let policy = policies.of_record(opened);
    let (mut rules, mut debts) = (Record::new(policy), Debts::new(policy));
    for event in &events {
        // What the rules refuse was written by another program; the rest still counts.
        let _ = rules.apply(event);
        debts.note(event);
    }
    let countdown = reckoned.map(|reckoned| reckoned.countdown().clone());
    let owes_statement = debts.list().iter().any(|owed| matches!(owed, Owed::WrittenStatement { .. }));
    let statement_due = match &countdown {
        Some(Countdown::Running { deadline }) if owes_statement => Some(policy.statement_due.exclusive(deadline)),
        _ => None,
    };
    let own_days = policies.own_days_of_record(opened);
    let own_storage = match &countdown {
        Some(Countdown::Running { deadline }) => own_days.storage(deadline, &calendar),
        _ => None,
    };
    let own_filing = first_text(&events).and_then(|made| own_days.filing(made, &calendar));
    let matter = matter_of(&journal);
    let if_cut_off_here =
        completion(&events).if_cut_off_here.map(|trigger| storage_deadline_of(matter.as_ref(), trigger, &calendar));
    let special_rule = match &countdown {
        Some(Countdown::Running { deadline } | Countdown::WaitingForReturn { ordinary: deadline, .. }) => {
            deadline.special_rule.clone().map(|rule| (rule, calendar.special_rules().edition()))
        }
        None => None,
    };
    let governed = governed(&journal, &events, &policies, (opened, policy), special_rule);
    let said = sqlx::query("SELECT software, model FROM device WHERE agency_id = $1 AND device_id = $2")
        .bind(&agency)
        .bind(held.device.to_string())
        .fetch_optional(app.db().pool())
        .await?;
    let (software, model) = match said {
        Some(row) => (row.try_get("software")?, row.try_get("model")?),
        None => (String::new(), None),
    };
    let mut counts = quanji_evidence::body::Sealed { takes: 0, segments: 0, fragments: 0, media_bytes: 0, files: 0 };
    journal.entries.iter().for_each(|entry| counts.add(&entry.body));
    let glance = glance(&row)?;
    let members = match &glance.activity {
        Some(activity) => members(app, activity).await?,
        None => Vec::new(),
    };
    let matters = if matter.is_some() || members.len() > 1 {
        catalog::catalog(app.db(), &shared, None).await?.with_built_in()
    } else {
        Vec::new()
    };
    // The phone's clock is not trusted alone: the record began between what it carries and when its first line came.
    let opened_us = journal.entries.first().map_or(glance.opened_us, |entry| entry.clock.wall_us);
    let from_us = not_before_us.unwrap_or(0);
    let begun_us = opened_us.clamp(from_us, held.received_us.first().copied().unwrap_or(u64::MAX).max(from_us));
    Ok(Some(Whole {
        together: together(app, &members, (&held, &journal), &policies, &matters).await?,
        members,
        governed,
        clocks: clocks(&matters, matter.as_ref()),
        matter,
        begun_us,
        glance,
        calendar,
        phase: rules.phase(),
        owed: debts.list(),
        statement_due,
        own_storage,
        own_filing,
        statements: statements(&events),
        is_countersigned_here: policy.statement_countersigned,
        countdown,
        if_cut_off_here,
        software,
        model,
        media_bytes: counts.media_bytes,
        takes: counts.takes,
        receipts: held.receipts().collect(),
        course: course(&journal),
    }))
}

/// Of more records the page would take long; nobody records one scene with more phones.
const FOLDED: usize = 16;

/// What the records of an activity say together.
#[derive(Debug, Default)]
pub(super) struct Together {
    /// What they owe, and which of them shows it: the opening once, and nothing for a gap that another of them covers.
    pub(super) owed: Vec<(String, Owed)>,
    /// Different officers over all of them.
    pub(super) officers: OfficersCount,
    /// How many one of their matters asks for, and by which article.
    pub(super) asks: Option<Officers>,
}

/// `own` is the record that is shown, which was read already.
async fn together(
    app: &App,
    members: &[Glance],
    own: (&HeldRecord, &Journal),
    policies: &Policies,
    matters: &[CatalogMatter],
) -> Result<Together, PageFault> {
    if members.len() < 2 {
        return Ok(Together::default());
    }
    let (mut named, mut scene) = (Vec::new(), Vec::new());
    for member in members.iter().take(FOLDED) {
        let mut read = |held: &HeldRecord, journal: &Journal| {
            named.push((member.record.clone(), journal.entries.iter().filter_map(event_of).collect::<Vec<_>>()));
            scene.push(at_scene(held, journal, matters));
        };
        if member.record == own.0.id.to_string() {
            read(own.0, own.1);
            continue;
        }
        let Some(held) = HeldRecord::load(app.db(), &app.agency(), &member.record).await? else { continue };
        read(&held, &Journal::read(&held.journal, Drafts::Accepted, "journal", &mut Findings::default()));
    }
    let folded: Vec<_> =
        named.iter().map(|(_, events)| Member { events, policy: policies.of_record(opened_of(events)) }).collect();
    let owed = activity_owed(&folded).into_iter().map(|one| (named[one.member].0.clone(), one.owed)).collect();
    let asks = scene.iter().filter_map(|one| one.asks.clone()).max_by_key(|asks| asks.at_least);
    Ok(Together { owed, officers: officers::count(&scene), asks: asks.filter(|asks| asks.at_least > 1) })
}

fn statements(events: &[Event]) -> Vec<u64> {
    let said = events.iter().filter(|event| matches!(event.act, Act::WrittenStatement { .. }));
    said.map(|event| event.seq).collect()
}

/// By its own clock: the edition that stood then is what a record is held to.
fn opened_of(events: &[Event]) -> Instant {
    events.first().map_or_else(|| Instant::from_us(i64::MIN), |event| event.clock.wall)
}

/// The other statutory clocks of the matter that the record names last.
fn clocks(matters: &[CatalogMatter], matter: Option<&MatterId>) -> Vec<StatutoryClock> {
    let named = matter.and_then(|matter| matters.iter().find(|known| known.code == *matter));
    named.map(StatutoryClock::of_matter).unwrap_or_default()
}
