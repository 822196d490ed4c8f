//! One device: what its checks found over time, before recordings and before duty (第十三条), and what becomes of it (第二十一条).

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::routing::get;
use maud::{Markup, html};
use quanji_evidence::body::{Delivering, Location, Preflight, Temperature};
use quanji_evidence::id::DeviceId;
use quanji_rules::{Delivery, LocationState, PreflightNote, PreflightNotes};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::fault::PageFault;
use super::paging::OlderThan;
use super::sheet::sheet;
use super::trend::{LOOKED_AT, Trend, trends};
use super::visitor::Visitor;
use super::words::{both, instant, short, spaced};
use crate::app::App;
use crate::db::{DbFault, from_db, to_db};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/devices/{device}", get(page))
}

/// A check in one line.
#[derive(Debug)]
struct Check {
    /// By the device's clock.
    checked_us: u64,
    received_us: u64,
    /// `None`: before duty.
    record: Option<String>,
    found: Preflight,
}

impl Check {
    /// `None` for a body of a later program.
    fn of(row: &AnyRow) -> Result<Option<Check>, sqlx::Error> {
        let body: String = row.try_get("body")?;
        let Ok(found) = serde_json::from_str(&body) else { return Ok(None) };
        let record: String = row.try_get("record_id")?;
        Ok(Some(Check {
            checked_us: from_db(row.try_get("checked_us")?),
            received_us: from_db(row.try_get("received_us")?),
            record: Some(record).filter(|record| !record.is_empty()),
            found,
        }))
    }

    fn notes(&self) -> PreflightNotes {
        self.found.notes.iter().filter_map(|note| PreflightNote::parse(note.as_str())).collect()
    }
}

/// What the register says of it, as far as it is shown here.
struct Registered {
    unit: String,
    model: Option<String>,
    software: String,
}

async fn registered(app: &App, device: &str) -> Result<Option<Registered>, DbFault> {
    let row = sqlx::query(
        "SELECT COALESCE(unit.name, device.unit_id) AS unit, software, model FROM device
         LEFT JOIN unit ON unit.agency_id = device.agency_id AND unit.unit_id = device.unit_id
         WHERE device.agency_id = $1 AND device.device_id = $2",
    )
    .bind(app.agency().id.to_string())
    .bind(device)
    .fetch_optional(app.db().pool())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (unit, model, software) = (row.try_get("unit")?, row.try_get("model")?, row.try_get("software")?);
    Ok(Some(Registered { unit, model, software }))
}

/// Newest first, each with its place in the list.
async fn checks(
    app: &App,
    device: &str,
    older_than: &OlderThan,
    limit: i64,
) -> Result<Vec<(OlderThan, Option<Check>)>, DbFault> {
    let rows = sqlx::query(
        "SELECT checked_us, sha256, received_us, record_id, body FROM device_check
         WHERE agency_id = $1 AND device_id = $2 AND (checked_us, sha256) < ($3, $4)
         ORDER BY checked_us DESC, sha256 DESC LIMIT $5",
    )
    .bind(app.agency().id.to_string())
    .bind(device)
    .bind(older_than.at_us)
    .bind(&older_than.sha256)
    .bind(limit)
    .fetch_all(app.db().pool())
    .await?;
    let placed = |row: &AnyRow| {
        let place = OlderThan { at_us: row.try_get("checked_us")?, sha256: row.try_get("sha256")? };
        Ok((place, Check::of(row)?))
    };
    Ok(rows.iter().map(placed).collect::<Result<_, sqlx::Error>>()?)
}

