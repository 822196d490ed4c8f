//! The catalog of matters in force, and its editions.

use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use maud::{Markup, html};
use quanji_rules::catalog::{Catalog, CatalogMatter, write_duty, write_method, write_officers, write_retention};
use serde::Deserialize;

use super::fault::PageFault;
use super::sheet::sheet;
use super::visitor::Visitor;
use super::words::{both, instant, short};
use crate::app::App;
use crate::catalog::edition;
use crate::documents::{self, Kind, Listed};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/catalog", get(catalog))
}

/// Which edition is looked at; the newest where none is named.
#[derive(Debug, Deserialize)]
struct Asked {
    edition: Option<u64>,
}

async fn catalog(_: Visitor, State(app): State<App>, asked: Query<Asked>) -> Result<Markup, PageFault> {
    let agency = app.agency();
    let editions = documents::list(app.db(), &agency, Kind::Catalog).await?;
    let edition = edition(app.db(), &agency, asked.edition).await?;
    let shown = edition.as_ref();
    let built_in = Catalog::built_in();
    let catalog = shown.map_or(&built_in, |edition| &edition.catalog);
    let written = catalog.as_written();
    let body = html! {
        h1 { (both("音像记录事项目录", "Catalog of matters")) }
        @match shown {
            None => p.empty {
                (both("本单位尚未颁发目录；手机只列办法第十条、第十一条的事项。用 quanji-agency catalog import 导入。",
                    "No catalog was issued; phones list the matters of Articles 10 and 11 alone. Import one with quanji-agency catalog import."))
            },
            Some(edition) => p.said {
                b { (written.title) } " " (written.issuer) " "
                (both(&format!("第 {} 版，{} 起施行", edition.number, written.in_force_from),
                    &format!("edition {}, in force from {}", edition.number, written.in_force_from)))
                @if written.is_sample { " " span.state.owed { (both("示例，未颁发", "sample, not issued")) } }
            },
        }
        @for replaced in &written.replaced {
            p.note { (both(&format!("“{}”从其规定：《{}》{}", replaced.matter.zh(), replaced.rule.title, replaced.rule.article),
                "a special rule prevails for this matter")) }
        }
        table.catalog {
            thead { tr {
                th.number { (both("序号", "No.")) }
                th { (both("执法类别", "Category")) }
                th { (both("执法事项", "Matter")) }
                th { (both("记录环节", "Stage")) }
                th { (both("记录方式", "Method")) }
                th { (both("开始、内容、结束", "Begin, content, end")) }
                th { (both("存储期限", "Kept")) }
                th { (both("要求", "Requirement")) }
            } }
            tbody { @for matter in &written.matters { (row(matter)) } }
        }
        @if !editions.is_empty() { (list(&editions)) }
    };
    Ok(sheet("目录", &body))
}

fn row(matter: &CatalogMatter) -> Markup {
    let stages = matter.stages.iter().map(|stage| stage.zh()).collect::<Vec<_>>().join("、");
    html! {
        tr {
            td.number { (matter.number) }
            td { (matter.category.zh()) br; span.en { (matter.sector) } }
            td { (matter.name) br; span.en { (matter.code.0) } }
            td { (stages) }
            td { (write_method(&matter.method)) }
            td { (matter.starts) br; (matter.content) br; (matter.ends) }
            td { (write_retention(matter.retention)) }
            td {
                (write_duty(matter.requirement)) br; (write_officers(&matter.officers))
                @for credential in &matter.credentials { br; (credential.zh()) }
                @if !matter.remarks.is_empty() { br; span.en { (matter.remarks) } }
            }
        }
    }
}

fn list(editions: &[Listed]) -> Markup {
    html! {
        h2 { (both("各版", "Editions")) }
        table.editions { tbody { @for edition in editions { tr {
            td { a href=(format!("/catalog?edition={}", edition.number)) { (both(&format!("第 {} 版", edition.number), "edition")) } }
            td.time { (instant(edition.issued_us)) }
            td.long { span.id { (short(&edition.sha256)) } }
        } } } }
    }
}
