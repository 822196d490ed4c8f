//! One record: how far it is, what is owed, how its deadline was counted, its receipts, and what is listed about it.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::routing::get;
use maud::{Markup, html};
use quanji_evidence::id::RecordId;
use quanji_evidence::receipt::{Receipt, ReceiptKind, ReceiptOnTime};
use quanji_rules::{ClockTerm, Instant, OfficersCount, Owed};

use super::board::state_table;
use super::countdown::countdown;
use super::course;
use super::deadline_page::{address, clock_address};
use super::facts::{self, Glance, Together, Whole};
use super::fault::PageFault;
use super::governed;
use super::own_days;
use super::sheet::sheet;
use super::statements;
use super::visitor::Visitor;
use super::words::{both, deadline, instant, owed, phase, short, size, standing};
use crate::api::admin_states::listed;
use crate::app::App;

pub(super) fn routes() -> Router<App> {
    Router::new().route("/records/{record}", get(page))
}

async fn page(
    _: Visitor,
    State(app): State<App>,
    record: Result<Path<String>, PathRejection>,
) -> Result<Markup, PageFault> {
    let record = record.ok().and_then(|Path(record)| RecordId::parse(&record)).ok_or(PageFault::NotFound)?;
    let whole = facts::whole(&app, record).await?.ok_or(PageFault::NotFound)?;
    let states = listed(&app, None, Some(record)).await?;
    let drafts = crate::statements::of_record(&app, &whole.glance.record).await?;
    let countersigned = crate::statements::countersigned(&app, &whole.glance.record).await?;
    let (class, zh, en) = standing(&whole.glance);
    let body = html! {
        p.back { a href="/" { "← " (both("全部记录", "All records")) } }
        h1 { (both("记录", "Record")) " " span.id { (whole.glance.record) } }
        p.said {
            span.state.(class) { (both(zh, en)) }
            @if !states.is_empty() { " " a href="#listed" { (both("看列出的异常", "What is listed")) } }
        }
        (facts_list(&whole))
        @if whole.governed.special_rule.is_some() {
            h2 { (both("存储期限（第二条第二款，从其规定）", "Store before (Art. 2 ¶2: a special rule prevails)")) }
        } @else {
            h2 { (both("存储期限（第十七条）", "Store before (Art. 17)")) }
        }
        @match &whole.countdown {
            Some(counted) => {
                (countdown(counted))
                @if let Some(own) = &whole.own_storage { (own_days::storage(own)) }
                p { a href=(address(counted, whole.matter.as_ref())) { (both("逐日说明，换数据试算", "Explain day by day, try other data")) } }
            }
            None => {
                p.quiet { (both("录制尚未结束，期限未起算。", "The recording has not ended; the term has not begun.")) }
                @if let Some(counted) = &whole.if_cut_off_here {
                    @let (zh, en) = (deadline(counted.exclusive()), counted.exclusive().to_china_rfc3339());
                    p.note { (both(&format!("若就此中断，应在 {zh} 之前存储。"), &format!("Were it never taken up again: store before {en}."))) }
                }
            }
        }
        @if let Some(own) = &whole.own_filing { (own_days::filing(own)) }
        @if whole.members.len() > 1 { (same_activity(&whole)) }
        @if !whole.clocks.is_empty() { (other_clocks(&whole)) }
        h2 { (both("欠项", "Owed")) }
        @if whole.owed.is_empty() { p.quiet { (both("无", "none")) } } @else {
            ul.owed { @for one in &whole.owed { @let (zh, en) = owed(*one); li { (both(&zh, en)) } } }
            @if let Some(due) = whole.statement_due {
                p.note { (both(&format!("书面情况说明应在 {} 之前作出（单位规定）。", deadline(due)),
                    &format!("The written statement is due before {} (agency rule).", due.to_china_rfc3339()))) }
            }
        }
        (statements::of_record(&whole.glance.record, drafts, &to_state(&whole)))
        (statements::countersignatures(&whole, &countersigned))
        (governed::done(&whole.governed))
        (governed::editions(&whole.governed))
        (course::shown(&whole.course))
        h2 { (both("回执", "Receipts")) }
        @if whole.receipts.is_empty() {
            p.quiet { (both("尚无。全部收到、读回核验无误后自动出具。", "None yet. Issued by itself once everything is here, read back and proved.")) }
        } @else { (receipts(&whole.receipts)) }
        @if !states.is_empty() {
            h2 #listed { (both("列出的异常", "Listed")) }
            (state_table(states.iter(), false))
        }
    };
    Ok(sheet("记录", &body))
}

