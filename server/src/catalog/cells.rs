//! A row of cells as a matter, and back.

use quanji_rules::catalog::{
    Amiss, CatalogMatter, Category, Column, Credential, FoundIn, Officers, read_duty, read_method, read_officers,
    read_retention, write_duty, write_method, write_officers, write_retention,
};
use quanji_rules::{MatterId, RecordingDuty, Stage};

use super::sheet::Row;

/// Between the words of a cell that lists some.
const SEPARATOR: &str = "；";

type Amisses = Vec<(Column, Amiss)>;

/// Makes a matter of a row; what is amiss in each cell.
pub(super) fn matter_of(row: &Row) -> Result<CatalogMatter, Amisses> {
    let cell = |column: Column| row.cells.get(&column).map_or("", String::as_str);
    let mut amiss = Vec::new();
    let number = number_of(cell(Column::Number));
    if number.is_none() {
        amiss.push((Column::Number, Amiss::NotANumber { found: short(cell(Column::Number)) }));
    }
    let category = one_of(cell(Column::Category), Category::ALL, Category::zh, &["行政"]);
    let stages = stages_of(cell(Column::Stages));
    let method = read_method(cell(Column::Method)).map_err(|found| {
        let expected = "拍照、录音、录像、录音录像、全程音像记录、文字记录".to_owned();
        Amiss::UnknownWord { found: short(&found), expected }
    });
    let requirement = requirement_of(row);
    let officers = officers_of(cell(Column::Officers));
    let retention = match cell(Column::Retention) {
        "" => Err(Amiss::Empty),
        said => read_retention(said).ok_or(Amiss::YearsOutOfRange),
    };
    let credentials = list_of(cell(Column::Credentials))
        .iter()
        .map(|said| one_of(said, Credential::ALL, Credential::zh, &[]))
        .collect::<Result<Vec<_>, _>>();
    let mut take = |column, fault: Option<Amiss>| amiss.extend(fault.map(|fault| (column, fault)));
    take(Column::Category, category.as_ref().err().cloned());
    take(Column::Stages, stages.as_ref().err().cloned());
    take(Column::Method, method.as_ref().err().cloned());
    take(
        requirement.as_ref().err().map_or(Column::Requirement, |(column, _)| *column),
        requirement.as_ref().err().map(|(_, fault)| fault.clone()),
    );
    take(Column::Officers, officers.as_ref().err().cloned());
    take(Column::Retention, retention.as_ref().err().cloned());
    take(Column::Credentials, credentials.as_ref().err().cloned());
    let (
        Some(number),
        Ok(category),
        Ok(stages),
        Ok(method),
        Ok(requirement),
        Ok(officers),
        Ok(retention),
        Ok(credentials),
    ) = (number, category, stages, method, requirement, officers, retention, credentials)
    else {
        return Err(amiss);
    };
    let text = |column: Column| cell(column).replace("\r\n", "\n").replace('\r', "\n");
    let code = cell(Column::Code);
    Ok(CatalogMatter {
        number,
        // Agencies that have no codes count.
        code: MatterId(if code.is_empty() { format!("matter/{number}") } else { code.to_owned() }),
        sector: text(Column::Sector),
        category,
        name: text(Column::Name),
        stages,
        place: text(Column::Place),
        method,
        requirement,
        officers,
        starts: text(Column::Starts),
        content: text(Column::Content),
        ends: text(Column::Ends),
        retention,
        phrases: list_of(cell(Column::Phrases)),
        companion_lines: list_of(cell(Column::CompanionLines)),
        documents: list_of(cell(Column::Documents)),
        credentials,
        remarks: text(Column::Remarks),
    })
}

