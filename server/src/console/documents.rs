//! What the agency has issued: kind, edition, issuer, when, and whether phones go by it.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use quanji_rules::agency_policy::{AgencyPolicy, Policies};
use quanji_rules::{Phrases, PhrasesSource, StatementDue};

use super::fault::PageFault;
use super::sheet::sheet;
use super::visitor::Visitor;
use super::words::{both, instant, short, spaced};
use crate::app::App;
use crate::documents::{self, Headed, Kind};
use crate::{phrases, policies};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/documents", get(page))
}

async fn page(_: Visitor, State(app): State<App>) -> Result<Markup, PageFault> {
    let agency = app.agency();
    let documents = documents::headed(app.db(), &agency).await?;
    let policies = policies::policies(app.db(), &agency).await?;
    let phrases = phrases::phrases(app.db(), &agency).await?;
    let body = html! {
        h1 { (both("本单位颁发的文件", "What the agency has issued")) }
        @if documents.is_empty() {
            p.empty { (both("尚未颁发文件；手机按本程序自带的内容执行。", "Nothing was issued; phones go by what this program has of its own.")) }
        } @else { (table(&documents)) }
        h2 { (both("执法用语（第八条）", "What officers say (Art. 8)")) }
        (whose_words(&phrases))
        h2 { (both("本单位的规定（第二十五条）", "The agency's own measures (Art. 25)")) }
        (measures(&policies))
    };
    Ok(sheet("文件", &body))
}

fn table(documents: &[Headed]) -> Markup {
    html! {
        table.editions {
            thead { tr {
                th { (both("种类", "Kind")) }
                th.number { (both("版次", "Edition")) }
                th { (both("颁发单位", "Issuer")) }
                th { (both("颁发于（北京时间）", "Issued (+08:00)")) }
                th { (both("状态", "State")) }
                th { (both("名称", "Name")) }
            } }
            tbody { @for Headed { header, sha256, is_in_force } in documents { tr {
                td { (kind(header.kind.as_str())) }
                td.number { (header.number) }
                td { (header.issuer) }
                td.time { (instant(header.issued_us)) }
                td { @if *is_in_force { (both("现行", "in force")) } @else { (both("存档", "kept")) } }
                td.long { span.id { (short(sha256)) } }
            } } }
        }
    }
}

fn kind(word: &str) -> Markup {
    let zh = Kind::parse(word).map_or("", Kind::zh);
    both(zh, &spaced(word))
}

fn whose_words(phrases: &Phrases) -> Markup {
    html! {
        @match phrases.source() {
            None => p.said {
                (both("本程序自带的用语", "This program's own wording")) " "
                span.state.owed { (both("示例，未颁发", "sample, not issued")) }
            },
            Some(source) => (source_line(source)),
        }
        @if let Some(filled) = phrases.filled() {
            p.note { (both(&format!("填空：{}，第 {} 版", filled.issuer, filled.number), "blanks filled by the agency")) }
        }
    }
}

fn source_line(source: &PhrasesSource) -> Markup {
    html! {
        p.said {
            b { (source.title) } " " (source.issuer) " "
            (both(&format!("{}，第 {} 版", source.level.zh(), source.number), &format!("{}, edition {}", source.level.name(), source.number)))
            @if source.is_sample { " " span.state.owed { (both("示例，未颁发", "sample, not issued")) } }
        }
    }
}

fn measures(policies: &Policies) -> Markup {
    let edition = policies.newest_edition();
    html! {
        @match edition {
            None => p.quiet { (both("尚未颁发，以下为法定和本程序的底线。", "None issued; these are the floors.")) },
            Some(edition) => p.said {
                b { (edition.title) } " " (edition.issuer) " " (both(&format!("第 {} 版", edition.number), &format!("edition {}", edition.number)))
                @if edition.is_sample { " " span.state.owed { (both("示例，未颁发", "sample, not issued")) } }
            },
        }
        @for fault in edition.map(|edition| edition.faults.as_slice()).unwrap_or_default() {
            p.note { "未执行 not obeyed: " (fault) }
        }
        (values(policies.newest()))
    }
}

fn values(policy: &AgencyPolicy) -> Markup {
    let AgencyPolicy { preflight, record, network, own_days, quality, .. } = policy;
    let (due_zh, due_en) = match record.statement_due {
        StatementDue::WithStorage => ("与存储期限相同".to_owned(), "with the storage deadline".to_owned()),
        StatementDue::DaysAfterStorage(days) => {
            (format!("存储期限后 {days} 日"), format!("{days} days after the storage deadline"))
        }
    };
    let (paid_zh, paid_en) = match network.limit_bytes() {
        Some(0) => ("不得".to_owned(), "never".to_owned()),
        Some(bytes) => (
            format!("同意后，一次至多 {} MB", bytes / 1_000_000),
            format!("after a yes, at most {} MB", bytes / 1_000_000),
        ),
        None => ("同意后".to_owned(), "after a yes".to_owned()),
    };
    html! {
        dl.facts {
            div { dt { (both("电量不足", "Battery low")) } dd { "< " (preflight.battery_percent) " %" } }
            div { dt { (both("空间不足", "Space low")) } dd { "< " (both(&format!("{} 分钟", preflight.seconds_left / 60), &format!("{} min", preflight.seconds_left / 60))) } }
            div { dt { (both("时钟偏差", "Clock off")) } dd { "> " (seconds(preflight.clock_offset_us)) } }
            div { dt { (both("不需说明的间隔", "Gaps that heal")) } dd { "≤ " (seconds(record.heals_within_us)) } }
            div { dt { (both("书面情况说明", "Written statements")) } dd { (both(&due_zh, &due_en)) } }
            @if let Some(days) = own_days.storage {
                div { dt { (both("存储（单位规定）", "Stored within (agency rule)")) } dd { (days) " " (both("个工作日", "working days")) } }
            }
            @if let Some(days) = own_days.filing {
                div { dt { (both("文字材料归档（单位规定）", "Texts filed within (agency rule)")) } dd { (days) " " (both("个工作日", "working days")) } }
            }
            div { dt { (both("情况说明由单位负责人会签", "Statements countersigned")) } dd { @if record.statement_countersigned { (both("是", "yes")) } @else { (both("否", "no")) } } }
            div { dt { (both("影像经收费网络", "Film over a paid network")) } dd { (both(&paid_zh, &paid_en)) } }
            @if let Some(best) = quality.best { div { dt { (both("画面至多", "Picture at most")) } dd { (best.name()) } } }
            @for (name, kbit) in [("720p", quality.kbit_hd), ("1080p", quality.kbit_full_hd)] {
                @if let Some(kbit) = kbit { div { dt { (both(&format!("{name} 码率"), &format!("bit rate of {name}"))) } dd { (kbit) " kbit/s" } } }
            }
            @for floor in policy.retention() {
                div { dt { (both(&format!("保管期限：{}", floor.category.zh()), floor.category.name())) } dd { "≥ " (floor.months) " 个月 months" } }
            }
        }
    }
}

/// Thresholds are set in microseconds, and read in seconds.
fn seconds(us: u64) -> Markup {
    let seconds = us as f64 / 1e6;
    both(&format!("{seconds} 秒"), &format!("{seconds} s"))
}