/// What a statement of the record is owed about, or may settle: each interruption once, and the whole.
fn to_state(whole: &Whole) -> Vec<Option<u64>> {
    let mut about: Vec<Option<u64>> = Vec::new();
    for one in &whole.owed {
        let of = match one {
            Owed::InterruptionReason { interruption } => Some(*interruption),
            Owed::WrittenStatement { interruption } => *interruption,
            _ => continue,
        };
        if !about.contains(&of) {
            about.push(of);
        }
    }
    about
}

/// Each record of the activity with its own deadline; the earliest of those still to be stored is marked.
fn same_activity(whole: &Whole) -> Markup {
    let is_open = |member: &&Glance| member.receipts == 0 && member.deadline_us > 0;
    let earliest = whole.members.iter().find(is_open).map(|member| member.record.as_str());
    html! {
        h2 { (both("同一执法活动", "The same activity")) }
        table.members {
            thead { tr {
                th { (both("记录", "Record")) }
                th { (both("状态", "State")) }
                th { (both("存储期限（北京时间）", "Store before (+08:00)")) }
            } }
            tbody { @for member in &whole.members {
                @let (class, zh, en) = standing(member);
                tr {
                    td {
                        @if member.record == whole.glance.record { span.id { (short(&member.record)) } " " (both("本记录", "this one")) }
                        @else { a.id href={ "/records/" (member.record) } { (short(&member.record)) } }
                    }
                    td { span.state.(class) { (both(zh, en)) } }
                    td {
                        @if member.deadline_us == 0 { span.quiet { (both("未起算", "not running")) } }
                        @else { (deadline(Instant::from_us(i64::try_from(member.deadline_us).unwrap_or(i64::MAX)))) }
                        @if member.is_provisional { " " span.state.owed { (both("暂定", "provisional")) } }
                        @if earliest == Some(member.record.as_str()) { " " span.state.owed { (both("最早", "the earliest")) } }
                    }
                }
            } }
        }
        h3 { (both("活动合计欠项", "Owed by the activity as a whole")) }
        p.note { (both("语音说明一场只需一次；一台设备中断时另一台在录的，不欠说明。", "The opening is owed once; a gap that another device covers owes nothing.")) }
        @if whole.together.owed.is_empty() { p.quiet { (both("无", "none")) } } @else {
            ul.owed { @for (record, one) in &whole.together.owed {
                @let (zh, en) = owed(*one);
                li { span.id { (short(record)) } " " (both(&zh, en)) }
            } }
        }
        h3 { (both("各记录合计的执法人员", "Officers over all records")) }
        (officers_together(&whole.together))
    }
}

/// How many different officers the records name, and what the matter asks for. Who they are is said on no page.
fn officers_together(together: &Together) -> Markup {
    let OfficersCount { at_least, at_most } = together.officers;
    let (zh, en) = if at_least == at_most {
        (format!("{at_most} 名"), format!("{at_most}"))
    } else {
        (
            format!("{at_least} 至 {at_most} 名（有执法证号未到）"),
            format!("{at_least} to {at_most}: a certificate is still to come"),
        )
    };
    html! {
        p { (both(&zh, &en))
            @if let Some(asks) = &together.asks {
                @let article = asks.article.as_deref().unwrap_or_default();
                " · " (both(&format!("该事项要求至少 {} 名（{article}）", asks.at_least), &format!("the matter asks for {}", asks.at_least)))
                @if together.officers.is_fewer_than(asks.at_least) { " " span.state.owed { (both("还差", "still owed")) } }
            }
        }
    }
}

