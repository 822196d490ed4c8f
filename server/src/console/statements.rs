//! Written statements (书面情况说明, 第十五条) drafted at the agency: the list of drafts, and the page on which one is written, offered to its phone
//! and taken back. It is signed on the phone and nowhere else.
//!
//! The page of a draft is the one page that shows a person's words: what is drafted there.

use axum::extract::rejection::{FormRejection, PathRejection};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use maud::{Markup, html};
use quanji_evidence::id::{DeviceId, RecordId};
use quanji_rules::STATEMENT_LIMIT_BYTES;
use serde::Deserialize;
use sqlx::Row;

use super::facts::Whole;
use super::fault::{DAMAGED, PageFault};
use super::paging::Page;
use super::sheet::sheet;
use super::visitor::Visitor;
use super::words::{both, instant, short};
use crate::app::App;
use crate::db::DbFault;
use crate::statements::{self, About, Countersigned, Draft, Signed, Standing, StatementsFault, Unreadable};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/statements", get(all).post(begin))
        .route("/statements/{draft}", get(one).post(change))
        .route("/statements/{draft}/withdraw", post(withdraw))
        .route("/records/{record}/countersign", post(countersign))
}

async fn all(_: Visitor, State(app): State<App>, page: Page) -> Result<Markup, PageFault> {
    let (drafts, has_more) = page.cut(statements::list(&app, page.limit(), page.offset()).await?);
    let (drafts, unreadable) = apart(drafts);
    let devices = devices(&app).await?;
    let body = html! {
        h1 { (both("情况说明草稿", "Drafts of written statements")) }
        p.note { (both("机关只拟稿、不代签：草稿送到录制该记录的手机上，由执法人员核对、修改后签名。录制中止、确实无法继续的，见第十五条。",
            "The agency drafts and never signs for anybody: a draft goes to the phone that made the record, where the officer reads, changes and signs it. Art. 15 asks for one where recording broke off and could not go on.")) }
        (not_shown(&unreadable))
        @if drafts.is_empty() && unreadable.is_empty() {
            p.empty { (both("还没有草稿。欠书面情况说明的记录，其页面上有“起草”。", "No draft yet. The page of a record that owes a statement has a button for one.")) }
        } @else if !drafts.is_empty() { (table(&drafts)) }
        (page.nav("/statements", has_more))
        h2 { (both("未作音像记录的", "Where nothing was recorded")) }
        @if devices.is_empty() { p.quiet { (both("还没有设备。", "There is no device yet.")) } } @else {
            form.ask method="post" action="/statements" {
                p {
                    label for="device" { (both("由哪台手机签名", "Signed on which phone")) }
                    select #device name="device" required {
                        @for (id, model) in &devices { option value=(id) { (short(id)) " " (model) } }
                    }
                }
                button.first type="submit" { (both("起草", "Draft")) }
            }
        }
    };
    Ok(sheet("情况说明", &body))
}

/// Devices in service, newest first, as they called themselves.
async fn devices(app: &App) -> Result<Vec<(String, String)>, DbFault> {
    let rows = sqlx::query(
        "SELECT device_id, COALESCE(model, '') AS model FROM device WHERE agency_id = $1 AND revoked_from_us IS NULL
         ORDER BY enrolled_us DESC, device_id LIMIT 1000",
    )
    .bind(app.agency().id.to_string())
    .fetch_all(app.db().pool())
    .await?;
    Ok(rows
        .iter()
        .map(|row| Ok((row.try_get("device_id")?, row.try_get("model")?)))
        .collect::<Result<_, sqlx::Error>>()?)
}

/// Those that can be shown, and those that cannot.
fn apart(drafts: Vec<Result<Draft, Unreadable>>) -> (Vec<Draft>, Vec<Unreadable>) {
    let (mut readable, mut unreadable) = (Vec::new(), Vec::new());
    for draft in drafts {
        match draft {
            Ok(draft) => readable.push(draft),
            Err(draft) => unreadable.push(draft),
        }
    }
    (readable, unreadable)
}

