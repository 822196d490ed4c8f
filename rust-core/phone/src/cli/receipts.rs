//! `quanji-phone receipts`: takes receipts that came back from a dock on a disk, with the agency's key set beside them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use quanji_upload::{Brought, Came, bring};
use serde_json::json;

use super::args::ReceiptsArgs;
use super::page::Page;
use super::print;
use super::words::size;
use super::{DONE, NOT_DONE};
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::{self, Home};

/// Some thousands of receipts, or rotations.
const LIMIT_BYTES: u64 = 4 << 20;

pub(super) fn run(asked: &ReceiptsArgs) -> Result<u8, Fault> {
    let home = Home::at(&asked.place.vault);
    let opened = home.open_existing(Pace::Real)?;
    let trust = home::read_trust(&home.keys(), &opened.device)?.ok_or(Fault::NotEnrolled)?;
    let text = read(&asked.file)?;
    let beside = asked.file.with_extension("keyset");
    let theirs = match read(&beside) {
        Ok(theirs) => Some(theirs),
        Err(Fault::In(fault)) if fault.kind() == io::ErrorKind::NotFound => None,
        Err(fault) => return Err(fault),
    };
    let keyset = trust.keyset_with(theirs.as_deref())?;
    let brought = bring(&*opened.recorder, &keyset, &text)?;
    let is_done = brought.iter().all(|of| matches!(of.came, Came::Taken { .. } | Came::Known { .. }));
    let value = json!({ "brought": brought.iter().map(to_json).collect::<Vec<_>>() });
    let printed = print(asked.place.json, &value, || {
        let mut page = Page::new();
        page.title("从指定储存器带回的回执 receipts from a designated storage device");
        for of in &brought {
            page.row(&of.record.to_string()[..8], "", &said(of.came));
        }
        page.into_text()
    });
    Ok(if printed == DONE && !is_done { NOT_DONE } else { printed })
}

fn read(path: &Path) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LIMIT_BYTES).read_to_end(&mut bytes)).map_err(Fault::In)?;
    Ok(bytes)
}

fn said(came: Came) -> String {
    match came {
        Came::Taken { receipts, files, freed_bytes } => {
            format!(
                "{receipts} 份已核验、保存；释放 {files} 个文件 verified and kept; {files} files freed, {}",
                size(freed_bytes)
            )
        }
        Came::Known { files, freed_bytes } => {
            format!("已有；释放 {files} 个文件 known; {files} files freed, {}", size(freed_bytes))
        }
        Came::NotValid => "不成立，什么也没有释放 does not hold: nothing was freed".to_owned(),
        Came::NotHere => "本机没有这份记录 no such record on this phone".to_owned(),
    }
}

fn to_json(of: &Brought) -> serde_json::Value {
    let record = of.record;
    match of.came {
        Came::Taken { receipts, files, freed_bytes } => {
            json!({ "record": record, "came": "taken", "receipts": receipts, "files": files, "freed_bytes": freed_bytes })
        }
        Came::Known { files, freed_bytes } => {
            json!({ "record": record, "came": "known", "files": files, "freed_bytes": freed_bytes })
        }
        Came::NotValid => json!({ "record": record, "came": "not_valid" }),
        Came::NotHere => json!({ "record": record, "came": "not_here" }),
    }
}
