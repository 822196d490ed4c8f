//! Journal lines and private values: whole lines, in pieces that the agency takes.

use bytes::Bytes;
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::{Digest, Findings, private};
use quanji_wire::{Code, LINES_BODY_LIMIT_BYTES};

use crate::client::{Agency, AgencyFault};

/// How far lines came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LinesSent {
    /// The agency holds the first so many bytes of ours.
    Held { bytes: u64 },
    /// It holds other lines, or more than we have.
    Contradict,
}

/// Sends the lines that stand behind the first `from_bytes` bytes. What the agency already holds it passes over.
pub(crate) async fn send_lines(
    agency: &Agency,
    token: &str,
    record: RecordId,
    lines: &[u8],
    from_bytes: u64,
    until_bytes: u64,
) -> Result<LinesSent, AgencyFault> {
    let ends: Vec<usize> = lines.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
    let start_of = |seq: u64| match seq.checked_sub(1) {
        None => Some(0),
        Some(before) => usize::try_from(before).ok().and_then(|before| ends.get(before)).copied(),
    };
    let mut next = ends.iter().take_while(|end| **end as u64 <= from_bytes).count() as u64;
    // The agency moves us back at most once a call: it says where it stands.
    let mut may_go_back = true;
    loop {
        let Some(start) = start_of(next) else { return Ok(LinesSent::Contradict) };
        if start as u64 >= until_bytes || start == lines.len() {
            return Ok(LinesSent::Held { bytes: start as u64 });
        }
        let end = piece_end(&ends, start, usize::try_from(until_bytes).unwrap_or(usize::MAX));
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

/// The end of the last whole line that fits a body, at least one line.
fn piece_end(ends: &[usize], start: usize, until: usize) -> usize {
    let first = ends.partition_point(|end| *end <= start);
    let fitting = ends[first..].partition_point(|end| end - start <= LINES_BODY_LIMIT_BYTES && *end <= until);
    ends.get(first + fitting.saturating_sub(1)).copied().unwrap_or(start)
}

/// Sends the private values that lines name; the vault may hold others, of a group that a full disk lost.
pub(crate) async fn send_private(
    agency: &Agency,
    token: &str,
    record: RecordId,
    lines: &[u8],
    values: &[u8],
) -> Result<(), AgencyFault> {
    let journal = Journal::read(lines, Drafts::Accepted, "journal", &mut Findings::default());
    let (values, _) = private::read(values);
    let mut body = Vec::new();
    for (reference, value) in &values {
        let is_named = |entry: &quanji_evidence::entry::Entry| {
            entry.body.privates().into_iter().any(|private| private.reference == *reference)
        };
        if !journal.entries.iter().any(is_named) {
            continue;
        }
        let line = value.to_line();
        if body.len() + line.len() > LINES_BODY_LIMIT_BYTES {
            agency.private(token, record, Bytes::from(std::mem::take(&mut body))).await?;
        }
        body.extend_from_slice(&line);
    }
    if !body.is_empty() {
        agency.private(token, record, Bytes::from(body)).await?;
    }
    Ok(())
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
