//! Media and files against what the journal claims of them (FORMAT.md, section 6).

use std::collections::HashSet;
use std::io::{Read, Seek};

use quanji_evidence::body::FileDigest;
use quanji_evidence::bundle::BundleFault;
use quanji_evidence::member_name::RecordMembers;
use quanji_evidence::verify::{RecordExamination, SegmentClaim, TakeClaim};
use quanji_evidence::{Code, Digest, Findings};
use quanji_media::{TakeFormat, read_init};

use crate::facts::{FragmentShown, TakeShown};
use crate::measure::{Measured, Measurer};
use crate::run::Found;
use crate::segment::SegmentReading;

/// Compares all media of one record, in the journal's order.
pub(crate) fn compare<R: Read + Seek>(
    record: &RecordExamination,
    withheld: &HashSet<&str>,
    found: &Found<'_, R>,
    again: &mut Measurer<R>,
    findings: &mut Findings,
) -> Result<(), BundleFault> {
    let names = RecordMembers(record.id);
    let mut comparison = Comparison { withheld, found, again, findings };
    for claim in &record.media.takes {
        let number = claim.take.take;
        let format = comparison.init(names.init(number).as_str(), claim)?;
        let mut fragments_before = 0;
        for segment in &claim.segments {
            let place = names.segment(number, segment.segment);
            comparison.segment(place.as_str(), segment, fragments_before, format.as_ref())?;
            fragments_before += segment.fragments.len() as u64;
        }
    }
    for file in &record.media.files {
        let place = names.file(&file.what.digest);
        if let Some((_, member)) = comparison.member(place.as_str()) {
            comparison.is_as_claimed(place.as_str(), member, &file.what);
        }
    }
    Ok(())
}

struct Comparison<'a, 'b, R> {
    withheld: &'a HashSet<&'a str>,
    found: &'a Found<'b, R>,
    again: &'a mut Measurer<R>,
    findings: &'a mut Findings,
}

impl<'b, R: Read + Seek> Comparison<'_, 'b, R> {
    /// The member, or `None` with a finding unless it is withheld.
    fn member(&mut self, place: &str) -> Option<(usize, &'b Measured)> {
        let member = self.found.member(place);
        if member.is_none() && !self.withheld.contains(place) {
            self.findings.add(Code::MediaMissing, place, "in the bundle or withheld", "neither");
        }
        member
    }

    fn is_as_claimed(&mut self, place: &str, member: &Measured, claim: &FileDigest) -> bool {
        is_as_claimed(place, (member.size_bytes, &member.digest), claim, self.findings)
    }

    /// The take's format, when its init is there as claimed and can be read.
    fn init(&mut self, place: &str, claim: &TakeClaim) -> Result<Option<TakeFormat>, BundleFault> {
        let Some((_, member)) = self.member(place) else { return Ok(None) };
        if !self.is_as_claimed(place, member, &claim.take.init) {
            return Ok(None);
        }
        let bytes = self.again.bundle().read(place)?.unwrap_or_default();
        Ok(read_take(place, claim, &bytes, self.findings))
    }

    fn segment(
        &mut self,
        place: &str,
        claim: &SegmentClaim,
        fragments_before: u64,
        format: Option<&TakeFormat>,
    ) -> Result<(), BundleFault> {
        let Some((number, member)) = self.member(place) else { return Ok(()) };
        let ends: Vec<u64> = claim.fragments.iter().map(|claimed| claimed.what.end_bytes).collect();
        let is_cut_alike = |reading: &SegmentReading| {
            reading.cuts.len() >= ends.len() && reading.cuts.iter().zip(&ends).all(|(cut, end)| cut.end_bytes == *end)
        };
        // The boxes end where the lines say: nothing need be read again. Otherwise the lines decide where to cut.
        let again;
        let reading = match &member.segment {
            Some(reading) if is_cut_alike(reading) => reading,
            _ => {
                again = self.again.measure_along(number, &ends, format)?;
                &again
            }
        };
        compare_segment(place, (claim, fragments_before), (member.size_bytes, reading), format, self.findings);
        Ok(())
    }
}

/// Proves an init segment's bytes against the `take` that names it; its format, when it can be read.
pub fn prove_init(place: &str, claim: &TakeClaim, bytes: &[u8], findings: &mut Findings) -> Option<TakeFormat> {
    let measured = (bytes.len() as u64, &Digest::of(bytes));
    if is_as_claimed(place, measured, &claim.take.init, findings) {
        read_take(place, claim, bytes, findings)
    } else {
        None
    }
}

