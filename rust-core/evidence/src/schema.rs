//! The schema of every statement (`entries.schema.json`), interpreted.
//!
//! The file is the definition; this reader knows just the keywords it uses and refuses to load one it does not know, so that
//! nothing in the file can go unchecked. A second reader in another language checks the same file.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;
use thiserror::Error;

/// The schema's text, as published.
pub const TEXT: &str = include_str!("../../../proto/evidence/v1/entries.schema.json");

/// Where and how a value differs from its definition.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}: wanted {wanted}")]
pub struct SchemaMismatch {
    /// Members from the outside in, joined by `.`.
    pub path: String,
    pub wanted: String,
}

/// Whether `value` is what `$defs/name` asks for.
pub fn check(name: &str, value: &Value) -> Result<(), SchemaMismatch> {
    let wanted = || SchemaMismatch { path: String::new(), wanted: format!("a definition named {name}") };
    let node = SCHEMA.definitions.get(name).ok_or_else(wanted)?;
    SCHEMA.check(node, value).map_err(|mut trail| {
        trail.path.reverse();
        SchemaMismatch { path: trail.path.join("."), wanted: trail.wanted }
    })
}

/// Whether `$defs` holds `name`.
pub fn defines(name: &str) -> bool {
    SCHEMA.definitions.contains_key(name)
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let value: Value = serde_json::from_str(TEXT).expect("the schema is built in, and a test reads it");
    let definitions = value["$defs"].as_object().expect("the schema has $defs");
    Schema { definitions: definitions.iter().map(|(name, node)| (name.clone(), Node::read(node))).collect() }
});

#[derive(Debug)]
struct Schema {
    definitions: HashMap<String, Node>,
}

#[derive(Debug)]
enum Node {
    Reference(String),
    Constant(Value),
    OneOf(Vec<Value>),
    Text(Option<Pattern>),
    Integer { minimum: Option<i64>, maximum: Option<i64> },
    Boolean,
    List { item: Box<Node>, least: usize, most: usize },
    Object { members: HashMap<String, Node>, required: HashSet<String>, others: Others },
}

#[derive(Debug)]
enum Others {
    Refused,
    Free,
    Each { name: Pattern, node: Box<Node>, most: usize },
}

struct Trail {
    path: Vec<String>,
    wanted: String,
}

impl Node {
    fn read(value: &Value) -> Node {
        let object = value.as_object().expect("a schema node is an object");
        for keyword in object.keys() {
            let known = "$ref const enum type pattern minimum maximum items minItems maxItems properties required \
                         additionalProperties propertyNames maxProperties";
            assert!(
                known.split_whitespace().any(|name| name == keyword),
                "the schema uses {keyword}, which is not read"
            );
        }
        if let Some(reference) = value["$ref"].as_str() {
            let name = reference.strip_prefix("#/$defs/").expect("references stay inside the schema");
            return Node::Reference(name.to_owned());
        }
        if let Some(constant) = object.get("const") {
            return Node::Constant(constant.clone());
        }
        if let Some(values) = value["enum"].as_array() {
            return Node::OneOf(values.clone());
        }
        match value["type"].as_str().expect("a node has a type") {
            "string" => Node::Text(value["pattern"].as_str().map(Pattern::read)),
            "integer" => Node::Integer { minimum: value["minimum"].as_i64(), maximum: value["maximum"].as_i64() },
            "boolean" => Node::Boolean,
            "array" => Node::List {
                item: Box::new(Node::read(&value["items"])),
                least: value["minItems"].as_u64().unwrap_or(0) as usize,
                most: value["maxItems"].as_u64().unwrap_or(u64::MAX) as usize,
            },
            "object" => Node::read_object(value),
            other => unreachable!("the schema has a type {other}, which is not read"),
        }
    }

