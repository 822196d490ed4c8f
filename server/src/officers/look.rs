//! What of one record does not agree with the list of officers or with the agency's time: told by line and place, in words, without a name.

use quanji_evidence::body::{Body, NamedOfficer};
use quanji_evidence::journal::Journal;
use quanji_evidence::private::{self, PrivateValues, value_of};
use quanji_rules::{Date, Instant, certificate_as_compared};

use super::Register;
use super::scene::TOO_FEW;

/// A clock that differs by less is nobody's trouble.
const CLOCK_OFF_US: u64 = 3_600_000_000;
/// A clock that is set back by less only corrects itself.
const SET_BACK_US: u64 = 60_000_000;

/// Every code that is listed from here, or over the records of an activity: what is not found any more is listed no more.
pub const LISTED: [&str; 7] = [
    "officer_twice",
    "officer_unknown",
    "officer_certificate_invalid",
    TOO_FEW,
    "place_empty",
    "device_clock_off",
    "device_clock_set_back",
];

/// Something that does not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub code: &'static str,
    pub place: String,
    pub expected: String,
    pub found: String,
}

/// A record, and what it is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub journal: &'a Journal,
    /// The file of private values.
    pub private: &'a [u8],
    /// `None`: the agency imported no list.
    pub register: Option<&'a Register>,
    /// Before this the record cannot have begun.
    pub not_before_us: Option<u64>,
    /// When its first line was received.
    pub received_us: u64,
}

/// The certificates that the record names last, as they are compared.
pub fn certificates(journal: &Journal, private: &[u8]) -> Vec<String> {
    let (values, _) = private::read(private);
    let officers = described(journal).map(|(_, officers)| officers).unwrap_or_default();
    officers.iter().filter_map(|officer| value_of(&values, &officer.certificate)).map(certificate_as_compared).collect()
}

/// The last line that names officers.
fn described(journal: &Journal) -> Option<(u64, &[NamedOfficer])> {
    journal.entries.iter().rev().find_map(|entry| match &entry.body {
        Body::Officers(officers) => Some((entry.seq, officers.officers.as_slice())),
        _ => None,
    })
}

/// Compares; in the order of the lines.
pub fn look(asked: Asked<'_>) -> Vec<Found> {
    let (values, _) = private::read(asked.private);
    let mut found = clocks(&asked);
    if let Some((seq, place)) = asked.journal.entries.iter().rev().find_map(|entry| match &entry.body {
        Body::Place(place) => Some((entry.seq, place)),
        _ => None,
    }) && value_of(&values, &place.place).is_some_and(|place| place.trim().is_empty())
    {
        found.push(Found {
            code: "place_empty",
            place: format!("journal:{seq}"),
            expected: "地点 a place".to_owned(),
            found: "空白 blank".to_owned(),
        });
    }
    if let Some((seq, officers)) = described(asked.journal) {
        found.extend(compare(&asked, &values, seq, officers));
    }
    found
}

fn compare(asked: &Asked<'_>, values: &PrivateValues, seq: u64, officers: &[NamedOfficer]) -> Vec<Found> {
    let mut found = Vec::new();
    let place = |number: usize| format!("journal:{seq}/officers/{number}");
    let certificates: Vec<Option<String>> =
        officers.iter().map(|officer| value_of(values, &officer.certificate).map(certificate_as_compared)).collect();
    for (index, (officer, certificate)) in officers.iter().zip(&certificates).enumerate() {
        let is_same = |other: usize| {
            officers[other].officer == officer.officer || (certificate.is_some() && certificates[other] == *certificate)
        };
        if let Some(first) = (0..index).find(|other| is_same(*other)) {
            found.push(Found {
                code: "officer_twice",
                place: place(index + 1),
                expected: "每名执法人员一次 each officer once".to_owned(),
                found: format!("与第 {0} 名相同 the same as no. {0}", first + 1),
            });
        }
        if let (Some(register), Some(certificate)) = (asked.register, certificate) {
            found.extend(by_register(register, certificate, begun(asked), place(index + 1)));
        }
    }
    found
}

fn by_register(register: &Register, certificate: &str, on: Date, place: String) -> Option<Found> {
    let Some(validity) = register.find(certificate) else {
        return Some(Found {
            code: "officer_unknown",
            place,
            expected: "名册中的执法证 a certificate of the agency's list".to_owned(),
            found: "名册中没有 not in it".to_owned(),
        });
    };
    let is_valid = validity.from <= on && on <= validity.to;
    (!is_valid).then(|| Found {
        code: "officer_certificate_invalid",
        place,
        expected: format!("有效期 {} 至 {} valid from and to", validity.from, validity.to),
        found: format!("记录于 {on} recorded on that day"),
    })
}

/// The day on which the record began, as far as it is proved.
fn begun(asked: &Asked<'_>) -> Date {
    let wall_us = asked.journal.entries.first().map_or(0, |entry| entry.clock.wall_us);
    let from_us = asked.not_before_us.unwrap_or(0);
    let us = wall_us.clamp(from_us, asked.received_us.max(from_us));
    Instant::from_us(i64::try_from(us).unwrap_or(i64::MAX)).china_date()
}

fn clocks(asked: &Asked<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let said = |us: u64| Instant::from_us(i64::try_from(us.min(1 << 53)).unwrap_or(0)).to_china_rfc3339();
    if let Some(first) = asked.journal.entries.first() {
        let wall_us = first.clock.wall_us;
        let is_ahead = wall_us > asked.received_us.saturating_add(CLOCK_OFF_US);
        let is_behind = asked.not_before_us.is_some_and(|from| wall_us.saturating_add(CLOCK_OFF_US) < from);
        if is_ahead || is_behind {
            let expected = match (asked.not_before_us, is_behind) {
                (Some(from), true) => format!("不早于 {0} not before {0}", said(from)),
                _ => format!("不晚于 {0} not after {0}", said(asked.received_us)),
            };
            found.push(Found {
                code: "device_clock_off",
                place: "journal:0".to_owned(),
                expected,
                found: said(wall_us),
            });
        }
    }
    for entry in &asked.journal.entries {
        if let Body::ClockSet(set) = &entry.body
            && set.wall_after_us.saturating_add(SET_BACK_US) < set.wall_before_us
        {
            found.push(Found {
                code: "device_clock_set_back",
                place: format!("journal:{}", entry.seq),
                expected: said(set.wall_before_us),
                found: said(set.wall_after_us),
            });
        }
    }
    found
}
