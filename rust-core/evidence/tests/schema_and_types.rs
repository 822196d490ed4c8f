//! What the schema accepts, the Rust types read: values are made from the schema's own text by seeded chance.
//!
//! Otherwise a line that a second reader accepts would be malformed here, and two verifiers would differ.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use quanji_evidence::body::{Body, Kind};
use quanji_evidence::certificate::Certificate;
use quanji_evidence::manifest::Manifest;
use quanji_evidence::private::PrivateValue;
use quanji_evidence::receipt::Receipt;
use quanji_evidence::{Digest, PublicKey, schema};
use quanji_testkit::Dice;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Values made of each definition.
const VALUES: u32 = 300;
const INTEGER_LIMIT: i64 = (1 << 53) - 1;

struct Maker {
    definitions: Map<String, Value>,
    dice: Dice,
}

impl Maker {
    fn new(seed: u64) -> Maker {
        let schema: Value = serde_json::from_str(schema::TEXT).unwrap();
        Maker { definitions: schema["$defs"].as_object().unwrap().clone(), dice: Dice::new(seed) }
    }

    fn named(&mut self, name: &str) -> Value {
        let node = self.definitions[name].clone();
        self.make(&node)
    }

    fn make(&mut self, node: &Value) -> Value {
        if let Some(reference) = node["$ref"].as_str() {
            return self.named(reference.trim_start_matches("#/$defs/"));
        }
        if let Some(constant) = node.get("const") {
            return constant.clone();
        }
        if let Some(values) = node["enum"].as_array() {
            return self.dice.pick(values).unwrap().clone();
        }
        match node["type"].as_str().unwrap() {
            "string" => json!(self.text(node["pattern"].as_str())),
            "integer" => {
                let (least, most) = (
                    node["minimum"].as_i64().unwrap_or(-INTEGER_LIMIT),
                    node["maximum"].as_i64().unwrap_or(INTEGER_LIMIT),
                );
                json!(match self.dice.below(4) {
                    0 => least,
                    1 => most,
                    _ => least + self.dice.below((most - least) as u64 / 3 + 1) as i64,
                })
            }
            "boolean" => json!(self.dice.percent(50)),
            "array" => {
                let least = node["minItems"].as_u64().unwrap_or(0);
                let most = node["maxItems"].as_u64().unwrap_or(8).min(least + 4);
                let count = least + self.dice.below(most - least + 1);
                Value::Array((0..count).map(|_| self.make(&node["items"])).collect())
            }
            "object" => self.object(node),
            other => panic!("a type of {other}"),
        }
    }

