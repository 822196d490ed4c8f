//! Mutations of a bundle, from its media up to its manifest.

use quanji_testkit::Dice;
use serde_json::{Value, json};

use crate::draft::{Draft, Members};
use crate::keys;
use crate::record::Record;
use crate::signed::Line;
use crate::tree;

/// One mutation; says which.
pub(crate) fn draft(draft: &mut Draft, dice: &mut Dice) -> &'static str {
    let has_records = !draft.records.is_empty();
    match dice.below(if has_records { 100 } else { 30 }) {
        0..14 => {
            raw_bytes(draft, dice.u64(), true);
            "raw beneath the manifest"
        }
        14..20 => {
            raw_bytes(draft, dice.u64(), false);
            "raw"
        }
        20..24 => {
            let seed = dice.u64();
            draft.bend_manifest = Some(Box::new(move |value| tree::mutate(value, &mut Dice::new(seed))));
            "manifest says otherwise"
        }
        24..30 => {
            if let Some(lines) = &mut draft.keyset {
                statement(lines, dice);
            }
            "key set says otherwise"
        }
        30..36 => {
            receipt(record(draft, dice), dice);
            "receipt says otherwise"
        }
        36..40 => {
            private(record(draft, dice), dice);
            "private value otherwise"
        }
        40..56 => {
            media(record(draft, dice), dice);
            "media otherwise, stated so"
        }
        56..66 => {
            let record = record(draft, dice);
            move_lines(&mut record.lines, dice);
            "lines moved, linked anew"
        }
        66..70 => {
            signers(&mut record(draft, dice).lines, dice);
            "signed by others"
        }
        70..74 => {
            spelling(&mut record(draft, dice).lines, dice);
            "spelled otherwise"
        }
        74..80 => {
            kinds(&mut record(draft, dice).lines, dice);
            "kinds and editions"
        }
        _ => {
            statement(&mut record(draft, dice).lines, dice);
            "a line says otherwise"
        }
    }
}

fn record<'a>(draft: &'a mut Draft, dice: &mut Dice) -> &'a mut Record {
    let number = dice.below(draft.records.len() as u64) as usize;
    &mut draft.records[number]
}

fn line<'a>(lines: &'a mut [Line], dice: &mut Dice) -> &'a mut Line {
    let number = dice.below(lines.len() as u64) as usize;
    &mut lines[number]
}

/// Changes something a line says; its body more often than its envelope.
fn statement(lines: &mut [Line], dice: &mut Dice) {
    let line = line(lines, dice);
    match line.value.get_mut("body") {
        Some(body) if dice.percent(80) => tree::mutate(body, dice),
        _ => tree::mutate(&mut line.value, dice),
    }
}

fn kinds(lines: &mut [Line], dice: &mut Dice) {
    let other = lines[dice.below(lines.len() as u64) as usize].value.clone();
    let line = line(lines, dice);
    match dice.below(4) {
        0 => line.value["edition"] = json!(2),
        1 => line.value["kind"] = json!("of_a_later_edition"),
        2 => line.value["kind"] = other["kind"].clone(),
        _ => (line.value["kind"], line.value["body"]) = (other["kind"].clone(), other["body"].clone()),
    }
}

fn move_lines(lines: &mut Vec<Line>, dice: &mut Dice) {
    let count = lines.len() as u64;
    let (one, two) = (dice.below(count) as usize, dice.below(count) as usize);
    match dice.below(4) {
        0 => lines.swap(one, two),
        1 => drop(lines.remove(one)),
        2 => {
            let copy = Line {
                value: lines[one].value.clone(),
                signers: lines[one].signers.clone(),
                ..Line::new(lines[one].tag, Value::Null, &[])
            };
            lines.insert(two, copy);
        }
        _ => lines.truncate(one.max(1)),
    }
}

fn signers(lines: &mut [Line], dice: &mut Dice) {
    let line = line(lines, dice);
    match dice.below(5) {
        0 => line.signers.push("stranger".to_owned()),
        1 => line.signers = vec!["stranger".to_owned()],
        2 => line.signers.reverse(),
        3 => line.sigs = Some(Box::new(|sigs| format!("{sigs},sm2.0123456789abcdef.AAAA"))),
        _ => {
            let seed = dice.u64();
            line.sigs = Some(Box::new(move |sigs| text_otherwise(sigs, &mut Dice::new(seed))));
        }
    }
}

fn spelling(lines: &mut [Line], dice: &mut Dice) {
    let seed = dice.u64();
    line(lines, dice).spell = Some(Box::new(move |text| text_otherwise(text, &mut Dice::new(seed))));
}

/// One letter more, less or other; only ASCII, so that tables of Unicode do not matter.
fn text_otherwise(text: String, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = dice.below(letters.len() as u64) as usize;
    let other = *dice.pick(b" \"\\{}[],:0123456789aAzZ._-=/\t").unwrap_or(&b' ') as char;
    match dice.below(3) {
        0 => letters.insert(at, other),
        1 => drop(letters.remove(at)),
        _ => letters[at] = other,
    }
    letters.into_iter().collect()
}

