//! One page that explains any deadline: a day and hour are entered, or brought along from a record, and the days are counted out.
//!
//! `asked` is what was entered and what is wrong with it; this file draws. Nothing is decided here, and no script is needed.

use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use quanji_rules::agency_policy::Policies;
use quanji_rules::{
    AwayGround, Calendar, Countdown, DayKind, Deadline, Instant, MatterId, Notice, StatutoryClock, StorageTerm,
    TriggerKind,
};

use super::asked::{Asked, Entered, FILING, KINDS, Question};
use super::clock_reading::clock_reading;
use super::countdown::countdown;
use super::fault::PageFault;
use super::own_days;
use super::sheet::sheet;
use super::visitor::Visitor;
use super::words::{both, instant, trigger};
use crate::app::App;
use crate::documents::{self, Kind, Listed};
use crate::{calendars, policies};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/deadline", get(page))
}

async fn page(
    _: Visitor,
    State(app): State<App>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PageFault> {
    let agency = app.agency();
    let calendar = calendars::current(app.db(), &agency).await?;
    let issued = documents::list(app.db(), &agency, Kind::Calendar).await?;
    let policies = policies::policies(app.db(), &agency).await?;
    // What cannot even be read as a query is like nothing entered.
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let today = Instant::from_us(crate::db::to_db(app.now_us()));
    let entered = asked.read();
    let (status, answer) = match &entered {
        Entered::Nothing => (StatusCode::OK, html! {}),
        Entered::Amiss(amiss) => (
            StatusCode::BAD_REQUEST,
            html! { @for one in amiss { @let (zh, en) = one.said(); p.amiss role="alert" { (both(&zh, &en)) } } },
        ),
        Entered::Whole(question) => (StatusCode::OK, answer(question, &calendar, &policies)),
    };
    let body = html! {
        h1 { (both("期限怎么算", "How a deadline is counted")) }
        (form(&asked, today, &calendar))
        (answer)
        (special_rules(&calendar))
        (in_force(&calendar, &issued))
    };
    Ok((status, sheet("期限", &body)).into_response())
}

/// What was entered stays in its fields, but for what no field of its kind can hold.
fn form(asked: &Asked, today: Instant, calendar: &Calendar) -> Markup {
    let mut matters: Vec<&MatterId> =
        calendar.special_rules().iter().flat_map(|rule| &rule.as_entered().matters).collect();
    matters.sort();
    matters.dedup();
    let at = if asked.at.is_empty() { local(today, Round::Down) } else { shown(&asked.at, Round::Down) };
    html! {
        form.ask method="get" action="/deadline" {
            p {
                label for="of" { (both("算哪个期限", "Which deadline")) }
                select #of name="of" {
                    option value="" selected[asked.of.is_empty()] { "第十七条 存储期限 · store the record (Art. 17)" }
                    option value=(FILING) selected[asked.of == FILING] { "第十七条第一款 文字记录归档 · file a text (Art. 17 para. 1)" }
                    @for clock in StatutoryClock::ALL {
                        option value=(clock.name()) selected[asked.of == clock.name()] { (clock.zh()) " · " (clock.law().name_en) }
                    }
                }
            }
            p {
                label for="at" { (both("从何时起；倒算的期限为举行之时（北京时间）", "From, or back from (+08:00)")) }
                input #at name="at" type="datetime-local" step="1" value=(at) required;
            }
            fieldset {
                legend { (both("只用于存储期限", "For storing only")) }
                p {
                    label for="kind" { (both("起算于", "Counted from")) }
                    select #kind name="kind" {
                        @for (name, kind) in KINDS {
                            @let (zh, en) = trigger(kind);
                            option value=(name) selected[asked.kind == name] { (zh) " · " (en) }
                        }
                    }
                }
                p {
                    label for="until" { (both("最迟为（不确定时才填）", "At the latest (only when uncertain)")) }
                    input #until name="until" type="datetime-local" step="1" value=(shown(&asked.until, Round::Up));
                }
                p {
                    label for="ground" { (both("确实不能及时移交的情形", "Hand-over was really impossible")) }
                    select #ground name="ground" {
                        option value="" selected[asked.ground.is_empty()] { "无 · none" }
                        @for ground in AwayGround::ALL {
                            option value=(ground.name()) selected[asked.ground == ground.name()] { (ground.zh()) " · " (ground.name().replace('_', " ")) }
                        }
                    }
                }
                @if !matters.is_empty() {
                    p {
                        label for="matter" { (both("事项（有特别规定的）", "Matter (of a special rule)")) }
                        select #matter name="matter" {
                            option value="" selected[asked.matter.is_empty()] { "其他 · any other" }
                            @for matter in &matters {
                                option value=(matter.0) selected[asked.matter == matter.0] { (matter.0) }
                            }
                        }
                    }
                }
                p {
                    label for="returned" { (both("返回单位的时间", "Returned to the unit")) }
                    input #returned name="returned" type="datetime-local" step="1" value=(shown(&asked.returned, Round::Down));
                }
            }
            fieldset {
                legend { (both("不计入期限的期间（检测、检验、检疫、技术鉴定），只用于查封、扣押", "Days left out (testing, inspection, appraisal), for a seizure only")) }
                @for (number, (from, to)) in asked.left_out().into_iter().enumerate() {
                    p {
                        label for={ "out" (number + 1) "_from" } { (both("自（含当日）", "First day")) }
                        input id={ "out" (number + 1) "_from" } name={ "out" (number + 1) "_from" } type="date" value=(from);
                        label for={ "out" (number + 1) "_to" } { (both("至（含当日）", "Last day")) }
                        input id={ "out" (number + 1) "_to" } name={ "out" (number + 1) "_to" } type="date" value=(to);
                    }
                }
            }
            button.first type="submit" { (both("计算", "Count")) }
        }
    }
}

