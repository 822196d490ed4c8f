//! The kinds of row: what each reads of its table, and everything that can be asked of it, found by the rules' own functions.

use std::collections::{BTreeMap, BTreeSet};

use quanji_rules::agency_policy::{Policies, PolicyDraft};
use quanji_rules::catalog::{Catalog, FoundIn, Replaced, read_duty, read_method, write_duty};
use quanji_rules::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::events::{instant, story, word};

/// What can be asked, and the answer.
pub(crate) type Found = BTreeMap<&'static str, Value>;

/// What an agency's own documents are called in these tables.
const ISSUER: &str = "某局";

/// One kind: its heading, the words that say what happened, those that every row must ask, and how the answers are found.
pub(crate) struct Kind {
    pub(crate) heading: &'static str,
    pub(crate) given: &'static [&'static str],
    pub(crate) must_ask: &'static [&'static str],
    pub(crate) find: fn(article: u8, given: Table) -> Result<Found, String>,
}

pub(crate) static KINDS: [Kind; 8] = [
    Kind { heading: "scene", given: &["happened", "agency"], must_ask: &["owed"], find: scene },
    Kind { heading: "activity", given: &["devices"], must_ask: &["owed"], find: activity },
    Kind { heading: "check", given: &["measured", "agency"], must_ask: &["notes"], find: check },
    Kind { heading: "rule", given: &["rules", "matter", "on"], must_ask: &[], find: rule },
    Kind { heading: "term", given: &["happened", "matter", "rules", "notice", "stored"], must_ask: &[], find: term },
    Kind { heading: "catalog", given: &["drops", "rows", "instead", "asked"], must_ask: &["amiss"], find: catalog },
    Kind { heading: "phrases", given: &["editions", "phrase"], must_ask: &["refused"], find: phrases },
    Kind { heading: "policy", given: &["editions", "opened", "category"], must_ask: &["amiss"], find: policy },
];

fn read<T: DeserializeOwned>(given: Table) -> Result<T, String> {
    Value::Table(given).try_into().map_err(|fault| fault.to_string())
}

fn texts(all: impl IntoIterator<Item = impl Into<String>>) -> Value {
    Value::Array(all.into_iter().map(|text| Value::String(text.into())).collect())
}

fn text(one: impl Into<String>) -> Value {
    Value::String(one.into())
}

/// The word by which a document of ours would name it: `offer_police_bundle`.
fn tag(of: &impl serde::Serialize, member: &str) -> String {
    let value = serde_json::to_value(of).expect("plain data");
    let named = if member.is_empty() { &value } else { &value[member] };
    named.as_str().expect("a word").to_owned()
}

fn said(owed: Owed) -> String {
    match owed {
        Owed::PlaceDescription => ActKind::Place.zh().to_owned(),
        Owed::OfficersDescription => ActKind::Officers.zh().to_owned(),
        Owed::SubjectDescription => ActKind::Subject.zh().to_owned(),
        Owed::Opening { missing } => {
            let missing: Vec<&str> = missing.iter().map(OpeningElement::zh).collect();
            format!("{}：{}", OwedKind::Opening.zh(), missing.join(" / "))
        }
        other => other.kind().zh().to_owned(),
    }
}

#[derive(Deserialize)]
struct Scene {
    happened: Vec<String>,
    /// As far as it bears on a record.
    #[serde(default)]
    agency: Policy,
}

