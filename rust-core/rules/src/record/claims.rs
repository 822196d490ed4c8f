//! What may be claimed of a record. Enforcement is never stopped; a claim is withheld while something is owed.

use serde::Serialize;

use super::owed::Owed;
use super::phase::Phase;
use super::step::Record;
use super::vocabulary::{ServiceMethod, ServiceStep, Track};

/// Whether the record may be called complete (完整).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "claim")]
pub enum Completeness {
    /// 完整: ended, nothing owed, nothing out of the ordinary.
    Complete,
    /// Ended and nothing owed; what was out of the ordinary is named with the claim.
    CompleteWithExceptions { exceptions: Vec<Exception> },
    /// Something is owed, or the record has not ended.
    Withheld { is_ended: bool, owed: Vec<Owed> },
}

/// Something out of the ordinary that nobody owes any more, and that stays in the signed record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case", tag = "exception")]
pub enum Exception {
    Interrupted {
        interruption: u64,
    },
    StoppedByOfficer {
        interruption: u64,
    },
    TrackLost {
        track: Track,
    },
    /// Confirmed by the officer, although no speech of that length was measured.
    OpeningSpeechInDoubt,
    OpeningExplained,
    FilmingNoticeExplained,
    ExplainedInWriting,
    DeclaredMistake,
}

/// Whether a service may be called effected (已送达).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceClaim {
    pub method: ServiceMethod,
    /// Steps that are still missing; 已送达 is withheld until there is none.
    pub missing: Vec<ServiceStep>,
}

impl ServiceClaim {
    pub fn is_effected(&self) -> bool {
        self.missing.is_empty()
    }
}

impl Record {
    /// Whether it may be called complete now.
    pub fn completeness(&self) -> Completeness {
        let owed = self.owed();
        let is_ended = matches!(self.phase(), Phase::Ended | Phase::Sealed);
        if !is_ended || !owed.is_empty() {
            return Completeness::Withheld { is_ended, owed };
        }
        if self.exceptions.is_empty() {
            Completeness::Complete
        } else {
            Completeness::CompleteWithExceptions { exceptions: self.exceptions.clone() }
        }
    }

    /// One claim for each method of serving that was begun here.
    pub fn service_claims(&self) -> Vec<ServiceClaim> {
        self.serving().claims()
    }
}
