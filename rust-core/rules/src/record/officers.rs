//! How many officers (执法人员) were at a scene, counted over all records of the activity: two phones with one officer each are two, and the
//! same officer on both is one.
//!
//! A number (`o1`) means somebody within its record only; across records it is the certificate that tells officers apart. Where a certificate
//! is not at hand nothing is guessed: the count is an interval.

use std::collections::BTreeSet;

use serde::Serialize;

/// An officer as one record names him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfficerAtScene {
    /// Within the record: `o1`.
    pub number: String,
    /// The number of the enforcement certificate (执法证号), as [`certificate_as_compared`] has it; `None`: not at hand.
    pub certificate: Option<String>,
}

/// So many different officers, at least and at most; both are the same where every certificate is at hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct OfficersCount {
    pub at_least: usize,
    pub at_most: usize,
}

impl OfficersCount {
    /// Over the records of an activity, each with the officers whom it names last.
    pub fn over<'a>(records: impl IntoIterator<Item = &'a [OfficerAtScene]>) -> OfficersCount {
        let (mut certificates, mut unknown, mut most_in_one) = (BTreeSet::new(), 0, 0);
        for record in records {
            let (mut of_record, mut without) = (BTreeSet::new(), BTreeSet::new());
            let mut numbers = BTreeSet::new();
            for officer in record {
                // One number is one officer, whatever stands beside it.
                if !numbers.insert(officer.number.as_str()) {
                    continue;
                }
                match &officer.certificate {
                    Some(certificate) => _ = of_record.insert(certificate.as_str()),
                    None => _ = without.insert(officer.number.as_str()),
                }
            }
            // Within a record whoever has another number is another one.
            most_in_one = most_in_one.max(of_record.len() + without.len());
            unknown += without.len();
            certificates.extend(of_record);
        }
        let known = certificates.len();
        OfficersCount { at_least: known.max(most_in_one), at_most: known + unknown }
    }

    /// Whether there were fewer than `required`, whoever those without a certificate at hand may be.
    pub fn is_fewer_than(self, required: u8) -> bool {
        self.at_most < usize::from(required)
    }
}

/// Without spaces, in half-width capitals: how a number is typed is not what it is.
pub fn certificate_as_compared(certificate: &str) -> String {
    let half_width = |char: char| match char {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(char) - 0xfee0).unwrap_or(char),
        other => other,
    };
    certificate.chars().filter(|char| !char.is_whitespace()).map(half_width).collect::<String>().to_uppercase()
}