fn scene(article: u8, given: Table) -> Result<Found, String> {
    let Scene { happened, agency } = read(given)?;
    let events = story(&happened)?;
    let Some((last, before)) = events.split_last() else { return Err("nothing happened".to_owned()) };
    let mut record = Record::new(agency);
    for event in before {
        record.apply(event).map_err(|refusal| refusal.to_string())?;
    }
    let outcome = record.apply(last);
    let owed = record.owed();
    let findings: BTreeSet<&str> = owed.iter().map(|owed| owed.kind().name()).collect();
    let articles: BTreeSet<u8> = owed.iter().map(|owed| owed.article().number()).collect();
    let (claim, exceptions) = match record.completeness() {
        Completeness::Complete => ("完整", Vec::new()),
        Completeness::CompleteWithExceptions { exceptions } => ("完整，有例外", exceptions),
        Completeness::Withheld { is_ended: false, .. } => ("尚未结束", Vec::new()),
        Completeness::Withheld { is_ended: true, .. } => ("暂不称完整", Vec::new()),
    };
    let marked = events.iter().filter_map(|event| match event.act {
        Act::Checklist { item, state } => Some((item, state)),
        _ => None,
    });
    let has_take = events.iter().any(|event| matches!(event.act, Act::Take { .. }));
    let filled = checklist(marked, has_take).into_iter().filter(|(_, state)| *state != ChecklistState::Open);
    let served = record.service_claims().into_iter().map(|claim| {
        let missing: Vec<&str> = claim.missing.iter().map(|step| step.zh()).collect();
        let said = if claim.is_effected() { "已送达".to_owned() } else { format!("还差 {}", missing.join(" / ")) };
        format!("{}：{said}", claim.method.zh())
    });
    let (written, flags, effects) = match &outcome {
        Ok(outcome) => (outcome.written.zh(), outcome.flags, outcome.effects.clone()),
        Err(_) => ("", Flags::default(), Vec::new()),
    };
    let effects = effects.iter().filter(|effect| effect.article().number() == article);
    Ok(Found::from([
        ("owed", texts(owed.iter().copied().map(said))),
        ("findings", texts(findings)),
        ("by_articles", Value::Array(articles.into_iter().map(|number| Value::Integer(number.into())).collect())),
        ("claim", text(claim)),
        ("exceptions", texts(exceptions.iter().map(|exception| tag(exception, "exception")))),
        ("then", texts(effects.map(|effect| tag(effect, "effect")))),
        ("flags", texts(flags.iter().map(Flag::zh))),
        ("written", text(written)),
        ("refused", Value::Boolean(outcome.is_err())),
        ("state", text(record.phase().zh())),
        ("postponed", Value::Boolean(record.is_opening_postponed())),
        ("checklist", texts(filled.map(|(item, state)| format!("{}：{}", item.zh(), state.zh())))),
        ("served", texts(served)),
    ]))
}

#[derive(Deserialize)]
struct Activity {
    /// Each device's events.
    devices: Vec<Vec<String>>,
}

fn activity(_article: u8, given: Table) -> Result<Found, String> {
    let Activity { devices } = read(given)?;
    let records: Vec<Vec<Event>> = devices.iter().map(|lines| story(lines)).collect::<Result<_, _>>()?;
    let members: Vec<Member<'_>> = records.iter().map(|events| Member { events, policy: Policy::default() }).collect();
    let alone = records
        .iter()
        .enumerate()
        .flat_map(|(place, events)| owed(events).into_iter().map(move |owed| ActivityOwed { member: place, owed }));
    let told = |one: ActivityOwed| format!("第 {} 台：{}", one.member + 1, said(one.owed));
    Ok(Found::from([
        ("owed", texts(activity_owed(&members).into_iter().map(told))),
        ("owed_alone", texts(alone.map(told))),
    ]))
}

const PERMISSIONS: [&str; 4] = ["camera", "microphone", "notifications", "background"];

