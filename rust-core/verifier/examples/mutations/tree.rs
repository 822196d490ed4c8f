//! Mutations of a JSON value, wherever in it.

use quanji_testkit::Dice;
use serde_json::{Value, json};

/// Words of the format, so that a text often becomes another that is known.
const WORDS: [&str; 16] = [
    "officer",
    "start",
    "spoken",
    "now",
    "no",
    "yes",
    "video",
    "audio",
    "told",
    "explained",
    "wall",
    "mono",
    "o1",
    "p1",
    "open",
    "none",
];
const NUMBERS: [i64; 9] = [0, 1, -1, 2, 3, 1_000_000, 9_007_199_254_740_991, 9_007_199_254_740_992, 200];

/// Changes one place in the value.
pub(crate) fn mutate(value: &mut Value, dice: &mut Dice) {
    let mut paths = Vec::new();
    gather(value, String::new(), &mut paths);
    let Some(path) = dice.pick(&paths).cloned() else { return };
    let Some(place) = value.pointer_mut(&path) else { return };
    if dice.percent(20) {
        *place = other(dice);
        return;
    }
    match place {
        Value::Number(number) => {
            let was = number.as_i64().unwrap_or_default();
            *place = match dice.below(6) {
                0 => json!(was.saturating_add(1)),
                1 => json!(was.saturating_sub(1)),
                2 => json!(was.saturating_add(1_000_000)),
                3 => json!(was.saturating_sub(300_000)),
                4 => json!(was.saturating_mul(2)),
                _ => json!(dice.pick(&NUMBERS)),
            };
        }
        Value::String(text) => mutate_text(text, dice),
        Value::Bool(flag) => *flag = !*flag,
        Value::Array(items) => match dice.below(4) {
            0 => items.clear(),
            1 => drop(items.pop()),
            2 => items.push(other(dice)),
            _ => items.extend(items.first().cloned()),
        },
        Value::Object(members) => {
            let names: Vec<String> = members.keys().cloned().collect();
            match (dice.below(3), dice.pick(&names)) {
                (0, _) | (_, None) => drop(members.insert("more".to_owned(), other(dice))),
                (1, Some(name)) => drop(members.shift_remove(name)),
                (_, Some(name)) => drop(members.insert(name.clone(), other(dice))),
            }
        }
        Value::Null => {}
    }
}

fn mutate_text(text: &mut String, dice: &mut Dice) {
    let letters: Vec<char> = text.chars().collect();
    let at = dice.below(letters.len() as u64) as usize;
    let changed = match dice.below(5) {
        0 => dice.pick(&WORDS).copied().unwrap_or_default().to_owned(),
        1 => letters.iter().skip(1).collect(),
        2 => format!("{text}a"),
        3 => text.to_uppercase(),
        _ => {
            let other = *dice.pick(b"0a1bAZ-_.").unwrap_or(&b'0') as char;
            letters.iter().enumerate().map(|(place, letter)| if place == at { other } else { *letter }).collect()
        }
    };
    *text = changed;
}

fn other(dice: &mut Dice) -> Value {
    match dice.below(6) {
        0 => json!(dice.pick(&NUMBERS)),
        1 => json!(dice.pick(&WORDS)),
        2 => json!([]),
        3 => json!({}),
        4 => json!(true),
        _ => Value::Null,
    }
}

fn gather(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(place, item)| gather(item, format!("{path}/{place}"), paths));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| gather(member, format!("{path}/{name}"), paths));
        }
        _ => {}
    }
    paths.push(path);
}