/// Other terms that the matter may have set running, from the earliest instant at which the act can have been done.
fn other_clocks(whole: &Whole) -> Markup {
    let begun = Instant::from_us(i64::try_from(whole.begun_us).unwrap_or(i64::MAX));
    html! {
        h2 { (both("其他法定期限", "Other statutory terms")) }
        p.note { (both("按本记录的事项列出，自记录开始时试算；实际起算时间请在链接中填写。是否适用由办案人员判断。",
            "By the record's matter, counted from its beginning; enter the real instant behind the link. Whether one applies is for people to say.")) }
        table.clocks {
            thead { tr {
                th { (both("期限", "Term")) }
                th { (both("依据", "Law")) }
                th { (both("届满前（北京时间）", "Before (+08:00)")) }
            } }
            tbody { @for clock in &whole.clocks {
                @let law = clock.law();
                @let reading = clock.read(begun, &whole.calendar);
                tr {
                    td { a href=(clock_address(*clock, begun)) { (both(clock.zh(), law.name_en)) } }
                    td { (law.article) }
                    td {
                        @match law.term {
                            ClockTerm::Hours(_) => (instant(u64::try_from(reading.exclusive.us()).unwrap_or(0))),
                            ClockTerm::WorkingDays(_) | ClockTerm::NaturalDays(_) | ClockTerm::WorkingDaysBefore(_) => (deadline(reading.exclusive)),
                        }
                        @if reading.is_provisional() { " " span.state.owed { (both("暂定", "provisional")) } }
                    }
                }
            } }
        }
    }
}

fn facts_list(whole: &Whole) -> Markup {
    let glance = &whole.glance;
    let (zh, en) = phase(whole.phase);
    html! {
        dl.facts {
            div { dt { (both("阶段", "Phase")) } dd { (both(zh, en)) } }
            div { dt { (both("开始（设备时钟）", "Opened (device's clock)")) } dd.time { (instant(glance.opened_us)) } }
            div { dt { (both("行", "Lines")) } dd { (glance.lines) } }
            div { dt { (both("连续段", "Takes")) } dd { (whole.takes) } }
            div { dt { (both("影音", "Media")) } dd { (size(whole.media_bytes)) } }
            div { dt { (both("未到的文件", "Files to come")) } dd { (glance.files_missing) } }
            div { dt { (both("未到的私密值", "Private values to come")) } dd { (glance.private_missing) } }
            div { dt { (both("设备", "Device")) } dd { a.id href={ "/devices/" (glance.device) } { (glance.device) } } }
            div { dt { (both("型号", "Model")) } dd { (whole.model.as_deref().unwrap_or("—")) } }
            div { dt { (both("登记时的软件", "Software when enrolled")) } dd { @if whole.software.is_empty() { "—" } @else { (whole.software) } } }
        }
    }
}

fn receipts(receipts: &[Receipt]) -> Markup {
    html! {
        table.receipts {
            thead { tr {
                th.number { (both("号", "No.")) }
                th { (both("是否按时", "On time")) }
                th { (both("存储于（北京时间）", "Stored (+08:00)")) }
                th { (both("出具于", "Issued")) }
                th { (both("期限", "Before")) }
                th { (both("存储方式", "Kind")) }
                th { (both("内容", "Covers")) }
                th.number { (both("日志序号", "Log")) }
            } }
            tbody {
                @for receipt in receipts {
                    @let (class, zh, en) = on_time(receipt.on_time);
                    tr {
                        td.number { (receipt.number) }
                        td { span.state.(class) { (both(zh, en)) } @if receipt.provisional { " " span.state.owed { (both("暂定", "provisional")) } } }
                        td.time { (instant(receipt.stored_us)) }
                        td.time { (instant(receipt.issued_us)) }
                        td { (deadline(Instant::from_us(i64::try_from(receipt.deadline_us).unwrap_or(i64::MAX)))) }
                        td { @match receipt.kind {
                            ReceiptKind::System => (both("执法信息系统", "system")),
                            ReceiptKind::DesignatedStorage => (both("指定储存器", "designated storage")),
                        } }
                        td { (receipt.media.count) " " (both("段", "segments")) " · " (size(receipt.media.size_bytes)) " · " (both(&format!("至第 {} 行", receipt.head.seq), &format!("to line {}", receipt.head.seq))) }
                        td.number { (receipt.log.index) }
                    }
                }
            }
        }
    }
}

fn on_time(on_time: ReceiptOnTime) -> (&'static str, &'static str, &'static str) {
    match on_time {
        ReceiptOnTime::Yes => ("safe", "按时", "in time"),
        ReceiptOnTime::No => ("amiss", "逾期", "late"),
        ReceiptOnTime::Undetermined => ("owed", "未定", "undetermined"),
    }
}
