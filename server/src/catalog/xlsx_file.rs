//! XLSX: the first sheet of a workbook, read by calamine and written by rust_xlsxwriter.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use rust_xlsxwriter::{Format, FormatAlign, Workbook};

use super::sheet::{ROWS_LIMIT, TableFault};

/// Columns of a sheet that are looked at.
const COLUMNS_LIMIT: usize = 64;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Vec<String>>, Vec<TableFault>> {
    let no_workbook =
        || vec![TableFault::said(None, "不是 XLSX 工作簿，或者已损坏", "no XLSX workbook, or a damaged one")];
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(|_| no_workbook())?;
    let Some(first) = workbook.worksheet_range_at(0) else { return Err(no_workbook()) };
    let range = first.map_err(|_| no_workbook())?;
    // A sheet may begin below its first row; rows keep their numbers.
    let (above, left) = range.start().map_or((0, 0), |(row, column)| (row as usize, column as usize));
    if above > ROWS_LIMIT || left > COLUMNS_LIMIT {
        return Err(no_workbook());
    }
    let mut rows = vec![Vec::new(); above];
    for row in range.rows().take(ROWS_LIMIT + 1) {
        let cells = row.iter().take(COLUMNS_LIMIT).map(text);
        rows.push(std::iter::repeat_n(String::new(), left).chain(cells).collect());
    }
    Ok(rows)
}

fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        // 序号 and years are whole numbers.
        Data::Float(number) if number.fract() == 0.0 => format!("{number:.0}"),
        other => other.to_string(),
    }
}

pub(super) fn write(headings: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, String> {
    let said = |fault: rust_xlsxwriter::XlsxError| fault.to_string();
    let mut workbook = Workbook::new();
    let head = Format::new().set_bold().set_align(FormatAlign::Center).set_text_wrap();
    let body = Format::new().set_align(FormatAlign::Top).set_text_wrap();
    let sheet = workbook.add_worksheet().set_name("音像记录事项目录").map_err(said)?;
    sheet.set_freeze_panes(1, 0).map_err(said)?;
    for (column, heading) in (0..).zip(headings) {
        sheet.set_column_width(column, if column == 0 { 6.0 } else { 18.0 }).map_err(said)?;
        sheet.write_string_with_format(0, column, heading, &head).map_err(said)?;
    }
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell.parse::<u32>() {
                Ok(number) if column == 0 => sheet.write_number_with_format(row, column, number, &body),
                // Always as text: a cell that begins with = is no formula.
                _ => sheet.write_string_with_format(row, column, cell, &body),
            }
            .map_err(said)?;
        }
    }
    workbook.save_to_buffer().map_err(said)
}
