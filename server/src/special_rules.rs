//! Special rules of laws, regulations and 规章 that set another storage term for named matters (第二条第二款): checked, issued as one signed document, and
//! every record that they may move is looked at again.

use quanji_rules::{
    Calendar, Date, Instant, SpecialRuleDraft, SpecialRuleFault, SpecialRules, SpecialRulesDraft, SpecialRulesFault,
};
use thiserror::Error;

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::catalog::{self, CatalogsFault};
use crate::db::{Db, DbFault};
use crate::documents::{self, DocumentsFault, Kind, Number, Stands};
use crate::hooks;
use crate::log;

/// Longest file that is read: a thousand rules are shorter.
pub const FILE_LIMIT_BYTES: u64 = 1 << 20;

/// Why no rule was issued, or those issued cannot be read.
#[derive(Debug, Error)]
pub enum SpecialRulesIssueFault {
    #[error("文件 {found} 字节，至多 {FILE_LIMIT_BYTES} the file has {found} bytes, at most {FILE_LIMIT_BYTES}")]
    TooLarge { found: u64 },
    #[error("文件格式不对 the file is not of its form: {said}")]
    Form { said: String },
    #[error("文件格式版本 {found}，应为 1 the form's edition is {found}, not 1")]
    Edition { found: u64 },
    #[error("{}", told(.0))]
    Rules(Vec<SpecialRulesFault>),
    #[error("第 {} 条：事项 {matter} 不在现行目录中 rule {}: the catalog in force has no matter {matter}", index + 1, index + 1)]
    UnknownMatter { index: usize, matter: String },
    #[error("document {sha256} in the database holds no special rules")]
    Stored { sha256: String },
    #[error(transparent)]
    Catalogs(#[from] CatalogsFault),
    #[error(transparent)]
    Documents(#[from] DocumentsFault),
    #[error(transparent)]
    Agency(#[from] AgencyFault),
}

impl From<DbFault> for SpecialRulesIssueFault {
    fn from(fault: DbFault) -> SpecialRulesIssueFault {
        AgencyFault::from(fault).into()
    }
}

impl From<sqlx::Error> for SpecialRulesIssueFault {
    fn from(fault: sqlx::Error) -> SpecialRulesIssueFault {
        DbFault::from(fault).into()
    }
}

fn told(faults: &[SpecialRulesFault]) -> String {
    let line = |one: &SpecialRulesFault| {
        format!("第 {} 条：{} rule {}: {}", one.index + 1, one.fault.zh(), one.index + 1, one.fault)
    };
    let lines: Vec<String> = faults.iter().map(line).collect();
    format!("特别规定未颁发 no special rule was issued:\n{}", lines.join("\n"))
}

/// What was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    pub rules: usize,
    /// Edition and name; `None`: the newest edition says the same.
    pub document: Option<(u64, String)>,
}

/// The newest edition as it was written, with its number; `None`: none was issued.
pub async fn newest(db: &Db, agency: &Agency) -> Result<Option<(u64, SpecialRulesDraft)>, SpecialRulesIssueFault> {
    let Some(document) = documents::edition(db, agency, Kind::SpecialRules, None).await? else { return Ok(None) };
    let draft = serde_json::from_slice::<SpecialRulesDraft>(document.body()).ok();
    let draft = draft.ok_or_else(|| SpecialRulesIssueFault::Stored { sha256: document.digest().hex() })?;
    Ok(Some((document.header().number, draft)))
}

/// The calendar with the special rules in force.
pub async fn with_rules(db: &Db, agency: &Agency, calendar: Calendar) -> Result<Calendar, SpecialRulesIssueFault> {
    let Some((number, draft)) = newest(db, agency).await? else { return Ok(calendar) };
    let rules = SpecialRules::checked(number, draft.rules).map_err(SpecialRulesIssueFault::Rules)?;
    Ok(calendar.with_special_rules(rules))
}

/// Issues a file of rules in place of the edition before. Nothing is kept on an error.
pub async fn issue(app: &App, file: &[u8]) -> Result<Issued, SpecialRulesIssueFault> {
    let agency = app.agency();
    let draft: SpecialRulesDraft =
        serde_json::from_slice(file).map_err(|fault| SpecialRulesIssueFault::Form { said: fault.to_string() })?;
    if draft.edition != 1 {
        return Err(SpecialRulesIssueFault::Edition { found: draft.edition });
    }
    let before = newest(app.db(), &agency).await?.map(|(_, draft)| draft);
    if before.as_ref() == Some(&draft) {
        return Ok(Issued { rules: draft.rules.len(), document: None });
    }
    let today = Instant::from_us(crate::db::to_db(app.now_us())).china_date();
    check(&draft, before.as_ref(), today)?;
    let matters = catalog::catalog(app.db(), &agency, None).await?.with_built_in();
    for (index, rule) in draft.rules.iter().enumerate() {
        let unknown = rule.matters.iter().find(|named| !matters.iter().any(|matter| matter.code == **named));
        if let Some(matter) = unknown {
            return Err(SpecialRulesIssueFault::UnknownMatter { index, matter: matter.0.clone() });
        }
    }
    let body = serde_json::to_vec(&draft).map_err(|fault| SpecialRulesIssueFault::Form { said: fault.to_string() })?;
    let mut tx = app.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, app.now_us()).await?;
    let what = (Kind::SpecialRules, Number::Next, Stands::InsteadOfNewest);
    let document = documents::issue(&mut tx, &agency, what, body, now_us).await?;
    // Which matter a record names stands in its lines.
    hooks::look_again_at_all(&mut tx, &agency, None, now_us).await?;
    tx.commit().await?;
    Ok(Issued { rules: draft.rules.len(), document: Some((document.header().number, document.digest().hex())) })
}

/// Checks each rule and all of them together. One whose last day has passed is only taken where the edition before had it.
fn check(
    draft: &SpecialRulesDraft,
    before: Option<&SpecialRulesDraft>,
    today: Date,
) -> Result<(), SpecialRulesIssueFault> {
    SpecialRules::checked(1, draft.rules.clone()).map_err(SpecialRulesIssueFault::Rules)?;
    let was_issued = |rule: &SpecialRuleDraft| {
        // That it ended may be new.
        let same =
            |earlier: &SpecialRuleDraft| SpecialRuleDraft { in_force_to: rule.in_force_to, ..earlier.clone() } == *rule;
        before.is_some_and(|before| before.rules.iter().any(same))
    };
    let ended = draft.rules.iter().enumerate().filter(|(_, rule)| rule.in_force_to.is_some_and(|last| last < today));
    let faults: Vec<SpecialRulesFault> = ended
        .filter(|(_, rule)| !was_issued(rule))
        .map(|(index, rule)| {
            let fault = SpecialRuleFault::NotInForce { from: rule.in_force_from, to: rule.in_force_to, on: today };
            SpecialRulesFault { index, fault }
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(SpecialRulesIssueFault::Rules(faults)) }
}
