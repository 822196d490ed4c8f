//! The phone's side of an enrolment: what it sends, and what it believes of the answer. Nothing here sends.

use quanji_evidence::id::{AgencyId, DeviceId, UnitId};
use quanji_evidence::line::{self, LINE_LIMIT_BYTES, Tag, WriteFault};
use quanji_evidence::text::Origin;
use quanji_evidence::{Digest, PublicKey, Signer, base64url};
use quanji_wire::{DeviceToEnrol, Enrolled, EnrolmentReply, EnrolmentRequest};
use thiserror::Error;

use crate::code::Invitation;
use crate::mac::{self, Said};
use crate::trust::{Claimed, Enrolling, Trust, TrustFault};

/// Why nothing was asked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EnrolFault {
    #[error(transparent)]
    Write(#[from] WriteFault),
    #[error("the request is not JSON")]
    Json,
}

/// The answer is not the agency's that the code is of: nothing of it is kept (`enrolment_not_authentic`).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotAuthentic {
    #[error("the answer does not show that its sender knows the code")]
    Mac,
    #[error("{part} is not of its form")]
    Form { part: &'static str },
    #[error("an answer to another request: {found} instead of {expected}")]
    OtherRequest { expected: String, found: String },
    #[error("the head is of {head_us}, the answer of {time_us}")]
    Time { head_us: u64, time_us: u64 },
    #[error(transparent)]
    Trust(#[from] TrustFault),
}

/// An enrolment that was asked for and not answered yet. Asking again sends the same bytes, and so gets the same answer.
#[derive(Debug, Clone)]
pub struct Asked {
    invitation: Invitation,
    device: DeviceId,
    key: PublicKey,
    hardware: Option<PublicKey>,
    body: EnrolmentRequest,
    request: Digest,
}

/// The keys of who enrols. One in the phone's hardware proves itself here, and the certificate names it.
#[derive(Clone, Copy)]
pub struct Keys<'a> {
    pub device: &'a dyn Signer,
    pub hardware: Option<&'a dyn Signer>,
}

impl std::fmt::Debug for Keys<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hardware = self.hardware.map(|hardware| hardware.public().id());
        formatter.debug_struct("Keys").field("device", &self.device.public().id()).field("hardware", &hardware).finish()
    }
}

impl<'a> Keys<'a> {
    /// Of a device without such hardware.
    pub fn in_memory(device: &'a dyn Signer) -> Keys<'a> {
        Keys { device, hardware: None }
    }
}

/// The request of `device` for the code, signed by its keys. `nonce` is random; `software` and `model` are for the agency's list.
pub fn ask(
    invitation: Invitation,
    device: DeviceId,
    keys: Keys<'_>,
    nonce: &[u8; 16],
    software: &str,
    model: Option<&str>,
) -> Result<Asked, EnrolFault> {
    let signers: Vec<&dyn Signer> = std::iter::once(keys.device).chain(keys.hardware).collect();
    let said = DeviceToEnrol {
        edition: 1,
        code_id: invitation.code.id().to_owned(),
        device: device.to_string(),
        key: in_one_line(keys.device.public()),
        nonce: base64url::encode(nonce),
        software: software.to_owned(),
        model: model.map(str::to_owned),
        hardware: keys.hardware.map(|hardware| in_one_line(hardware.public())),
    };
    let json = serde_json::to_vec(&said).map_err(|_| EnrolFault::Json)?;
    let mut line = line::write(Tag::Enrol, &json, &signers, LINE_LIMIT_BYTES)?;
    line.pop();
    let request = Digest::of(&line);
    let line = String::from_utf8(line).map_err(|_| EnrolFault::Json)?;
    let mac = mac::of(invitation.code.secret(), Said::Request, &line);
    let body = EnrolmentRequest { code_id: said.code_id, request: line, mac };
    Ok(Asked {
        invitation,
        device,
        key: keys.device.public().clone(),
        hardware: keys.hardware.map(|hardware| hardware.public().clone()),
        body,
        request,
    })
}

/// `suite.keyid.B`, as bodies carry a key.
fn in_one_line(key: &PublicKey) -> String {
    key.to_file().trim_end().to_owned()
}

impl Asked {
    /// The agency's address.
    pub fn url(&self) -> &str {
        &self.invitation.url
    }

    /// The body for `POST /v1/enrolments`.
    pub fn body(&self) -> &EnrolmentRequest {
        &self.body
    }

    /// Believes the answer, or nothing of it: its MAC, the request it answers, the root that was scanned, the key set from
    /// that root, the certificate for this device and its keys, the head.
    pub fn accept(&self, reply: &EnrolmentReply) -> Result<Trust, NotAuthentic> {
        if !mac::holds(self.invitation.code.secret(), Said::Reply, &reply.reply, &reply.mac) {
            return Err(NotAuthentic::Mac);
        }
        let form = |part| NotAuthentic::Form { part };
        let enrolled: Enrolled = serde_json::from_str(&reply.reply).map_err(|_| form("the reply"))?;
        let Enrolled { agency, unit, origin, root, certificate, keyset, head, time_us, request } = enrolled;
        if request != self.request.hex() {
            return Err(NotAuthentic::OtherRequest { expected: self.request.hex(), found: request });
        }
        let root = PublicKey::from_file(&root).ok_or(form("the root key"))?;
        if let Some(pinned) = &self.invitation.root
            && *pinned != root
        {
            return Err(TrustFault::OtherRoot { expected: pinned.id(), found: root.id() }.into());
        }
        let claimed = Claimed {
            url: self.invitation.url.clone(),
            agency: AgencyId::parse(&agency).ok_or(form("the agency's id"))?,
            unit: UnitId::parse(&unit).ok_or(form("the unit's id"))?,
            origin: Origin::parse(&origin).map_err(|_| form("the origin"))?,
            root,
            keyset,
            certificate,
            head,
        };
        let trust = Trust::prove(claimed, Enrolling { device: self.device, key: &self.key })?;
        let named = trust.certificate().hardware.as_ref();
        if named != self.hardware.as_ref() {
            let shown = |key: Option<&PublicKey>| key.map_or_else(|| "none".to_owned(), |key| key.id().to_string());
            let (expected, found) = (shown(self.hardware.as_ref()), shown(named));
            return Err(TrustFault::OtherCertificate { part: "hardware key", expected, found }.into());
        }
        if trust.head().time_us != time_us {
            return Err(NotAuthentic::Time { head_us: trust.head().time_us, time_us });
        }
        Ok(trust)
    }
}
