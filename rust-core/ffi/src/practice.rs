//! Practice (演练): everything works, and nothing is a record.
//!
//! A core in practice has a folder and keys of its own. No agency ever certifies that device key, and the first signed line of all that is made
//! names the program `…/practice`: film of it cannot pass for a record's. Nothing of it is enrolled or uploaded, and it may be deleted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quanji_recorder::{SecretFault, SecretStore};
use quanji_store::{PRACTICE_SUFFIX, remove_practice};
use quanji_upload::Holder;
use zeroize::Zeroizing;

use crate::error::OpenError;
use crate::phone_core::Core;
use crate::ports::{ForeignSecrets, Phone};

/// What stands behind the name of the program in the signed line.
pub(crate) const SOFTWARE: &str = "/practice";
/// Secrets of practice stand beside those of the phone, and never in their place.
const SECRETS: &str = "practice.";

/// Beside the vault, never in it: a caller cannot practise on records.
pub(crate) fn folder_beside(vault: &Path) -> PathBuf {
    let mut name = vault.file_name().unwrap_or_default().to_owned();
    name.push(PRACTICE_SUFFIX);
    vault.with_file_name(name)
}

/// The keeper's secrets of practice.
#[derive(Debug)]
pub(crate) struct PracticeSecrets(pub(crate) Arc<dyn SecretStore>);

impl SecretStore for PracticeSecrets {
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretFault> {
        self.0.read(&format!("{SECRETS}{name}"))
    }

    fn keep(&self, name: &str, secret: &[u8]) -> Result<(), SecretFault> {
        self.0.keep(&format!("{SECRETS}{name}"), secret)
    }

    fn destroy(&self, name: &str) -> Result<(), SecretFault> {
        self.0.destroy(&format!("{SECRETS}{name}"))
    }
}

/// Deletes all that was made in practice, with its keys. Refused while it is open; records are never touched.
#[uniffi::export]
pub fn forget_practice(phone: Phone) -> Result<(), OpenError> {
    let folder = folder_beside(Path::new(&phone.folder));
    if !folder.is_dir() {
        return Ok(());
    }
    let secrets = PracticeSecrets(Arc::new(ForeignSecrets(Arc::clone(&phone.secrets))));
    let destroy = |name: &str| {
        secrets.destroy(name).map_err(|fault| OpenError::from(quanji_recorder::IdentityFault::Secret(fault)))
    };
    match Core::open(Phone { is_practice: true, ..phone }) {
        Ok(opened) => {
            for record in opened.recorder.vault().records() {
                let record = quanji_evidence::id::RecordId::from_bytes(record.0);
                destroy(&format!("record.{record}"))?;
            }
        }
        Err(OpenError::InUse) => return Err(OpenError::InUse),
        // It cannot be opened any more: then it is deleted as it is.
        Err(_) => {}
    }
    remove_practice(&folder).map_err(|_| OpenError::Disk)?;
    ["vault.1", "device"].into_iter().try_for_each(destroy)
}