fn receipt(record: &mut Record, dice: &mut Dice) {
    let number = dice.below(record.receipts.len() as u64) as usize;
    let Some(receipt) = record.receipts.get_mut(number) else { return };
    match dice.below(8) {
        0 => receipt.signers = vec!["role head"],
        1 => receipt.head_seq = Some(dice.below(30)),
        2 => receipt.stored_us = receipt.stored_us.wrapping_add(dice.below(20) * 86_400_000_000),
        3 => receipt.deadline_us += 86_400_000_000,
        _ => {
            let seed = dice.u64();
            receipt.edit = Some(Box::new(move |value| tree::mutate(value, &mut Dice::new(seed))));
        }
    }
}

fn private(record: &mut Record, dice: &mut Dice) {
    let number = dice.below(record.private.len() as u64) as usize;
    let Some(line) = record.private.get_mut(number) else { return };
    match dice.below(4) {
        0 => drop(record.private.remove(number)),
        1 => *line = text_otherwise(line.clone(), dice),
        2 => {
            let copy = line.clone();
            record.private.push(copy);
        }
        _ => {
            if let Ok(mut value) = serde_json::from_str::<Value>(line) {
                tree::mutate(&mut value, dice);
                *line = value.to_string();
            }
        }
    }
}

/// Changes bytes of an init or a segment and mostly states the new digests, so that the boxes themselves are read.
fn media(record: &mut Record, dice: &mut Dice) {
    let names: Vec<String> =
        record.members.iter().map(|(name, _)| name.clone()).filter(|name| name.starts_with("takes/")).collect();
    let Some(name) = dice.pick(&names).cloned() else { return };
    let seed = dice.u64();
    if dice.percent(10) {
        record.members.retain(|(other, _)| *other != name);
        return;
    }
    let bytes = record.member(&name);
    let head = if dice.percent(70) { bytes.len().min(700) } else { bytes.len() };
    bytes_otherwise(bytes, head, &mut Dice::new(seed));
    let bytes = bytes.clone();
    if dice.percent(90) {
        restate(record, &name, &bytes);
    }
}

/// Makes the lines of an init or a segment agree with its bytes.
fn restate(record: &mut Record, name: &str, bytes: &[u8]) {
    let parts: Vec<&str> = name.split('/').collect();
    let [_, take, file] = parts[..] else { return };
    let take: u64 = take.parse().unwrap_or_default();
    if file == "init.mp4" {
        let lines =
            record.lines.iter_mut().filter(|line| line.value["kind"] == "take" && line.value["body"]["take"] == take);
        lines.for_each(|line| {
            line.value["body"]["init"] = json!({ "size_bytes": bytes.len(), "digest": keys::digest(bytes) })
        });
        return;
    }
    let segment: u64 = file.trim_end_matches(".m4s").parse().unwrap_or_default();
    let of_segment = |line: &&mut Line| {
        let body = &line.value["body"];
        body["take"] == take && body["segment"] == segment && body.get("digest").is_some()
    };
    let mut lines: Vec<&mut Line> = record.lines.iter_mut().filter(of_segment).collect();
    let last = lines.iter().filter(|line| line.value["kind"] != "segment").count();
    let (mut before, mut number) = (0, 0);
    for line in &mut lines {
        let is_segment = line.value["kind"] == "segment";
        let body = &mut line.value["body"];
        let stated = body["end_bytes"].as_u64().unwrap_or_default() as usize;
        number += usize::from(!is_segment);
        // The last fragment ends where the bytes do.
        let end = if is_segment || number == last { bytes.len() } else { stated.min(bytes.len()) };
        body["digest"] = keys::digest(&bytes[..end]);
        if is_segment {
            body["size_bytes"] = json!(end);
        } else {
            (body["end_bytes"], body["size_bytes"]) = (json!(end), json!(end - before));
            before = end;
        }
    }
}

/// Changes a member's bytes, before the manifest lists it or after.
fn raw_bytes(draft: &mut Draft, seed: u64, is_beneath: bool) {
    let bend = move |members: &mut Members| {
        let dice = &mut Dice::new(seed);
        let number = dice.below(members.len() as u64) as usize;
        let Some((_, bytes)) = members.get_mut(number) else { return };
        if dice.percent(50) && bytes.contains(&b'\n') {
            lines_otherwise(bytes, dice);
        } else {
            let all = bytes.len();
            bytes_otherwise(bytes, all, dice);
        }
    };
    if is_beneath {
        draft.bend_members = Some(Box::new(bend));
    } else {
        draft.bend_all = Some(Box::new(bend));
    }
}

fn bytes_otherwise(bytes: &mut Vec<u8>, within: usize, dice: &mut Dice) {
    if bytes.is_empty() {
        bytes.push(b'x');
        return;
    }
    let at = dice.below(within as u64) as usize;
    let until = (at + 1 + dice.below(40) as usize).min(bytes.len());
    match dice.below(6) {
        0 => bytes[at] ^= 1 << dice.below(7),
        1 => bytes[at] = dice.below(128) as u8,
        2 => bytes.truncate(at),
        3 => drop(bytes.drain(at..until)),
        4 => {
            let copy = bytes[at..until].to_vec();
            bytes.splice(at..at, copy);
        }
        _ => bytes[at] = bytes[at].wrapping_add(1),
    }
}

fn lines_otherwise(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let count = lines.len() as u64;
    let (one, two) = (dice.below(count) as usize, dice.below(count) as usize);
    match dice.below(4) {
        0 => lines.swap(one, two),
        1 => drop(lines.remove(one)),
        2 => {
            let copy = lines[one].clone();
            lines.insert(two, copy);
        }
        _ => lines.truncate(one),
    }
    *bytes = lines.concat();
}