fn answer(question: &Question, calendar: &Calendar, policies: &Policies) -> Markup {
    html! {
        h2 { (both("结果", "Result")) }
        @match question {
            Question::Storage(asked) => (storage(&asked.countdown(calendar), calendar, policies)),
            Question::Filing { at } => (own_days::filing_counted(*at, policies.own_days_of_record(*at).filing(*at, calendar).as_ref())),
            Question::Clock(asked) => (clock_reading(&asked.reading(calendar))),
        }
    }
}

/// The agency's own day is that of the policy in force when the term began to run.
fn storage(counted: &Countdown, calendar: &Calendar, policies: &Policies) -> Markup {
    let (of, own) = match counted {
        Countdown::Running { deadline } => {
            let own_days = policies.own_days_of_record(deadline.trigger.not_before());
            (deadline, own_days.storage(deadline, calendar))
        }
        Countdown::WaitingForReturn { ordinary, .. } => (ordinary, None),
    };
    html! {
        (countdown(counted))
        @if let Some(own) = &own { (own_days::storage(own)) }
        (by_which(of, calendar))
    }
}

/// The notices that decided the days, and what is still to come.
fn by_which(counted: &Deadline, calendar: &Calendar) -> Markup {
    let deciding = counted.notices();
    html! {
        p.note {
            @if deciding.is_empty() { (both("没有一天由已公布的通知确定。", "No day was decided by a published notice.")) }
            @else {
                (both("依据的通知：", "Decided by: "))
                @for id in &deciding {
                    @let year = calendar.notices().find(|notice| notice.id() == id).map(Notice::year);
                    @if let Some(year) = year { (year) " 年 " } span.id { (id) } " "
                }
            }
        }
        @if counted.is_provisional() {
            p.note { (both("暂定的期限不判逾期；新的放假通知导入后自动重算，前后结果都保留。",
                "A provisional deadline makes nobody late; once a new notice is imported it is counted again, and both results are kept.")) }
        }
    }
}

/// The special rules that the agency issued, with who answers for them: numbers of its register, no names.
fn special_rules(calendar: &Calendar) -> Markup {
    let rules = calendar.special_rules();
    if rules.iter().next().is_none() {
        return html! {};
    }
    html! {
        h2 { (both("特别规定（第二条第二款）", "Special rules (Art. 2)")) }
        p.note { (both(&format!("第 {} 版", rules.edition()), &format!("edition {}", rules.edition()))) }
        table.rules {
            thead { tr {
                th { (both("规定", "Rule")) }
                th { (both("位阶", "Rank")) }
                th { (both("施行", "In force")) }
                th { (both("期限", "Term")) }
                th { (both("事项", "Matters")) }
                th { (both("录入、批准", "Entered, approved")) }
            } }
            tbody { @for rule in rules.iter() {
                @let entered = rule.as_entered();
                tr {
                    td { (rule.citation()) }
                    td { (entered.rank.zh()) }
                    td { (entered.in_force_from) " – " @if let Some(last) = entered.in_force_to { (last) } }
                    td { @match entered.storage_term {
                        StorageTerm::WorkingDays(days) => { (days) " " (both("个工作日", "working days")) }
                        StorageTerm::CalendarDays(days) => { (days) " " (both("日", "days")) }
                    } }
                    td { @for matter in &entered.matters { span.id { (matter.0) } " " } }
                    td { (entered.entered_by.0) " · " (entered.approved_by.0) }
                }
            } }
        }
    }
}