/// One line on the drafts that are missing from a list.
fn not_shown(unreadable: &[Unreadable]) -> Markup {
    let ids = unreadable.iter().map(|draft| short(&draft.id)).collect::<Vec<_>>();
    html! {
        @if !ids.is_empty() {
            p.amiss role="alert" {
                (both(&format!("草稿 {} 读不出来。", ids.join("、")), &format!("Draft {} cannot be read.", ids.join(", ")))) " "
                (both(DAMAGED.0, DAMAGED.1))
            }
        }
    }
}

fn table(drafts: &[Draft]) -> Markup {
    html! {
        table.drafts {
            thead { tr {
                th { (both("草稿", "Draft")) }
                th { (both("状态", "State")) }
                th { (both("记录", "Record")) }
                th { (both("手机", "Phone")) }
                th { (both("改于（北京时间）", "Changed (+08:00)")) }
            } }
            tbody { @for draft in drafts { tr {
                td { a.id href={ "/statements/" (draft.id) } { (short(&draft.id)) } }
                td { (standing(draft)) }
                td { @match &draft.record {
                    Some(record) => a.id href={ "/records/" (record) } { (short(record)) },
                    None => (both("未作记录", "nothing recorded")),
                } }
                td { a.id href={ "/devices/" (draft.device) } { (short(&draft.device)) } }
                td.time { (instant(draft.changed_us)) }
            } } }
        }
    }
}

/// How far it has come, in words beside the colour.
pub(super) fn standing(draft: &Draft) -> Markup {
    let (class, zh, en) = match &draft.standing {
        Standing::Drafted => ("waiting", "拟稿中", "drafted"),
        Standing::Offered { has_changed_since: true } => {
            ("owed", "已送手机，此后又有修改未送", "offered; changed here since")
        }
        Standing::Offered { has_changed_since: false } => ("owed", "已送手机，待签名", "offered, still to be signed"),
        Standing::Withdrawn => ("waiting", "已撤回", "withdrawn"),
        Standing::Signed(Signed { is_word_for_word: Some(true), .. }) => {
            ("safe", "已签名，与草稿一字不差", "signed, word for word")
        }
        Standing::Signed(Signed { is_word_for_word: Some(false), .. }) => {
            ("safe", "已签名，签名人作了修改", "signed, changed by its author")
        }
        Standing::Signed(Signed { is_word_for_word: None, .. }) => {
            ("safe", "已签名，内容未到", "signed, its words are still to come")
        }
    };
    html! { span.state.(class) { (both(zh, en)) } }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    record: Option<String>,
    interruption: Option<u64>,
    device: Option<String>,
}

async fn begin(
    visitor: Visitor,
    State(app): State<App>,
    new: Result<Form<New>, FormRejection>,
) -> Result<Redirect, PageFault> {
    let Ok(Form(New { record, interruption, device })) = new else { return Err(PageFault::NotFound) };
    let record = record.as_deref().map(RecordId::parse);
    let device = device.as_deref().map(DeviceId::parse);
    let about = match (record, device) {
        (Some(Some(record)), None) => About::Record { record, interruption },
        (None, Some(Some(device))) => About::Nothing { device },
        _ => return Err(PageFault::NotFound),
    };
    let id = statements::begin(&app, visitor.id(), about).await?;
    Ok(Redirect::to(&format!("/statements/{id}")))
}

async fn one(
    _: Visitor,
    State(app): State<App>,
    draft: Result<Path<String>, PathRejection>,
) -> Result<Markup, PageFault> {
    let draft = asked(&app, draft).await?;
    Ok(page(&draft, &draft.text, None))
}