async fn page(
    _: Visitor,
    State(app): State<App>,
    device: Result<Path<String>, PathRejection>,
    older_than: OlderThan,
) -> Result<Markup, PageFault> {
    let device = device.ok().and_then(|Path(device)| DeviceId::parse(&device)).ok_or(PageFault::NotFound)?.to_string();
    let registered = registered(&app, &device).await?.ok_or(PageFault::NotFound)?;
    let shown = checks(&app, &device, &older_than, OlderThan::limit()).await?;
    let (shown, nav) = older_than.cut(&format!("/devices/{device}"), shown);
    let looked_at = checks(&app, &device, &OlderThan::newest(), to_db(LOOKED_AT as u64)).await?;
    let notes: Vec<PreflightNotes> =
        looked_at.iter().filter_map(|(_, check)| check.as_ref()).map(Check::notes).collect();
    let body = html! {
        p.back { a href="/devices" { "← " (both("全部设备", "All devices")) } }
        h1 { (both("设备", "Device")) " " span.id { (device) } }
        dl.facts {
            div { dt { (both("单位", "Unit")) } dd { (registered.unit) } }
            div { dt { (both("型号", "Model")) } dd { (registered.model.as_deref().unwrap_or("—")) } }
            div { dt { (both("登记时的软件", "Software when enrolled")) } dd { @if registered.software.is_empty() { "—" } @else { (registered.software) } } }
        }
        h2 { (both("反复出现的提示", "What comes again and again")) }
        p.note { (both("只看设备，不评价人员。按最近 10 次检查统计，与之前 10 次比较。", "Of the device, and of nobody. Of its last 10 checks, beside the 10 before.")) }
        (trend_list(&trends(&notes), notes.is_empty()))
        h2 { (both("检查记录（第十三条）", "Checks (Art. 13)")) }
        @if shown.is_empty() {
            p.empty { (both("还没有检查。班前检查和每次开录的检查会出现在这里。", "No check yet. Those before duty and at the start of each recording appear here.")) }
        } @else {
            table.checks {
                thead { tr {
                    th { (both("时间（设备时钟）", "When (device's clock)")) }
                    th { (both("何时检查", "At")) }
                    th { (both("电量", "Battery")) }
                    th { (both("可录", "Room")) }
                    th { (both("时钟偏差", "Clock off by")) }
                    th { (both("摄像头", "Camera")) }
                    th { (both("麦克风", "Microphone")) }
                    th { (both("定位", "Location")) }
                    th { (both("温度", "Heat")) }
                    th { (both("提示", "Notes")) }
                } }
                tbody { @for check in &shown { @match check { Some(check) => (row(check)), None => (unread()) } } }
            }
        }
        (nav)
    };
    Ok(sheet("设备", &body))
}

fn trend_list(trends: &[Trend], is_unchecked: bool) -> Markup {
    html! {
        @if trends.is_empty() {
            p.quiet { @if is_unchecked { (both("尚无检查。", "No check yet.")) } @else { (both("无。", "None.")) } }
        } @else {
            ul.trends { @for trend in trends {
                li {
                    span.state.owed { (both(trend.note.zh(), &spaced(trend.note.name()))) } " "
                    span.strip aria-hidden="true" { @for stood in &trend.course { (if *stood { "■" } else { "·" }) } } " "
                    @if trend.in_a_row >= 2 {
                        b { (both(&format!("连续 {} 次", trend.in_a_row), &format!("{} times in a row", trend.in_a_row))) } "，"
                    }
                    (both(&format!("最近 {} 次中 {} 次", trend.course.len(), trend.lately), &format!("{} of the last {}", trend.lately, trend.course.len())))
                    @if let Some(before) = trend.before {
                        "，" (both(&format!("之前 10 次中 {before} 次"), &format!("{before} of the 10 before")))
                    }
                    @if trend.grows() { " " span.state.amiss { (both("增多", "more than before")) } }
                }
            } }
        }
    }
}

/// A check whose body only a later program can read: that it was done is shown.
fn unread() -> Markup {
    html! { tr { td colspan="10" { span.quiet { (both("由更新版本的程序写入，无法显示", "written by a later program, and not shown")) } } } }
}