/// The calendar by which everything is counted now.
fn in_force(calendar: &Calendar, issued: &[Listed]) -> Markup {
    let notices: Vec<_> = calendar.notices().collect();
    let days = |notice: &Notice, kind: DayKind| notice.days().filter(|(_, day)| day.kind == kind).count();
    let next = notices.last().map(|notice| notice.year() + 1);
    html! {
        h2 { (both("现行的工作日历", "The calendar in force")) }
        @if let Some(year) = next {
            p.note { (both(&format!("{year} 年的放假通知尚未录入；涉及的日子暂按星期和法定节日推定。公布后用 quanji-agency calendar import 导入。"),
                &format!("The notice for {year} is not known yet; days that touch it are presumed. Import it with quanji-agency calendar import."))) }
        }
        table.notices {
            thead { tr {
                th { (both("年", "Year")) }
                th { (both("通知", "Notice")) }
                th.number { (both("放假", "Off")) }
                th.number { (both("调休上班", "Worked in lieu")) }
            } }
            tbody { @for notice in notices.iter().rev().copied() { tr {
                td { (notice.year()) }
                td { span.id { (notice.id()) } }
                td.number { (days(notice, DayKind::Off)) " " (both("天", "days")) }
                td.number { (days(notice, DayKind::Work)) " " (both("天", "days")) }
            } } }
        }
        @if !issued.is_empty() {
            p.note {
                (both("本单位颁发：", "Issued by this agency: "))
                @for document in issued.iter().rev() {
                    (both(&format!("第 {} 号 {}", document.number, instant(document.issued_us)), &format!("no. {}", document.number))) " "
                }
            }
        }
    }
}

/// The page's address for a countdown, so that it can be tried there with other data.
pub(super) fn address(counted: &Countdown, matter: Option<&MatterId>) -> String {
    let (of, ground) = match counted {
        Countdown::Running { deadline } => match deadline.trigger.kind() {
            TriggerKind::ReturnToUnit { ground } => (deadline, Some(ground)),
            _ => (deadline, None),
        },
        Countdown::WaitingForReturn { ground, ordinary } => (ordinary, Some(*ground)),
    };
    let (kind, from, to) = (of.trigger.kind(), of.trigger.not_before(), of.trigger.not_after());
    let name = KINDS.iter().find(|(_, known)| std::mem::discriminant(known) == std::mem::discriminant(&kind));
    let mut address = format!("/deadline?at={}&kind={}", from.to_utc_rfc3339(), name.map_or("", |(name, _)| *name));
    if from != to {
        address += &format!("&until={}", to.to_utc_rfc3339());
    }
    if let Some(matter) = matter {
        // A code is of a–z, 0–9 and `._/-`, all of which may stand in a query.
        address += &format!("&matter={}", matter.0);
    }
    if let Some(ground) = ground {
        address += &format!("&ground={}", ground.name());
    }
    address
}

/// The page's address for a clock that may run from `at`.
pub(super) fn clock_address(clock: StatutoryClock, at: Instant) -> String {
    format!("/deadline?of={}&at={}", clock.name(), at.to_utc_rfc3339())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    Down,
    Up,
}

/// As a field for a day and hour holds it: China Standard Time, whole seconds.
fn local(at: Instant, round: Round) -> String {
    const SECOND_US: i64 = 1_000_000;
    let over_us = at.us().rem_euclid(SECOND_US);
    let up_us = if round == Round::Up && over_us > 0 { SECOND_US } else { 0 };
    at.plus_us(up_us - over_us).to_china_rfc3339().replace("+08:00", "")
}

/// What was entered, as the field holds it; an unreadable one stands as it was, and browsers show an empty field.
fn shown(text: &str, round: Round) -> String {
    super::asked::china_instant(text).map_or_else(|_| text.to_owned(), |at| local(at, round))
}