    fn object(&mut self, node: &Value) -> Value {
        let required: Vec<&str> = node["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut members = Map::new();
        for (name, inner) in node["properties"].as_object().into_iter().flatten() {
            if required.contains(&name.as_str()) || self.dice.percent(50) {
                members.insert(name.clone(), self.make(inner));
            }
        }
        if let Some(others) = node["additionalProperties"].as_object() {
            let others = Value::Object(others.clone());
            let room = node["maxProperties"].as_u64().unwrap_or(0) - members.len() as u64;
            for _ in 0..self.dice.below(room + 1) {
                let name = self.text(node["propertyNames"]["pattern"].as_str());
                if !members.contains_key(&name) {
                    members.insert(name, self.make(&others));
                }
            }
        }
        Value::Object(members)
    }

    /// A text that a pattern of the schema's kind fits: classes, groups, `{n,m} + * ?`.
    fn text(&mut self, pattern: Option<&str>) -> String {
        let Some(pattern) = pattern else {
            return ["", "自由文本", "a \"quoted\" text"][self.dice.below(3) as usize].to_owned();
        };
        let inner: Vec<char> = pattern.trim_start_matches('^').trim_end_matches('$').chars().collect();
        let mut out = String::new();
        self.sequence(&inner, &mut out);
        out
    }

    fn sequence(&mut self, pattern: &[char], out: &mut String) {
        let mut at = 0;
        while at < pattern.len() {
            let (end, class, group) = match pattern[at] {
                '[' => {
                    let end = at + pattern[at..].iter().position(|letter| *letter == ']').unwrap();
                    (end + 1, class_of(&pattern[at + 1..end]), None)
                }
                '(' => {
                    let end = closing(pattern, at);
                    (end + 1, Vec::new(), Some(pattern[at + 1..end].to_vec()))
                }
                '\\' => (at + 2, vec![pattern[at + 1]], None),
                letter => (at + 1, vec![letter], None),
            };
            let (least, most, next) = repeats(pattern, end);
            let count = match self.dice.below(4) {
                0 => least,
                1 => most,
                _ => least + self.dice.below((most - least + 1) as u64) as usize,
            };
            for _ in 0..count {
                match &group {
                    Some(inner) => self.sequence(inner, out),
                    None => out.push(*self.dice.pick(&class).unwrap()),
                }
            }
            at = next;
        }
    }
}

fn class_of(letters: &[char]) -> Vec<char> {
    let (mut class, mut at) = (Vec::new(), 0);
    while at < letters.len() {
        if letters.get(at + 1) == Some(&'-') && at + 2 < letters.len() {
            class.extend(letters[at]..=letters[at + 2]);
            at += 3;
        } else {
            class.push(letters[at]);
            at += 1;
        }
    }
    class
}

fn closing(pattern: &[char], open: usize) -> usize {
    let mut depth = 0;
    for (at, letter) in pattern.iter().enumerate().skip(open) {
        depth += match letter {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        if depth == 0 {
            return at;
        }
    }
    panic!("a group without an end")
}

/// Least and most repeats, and where the pattern goes on.
fn repeats(pattern: &[char], at: usize) -> (usize, usize, usize) {
    match pattern.get(at) {
        Some('+') => (1, 4, at + 1),
        Some('*') => (0, 3, at + 1),
        Some('?') => (0, 1, at + 1),
        Some('{') => {
            let end = at + pattern[at..].iter().position(|letter| *letter == '}').unwrap();
            let inner: String = pattern[at + 1..end].iter().collect();
            let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
            (least.parse().unwrap(), most.parse().unwrap(), end + 1)
        }
        _ => (1, 1, at),
    }
}

fn all_are_read<T: DeserializeOwned>(maker: &mut Maker, name: &str) {
    for _ in 0..VALUES {
        let value = maker.named(name);
        assert_eq!(schema::check(name, &value), Ok(()), "{name}: {value}");
        if let Err(fault) = serde_json::from_value::<T>(value.clone()) {
            panic!("{name}: the schema accepts what the types do not, {fault}: {value}");
        }
    }
}

#[test]
fn every_body_that_fits_the_schema_is_read_by_its_type() {
    let mut maker = Maker::new(1);
    for kind in Kind::ALL {
        for _ in 0..VALUES {
            let value = maker.named(kind.name());
            assert_eq!(schema::check(kind.name(), &value), Ok(()), "{}: {value}", kind.name());
            if let Err(mismatch) = Body::parse(*kind, &value) {
                panic!("{}: the schema accepts what the type does not, {mismatch}: {value}", kind.name());
            }
        }
    }
}

#[test]
fn every_other_statement_that_fits_the_schema_is_read_by_its_type() {
    let maker = &mut Maker::new(2);
    all_are_read::<Certificate>(maker, "certificate");
    all_are_read::<Receipt>(maker, "receipt");
    all_are_read::<PrivateValue>(maker, "private_value");
    all_are_read::<PublicKey>(maker, "key");
    all_are_read::<Digest>(maker, "digest");
    all_are_read::<Manifest>(maker, "manifest");
}

#[test]
fn what_a_body_writes_fits_the_schema_again() {
    let mut maker = Maker::new(3);
    for kind in Kind::ALL {
        for _ in 0..VALUES {
            let value = maker.named(kind.name());
            let Ok(body) = Body::parse(*kind, &value) else { continue };
            let written = serde_json::to_value(&body).unwrap();
            assert_eq!(schema::check(kind.name(), &written), Ok(()), "{}", kind.name());
            assert_eq!(Body::parse(*kind, &written).as_ref(), Ok(&body), "{}", kind.name());
        }
    }
}