async fn asked(app: &App, draft: Result<Path<String>, PathRejection>) -> Result<Draft, PageFault> {
    let id = draft.map(|Path(id)| id).map_err(|_| PageFault::NotFound)?;
    statements::one(app, &id).await?.ok_or(PageFault::NotFound)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    text: String,
    act: Act,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Act {
    Save,
    Offer,
}

async fn change(
    _: Visitor,
    State(app): State<App>,
    draft: Result<Path<String>, PathRejection>,
    change: Result<Form<Change>, FormRejection>,
) -> Result<Response, PageFault> {
    let draft = asked(&app, draft).await?;
    let Ok(Form(Change { text, act })) = change else { return Err(PageFault::NotFound) };
    let done = match act {
        Act::Save => statements::save(&app, &draft.id, &text).await,
        Act::Offer => statements::offer(&app, &draft.id, &text).await,
    };
    answered(&draft, &text, done)
}

async fn withdraw(
    _: Visitor,
    State(app): State<App>,
    draft: Result<Path<String>, PathRejection>,
) -> Result<Response, PageFault> {
    let draft = asked(&app, draft).await?;
    let done = statements::withdraw(&app, &draft.id).await;
    answered(&draft, &draft.text, done)
}

/// Back to the page; what cannot be is said on it, and the text stays in the form.
fn answered(draft: &Draft, text: &str, done: Result<(), StatementsFault>) -> Result<Response, PageFault> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/statements/{}", draft.id)).into_response()),
        Err(
            fault @ (StatementsFault::Draft(_)
            | StatementsFault::Signed
            | StatementsFault::DeviceRevoked
            | StatementsFault::NoDevice),
        ) => Ok((StatusCode::CONFLICT, page(draft, text, Some(&fault))).into_response()),
        Err(fault) => Err(fault.into()),
    }
}

fn page(draft: &Draft, text: &str, amiss: Option<&StatementsFault>) -> Markup {
    let is_signed = matches!(draft.standing, Standing::Signed(_));
    let body = html! {
        p.back { a href="/statements" { "← " (both("全部草稿", "All drafts")) } }
        h1 { (both("情况说明草稿", "Draft of a written statement")) " " span.id { (short(&draft.id)) } }
        p.said { (standing(draft)) }
        dl.facts {
            div { dt { (both("记录", "Record")) } dd { @match &draft.record {
                Some(record) => a.id href={ "/records/" (record) } { (short(record)) },
                None => (both("未作音像记录，签名后单独成立", "nothing was recorded: it stands alone once signed")),
            } } }
            div { dt { (both("说明", "About")) } dd { @match draft.interruption {
                Some(seq) => (both(&format!("第 {seq} 行的中止"), &format!("the interruption of line {seq}"))),
                None => (both("整个记录", "the whole")),
            } } }
            div { dt { (both("签名的手机", "Signed on the phone")) } dd { a.id href={ "/devices/" (draft.device) } { (short(&draft.device)) } } }
            div { dt { (both("拟稿", "Drafted by")) } dd.id { (short(&draft.made_by)) } }
            div { dt { (both("改于（北京时间）", "Changed (+08:00)")) } dd.time { (instant(draft.changed_us)) } }
        }
        @if let Some(fault) = amiss { p.amiss role="alert" { (fault) } }
        @if let Standing::Signed(signed) = &draft.standing {
            h2 { (both("已签名", "Signed")) }
            p { (both("签名的说明在记录中，", "The statement that was signed stands in the record, ")) a href={ "/records/" (signed.record) } { (both(&format!("第 {} 行", signed.seq), &format!("line {}", signed.seq))) } }
            h2 { (both("草稿", "The draft")) }
            pre.draft { (text) }
        } @else {
            form.draft method="post" action={ "/statements/" (draft.id) } {
                label for="text" { (both("内容", "Text")) }
                textarea #text name="text" rows="16" maxlength=(STATEMENT_LIMIT_BYTES) { "\n" (text) }
                p.note { (both("由模板按记录填写：未知的留空，请补全。签名前执法人员仍可修改。至多约 1300 字。",
                    "Filled from the record: what is not known is a blank. The officer may change it before signing. At most some 1,300 characters.")) }
                p.acts {
                    button.first type="submit" name="act" value="offer" { @if draft.standing == Standing::Drafted { (both("送到手机", "Offer to the phone")) } @else { (both("按此重新送到手机", "Offer this instead")) } }
                    button type="submit" name="act" value="save" { (both("只保存", "Only save")) }
                }
            }
            @if draft.standing != Standing::Withdrawn {
                form method="post" action={ "/statements/" (draft.id) "/withdraw" } {
                    button type="submit" { (both("撤回", "Withdraw")) }
                }
            }
        }
        @if !is_signed { p.note { (both("机关不能代签。手机下次联系机关时收到草稿（通常半天内）。", "The agency cannot sign it. The phone gets the draft when it next asks the agency, usually within half a day.")) } }
    };
    sheet("情况说明", &body)
}

