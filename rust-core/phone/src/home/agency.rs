//! `DIR/keys/agency`: the agency this phone is enrolled with, as one text that is proved anew whenever it is read. No secret.

use std::io;
use std::path::Path;

use quanji_recorder::Device;
use quanji_upload::trust::{Enrolling, Trust};

use super::secret_file;
use crate::fault::Fault;

const NAME: &str = "agency";
/// A key set of a hundred rotations with head and certificate is far smaller.
const LIMIT_BYTES: u64 = 4 << 20;

/// The agency; `None` when this phone was never enrolled.
pub(crate) fn read(keys: &Path, device: &Device) -> Result<Option<Trust>, Fault> {
    let path = keys.join(NAME);
    let bytes = match std::fs::metadata(&path) {
        Ok(about) if about.len() > LIMIT_BYTES => return Err(Fault::Keys(io::ErrorKind::FileTooLarge.into())),
        Ok(_) => std::fs::read_to_string(&path).map_err(Fault::Keys)?,
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(fault) => return Err(Fault::Keys(fault)),
    };
    Ok(Some(Trust::parse(&bytes, Enrolling { device: device.id, key: device.signer.public() })?))
}

/// Keeps what is known of the agency, whole or not at all.
pub(crate) fn keep(keys: &Path, trust: &Trust) -> Result<(), Fault> {
    secret_file::write(keys, NAME, trust.to_text().as_bytes()).map_err(Fault::Keys)
}
