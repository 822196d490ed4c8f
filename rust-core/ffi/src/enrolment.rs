//! Enrolment: an invitation that was scanned or typed, the agency that answers it, and what is known of it since.

use std::sync::Arc;

use quanji_evidence::Signer;
use quanji_store::{Chance, OsChance};
use quanji_upload::code::{Invitation, InvitationFault};
use quanji_upload::enrol::{self, EnrolFault, Keys};
use quanji_upload::trust::Trust;
use quanji_upload::{AddressFault, AgencyFault, DeviceSessions, Holder, NoPass, Sessions, Waits, pull};
use quanji_wire::Code;
use thiserror::Error;

use crate::link::OwnPhone;
use crate::phone_core::Core;
use crate::ports::HardwareSigner;

/// An invitation that is of its form. Its secret stays inside.
#[derive(Debug, uniffi::Object)]
pub struct Invite(Invitation);

#[uniffi::export]
impl Invite {
    /// Of a text that was scanned or pasted: `quanji:enrol?…`. Sends nothing.
    #[uniffi::constructor]
    pub fn scanned(text: String) -> Result<Arc<Invite>, InviteError> {
        Ok(Arc::new(Invite(Invitation::scanned(&text)?)))
    }

    /// Of an address and a code that were typed. Sends nothing.
    #[uniffi::constructor]
    pub fn typed(address: String, code: String) -> Result<Arc<Invite>, InviteError> {
        Ok(Arc::new(Invite(Invitation::typed(&address, &code)?)))
    }

    pub fn address(&self) -> String {
        self.0.url.clone()
    }

    /// Of the root key that the answer must name; null where the code was typed.
    pub fn root_fingerprint(&self) -> Option<String> {
        self.0.root.as_ref().map(|root| root.id().to_string())
    }
}

/// Why a text is no invitation. The text is left out: it holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error, uniffi::Error)]
pub enum InviteError {
    #[error("a code of {found} characters")]
    Length { found: u64 },
    #[error("character {place} is of no code")]
    Character { place: u64 },
    #[error("no invitation")]
    Form,
    /// Of a newer edition than this program knows.
    #[error("an invitation of another edition")]
    Edition,
    #[error("not an address")]
    Address,
    /// The root key does not fit its fingerprint: the code was changed.
    #[error("the root key does not fit its fingerprint")]
    Root,
}

impl From<InvitationFault> for InviteError {
    fn from(fault: InvitationFault) -> Self {
        match fault {
            InvitationFault::Length { found } => InviteError::Length { found: found as u64 },
            InvitationFault::Character { place } => InviteError::Character { place: place as u64 },
            InvitationFault::Form => InviteError::Form,
            InvitationFault::Edition { .. } => InviteError::Edition,
            InvitationFault::Address => InviteError::Address,
            InvitationFault::Root { .. } => InviteError::Root,
        }
    }
}

/// The agency that the phone is enrolled with; every part was proved from its root.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Agency {
    pub id: String,
    /// The name of its log.
    pub name: String,
    pub unit: String,
    pub address: String,
    pub root_fingerprint: String,
    /// This device, as the agency lists it.
    pub device: String,
    pub certificate_number: u64,
    pub valid_from_us: u64,
    /// A session brings the next certificate before this.
    pub valid_until_us: u64,
    /// Of the key in the phone's hardware that the certificate names; null where it names none.
    pub hardware_fingerprint: Option<String>,
    /// When the agency last said what time it is, by its own clock.
    pub heard_us: u64,
}

/// Why the phone is not enrolled, or could not ask.
#[derive(Debug, Clone, PartialEq, Eq, Error, uniffi::Error)]
pub enum EnrolError {
    /// In practice mode there is no agency.
    #[error("this is practice")]
    Practice,
    #[error("this phone is not enrolled")]
    NotEnrolled,
    #[error("no answer")]
    Unreachable,
    /// The answer does not prove itself: whoever gave it is not the agency of the code. Nothing is kept.
    #[error("the answer is not the agency's")]
    NotTheAgency,
    #[error("the code was used")]
    CodeUsed,
    #[error("the code is too old")]
    CodeExpired,
    #[error("the agency does not know the code")]
    CodeUnknown,
    /// Tried wrongly too often.
    #[error("the code was tried too often")]
    CodeSpent,
    #[error("the agency knows this device already")]
    DeviceKnown,
    #[error("this device was revoked")]
    DeviceRevoked,
    #[error("the agency does not know this device")]
    DeviceUnknown,
    /// Not `https`.
    #[error("not an address")]
    Address,
    #[error("the agency failed")]
    AgencyFailed,
    #[error("this program and the agency's do not fit")]
    ProgramsDiffer,
    /// What came could not be kept: the phone is locked, or its keeper of secrets failed.
    #[error("it could not be kept")]
    NotKept,
    #[error("a defect of this program")]
    Bug,
}

