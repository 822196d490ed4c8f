//! A device's check before duty (班前检查, 办法第十三条): what it measured of itself, of no record, signed by the device key
//! (`proto/api/v1/API.md`). It proves nothing about any record, so no bundle holds one.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::body::{Preflight, from_checked};
use crate::digest::Digest;
use crate::entry::Clock;
use crate::id::DeviceId;
use crate::journal_writer::to_json;
use crate::key::PublicKey;
use crate::line::{self, LINE_LIMIT_BYTES, SignedLine, Tag, WriteFault};
use crate::schema;
use crate::signer::Signer;

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceCheck {
    /// Of this form: 1.
    pub edition: u64,
    pub device: DeviceId,
    /// When the check was done.
    pub clock: Clock,
    /// As a record's `preflight` says it.
    pub check: Preflight,
}

/// Why a line is no check of a device.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DeviceCheckFault {
    #[error("not of a check's form")]
    Form,
    #[error("of device {found} instead of {expected}")]
    OtherDevice { expected: DeviceId, found: DeviceId },
    #[error("not signed by the device's key")]
    NotSigned,
}

impl DeviceCheck {
    /// The signed line, with its LF.
    pub fn write(&self, signer: &dyn Signer) -> Result<Vec<u8>, WriteFault> {
        line::write(Tag::Check, &to_json(self), &[signer], LINE_LIMIT_BYTES)
    }

    /// Proves that `bytes` (one line with its LF) are a check of `device`, signed by its `key`. With the line's digest, by which it is known.
    pub fn read(bytes: &[u8], device: &DeviceId, key: &PublicKey) -> Result<(DeviceCheck, Digest), DeviceCheckFault> {
        let (check, line) = parse(bytes).ok_or(DeviceCheckFault::Form)?;
        if check.device != *device {
            return Err(DeviceCheckFault::OtherDevice { expected: *device, found: check.device });
        }
        if !line.is_signed_by(Tag::Check, key) {
            return Err(DeviceCheckFault::NotSigned);
        }
        Ok((check, line.digest))
    }

    /// What a line says that was proved before; `None` where it is not of a check's form.
    pub fn read_unproved(bytes: &[u8]) -> Option<DeviceCheck> {
        parse(bytes).map(|(check, _)| check)
    }
}

fn parse(bytes: &[u8]) -> Option<(DeviceCheck, SignedLine<'_>)> {
    if bytes.last() != Some(&b'\n') {
        return None;
    }
    let line = SignedLine::parse(bytes, LINE_LIMIT_BYTES).ok()?;
    schema::check("preflight", line.value.get("check")?).ok()?;
    let check: DeviceCheck = from_checked(&line.value).ok()?;
    (check.edition == 1).then_some((check, line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::BootId;
    use crate::signer::Ed25519Signer;
    use crate::text::Code;

    fn check() -> DeviceCheck {
        DeviceCheck {
            edition: 1,
            device: DeviceId::from_bytes([7; 16]),
            clock: Clock { wall_us: 5, mono_us: 3, boot: BootId::from_bytes([1; 16]), sync: None },
            check: Preflight {
                notes: vec![Code::parse("battery_low").unwrap()],
                battery_percent: Some(12),
                ..Preflight::default()
            },
        }
    }

    #[test]
    fn a_check_is_believed_of_the_device_that_signed_it_and_of_no_other() {
        let (own, other) = (Ed25519Signer::from_seed(&[1; 32]), Ed25519Signer::from_seed(&[2; 32]));
        let line = check().write(&own).unwrap();
        let device = DeviceId::from_bytes([7; 16]);
        let (read, digest) = DeviceCheck::read(&line, &device, own.public()).unwrap();
        assert_eq!((read, digest), (check(), Digest::of(&line)));
        assert_eq!(DeviceCheck::read_unproved(&line), Some(check()));
        assert_eq!(DeviceCheck::read(&line, &device, other.public()), Err(DeviceCheckFault::NotSigned));
        let (expected, found) = (DeviceId::from_bytes([8; 16]), device);
        let wrong = DeviceCheck::read(&line, &expected, own.public());
        assert_eq!(wrong, Err(DeviceCheckFault::OtherDevice { expected, found }));
    }

    #[test]
    fn what_is_not_of_a_checks_form_is_none() {
        let key = Ed25519Signer::from_seed(&[1; 32]);
        let device = DeviceId::from_bytes([7; 16]);
        let without_end = &check().write(&key).unwrap()[..20];
        let later = DeviceCheck { edition: 2, ..check() }.write(&key).unwrap();
        let beyond = Preflight { battery_percent: Some(101), ..Preflight::default() };
        let beyond = DeviceCheck { check: beyond, ..check() }.write(&key).unwrap();
        for line in [without_end, &later, &beyond, b"\n", b""] {
            assert_eq!(DeviceCheck::read(line, &device, key.public()), Err(DeviceCheckFault::Form), "{line:?}");
        }
    }
}
