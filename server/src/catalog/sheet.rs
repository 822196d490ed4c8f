//! A table of a catalog: where its headings stand, and which cell is in which column.

use std::collections::BTreeMap;
use std::fmt;

use quanji_rules::catalog::{Amiss, Column};

/// A table of more rows is no catalog.
pub(super) const ROWS_LIMIT: usize = 20_000;
/// Headings stand in one of the first rows, below a title.
const HEADINGS_WITHIN: usize = 10;

/// A row of the file, by column.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// As a spreadsheet numbers it, from 1.
    pub(super) number: usize,
    pub(super) cells: BTreeMap<Column, String>,
}

/// The rows, and where each column stands.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub(super) rows: Vec<Row>,
    places: BTreeMap<Column, usize>,
}

/// Where something is amiss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// From 1.
    pub row: usize,
    pub column: Option<Column>,
    /// `E5`, where it is known.
    pub cell: Option<String>,
}

impl Spot {
    pub(super) fn row(row: usize) -> Spot {
        Spot { row, column: None, cell: None }
    }

    pub(super) fn named(row: usize, column: Column) -> Spot {
        Spot { row, column: Some(column), cell: None }
    }
}

/// What is amiss with a file, by row and column, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFault {
    pub spot: Option<Spot>,
    pub zh: String,
    pub en: String,
}

impl TableFault {
    pub(super) fn of(spot: Option<Spot>, what: &Amiss) -> TableFault {
        TableFault { spot, zh: what.zh(), en: what.to_string() }
    }

    pub(super) fn said(spot: Option<Spot>, zh: impl Into<String>, en: impl Into<String>) -> TableFault {
        TableFault { spot, zh: zh.into(), en: en.into() }
    }
}

impl fmt::Display for TableFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TableFault { spot, zh, en } = self;
        let Some(Spot { row, column, cell }) = spot else { return write!(out, "{zh} {en}") };
        let cell = cell.as_ref().map(|cell| format!(" {cell}")).unwrap_or_default();
        match column {
            None => write!(out, "第 {row} 行：{zh} row {row}: {en}"),
            Some(column) => {
                write!(out, "第 {row} 行“{}”{cell}：{zh} row {row}, {}: {en}", column.zh(), column.name())
            }
        }
    }
}

/// The headings in the order in which they are written.
pub(super) fn headings() -> Vec<String> {
    Column::ALL.iter().map(|column| column.zh().to_owned()).collect()
}

impl Sheet {
    /// Finds the headings and takes the rows below them apart. Rows with nothing in them are passed over.
    pub(super) fn of(rows: Vec<Vec<String>>) -> Result<Sheet, Vec<TableFault>> {
        if rows.len() > ROWS_LIMIT {
            let (zh, en) = (format!("超过 {ROWS_LIMIT} 行"), format!("more than {ROWS_LIMIT} rows"));
            return Err(vec![TableFault::said(None, zh, en)]);
        }
        let is_heading = |row: &Vec<String>| {
            let has = |column: Column| row.iter().any(|cell| heading(cell) == Some(column));
            has(Column::Number) && has(Column::Name)
        };
        let Some(at) = rows.iter().take(HEADINGS_WITHIN).position(is_heading) else {
            return Err(vec![TableFault::said(
                None,
                format!("前 {HEADINGS_WITHIN} 行中没有表头“序号、执法类别、执法事项……备注”"),
                format!("no headings 序号, 执法类别, 执法事项 … 备注 in the first {HEADINGS_WITHIN} rows"),
            )]);
        };
        let mut places = BTreeMap::new();
        let mut faults = Vec::new();
        for (place, cell) in rows[at].iter().enumerate() {
            let Some(column) = heading(cell) else {
                if !cell.trim().is_empty() {
                    let (zh, en) =
                        (format!("没有“{}”这一列", cell.trim()), format!("there is no column {:?}", cell.trim()));
                    faults.push(TableFault::said(Some(Spot::row(at + 1)), zh, en));
                }
                continue;
            };
            if places.insert(column, place).is_some() {
                faults.push(TableFault::said(
                    Some(Spot::named(at + 1, column)),
                    "这一列有两次",
                    "this column is there twice",
                ));
            }
        }
        for column in Column::USUAL.iter().filter(|column| !places.contains_key(column)) {
            let spot = Some(Spot::named(at + 1, *column));
            faults.push(TableFault::said(spot, "缺少这一列", "this column is missing"));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut above: BTreeMap<Column, String> = BTreeMap::new();
        let mut taken = Vec::new();
        for (place, row) in rows.into_iter().enumerate().skip(at + 1) {
            if row.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let cell = |place: &usize| row.get(*place).map(|cell| cell.trim().to_owned()).unwrap_or_default();
            let mut cells: BTreeMap<Column, String> =
                places.iter().map(|(column, place)| (*column, cell(place))).collect();
            // Cells that were merged over several rows stand in the first of them.
            for column in [Column::Category, Column::Sector] {
                if let Some(cell) = cells.get_mut(&column) {
                    if cell.is_empty() {
                        *cell = above.get(&column).cloned().unwrap_or_default();
                    }
                    above.insert(column, cell.clone());
                }
            }
            taken.push(Row { number: place + 1, cells });
        }
        Ok(Sheet { rows: taken, places })
    }

    pub(super) fn fault(&self, row: usize, column: Column, what: &Amiss) -> TableFault {
        let cell = self.places.get(&column).map(|place| format!("{}{row}", letters(*place)));
        TableFault::of(Some(Spot { row, column: Some(column), cell }), what)
    }
}

/// `A`, `B` … `Z`, `AA` …
fn letters(place: usize) -> String {
    let (mut place, mut letters) = (place, String::new());
    loop {
        letters.insert(0, char::from(b'A' + (place % 26) as u8));
        if place < 26 {
            return letters;
        }
        place = place / 26 - 1;
    }
}

/// The column that a heading names; line breaks and spaces within it do not matter.
fn heading(cell: &str) -> Option<Column> {
    let said: String = cell.chars().filter(|char| !char.is_whitespace() && *char != '\u{feff}').collect();
    Column::ALL.iter().find(|column| column.zh() == said || column.name() == said).copied()
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_lettered_as_spreadsheets_do() {
        let expected = [(0, "A"), (9, "J"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")];
        for (place, letters) in expected {
            assert_eq!(super::letters(place), letters);
        }
    }
}