/// The cells of a matter, in the order of the columns.
pub(super) fn cells_of(matter: &CatalogMatter) -> Vec<String> {
    let cell = |column: &Column| match column {
        Column::Number => matter.number.to_string(),
        Column::Category => matter.category.zh().to_owned(),
        Column::Name => matter.name.clone(),
        Column::Stages => matter.stages.iter().map(|stage| stage.zh()).collect::<Vec<_>>().join("、"),
        Column::Method => write_method(&matter.method),
        Column::Starts => matter.starts.clone(),
        Column::Content => matter.content.clone(),
        Column::Ends => matter.ends.clone(),
        Column::Retention => write_retention(matter.retention),
        Column::Remarks => matter.remarks.clone(),
        Column::Code => matter.code.0.clone(),
        Column::Sector => matter.sector.clone(),
        Column::Requirement => write_duty(matter.requirement),
        Column::Officers => write_officers(&matter.officers),
        Column::Place => matter.place.clone(),
        Column::Phrases => matter.phrases.join(SEPARATOR),
        Column::CompanionLines => matter.companion_lines.join(SEPARATOR),
        Column::Documents => matter.documents.join(SEPARATOR),
        Column::Credentials => {
            matter.credentials.iter().map(|credential| credential.zh()).collect::<Vec<_>>().join(SEPARATOR)
        }
    };
    Column::ALL.iter().map(cell).collect()
}

/// `3`, and `3.0` as spreadsheets keep numbers.
fn number_of(cell: &str) -> Option<u32> {
    cell.strip_suffix(".0").unwrap_or(cell).parse().ok().filter(|number| *number > 0)
}

fn stages_of(cell: &str) -> Result<Vec<Stage>, Amiss> {
    if matches!(cell, "全过程" | "执法全过程") {
        return Ok(Stage::ALL.to_vec());
    }
    let words = cell.split(['、', '，', ',', '；', ';', '\n']).map(str::trim).filter(|word| !word.is_empty());
    let mut stages = words.map(|word| one_of(word, Stage::ALL, Stage::zh, &[])).collect::<Result<Vec<_>, _>>()?;
    stages.sort_unstable();
    stages.dedup();
    if stages.is_empty() { Err(Amiss::Empty) } else { Ok(stages) }
}

/// Of its own column; where there is none, of the article that the remarks cite; otherwise the catalog demands it.
fn requirement_of(row: &Row) -> Result<RecordingDuty, (Column, Amiss)> {
    let own = row.cells.get(&Column::Requirement).map_or("", String::as_str);
    match (own, read_duty(own)) {
        ("", _) => {}
        (_, FoundIn::Duty(duty)) => return Ok(duty),
        (_, FoundIn::NoItem(found)) => return Err((Column::Requirement, Amiss::UnknownArticle { found })),
        (found, FoundIn::Nothing) => {
            let expected = "第十条第（N）项、第十一条第（N）项、本目录、文字记录".to_owned();
            return Err((Column::Requirement, Amiss::UnknownWord { found: short(found), expected }));
        }
    }
    let remarks = row.cells.get(&Column::Remarks).map_or("", String::as_str);
    match read_duty(remarks) {
        FoundIn::NoItem(found) => Err((Column::Remarks, Amiss::UnknownArticle { found })),
        FoundIn::Duty(duty @ (RecordingDuty::Mandatory(_) | RecordingDuty::Recommended(_))) => Ok(duty),
        _ => Ok(RecordingDuty::MandatoryByCatalog),
    }
}

fn officers_of(cell: &str) -> Result<Officers, Amiss> {
    let officers = read_officers(cell).ok_or(Amiss::NotOneOrTwo)?;
    if officers.at_least == 2 && officers.article.is_none() { Err(Amiss::NoArticle) } else { Ok(officers) }
}

fn list_of(cell: &str) -> Vec<String> {
    cell.split(['；', ';', '\n']).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A word of a closed list, also without what all of them begin with.
fn one_of<T: Copy>(cell: &str, all: &[T], zh: fn(T) -> &'static str, beginnings: &[&str]) -> Result<T, Amiss> {
    if cell.is_empty() {
        return Err(Amiss::Empty);
    }
    let is_it = |word: &str| cell == word || beginnings.iter().any(|begins| word.strip_prefix(begins) == Some(cell));
    let found = all.iter().copied().find(|word| is_it(zh(*word)));
    found.ok_or_else(|| {
        let expected = all.iter().map(|word| zh(*word)).collect::<Vec<_>>().join("、");
        Amiss::UnknownWord { found: short(cell), expected }
    })
}

/// What is told of a cell: enough to find it.
fn short(cell: &str) -> String {
    cell.chars().take(40).collect()
}
