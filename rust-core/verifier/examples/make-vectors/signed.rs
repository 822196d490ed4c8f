//! Signed lines that can be bent: in what they say, how it is spelled, and who signs.

use quanji_evidence::line::{Tag, message};
use serde_json::Value;

use crate::keys;

/// A change of a text.
pub(crate) type Edit = Box<dyn Fn(String) -> String>;
/// A change of anything else.
pub(crate) type Bend<T> = Box<dyn Fn(&mut T)>;

/// A line before it is signed.
pub(crate) struct Line {
    pub(crate) tag: Tag,
    pub(crate) value: Value,
    /// Names of keys, in the order of their signatures.
    pub(crate) signers: Vec<String>,
    /// Changes the JSON text before it is signed.
    pub(crate) spell: Option<Edit>,
    /// Changes the signatures' text.
    pub(crate) sigs: Option<Edit>,
    /// Whether `seq` and `prev` are made when the chain is; otherwise they stand as they are.
    pub(crate) is_linked: bool,
}

impl Line {
    pub(crate) fn new(tag: Tag, value: Value, signers: &[&str]) -> Line {
        let signers = signers.iter().map(|name| (*name).to_owned()).collect();
        Line { tag, value, signers, spell: None, sigs: None, is_linked: true }
    }

    /// The line with its LF.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.bytes_saying(&self.value)
    }

    fn bytes_saying(&self, value: &Value) -> Vec<u8> {
        let mut json = value.to_string();
        if let Some(spell) = &self.spell {
            json = spell(json);
        }
        let mut sigs = sign(self.tag, &json, &self.signers);
        if let Some(edit) = &self.sigs {
            sigs = edit(sigs);
        }
        format!("{sigs} {json}\n").into_bytes()
    }
}

/// The signatures of these keys over a text, as a line begins.
pub(crate) fn sign(tag: Tag, json: &str, signers: &[String]) -> String {
    let message = message(tag, json.as_bytes());
    let signed = signers.iter().map(|name| keys::signer(name).sign(&message).expect("keys in memory sign").to_string());
    signed.collect::<Vec<_>>().join(",")
}

/// Numbers and links the lines, then signs them.
pub(crate) fn chain(lines: &[Line]) -> Vec<Vec<u8>> {
    let mut prev = keys::zero();
    let mut out = Vec::new();
    for (seq, line) in lines.iter().enumerate() {
        let mut value = line.value.clone();
        if let Some(members) = value.as_object_mut().filter(|_| line.is_linked) {
            members.insert("seq".to_owned(), Value::from(seq));
            members.insert("prev".to_owned(), prev);
        }
        let bytes = line.bytes_saying(&value);
        prev = keys::digest(&bytes);
        out.push(bytes);
    }
    out
}
