//! What an opening of the vault found: recovered, cut aside, left over.

use quanji_recorder::Opening;
use quanji_store::IndexState;
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
        "index": opening.index.as_ref().map(|index| json!({
            "state": index_state(&index.state).0,
            "summarised": index.summarised,
            "fault": index.fault.as_ref().map(ToString::to_string),
        })),
    })
}

/// How the index was found: a word, and for a person what is worth saying.
fn index_state(state: &IndexState) -> (&'static str, Option<String>) {
    match state {
        IndexState::Opened { .. } => ("opened", None),
        IndexState::Created => ("created", None),
        IndexState::SetAside { kept_as, why } => {
            let name = kept_as.file_name().unwrap_or_default().to_string_lossy().into_owned();
            ("set_aside", Some(format!("已重建，旧索引另存为 {name} rebuilt, the damaged one is kept: {why}")))
        }
        IndexState::InMemory { why } => ("in_memory", Some(format!("只在内存中 in memory only: {why}"))),
    }
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
    if let Some((_, Some(said))) = opening.index.as_ref().map(|index| index_state(&index.state)) {
        page.row("索引", "index", &said);
    }
    for trouble in &opening.vault.troubles {
        page.row("异常", "trouble", &format!("{trouble:?}"));
    }
}