fn row(check: &Check) -> Markup {
    let Preflight {
        notes: _,
        battery_percent,
        charging,
        free_bytes: _,
        seconds_left,
        camera,
        microphone,
        clock_offset_us,
        location,
        temperature,
        battery_saver: _,
    } = &check.found;
    let notes = check.notes();
    let mark = |note: PreflightNote| if notes.contains(note) { "state owed" } else { "" };
    html! {
        tr {
            td.time {
                (instant(check.checked_us))
                @if is_far(check.checked_us, check.received_us) { br; span.came { (both("收到于", "received")) br; (instant(check.received_us)) } }
            }
            td { @match &check.record {
                Some(record) => { (both("开录", "recording")) " " a.id href={ "/records/" (record) } { (short(record)) } }
                None => (both("班前", "before duty")),
            } }
            td { span class=(mark(PreflightNote::BatteryLow)) {
                @match battery_percent { Some(percent) => { (percent) " %" } None => "—" }
                @if *charging == Some(true) { " " (both("充电中", "charging")) }
            } }
            td { span class=(mark(PreflightNote::SpaceLow)) { @match seconds_left { Some(seconds) => (hours(*seconds)), None => "—" } } }
            td { span class=(mark(PreflightNote::ClockOff)) { @match clock_offset_us { Some(us) => (offset(*us)), None => (both("未核对", "not compared")) } } }
            td { span class=(mark(PreflightNote::CameraNotDelivering)) { (delivery(*camera)) } }
            td { span class=(mark(PreflightNote::MicrophoneNotDelivering)) { (delivery(*microphone)) } }
            td { (place(*location)) }
            td { span class=(mark(PreflightNote::Hot)) { (heat(*temperature)) } }
            td.long {
                @if check.found.notes.is_empty() { span.quiet { (both("无", "none")) } }
                @for note in &check.found.notes { @match PreflightNote::parse(note.as_str()) {
                    Some(known) => div { (both(known.zh(), &spaced(known.name()))) },
                    // Of a later edition.
                    None => div { (note.as_str()) },
                } }
            }
        }
    }
}

/// Whether what the device's clock said is a day or more from when it came: then both are shown.
fn is_far(checked_us: u64, received_us: u64) -> bool {
    const DAY_US: u64 = 86_400_000_000;
    checked_us.abs_diff(received_us) >= DAY_US
}

fn place(location: Option<Location>) -> Markup {
    let Some(location) = location else { return html! { "—" } };
    let state = LocationState::from(location);
    both(state.zh(), state.name())
}

fn heat(temperature: Option<Temperature>) -> Markup {
    let Some(temperature) = temperature else { return html! { "—" } };
    let heat = quanji_rules::Temperature::from(temperature);
    both(heat.zh(), heat.name())
}

fn delivery(delivering: Option<Delivering>) -> Markup {
    let Some(delivering) = delivering else { return html! { "—" } };
    let delivery = Delivery::from(delivering);
    both(delivery.zh(), delivery.name())
}

/// `3.5 h`.
fn hours(seconds: u64) -> String {
    let tenths = seconds / 360;
    format!("{}.{} h", tenths / 10, tenths % 10)
}

/// `+1.2 s`: how far the device's clock stands ahead of the agency's.
fn offset(us: i64) -> String {
    let tenths = us.unsigned_abs() / 100_000;
    let sign = if us < 0 { "−" } else { "+" };
    format!("{sign}{}.{} s", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_said_with_the_side_it_is_off_to_and_room_in_tenths_of_an_hour() {
        assert_eq!([offset(1_250_000), offset(-2_000_001), offset(i64::MIN)].map(|text| text.len() > 4), [true; 3]);
        assert_eq!(
            (offset(1_250_000), offset(-2_050_000), offset(0)),
            ("+1.2 s".into(), "−2.0 s".into(), "+0.0 s".into())
        );
        assert_eq!((hours(12_600), hours(0)), ("3.5 h".into(), "0.0 h".into()));
    }
}
