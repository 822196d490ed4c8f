//! What may go over which network, and what an answer of the agency means for the thing that was sent. Pure.

use quanji_store::{Fare, UploadKind, UploadState};
use quanji_wire::Code;

use crate::reason::Waits;

/// A picture up to this size goes over a network that the officer pays for without being asked: a phone's photo, not a film.
pub const PAID_PICTURE_LIMIT_BYTES: u64 = 1 << 20;

/// How the phone is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    None,
    /// Wi-Fi, or a SIM that the agency issued.
    Free,
    /// The officer's own SIM.
    Paid,
    /// A cable or the LAN of the designated storage (本单位指定的储存器).
    Dock,
}

impl Network {
    /// Under which fare things go; `None`: nothing goes.
    pub fn fare(self) -> Option<Fare> {
        match self {
            Network::None => None,
            Network::Free | Network::Dock => Some(Fare::Free),
            Network::Paid => Some(Fare::Paid),
        }
    }
}

/// Why a row waits at this moment.
pub fn waits(state: UploadState, may_go_paid: bool, reason: Option<&str>, network: Network) -> Waits {
    let kept = reason.and_then(Waits::parse);
    match (state, kept) {
        (UploadState::Held, kept) => kept.unwrap_or(Waits::ProgramsDiffer),
        (_, _) if network == Network::None => Waits::NoNetwork,
        (_, _) if network == Network::Paid && !may_go_paid => Waits::NeedsFreeNetwork,
        (UploadState::Later, kept) => kept.unwrap_or(Waits::AgencyFailed),
        (UploadState::Ready | UploadState::Done, _) => Waits::Queued,
    }
}

/// What to do about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Open a session, then the same again.
    NewSession,
    /// Go on from the seq that the answer names.
    FromNext,
    /// Ask how far the file is, and go on from there.
    FromOffset,
    /// Announce the file again.
    Announce,
    /// The record's first line first.
    RecordFirst,
    /// Later, by itself.
    Later(Waits),
    /// Later, and everything else too.
    AllLater(Waits),
    /// When a person has done something about this one.
    Held(Waits),
    /// When a person has done something about the device.
    AllHeld(Waits),
}

/// What a refusal means for a thing of that kind. Every code has its line: a new one is a compile error here.
pub fn reaction(kind: UploadKind, code: Code) -> Reaction {
    use Reaction::{AllHeld, AllLater, Announce, FromNext, FromOffset, Held, Later, NewSession, RecordFirst};
    match code {
        Code::TokenMissing | Code::TokenInvalid => NewSession,
        Code::Busy | Code::TooManyRequests => AllLater(Waits::AgencyBusy),
        Code::Unavailable => AllLater(Waits::AgencyUnreachable),
        Code::Internal => Later(Waits::AgencyFailed),
        Code::StorageFull => Later(Waits::AgencyFull),
        Code::BodyTooSlow => Later(Waits::CutOff),

        Code::ChallengeInvalid => AllLater(Waits::ClockOff),
        Code::DeviceRevoked => AllHeld(Waits::DeviceRevoked),
        Code::DeviceUnknown => AllHeld(Waits::DeviceUnknown),
        Code::SignatureInvalid | Code::AgencyMismatch | Code::KeysetAhead => AllHeld(Waits::AgencyRefusesDevice),

        Code::LinesGap => FromNext,
        Code::RecordUnknown if kind == UploadKind::Opened => Held(Waits::LinesContradict),
        Code::RecordUnknown => RecordFirst,
        Code::LineConflict | Code::RecordMismatch => Held(Waits::LinesContradict),
        Code::LineInvalid | Code::DeviceMismatch => Held(Waits::LinesRefused),
        Code::PrivateConflict | Code::PrivateMismatch => Held(Waits::PrivateContradicts),

        Code::OffsetMismatch | Code::ChecksumMismatch => FromOffset,
        Code::UploadBusy => Later(Waits::AgencyBusy),
        Code::UploadUnknown | Code::UploadExpired => Announce,
        Code::DigestMismatch => Later(Waits::DamagedOnTheWay),
        Code::LengthMismatch | Code::BodyTooLong => Held(Waits::FileDamaged),
        Code::FileTooLarge => Held(Waits::FileRefused),

        // Ours to get right: an older program, or one that is newer than the agency's.
        Code::RequestMalformed
        | Code::BodyMalformed
        | Code::BodyTooLarge
        | Code::NotFound
        | Code::MethodNotAllowed
        | Code::TusVersion
        | Code::MediaType
        | Code::LengthMissing
        | Code::DigestMissing
        | Code::ChecksumUnsupported
        | Code::DocumentUnknown
        | Code::CodeUnknown
        | Code::CodeExpired
        | Code::CodeUsed
        | Code::CodeSpent
        | Code::MacInvalid
        | Code::DeviceKnown => Held(Waits::ProgramsDiffer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reason::FreedBy;

    #[test]
    fn what_goes_over_which_network_is_one_table() {
        use UploadState::{Held, Later, Ready};
        for (state, small, reason, network, expected) in [
            (Ready, true, None, Network::Free, Waits::Queued),
            (Ready, false, None, Network::Free, Waits::Queued),
            (Ready, false, None, Network::Dock, Waits::Queued),
            (Ready, true, None, Network::Paid, Waits::Queued),
            (Ready, false, None, Network::Paid, Waits::NeedsFreeNetwork),
            (Ready, true, None, Network::None, Waits::NoNetwork),
            (Later, true, Some("agency_busy"), Network::Free, Waits::AgencyBusy),
            (Later, false, Some("agency_busy"), Network::Paid, Waits::NeedsFreeNetwork),
            (Held, false, Some("file_damaged"), Network::None, Waits::FileDamaged),
            (Held, true, Some("state_secret"), Network::Free, Waits::StateSecret),
            (Held, true, Some("state_secret"), Network::Dock, Waits::StateSecret),
            (Held, false, Some("a word of a later program"), Network::Free, Waits::ProgramsDiffer),
        ] {
            assert_eq!(waits(state, small, reason, network), expected, "{state:?} {small} {reason:?} {network:?}");
        }
        assert_eq!(
            [Network::None, Network::Free, Network::Paid, Network::Dock].map(Network::fare),
            [None, Some(Fare::Free), Some(Fare::Paid), Some(Fare::Free)]
        );
    }

    #[test]
    fn nobody_waits_for_a_person_when_time_helps_nor_for_time_when_only_a_person_can() {
        for code in Code::ALL {
            for kind in UploadKind::ALL {
                match reaction(kind, *code) {
                    Reaction::Later(waits) | Reaction::AllLater(waits) => {
                        assert_eq!(waits.freed_by(), FreedBy::Time, "{code} {kind:?}");
                    }
                    Reaction::Held(waits) | Reaction::AllHeld(waits) => {
                        assert_eq!(waits.freed_by(), FreedBy::Person, "{code} {kind:?}");
                    }
                    _ => {}
                }
            }
        }
    }
}