    fn read_object(value: &Value) -> Node {
        let none = serde_json::Map::new();
        let members = value["properties"].as_object().unwrap_or(&none);
        let names = value["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        let others = match value.get("additionalProperties") {
            None => Others::Free,
            Some(Value::Bool(false)) => Others::Refused,
            Some(node) => Others::Each {
                name: Pattern::read(value["propertyNames"]["pattern"].as_str().expect("free names have a pattern")),
                node: Box::new(Node::read(node)),
                most: value["maxProperties"].as_u64().expect("free members are counted") as usize,
            },
        };
        Node::Object {
            members: members.iter().map(|(name, node)| (name.clone(), Node::read(node))).collect(),
            required: names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            others,
        }
    }
}

impl Schema {
    fn check(&self, node: &Node, value: &Value) -> Result<(), Trail> {
        let fail = |wanted: String| Err(Trail { path: Vec::new(), wanted });
        match node {
            Node::Reference(name) => {
                let target = self.definitions.get(name).expect("a test resolves every reference");
                self.check(target, value)
            }
            Node::Constant(constant) if value == constant => Ok(()),
            Node::Constant(constant) => fail(constant.to_string()),
            Node::OneOf(values) if values.contains(value) => Ok(()),
            Node::OneOf(values) => fail(format!("one of {}", Value::Array(values.clone()))),
            Node::Text(pattern) => match (value.as_str(), pattern) {
                (Some(_), None) => Ok(()),
                (Some(text), Some(pattern)) if pattern.fits(text) => Ok(()),
                (Some(_), Some(pattern)) => fail(format!("text of the form {}", pattern.text)),
                (None, _) => fail("text".to_owned()),
            },
            Node::Integer { minimum, maximum } => match value.as_i64() {
                Some(found)
                    if minimum.is_none_or(|least| found >= least) && maximum.is_none_or(|most| found <= most) =>
                {
                    Ok(())
                }
                _ => fail(format!("an integer from {minimum:?} to {maximum:?}")),
            },
            Node::Boolean if value.is_boolean() => Ok(()),
            Node::Boolean => fail("true or false".to_owned()),
            Node::List { item, least, most } => self.check_list(item, *least, *most, value),
            Node::Object { members, required, others } => self.check_object(members, required, others, value),
        }
    }

    fn check_list(&self, item: &Node, least: usize, most: usize, value: &Value) -> Result<(), Trail> {
        let Some(items) = value.as_array().filter(|items| (least..=most).contains(&items.len())) else {
            return Err(Trail { path: Vec::new(), wanted: format!("a list of {least} to {most}") });
        };
        items
            .iter()
            .enumerate()
            .try_for_each(|(place, found)| self.check(item, found).map_err(|trail| trail.under(&place.to_string())))
    }

    fn check_object(
        &self,
        members: &HashMap<String, Node>,
        required: &HashSet<String>,
        others: &Others,
        value: &Value,
    ) -> Result<(), Trail> {
        let fail = |wanted: String| Err(Trail { path: Vec::new(), wanted });
        let Some(object) = value.as_object() else { return fail("an object".to_owned()) };
        if let Some(missing) = required.iter().find(|name| !object.contains_key(*name)) {
            return fail(format!("a member {missing}"));
        }
        if let Others::Each { most, .. } = others
            && object.len() > *most
        {
            return fail(format!("at most {most} members"));
        }
        for (name, found) in object {
            match (members.get(name), others) {
                // Names given by the schema are the schema's own, so only the others' need the pattern.
                (Some(node), _) => self.check(node, found).map_err(|trail| trail.under(name))?,
                (None, Others::Free) => {}
                (None, Others::Refused) => return fail("no member beyond those defined".to_owned()),
                (None, Others::Each { name: pattern, node, .. }) => {
                    if !pattern.fits(name) {
                        return fail(format!("member names of the form {}", pattern.text));
                    }
                    self.check(node, found).map_err(|trail| trail.under(name))?;
                }
            }
        }
        Ok(())
    }
}

impl Trail {
    fn under(mut self, name: &str) -> Trail {
        self.path.push(name.to_owned());
        self
    }
}