#[derive(Deserialize)]
struct Check {
    measured: MeasuredValues,
    #[serde(default)]
    agency: Thresholds,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct MeasuredValues {
    battery_percent: Option<u8>,
    charging: bool,
    seconds_left: Option<u64>,
    camera: Option<Delivery>,
    microphone: Option<Delivery>,
    clock_offset_us: Option<i64>,
    location: Option<LocationState>,
    battery_saver: bool,
    temperature: Option<Temperature>,
    /// What the phone does not let the app do.
    denied: Vec<String>,
    /// No exchange with the agency: `clock_offset_us` is not known.
    clock_unknown: bool,
}

impl Default for MeasuredValues {
    /// Where a row says nothing: as it should be.
    fn default() -> Self {
        MeasuredValues {
            battery_percent: Some(80),
            charging: false,
            seconds_left: Some(36_000),
            camera: Some(Delivery::Delivering),
            microphone: Some(Delivery::Delivering),
            clock_offset_us: Some(0),
            location: Some(LocationState::Fix),
            battery_saver: false,
            temperature: Some(Temperature::Normal),
            denied: Vec::new(),
            clock_unknown: false,
        }
    }
}

fn check(_article: u8, given: Table) -> Result<Found, String> {
    let Check { measured: values, agency } = read(given)?;
    let allowed = |what: &str| Some(!values.denied.iter().any(|denied| denied == what));
    if let Some(unknown) = values.denied.iter().find(|denied| !PERMISSIONS.contains(&denied.as_str())) {
        return Err(format!("no such permission: {unknown}"));
    }
    let measured = Measured {
        battery_percent: values.battery_percent,
        charging: Some(values.charging),
        seconds_left: values.seconds_left,
        camera: values.camera,
        microphone: values.microphone,
        clock_offset_us: values.clock_offset_us.filter(|_| !values.clock_unknown),
        location: values.location,
        battery_saver: Some(values.battery_saver),
        temperature: values.temperature,
        permissions: Permissions {
            camera: allowed("camera"),
            microphone: allowed("microphone"),
            notifications: allowed("notifications"),
            background: allowed("background"),
        },
    };
    let notes: Vec<PreflightNote> = preflight_notes(&measured, &agency).iter().collect();
    Ok(Found::from([("notes", texts(notes.into_iter().map(PreflightNote::zh)))]))
}

#[derive(Deserialize)]
struct Rules {
    rules: Vec<SpecialRuleDraft>,
    matter: MatterId,
    /// The day on which the recording was complete, at noon.
    on: Date,
}

fn rule(_article: u8, given: Table) -> Result<Found, String> {
    let Rules { rules, matter, on } = read(given)?;
    let noon = instant(&format!("{on} 12:00"))?;
    let trigger = Trigger::at(TriggerKind::EndOfRecording, noon);
    let (special, amiss) = match SpecialRules::checked(1, rules) {
        Ok(special) => (special, Vec::new()),
        Err(faults) => (SpecialRules::default(), faults),
    };
    let calendar = Calendar::published().with_special_rules(special);
    let deadline = storage_deadline_of(Some(&matter), trigger, &calendar);
    Ok(Found::from([
        ("amiss", texts(amiss.iter().map(|fault| fault.fault.zh()))),
        ("governed_by", text(deadline.special_rule.clone().unwrap_or_default())),
        ("article", text(deadline.article.zh())),
        ("last_day", text(deadline.earliest.last_day.to_string())),
    ]))
}

#[derive(Deserialize)]
struct Term {
    happened: Vec<String>,
    #[serde(default)]
    matter: Option<MatterId>,
    #[serde(default)]
    rules: Vec<SpecialRuleDraft>,
    /// Rows of a notice that was imported.
    #[serde(default)]
    notice: Vec<String>,
    /// When the last byte was durable at the agency.
    #[serde(default)]
    stored: Option<String>,
}

fn term(_article: u8, given: Table) -> Result<Found, String> {
    let Term { happened, matter, rules, notice, stored } = read(given)?;
    let mut calendar = Calendar::published();
    if !notice.is_empty() {
        let csv = format!("date,kind,name_zh,basis\n{}\n", notice.join("\n"));
        calendar.import(&csv).map_err(|fault| fault.to_string())?;
    }
    let special = SpecialRules::checked(1, rules).map_err(|faults| format!("{faults:?}"))?;
    let calendar = calendar.with_special_rules(special);
    let countdown = completion(&story(&happened)?).countdown(matter.as_ref(), &calendar);
    let (state, deadline) = match countdown {
        None => return Ok(Found::from([("state", text("尚未起算"))])),
        Some(Countdown::Running { deadline }) => ("起算", deadline),
        Some(Countdown::WaitingForReturn { ground, ordinary }) => {
            let waiting = format!("等待返回：{}", ground.zh());
            return Ok(Found::from([
                ("state", text(waiting)),
                ("otherwise_last_day", text(ordinary.earliest.last_day.to_string())),
            ]));
        }
    };
    let mut found = Found::from([
        ("state", text(state)),
        ("counted_from", text(tag(&deadline.trigger, "kind"))),
        ("last_day", text(deadline.earliest.last_day.to_string())),
        ("late_from", text(deadline.exclusive().to_china_rfc3339())),
        ("provisional", Value::Boolean(deadline.is_provisional())),
        ("remind_by", text(deadline.earliest.earliest_last_day.map_or(String::new(), |day| day.to_string()))),
        ("article", text(deadline.article.zh())),
        ("governed_by", text(deadline.special_rule.clone().unwrap_or_default())),
    ]);
    if let Some(stored) = stored {
        let on_time = match deadline.on_time(instant(&stored)?) {
            OnTime::Yes => "按期",
            OnTime::No => "逾期",
            OnTime::Undetermined => "未定",
        };
        found.insert("on_time", text(on_time));
    }
    Ok(found)
}

#[derive(Deserialize)]
struct Altered {
    /// Matters of the regulation that the catalog leaves out.
    #[serde(default)]
    drops: Vec<String>,
    #[serde(default)]
    rows: Vec<AlteredRow>,
    #[serde(default)]
    instead: Vec<Replaced>,
    /// The matter asked about.
    asked: String,
}

/// What a catalog writes in the row of this code; a code that the regulation does not have is a further row.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlteredRow {
    code: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    category: Option<catalog::Category>,
    /// As the cell 记录要求 says it.
    #[serde(default)]
    requirement: Option<String>,
    /// As the cell 记录方式 says it.
    #[serde(default)]
    method: Option<String>,
}

