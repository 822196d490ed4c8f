//! What the agency has issued since: pulled, proved, and given to the phone to keep. Nothing waits for it, and what fails is asked for again
//! at the next session.

use quanji_evidence::Digest;
use quanji_evidence::document::{Document, DocumentFault};
use quanji_evidence::text::Code;

use crate::client::{Agency, AgencyFault};
use crate::ports::{Holder, HolderFault, NewlyHeld, Pass};

/// What became of a document that the agency named and the phone did not hold.
#[derive(Debug)]
pub enum Pulled {
    Kept {
        kind: Code,
        number: u64,
        deadlines_moved: u64,
    },
    /// It does not prove itself, makes no sense, or another has its number.
    Dropped {
        document: Digest,
        why: DroppedFor,
    },
    /// The agency did not give it.
    NotGiven(AgencyFault),
    /// The phone could not keep it now.
    NotKept(HolderFault),
}

/// Why a document was dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DroppedFor {
    NotProved(DocumentFault),
    NumberTaken { kind: Code, number: u64 },
    MakesNoSense { kind: Code, number: u64 },
}

impl DroppedFor {
    /// For whoever watches: no more than a word.
    pub const fn word(&self) -> &'static str {
        match self {
            DroppedFor::NotProved(DocumentFault::NotSigned | DocumentFault::UnknownSuite) => "not_signed",
            DroppedFor::NotProved(_) => "not_as_named",
            DroppedFor::NumberTaken { .. } => "number_taken",
            DroppedFor::MakesNoSense { .. } => "makes_no_sense",
        }
    }
}

/// Pulls one document.
pub async fn pull(holder: &dyn Holder, agency: &Agency, pass: &Pass, name: &Digest) -> Pulled {
    let bytes = match agency.document(&pass.token, name).await {
        Ok(bytes) => bytes,
        Err(fault) => return Pulled::NotGiven(fault),
    };
    let dropped = |why| Pulled::Dropped { document: name.clone(), why };
    let document = match Document::read(&bytes) {
        Ok(document) => document,
        Err(fault) => return dropped(DroppedFor::NotProved(fault)),
    };
    let found = document.digest();
    if !found.matches(name) {
        let fault = DocumentFault::OtherDocument { expected: name.clone(), found };
        return dropped(DroppedFor::NotProved(fault));
    }
    if let Err(fault) = document.prove(&pass.keyset) {
        return dropped(DroppedFor::NotProved(fault));
    }
    let (kind, number) = (document.header().kind.clone(), document.header().number);
    match holder.keep_document(&document, &pass.keyset) {
        Ok(NewlyHeld::Kept { deadlines_moved }) => Pulled::Kept { kind, number, deadlines_moved },
        Ok(NewlyHeld::NumberTaken) => dropped(DroppedFor::NumberTaken { kind, number }),
        Ok(NewlyHeld::MakesNoSense) => dropped(DroppedFor::MakesNoSense { kind, number }),
        Err(fault) => Pulled::NotKept(fault),
    }
}
