//! All devices: whose they are, what they said of themselves, whether they are in service, what came from them.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use quanji_evidence::certificate::Certificate;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::facts::amiss;
use super::fault::PageFault;
use super::paging::Page;
use super::sheet::sheet;
use super::visitor::Visitor;
use super::words::{both, instant, short};
use crate::app::App;
use crate::db::{DbFault, from_db};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/devices", get(devices))
}

/// A device in one line.
#[derive(Debug)]
struct Device {
    id: String,
    unit: String,
    /// Both as it said when it enrolled last; empty software: it enrolled before this was kept.
    software: String,
    model: Option<String>,
    enrolled_us: u64,
    /// `None`: the kept one cannot be read.
    certificate: Option<Certificate>,
    revoked_from_us: Option<u64>,
    records: u64,
    /// When the first line of its newest record was received.
    last_seen_us: Option<u64>,
    /// Listed about it or its records, apart from what is only still to come.
    states: u64,
}

impl Device {
    fn of(row: &AnyRow) -> Result<Device, sqlx::Error> {
        let instant = |name: &str| row.try_get::<Option<i64>, _>(name).map(|us| us.map(from_db));
        Ok(Device {
            id: row.try_get("device_id")?,
            unit: row.try_get("unit")?,
            software: row.try_get("software")?,
            model: row.try_get("model")?,
            enrolled_us: from_db(row.try_get("enrolled_us")?),
            // It was proved when it was kept: here it is only read.
            certificate: Certificate::read_unproved(row.try_get("certificate")?),
            revoked_from_us: instant("revoked_from_us")?,
            records: from_db(row.try_get("records")?),
            last_seen_us: instant("last_seen_us")?,
            states: from_db(row.try_get("states")?),
        })
    }

    fn expires_us(&self) -> Option<u64> {
        self.certificate.as_ref().map(|certificate| certificate.valid_until_us)
    }

    fn has_hardware_key(&self) -> bool {
        self.certificate.as_ref().is_some_and(|certificate| certificate.hardware.is_some())
    }

    fn standing(&self, now_us: u64) -> (&'static str, &'static str, &'static str) {
        match self.revoked_from_us {
            Some(from_us) if from_us <= now_us => ("amiss", "已撤销", "revoked"),
            Some(_) => ("owed", "将撤销", "to be revoked"),
            None if self.expires_us().is_some_and(|expires_us| expires_us <= now_us) => {
                ("owed", "证书已到期", "certificate expired")
            }
            None => ("safe", "在用", "in service"),
        }
    }
}

async fn page_of(app: &App, page: Page) -> Result<(Vec<Device>, bool), DbFault> {
    let rows = sqlx::query(
        concat!(
            "SELECT device.device_id, COALESCE(unit.name, device.unit_id) AS unit, software, model, enrolled_us, certificate, revoked_from_us,
                COALESCE(kept.records, 0) AS records, kept.last_seen_us, COALESCE(listed.states, 0) AS states
         FROM device
         LEFT JOIN unit ON unit.agency_id = device.agency_id AND unit.unit_id = device.unit_id
         LEFT JOIN (SELECT device_id, COUNT(*) AS records, MAX(first_seen_us) AS last_seen_us FROM record
                    WHERE agency_id = $1 GROUP BY device_id) AS kept ON kept.device_id = device.device_id
         LEFT JOIN (SELECT device_id, COUNT(*) AS states FROM state
                    WHERE agency_id = $1 AND ",
            amiss!(),
            " GROUP BY device_id) AS listed
                ON listed.device_id = device.device_id
         WHERE device.agency_id = $1 ORDER BY enrolled_us DESC, device.device_id LIMIT $2 OFFSET $3",
        ),
    )
    .bind(app.agency().id.to_string())
    .bind(page.limit())
    .bind(page.offset())
    .fetch_all(app.db().pool())
    .await?;
    Ok(page.cut(rows.iter().map(Device::of).collect::<Result<Vec<_>, _>>()?))
}

async fn devices(_: Visitor, State(app): State<App>, page: Page) -> Result<Markup, PageFault> {
    let (devices, has_more) = page_of(&app, page).await?;
    let now_us = app.now_us();
    let body = html! {
        h1 { (both("设备", "Devices")) }
        @if devices.is_empty() {
            p.empty { (both("还没有设备。用 quanji-agency enrol 给出登记码，手机扫码后就会出现在这里。", "No device yet. Issue a code with quanji-agency enrol; a phone that scans it appears here.")) }
        } @else {
            table.devices {
                thead { tr {
                    th { (both("设备", "Device")) }
                    th { (both("状态", "State")) }
                    th { (both("单位", "Unit")) }
                    th { (both("型号与软件（登记时）", "Model and software (when enrolled)")) }
                    th { (both("登记于（北京时间）", "Enrolled (+08:00)")) }
                    th { (both("证书到期", "Certificate until")) }
                    th { (both("最近来录", "Last record")) }
                    th.number { (both("记录", "Records")) }
                } }
                tbody { @for device in &devices { (row(device, now_us)) } }
            }
        }
        (page.nav("/devices", has_more))
    };
    Ok(sheet("设备", &body))
}

fn row(device: &Device, now_us: u64) -> Markup {
    let (class, zh, en) = device.standing(now_us);
    let time = |us: Option<u64>| us.map_or_else(|| "—".to_owned(), instant);
    html! {
        tr {
            td { a.id href={ "/devices/" (device.id) } { (short(&device.id)) } }
            td {
                span.state.(class) { (both(zh, en)) }
                @if let Some(from_us) = device.revoked_from_us { br; span.note { (both(&format!("自 {} 起", instant(from_us)), "from then on")) } }
                @if device.states > 0 { br; span.state.amiss { (both(&format!("{} 项异常", device.states), "listed")) } }
            }
            td { (device.unit) }
            td {
                (device.model.as_deref().unwrap_or("—"))
                @if !device.software.is_empty() { br; span.en { (device.software) } }
                @if device.has_hardware_key() { br; span { (both("有硬件密钥", "hardware key")) } }
            }
            td.time { (instant(device.enrolled_us)) }
            td.time { (time(device.expires_us())) }
            td.time { (time(device.last_seen_us)) }
            td.number { (device.records) }
        }
    }
}