/// A pattern over the whole string. Runs of one class, the frequent ones, skip the general engine: a journal has ten a line.
#[derive(Debug)]
struct Pattern {
    text: String,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Run { class: Box<[bool; 128]>, least: usize, most: usize },
    Other(Regex),
}

impl Pattern {
    fn read(text: &str) -> Pattern {
        let form = Pattern::read_run(text)
            .unwrap_or_else(|| Form::Other(Regex::new(text).expect("the schema's patterns are read by a test")));
        Pattern { text: text.to_owned(), form }
    }

    /// `^[class]{least,most}$`, with plain characters and ranges; `None` for any other, two classes among them.
    fn read_run(text: &str) -> Option<Form> {
        let (members, count) = text.strip_prefix("^[")?.strip_suffix("}$")?.split_once("]{")?;
        if members.contains(['[', ']', '\\', '^']) {
            return None;
        }
        let (least, most) = count.split_once(',').unwrap_or((count, count));
        let mut class = Box::new([false; 128]);
        let bytes = members.as_bytes();
        let mut place = 0;
        while place < bytes.len() {
            let is_range = bytes.get(place + 1) == Some(&b'-') && place + 2 < bytes.len();
            let last = if is_range { bytes[place + 2] } else { bytes[place] };
            class.get_mut(usize::from(bytes[place])..=usize::from(last))?.fill(true);
            place += if is_range { 3 } else { 1 };
        }
        Some(Form::Run { class, least: least.parse().ok()?, most: most.parse().ok()? })
    }

    fn fits(&self, text: &str) -> bool {
        match &self.form {
            Form::Run { class, least, most } => {
                (*least..=*most).contains(&text.len())
                    && text.bytes().all(|byte| class.get(usize::from(byte)).copied().unwrap_or(false))
            }
            Form::Other(regex) => regex.is_match(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_reference_in_the_schema_leads_somewhere() {
        fn walk(node: &Node) {
            match node {
                Node::Reference(name) => assert!(defines(name), "{name}"),
                Node::List { item, .. } => walk(item),
                Node::Object { members, required, others } => {
                    members.values().for_each(walk);
                    assert!(required.iter().all(|name| members.contains_key(name)));
                    if let Others::Each { node, .. } = others {
                        walk(node);
                    }
                }
                _ => {}
            }
        }
        SCHEMA.definitions.values().for_each(walk);
    }

    #[test]
    fn the_quick_pattern_agrees_with_the_general_one() {
        for text in ["^[0-9a-f]{64}$", "^[a-z0-9]{1,16}$", "^[A-Za-z0-9_-]{1,200}$", "^[A-Za-z0-9.]{4,40}$"] {
            let (quick, general) = (Pattern::read(text), Regex::new(text).unwrap());
            assert!(matches!(quick.form, Form::Run { .. }), "{text}");
            for sample in ["", "a", "0".repeat(64).as_str(), "G", "a-b", "A_z-9", "é", "a\n", "abcd", &"x".repeat(201)]
            {
                assert_eq!(quick.fits(sample), general.is_match(sample), "{text} {sample:?}");
            }
        }
    }

    #[test]
    fn two_classes_are_not_read_as_one() {
        for (text, fits, does_not) in
            [("^[a-z][a-z_]{0,31}$", "take_two", "take]two"), ("^[a-z0-9][a-z0-9._/-]{0,63}$", "a/b", "a[b")]
        {
            let pattern = Pattern::read(text);
            assert!(pattern.fits(fits) && !pattern.fits(does_not), "{text}");
        }
    }

    #[test]
    fn a_list_does_not_pass_as_an_object() {
        assert!(check("clock", &json!([1, 2, "00000000000000000000000000000000"])).is_err());
        let fault = check("clock", &json!({"wall_us": -1, "mono_us": 0, "boot": "00000000000000000000000000000000"}))
            .unwrap_err();
        assert_eq!(fault.path, "wall_us");
    }
}
