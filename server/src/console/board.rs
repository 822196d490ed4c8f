//! All records: is anything wrong now, and what is due next.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use quanji_rules::Instant;

use super::facts::{self, Glance, Scene, Sums};
use super::fault::PageFault;
use super::paging::Page;
use super::sheet::sheet;
use super::visitor::Visitor;
use super::words::{both, deadline, instant, short, standing, state};
use crate::api::admin_states::listed;
use crate::app::App;

/// States shown on the board; the interface lists all.
const STATES_SHOWN: usize = 20;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/", get(board))
}

async fn board(_: Visitor, State(app): State<App>, page: Page) -> Result<Markup, PageFault> {
    let sums = facts::sums(&app).await?;
    let (glances, has_more) = facts::board(&app, page).await?;
    let states = listed(&app, None, None).await?;
    let body = html! {
        h1 { (both("记录", "Records")) }
        (head_line(&sums))
        @if glances.is_empty() {
            p.empty { (both("还没有记录。手机登记后，录制一开始这里就会出现。", "No record yet. Once a phone is enrolled, one appears here as soon as it records.")) }
        } @else {
            table.board {
                thead { tr {
                    th { (both("记录", "Record")) }
                    th { (both("状态", "State")) }
                    th { (both("存储期限（北京时间）", "Store before (+08:00)")) }
                    th { (both("欠项", "Owed")) }
                    th { (both("开始", "Opened")) }
                    th.number { (both("回执", "Receipts")) }
                } }
                tbody { @for (glance, scene) in &glances { (row(glance, scene.as_ref())) } }
            }
        }
        (page.nav("/", has_more))
        @if !states.is_empty() {
            h2 { (both("列出的异常", "Listed")) }
            (state_table(states.iter().take(STATES_SHOWN), true))
            @if states.len() > STATES_SHOWN {
                p.note { (both(&format!("共 {} 项", states.len()), &format!("{} in all", states.len()))) }
            }
        }
    };
    Ok(sheet("记录", &body))
}

fn head_line(sums: &Sums) -> Markup {
    let item = |class: &'static str, number: u64, zh: &str, en: &str| {
        html! { li class=(if number > 0 { class } else { "" }) { b { (number) } " " (both(zh, en)) } }
    };
    html! {
        ul.sums {
            (item("", sums.records, "个记录", "records"))
            (item("waiting", sums.without_receipt, "个尚无回执", "without a receipt"))
            (item("owed", sums.owing, "个有欠项", "owe something"))
            (item("amiss", sums.listed, "项异常", "listed"))
        }
    }
}

fn row(glance: &Glance, scene: Option<&Scene>) -> Markup {
    let (class, zh, en) = standing(glance);
    html! {
        tr {
            td { a.id href={ "/records/" (glance.record) } { (short(&glance.record)) } }
            td { span.state.(class) { (both(zh, en)) } @if glance.files_missing > 0 { " " span.en { "−" (glance.files_missing) } } }
            td {
                @if glance.deadline_us == 0 { span.quiet { (both("未起算", "not running")) } }
                @else {
                    (deadline(Instant::from_us(i64::try_from(glance.deadline_us).unwrap_or(i64::MAX))))
                    @if glance.is_provisional { " " span.state.owed { (both("暂定", "provisional")) } }
                }
                (of_activity(scene))
            }
            td { @if glance.owed > 0 { span.state.owed { (both(&format!("还差 {} 项", glance.owed), "owed")) } } @else { span.quiet { (both("无", "none")) } } }
            td.time { (instant(glance.opened_us)) }
            td.number { (glance.receipts) }
        }
    }
}

/// Of several records of an activity each has its own deadline, and the earliest counts for all of them.
fn of_activity(scene: Option<&Scene>) -> Markup {
    let Some(scene) = scene.filter(|scene| scene.records > 1) else { return html! {} };
    let (zh, en) = (format!("同一活动 {} 个记录", scene.records), format!("{} records of one activity", scene.records));
    html! {
        br;
        span.note {
            (both(&zh, &en))
            @if scene.earliest_us > 0 {
                "，" (both(&format!("最早 {}", deadline(Instant::from_us(i64::try_from(scene.earliest_us).unwrap_or(i64::MAX)))), "the earliest"))
            } @else { "，" (both("均已存储", "all are stored")) }
        }
    }
}

/// Listed states as rows; `with_record` adds whose they are.
pub(super) fn state_table<'a>(states: impl Iterator<Item = &'a quanji_wire::State>, with_record: bool) -> Markup {
    html! {
        table.states {
            thead { tr {
                th { (both("异常", "What")) }
                @if with_record { th { (both("记录", "Record")) } }
                th { (both("位置", "Place")) }
                th { (both("应为", "Expected")) }
                th { (both("实为", "Found")) }
                th { (both("发现于", "Seen")) }
            } }
            tbody {
                @for listed in states {
                    @let (zh, en) = state(&listed.code);
                    @let class = if listed.code.ends_with("_missing") { "waiting" } else { "amiss" };
                    tr {
                        td { span.state.(class) { (both(zh, en)) } }
                        @if with_record {
                            td { @if let Some(record) = &listed.record { a.id href={ "/records/" (record) } { (short(record)) } } @else { span.quiet { "—" } } }
                        }
                        td.long { (listed.place) }
                        td.long { (listed.expected) }
                        td.long { (listed.found) }
                        td.time { (instant(listed.seen_us)) }
                    }
                }
            }
        }
    }
}