/// On a record's page: its drafts, and a button for one where a statement is owed.
pub(super) fn of_record(record: &str, drafts: Vec<Result<Draft, Unreadable>>, owed: &[Option<u64>]) -> Markup {
    let (drafts, unreadable) = apart(drafts);
    html! {
        @for interruption in owed {
            form.inline method="post" action="/statements" {
                input type="hidden" name="record" value=(record);
                @if let Some(seq) = interruption { input type="hidden" name="interruption" value=(seq); }
                button type="submit" { @match interruption {
                    Some(seq) => (both(&format!("起草情况说明（第 {seq} 行的中止）"), &format!("Draft a statement on line {seq}"))),
                    None => (both("起草情况说明", "Draft a statement")),
                } }
            }
        }
        @if !drafts.is_empty() {
            h3 { (both("情况说明草稿", "Drafts of statements")) }
            (table(&drafts))
        }
        (not_shown(&unreadable))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Countersign {
    seq: u64,
    name: String,
}

async fn countersign(
    visitor: Visitor,
    State(app): State<App>,
    record: Result<Path<String>, PathRejection>,
    asked: Result<Form<Countersign>, FormRejection>,
) -> Result<Response, PageFault> {
    let record = record.ok().and_then(|Path(record)| RecordId::parse(&record)).ok_or(PageFault::NotFound)?;
    let Ok(Form(Countersign { seq, name })) = asked else { return Err(PageFault::NotFound) };
    match statements::countersign(&app, visitor.id(), record, seq, &name).await {
        Ok(()) => Ok(Redirect::to(&format!("/records/{record}")).into_response()),
        Err(fault @ (StatementsFault::NoName | StatementsFault::CountersignedAlready)) => {
            let body = html! {
                p.back { a href={ "/records/" (record) } { "← " (both("记录", "Record")) } }
                p.amiss role="alert" { (fault) }
            };
            Ok((StatusCode::CONFLICT, sheet("会签", &body)).into_response())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// By whom each statement was countersigned, and what the agency's own rule still asks for. The law asks for neither.
pub(super) fn countersignatures(whole: &Whole, countersigned: &[Countersigned]) -> Markup {
    let is_shown = !countersigned.is_empty() || (whole.is_countersigned_here && !whole.statements.is_empty());
    html! {
        @if is_shown {
            h3 { (both("情况说明的会签（单位规定）", "Countersignatures of statements (agency rule)")) }
            p.note { (both("会签是单位规定：没有会签，说明照样成立。", "An agency's rule: a statement stands without one.")) }
            ul { @for seq in &whole.statements { li {
                (both(&format!("第 {seq} 行："), &format!("line {seq}:"))) " "
                @match countersigned.iter().find(|one| one.seq == *seq) {
                    Some(one) => {
                        span.state.safe { (both(&format!("{} 会签于 {}", one.name, instant(one.at_us)), "countersigned")) }
                    }
                    None => {
                        @if whole.is_countersigned_here {
                            span.state.owed { (both("单位规定：还差会签", "agency rule: countersignature still owed")) }
                            form.countersign method="post" action={ "/records/" (whole.glance.record) "/countersign" } {
                                input type="hidden" name="seq" value=(seq);
                                label { (both("会签人姓名和职务", "Name and office")) " " input name="name" required maxlength="60"; }
                                button type="submit" { (both("会签", "Countersign")) }
                            }
                        }
                    }
                }
            } } }
        }
    }
}
