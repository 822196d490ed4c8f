//! A body into whole lines.

use quanji_wire::{Code, LINES_BODY_LIMIT_BYTES};

use crate::refusal::{Answer, Refused};

/// The lines of a body, each with its LF. A body that is torn, is not UTF-8 or holds no line is refused whole.
pub(super) fn lines_of(body: &[u8]) -> Answer<Vec<&[u8]>> {
    if body.len() > LINES_BODY_LIMIT_BYTES {
        let expected = format!("at most {LINES_BODY_LIMIT_BYTES} bytes");
        return Err(Refused::mismatch(Code::BodyTooLarge, expected, format!("{} bytes", body.len())));
    }
    if let Err(fault) = std::str::from_utf8(body) {
        let found = format!("another byte at {}", fault.valid_up_to());
        return Err(Refused::mismatch(Code::BodyMalformed, "UTF-8", found));
    }
    if body.last() != Some(&b'\n') {
        let found = if body.is_empty() { "no bytes".to_owned() } else { "no LF at the end".to_owned() };
        return Err(Refused::mismatch(Code::BodyMalformed, "lines, each with its LF", found));
    }
    Ok(body.split_inclusive(|byte| *byte == b'\n').collect())
}