/// Proves a segment's bytes against the lines of its fragments. `fragments_before` are those of the take's earlier segments; without
/// the take's format only digests are compared.
pub fn prove_segment(
    place: &str,
    (claim, fragments_before): (&SegmentClaim, u64),
    bytes: &[u8],
    format: Option<&TakeFormat>,
    findings: &mut Findings,
) {
    let ends: Vec<u64> = claim.fragments.iter().map(|claimed| claimed.what.end_bytes).collect();
    let reading = SegmentReading::along(&ends, bytes, format);
    compare_segment(place, (claim, fragments_before), (bytes.len() as u64, &reading), format, findings);
}

fn is_as_claimed(
    place: &str,
    (size_bytes, digest): (u64, &Digest),
    claim: &FileDigest,
    findings: &mut Findings,
) -> bool {
    let holds = size_bytes == claim.size_bytes && digest.matches(&claim.digest);
    if !holds {
        let expected = format!("{} bytes, {}", claim.size_bytes, claim.digest);
        findings.add(Code::MediaDigestMismatch, place, expected, format!("{size_bytes} bytes, {digest}"));
    }
    holds
}

/// The format that an init states, compared with its `take`.
fn read_take(place: &str, claim: &TakeClaim, bytes: &[u8], findings: &mut Findings) -> Option<TakeFormat> {
    let format = match read_init(bytes) {
        Ok(format) => format,
        Err(fault) => {
            findings.add(Code::MediaMalformed, place, "an init segment as MEDIA.md has it", fault);
            return None;
        }
    };
    let (expected, found) = (TakeShown::claimed(&claim.take), TakeShown::read(&format));
    if expected != found {
        findings.add(Code::MediaFactsMismatch, place, expected, found);
    }
    Some(format)
}

fn compare_segment(
    place: &str,
    (claim, fragments_before): (&SegmentClaim, u64),
    (size_bytes, reading): (u64, &SegmentReading),
    format: Option<&TakeFormat>,
    findings: &mut Findings,
) {
    let mut judgement = Judgement { findings };
    if judgement.has_digests(place, claim, size_bytes, reading) && format.is_some() {
        judgement.facts(place, claim, fragments_before, reading);
    }
}

struct Judgement<'a> {
    findings: &'a mut Findings,
}

impl Judgement<'_> {
    fn has_digests(&mut self, place: &str, claim: &SegmentClaim, size_bytes: u64, reading: &SegmentReading) -> bool {
        for (claimed, cut) in claim.fragments.iter().map(|claimed| &claimed.what).zip(&reading.cuts) {
            if !claimed.digest.matches(&cut.prefix) {
                let expected = format!("{} over {} bytes", claimed.digest, claimed.end_bytes);
                self.findings.add(Code::MediaDigestMismatch, place, expected, &cut.prefix);
                return false;
            }
        }
        let end = claim.fragments.iter().map(|claimed| claimed.what.end_bytes).max().unwrap_or(0);
        let last = claim.fragments.last().map_or(0, |claimed| claimed.what.end_bytes);
        if size_bytes < end || (claim.is_complete && size_bytes > last) {
            self.findings.add(Code::MediaDigestMismatch, place, format!("{last} bytes"), format!("{size_bytes} bytes"));
            return false;
        }
        true
    }

    fn facts(&mut self, place: &str, claim: &SegmentClaim, fragments_before: u64, reading: &SegmentReading) {
        let claimed = claim.fragments.iter().map(|claimed| &claimed.what);
        for ((claimed, facts), number) in claimed.zip(&reading.fragments).zip(fragments_before + 1..) {
            let place = format!("{place}:{}", claimed.index);
            if u64::from(facts.sequence) != number {
                let (expected, found) =
                    (format!("fragment {number} of its take"), format!("fragment {}", facts.sequence));
                self.findings.add(Code::MediaMalformed, place, expected, found);
                return;
            }
            let (expected, found) = (FragmentShown::claimed(claimed), FragmentShown::read(facts));
            if expected != found {
                self.findings.add(Code::MediaFactsMismatch, place, expected, found);
            }
        }
        if reading.fragments.len() < claim.fragments.len() {
            let found = reading.fault.as_deref().unwrap_or("nothing");
            self.findings.add(Code::MediaMalformed, place, "a moof and its mdat as MEDIA.md has them", found);
        }
    }
}