fn catalog(_article: u8, given: Table) -> Result<Found, String> {
    let Altered { drops, rows, instead, asked } = read(given)?;
    let mut draft = Catalog::built_in().as_written().clone();
    draft.matters.retain(|matter| !drops.contains(&matter.code.0));
    draft.replaced = instead;
    for row in rows {
        let place = match draft.matters.iter().position(|matter| matter.code.0 == row.code) {
            Some(place) => place,
            None => {
                let mut another = draft.matters[draft.matters.len() - 1].clone();
                (another.number, another.code) = (another.number + 1, MatterId(row.code.clone()));
                draft.matters.push(another);
                draft.matters.len() - 1
            }
        };
        let matter = &mut draft.matters[place];
        if let Some(name) = row.name {
            matter.name = name;
        }
        if let Some(category) = row.category {
            matter.category = category;
        }
        if let Some(cell) = row.requirement {
            let FoundIn::Duty(duty) = read_duty(&cell) else { return Err(format!("`{cell}` is no requirement")) };
            matter.requirement = duty;
        }
        if let Some(cell) = row.method {
            matter.method = read_method(&cell).map_err(|word| format!("`{word}` is no method"))?;
        }
    }
    let (catalog, amiss) = match Catalog::checked(draft) {
        Ok(catalog) => (catalog, Vec::new()),
        // What is not issued changes nothing.
        Err(faults) => (Catalog::built_in(), faults),
    };
    let duty = catalog.duty(&asked);
    Ok(Found::from([
        ("amiss", texts(amiss.iter().map(|fault| fault.what.zh()))),
        ("duty", text(duty.map_or(String::new(), write_duty))),
        ("may_be_declined", Value::Boolean(duty.is_some_and(RecordingDuty::may_be_declined))),
    ]))
}

#[derive(Deserialize)]
struct Said {
    /// One after the other, as they were issued.
    editions: Vec<PhrasesDraft>,
    /// The phrase asked about: `notice/recording`.
    phrase: String,
}

fn phrases(_article: u8, given: Table) -> Result<Found, String> {
    let Said { editions, phrase } = read(given)?;
    let mut phrases = Phrases::shipped();
    let mut refused = Vec::new();
    for (number, draft) in (1..).zip(&editions) {
        refused = phrases.enter(number, draft).err().unwrap_or_default();
    }
    let asked = PhraseOf::parse(&phrase).ok_or_else(|| format!("`{phrase}` is no phrase"))?;
    let said = match asked {
        PhraseOf::Notice(kind) => phrases.notice(kind, Language::Chinese),
        PhraseOf::Filming => phrases.filming_points(Language::Chinese),
        PhraseOf::Companion(line) => phrases.companion(line, Language::Chinese),
        PhraseOf::Cause(cause) => phrases.reason(cause, Language::Chinese),
        other => return Err(format!("`{}` is asked of by what is known of a scene", other.name())),
    };
    let name = |source: Option<&PhrasesSource>| source.map_or(String::new(), |source| source.issuer.clone());
    Ok(Found::from([
        ("refused", texts(refused.iter().map(|fault| fault.what.zh()))),
        ("said", text(said)),
        ("worded_by", text(name(phrases.source()))),
        ("filled_by", text(name(phrases.filled()))),
    ]))
}

#[derive(Deserialize)]
struct Set {
    editions: Vec<SetEdition>,
    /// When the record was opened that is asked about.
    opened: String,
    #[serde(default)]
    category: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetEdition {
    issued: String,
    /// What the document says besides its heading.
    says: Table,
}

fn policy(_article: u8, given: Table) -> Result<Found, String> {
    let Set { editions, opened, category } = read(given)?;
    let mut policies = Policies::default();
    for (number, SetEdition { issued, mut says }) in (1..).zip(editions) {
        says.entry("edition").or_insert(Value::Integer(1));
        says.entry("title").or_insert(text("全过程记录工作规定"));
        says.entry("issuer").or_insert(text(ISSUER));
        let draft: PolicyDraft = read(says)?;
        policies.enter(number, instant(&issued)?, &draft);
    }
    let amiss = policies.newest_edition().map_or(&[][..], |edition| &edition.faults);
    let newest = policies.newest();
    let of_record = policies.of_record(instant(&opened)?);
    let category = match &category {
        None => None,
        Some(word) => Some(word!(catalog::Category, word).ok_or_else(|| format!("`{word}` is no category"))?),
    };
    let months = category.and_then(|category| newest.retention_months(category)).unwrap_or(0);
    let number = |value: u64| Value::Integer(i64::try_from(value).expect("small"));
    Ok(Found::from([
        ("amiss", texts(amiss.iter().map(|fault| fault.said(Language::Chinese)))),
        ("heals_within_us", number(of_record.heals_within_us)),
        (
            "statement_days",
            number(match of_record.statement_due {
                StatementDue::WithStorage => 0,
                StatementDue::DaysAfterStorage(days) => days.into(),
            }),
        ),
        ("battery_percent", number(newest.preflight.battery_percent.into())),
        ("seconds_left", number(newest.preflight.seconds_left)),
        ("clock_offset_us", number(newest.preflight.clock_offset_us)),
        ("film_over_paid", Value::Boolean(newest.network.film_over_paid)),
        ("retention_months", number(months.into())),
    ]))
}
