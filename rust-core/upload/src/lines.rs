//! Journal lines and private values: whole lines, in pieces that the agency takes.

use bytes::Bytes;
use quanji_evidence::id::RecordId;
use quanji_evidence::{Digest, private};
use quanji_store::{Identity, LinesTail, ReadError, Vault};
use quanji_wire::{Code, LINES_BODY_LIMIT_BYTES};

use crate::client::{Agency, AgencyFault};

/// How far lines came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LinesSent {
    /// The agency holds the first so many bytes of ours.
    Held { bytes: u64 },
    /// It holds other lines, or more than we have.
    Contradict,
    /// It holds less than what stands before the stretch.
    FurtherBack,
}

/// A stretch of a journal: whole lines, and what stands before them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch<'a> {
    pub(crate) lines: &'a [u8],
    /// Lines and bytes before the first.
    pub(crate) before: u64,
    pub(crate) before_bytes: u64,
}

impl<'a> Stretch<'a> {
    pub(crate) fn whole(lines: &'a [u8]) -> Stretch<'a> {
        Stretch { lines, before: 0, before_bytes: 0 }
    }
}

/// Sends a stretch's lines up to the journal's byte `until_bytes`. What the agency already holds it passes over.
pub(crate) async fn send_lines(
    agency: &Agency,
    token: &str,
    record: RecordId,
    stretch: Stretch<'_>,
    until_bytes: u64,
) -> Result<LinesSent, AgencyFault> {
    let Stretch { lines, before, before_bytes } = stretch;
    let until = usize::try_from(until_bytes.saturating_sub(before_bytes)).unwrap_or(usize::MAX);
    let ends: Vec<usize> = lines.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    let start_of = |seq: u64| match seq.checked_sub(before)?.checked_sub(1) {
        None => Some(0),
        Some(place) => usize::try_from(place).ok().and_then(|place| ends.get(place)).copied(),
    };
    let mut next = before;
    // The agency moves us back at most once a call: it says where it stands.
    let mut may_go_back = true;
    loop {
        let Some(start) = start_of(next) else { return Ok(LinesSent::Contradict) };
        if start >= until || start == lines.len() {
            return Ok(LinesSent::Held { bytes: before_bytes + start as u64 });
        }
        let end = piece_end(&ends, start, until);
        let body = Bytes::copy_from_slice(&lines[start..end]);
        match agency.lines(token, record, next, body).await {
            Ok(kept) => {
                let Some(at) = start_of(kept.next) else { return Ok(LinesSent::Contradict) };
                let held = kept.next.checked_sub(1).and_then(start_of).map(|from| Digest::of(&lines[from..at]).hex());
                if held.is_some_and(|held| held != kept.head) || at <= start {
                    return Ok(LinesSent::Contradict);
                }
                next = kept.next;
            }
            Err(AgencyFault::Refused { refusal, .. }) if refusal.code == Code::LinesGap && may_go_back => {
                match refusal.next {
                    Some(held) if held < before => return Ok(LinesSent::FurtherBack),
                    Some(held) if held < next => next = held,
                    // A gap before what it says it holds: its mistake, and no reason to call the record contradicted.
                    _ => return Err(AgencyFault::OutsideContract { status: 500 }),
                }
                may_go_back = false;
            }
            Err(fault) => return Err(fault),
        }
    }
}

/// The end of a journal that was not sent yet. Kept from one sending to the next, so that a growing journal is not read anew each time.
#[derive(Debug)]
pub(crate) struct Unsent {
    record: quanji_store::RecordId,
    tail: LinesTail,
    lines: Vec<u8>,
    before: u64,
    before_bytes: u64,
}

impl Unsent {
    pub(crate) fn of(vault: Vault, record: quanji_store::RecordId) -> Unsent {
        let tail = LinesTail::new(vault, Identity::journal(record));
        Unsent { record, tail, lines: Vec::new(), before: 0, before_bytes: 0 }
    }

    /// Whether it can give what stands behind the journal's byte `from_bytes`.
    pub(crate) fn reaches(&self, record: quanji_store::RecordId, from_bytes: u64) -> bool {
        self.record == record && self.before_bytes <= from_bytes
    }

    /// Everything acknowledged behind the journal's byte `from_bytes`, which is a line's end.
    pub(crate) fn behind(&mut self, from_bytes: u64) -> Result<Stretch<'_>, ReadError> {
        self.lines.append(&mut self.tail.more()?);
        let sent = usize::try_from(from_bytes.saturating_sub(self.before_bytes)).unwrap_or(usize::MAX);
        let sent = self.lines.drain(..sent.min(self.lines.len()));
        self.before_bytes += sent.len() as u64;
        self.before += sent.filter(|byte| *byte == b'\n').count() as u64;
        Ok(Stretch { lines: &self.lines, before: self.before, before_bytes: self.before_bytes })
    }
}

/// The end of the last whole line that fits a body, at least one line.
fn piece_end(ends: &[usize], start: usize, until: usize) -> usize {
    let first = ends.partition_point(|end| *end <= start);
    let fitting = ends[first..].partition_point(|end| end - start <= LINES_BODY_LIMIT_BYTES && *end <= until);
    ends.get(first + fitting.saturating_sub(1)).copied().unwrap_or(start)
}

/// Sends the private values that lines name; the vault may hold others, of a group that a full disk lost. How many bytes went.
pub(crate) async fn send_private(
    agency: &Agency,
    token: &str,
    record: RecordId,
    lines: &[u8],
    values: &[u8],
) -> Result<u64, AgencyFault> {
    let (values, _) = private::read(values);
    let (mut body, mut sent) = (Vec::new(), 0);
    for (reference, value) in &values {
        if !is_named(lines, reference.as_str()) {
            continue;
        }
        let line = value.to_line();
        sent += line.len() as u64;
        if body.len() + line.len() > LINES_BODY_LIMIT_BYTES {
            agency.private(token, record, Bytes::from(std::mem::take(&mut body))).await?;
        }
        body.extend_from_slice(&line);
    }
    if !body.is_empty() {
        agency.private(token, record, Bytes::from(body)).await?;
    }
    Ok(sent)
}

/// Whether a line names the value. A value has one spelling, and in a text the quotation marks would be escaped: no line need be proved
/// for this, which over hours of a running record would be the most of all work.
fn is_named(lines: &[u8], reference: &str) -> bool {
    let name = format!(r#""ref":"{reference}""#);
    memchr::memmem::find(lines, name.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_ends_with_a_whole_line_and_holds_at_least_one() {
        let ends = [10, 20, 5 << 20, (5 << 20) + 10];
        assert_eq!(piece_end(&ends, 0, usize::MAX), 20);
        assert_eq!(piece_end(&ends, 0, 10), 10);
        assert_eq!(piece_end(&ends, 20, usize::MAX), 5 << 20);
        assert_eq!(piece_end(&ends, 5 << 20, usize::MAX), (5 << 20) + 10);
    }
}
