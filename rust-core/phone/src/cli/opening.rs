//! What an opening of the vault found: recovered, cut aside, left over.

use quanji_recorder::Opening;
use serde_json::{Value, json};

use super::page::Page;
use super::words::{length, size};

pub(super) fn to_json(opening: &Opening) -> Value {
    let recovered: Vec<Value> = opening
        .recovered
        .iter()
        .map(|found| {
            json!({
                "record": found.record,
                "fragments": found.fragments,
                "bytes": found.bytes,
                "us": found.us,
                "left_bytes": found.left_bytes,
            })
        })
        .collect();
    let side_files: Vec<Value> =
        opening.vault.side_files.iter().map(|side| json!({ "name": side.name, "bytes": side.len })).collect();
    let orphans: Vec<Value> = opening
        .vault
        .orphans
        .iter()
        .map(|orphan| json!({ "name": orphan.name, "bytes": orphan.len, "why": format!("{:?}", orphan.why) }))
        .collect();
    let troubles: Vec<String> = opening.vault.troubles.iter().map(|trouble| format!("{trouble:?}")).collect();
    let troubled: Vec<Value> = opening
        .troubled
        .iter()
        .map(|(record, fault)| json!({ "record": record, "reason": fault.to_string() }))
        .collect();
    json!({
        "recovered": recovered,
        "side_files": side_files,
        "orphans": orphans,
        "troubles": troubles,
        "troubled": troubled,
        "files_read": opening.vault.found.len(),
        "files_known": opening.vault.as_known,
        "purges_repeated": opening.vault.purges_repeated,
    })
}

/// Nothing is written when nothing was out of the ordinary.
pub(super) fn write(page: &mut Page, opening: &Opening) {
    for found in &opening.recovered {
        let mut value = format!(
            "{}  {} 分片 fragments, {}, {}",
            found.record,
            found.fragments,
            length(found.us),
            size(found.bytes)
        );
        if found.left_bytes > 0 {
            value.push_str(&format!("；另有 {} 未采用，仍保留 kept, not adopted", size(found.left_bytes)));
        }
        page.row("中断后找回", "recovered", &value);
    }
    for (record, fault) in &opening.troubled {
        page.row("无法接续", "not taken up", &format!("{record}  {fault}"));
    }
    for side in &opening.vault.side_files {
        page.row("残片", "side file", &format!("{}  {}", side.name, size(side.len)));
    }
    for orphan in &opening.vault.orphans {
        page.row("无主文件", "orphan", &format!("{}  {}  {:?}", orphan.name, size(orphan.len), orphan.why));
    }
    for trouble in &opening.vault.troubles {
        page.row("异常", "trouble", &format!("{trouble:?}"));
    }
}
