//! CSV as spreadsheets in China write it: UTF-8 with or without a byte order mark, or GB18030; written with a mark, so that they read it.

use std::borrow::Cow;

use encoding_rs::GB18030;

use super::sheet::{ROWS_LIMIT, TableFault};

/// How CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// With a byte order mark.
    Utf8,
    Gb18030,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Vec<String>>, Vec<TableFault>> {
    let text = text(bytes)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut rows, mut broken) = (Vec::new(), 0);
    for record in reader.records() {
        let record = record.map_err(|fault| {
            let line = fault.position().map_or(0, csv::Position::line);
            vec![TableFault::said(None, format!("第 {line} 行附近不是 CSV"), format!("no CSV near line {line}"))]
        })?;
        // Blank lines are passed over by the reader, and a cell may be broken over lines: a row keeps the number that a spreadsheet gives it.
        let line = record.position().map_or(0, csv::Position::line);
        let number = usize::try_from(line).unwrap_or(0).saturating_sub(broken);
        while rows.len() + 1 < number && rows.len() <= ROWS_LIMIT {
            rows.push(Vec::new());
        }
        broken += record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        rows.push(record.iter().map(str::to_owned).collect());
        if rows.len() > ROWS_LIMIT {
            break;
        }
    }
    Ok(rows)
}

fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Vec<TableFault>> {
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or_else(|| {
        let zh = "文件既不是 UTF-8 也不是 GB18030 编码";
        vec![TableFault::said(None, zh, "the file is neither UTF-8 nor GB18030")]
    })
}

pub(super) fn write(headings: &[String], rows: &[Vec<String>], encoding: Encoding) -> Result<Vec<u8>, String> {
    let begin = if encoding == Encoding::Utf8 { MARK.to_vec() } else { Vec::new() };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let mut all = std::iter::once(headings).chain(rows.iter().map(Vec::as_slice));
    all.try_for_each(|row| writer.write_record(row)).map_err(|fault| fault.to_string())?;
    let bytes = writer.into_inner().map_err(|fault| fault.to_string())?;
    let text = String::from_utf8(bytes).map_err(|fault| fault.to_string())?;
    Ok(match encoding {
        Encoding::Utf8 => [begin, text.into_bytes()].concat(),
        Encoding::Gb18030 => GB18030.encode(&text).0.into_owned(),
    })
}