impl From<AgencyFault> for EnrolError {
    fn from(fault: AgencyFault) -> Self {
        match fault {
            AgencyFault::Unreachable => EnrolError::Unreachable,
            AgencyFault::OutsideContract { status } if status >= 500 => EnrolError::AgencyFailed,
            AgencyFault::OutsideContract { .. } => EnrolError::ProgramsDiffer,
            AgencyFault::Refused { refusal, .. } => match refusal.code {
                Code::CodeUsed => EnrolError::CodeUsed,
                Code::CodeExpired => EnrolError::CodeExpired,
                // A wrong MAC is a wrong code: the agency knows only its first six characters.
                Code::CodeUnknown | Code::MacInvalid => EnrolError::CodeUnknown,
                Code::CodeSpent => EnrolError::CodeSpent,
                Code::DeviceKnown => EnrolError::DeviceKnown,
                Code::DeviceRevoked => EnrolError::DeviceRevoked,
                Code::DeviceUnknown => EnrolError::DeviceUnknown,
                Code::Internal | Code::Busy | Code::Unavailable | Code::TooManyRequests | Code::StorageFull => {
                    EnrolError::AgencyFailed
                }
                _ => EnrolError::ProgramsDiffer,
            },
        }
    }
}

impl From<AddressFault> for EnrolError {
    fn from(fault: AddressFault) -> Self {
        match fault {
            AddressFault::NotHttps => EnrolError::Address,
            AddressFault::NoClient => EnrolError::Bug,
        }
    }
}

impl From<EnrolFault> for EnrolError {
    fn from(_: EnrolFault) -> Self {
        EnrolError::Bug
    }
}

#[uniffi::export]
impl Core {
    /// The agency of this phone; null before it is enrolled. Asks nobody.
    pub fn agency(&self) -> Option<Agency> {
        self.link.trust().map(|trust| self.agency_of(&trust))
    }

    /// Enrols this phone. Blocks for as long as the network takes. `model` is for the agency's list.
    pub fn enrol(&self, invite: Arc<Invite>, model: Option<String>) -> Result<Agency, EnrolError> {
        if self.is_practice() {
            return Err(EnrolError::Practice);
        }
        let device = &self.link.device;
        let mut nonce = [0; 16];
        OsChance.fill(&mut nonce).map_err(|_| EnrolError::Bug)?;
        let software = format!("{} {}", device.software.0, device.software.1);
        let ask = |hardware: Option<&dyn Signer>| {
            let keys = Keys { device: &*device.signer, hardware };
            enrol::ask(invite.0.clone(), device.id, keys, &nonce, &software, model.as_deref())
        };
        let hardware = self.link.voucher.as_deref().and_then(HardwareSigner::of);
        let asked = match hardware.as_ref().map(|hardware| ask(Some(hardware))) {
            Some(Ok(asked)) => asked,
            // A phone whose hardware fails enrols without it; the certificate names none, and whoever looks at the phone's page sees that.
            Some(Err(_)) | None => ask(None)?,
        };
        let agency = self.agency_at(asked.url())?;
        let reply = runtime().map_err(|_| EnrolError::Bug)?.block_on(agency.enrol(asked.body()))?;
        let trust = asked.accept(&reply).map_err(|_| EnrolError::NotTheAgency)?;
        if let Some(before) = self.link.trust() {
            trust.must_follow(&before).map_err(|_| EnrolError::NotTheAgency)?;
        }
        self.link.believe(trust.clone()).map_err(|_| EnrolError::NotKept)?;
        Ok(self.agency_of(&trust))
    }

    /// Opens a session: whether the agency is there, and what it renewed. What it issued since is pulled, where no record runs. Blocks.
    pub fn renew(&self) -> Result<Agency, EnrolError> {
        let trust = self.link.trust().ok_or(EnrolError::NotEnrolled)?;
        let agency = self.agency_at(trust.url())?;
        let sessions = DeviceSessions::new(OwnPhone(Arc::clone(&self.link)), trust);
        let runtime = runtime().map_err(|_| EnrolError::Bug)?;
        match runtime.block_on(sessions.open(&agency)) {
            Ok(pass) => {
                for document in self.recorder.lacks(&pass.documents) {
                    // One that does not come now is named by the next session again.
                    let _ = runtime.block_on(pull(&*self.recorder, &agency, &pass, &document));
                }
                self.agency().ok_or(EnrolError::NotEnrolled)
            }
            Err(NoPass::Agency(fault)) => Err(fault.into()),
            Err(NoPass::Waits(Waits::AgencyNotAuthentic)) => Err(EnrolError::NotTheAgency),
            Err(NoPass::Waits(_)) => Err(EnrolError::Bug),
        }
    }
}

impl Core {
    fn agency_of(&self, trust: &Trust) -> Agency {
        let certificate = trust.certificate();
        Agency {
            id: trust.agency().to_string(),
            name: trust.origin().to_string(),
            unit: trust.unit().to_string(),
            address: trust.url().to_owned(),
            root_fingerprint: trust.root().id().to_string(),
            device: self.link.device.id.to_string(),
            certificate_number: certificate.number,
            valid_from_us: certificate.valid_from_us,
            valid_until_us: certificate.valid_until_us,
            hardware_fingerprint: certificate.hardware.as_ref().map(|key| key.id().to_string()),
            heard_us: trust.head().time_us,
        }
    }

    pub(crate) fn agency_at(&self, address: &str) -> Result<quanji_upload::Agency, AddressFault> {
        let roots = self.tls_roots.as_ref().map(|roots| roots.certificates());
        quanji_upload::Agency::believing(address, roots.as_deref())
    }
}

/// Requests of one call; nothing runs when it has come back. Refused to whoever asks out of a call that runs.
pub(crate) fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    if tokio::runtime::Handle::try_current().is_ok() {
        return Err(std::io::ErrorKind::Deadlock.into());
    }
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
