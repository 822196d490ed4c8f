//! Files that are still coming, `DIR/AGENCY/DEVICE/HEX`: how much is there is the file's length, whatever happened before.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use quanji_evidence::id::{AgencyId, DeviceId};

use super::{OriginalId, StorageFault};

/// The folder of partial files, on the file system of final storage where that is files.
#[derive(Debug, Clone)]
pub struct Staging {
    root: PathBuf,
}

impl Staging {
    pub fn open(root: &Path) -> Result<Staging, StorageFault> {
        fs::create_dir_all(root)?;
        Ok(Staging { root: root.to_owned() })
    }

    pub fn path(&self, id: &OriginalId) -> PathBuf {
        self.folder(id.agency, id.device).join(id.hex())
    }

    fn folder(&self, agency: AgencyId, device: DeviceId) -> PathBuf {
        self.root.join(agency.to_string()).join(device.to_string())
    }

    /// How many bytes are there; 0 when nothing is.
    pub fn offset(&self, id: &OriginalId) -> Result<u64, StorageFault> {
        match fs::metadata(self.path(id)) {
            Ok(found) => Ok(found.len()),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(fault) => Err(fault.into()),
        }
    }

    /// For reading what is there and writing on.
    pub(super) fn open_file(&self, id: &OriginalId) -> Result<File, StorageFault> {
        let open = || OpenOptions::new().create(true).truncate(false).read(true).write(true).open(self.path(id));
        match open() {
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(self.folder(id.agency, id.device))?;
                Ok(open()?)
            }
            opened => Ok(opened?),
        }
    }

    /// Lets a staged file go: it became an original, or was never finished.
    #[expect(
        clippy::disallowed_methods,
        reason = "a staged file is not an original; what became one stands in final storage by a link of its own"
    )]
    pub(crate) fn remove(&self, id: &OriginalId) -> Result<(), StorageFault> {
        match fs::remove_file(self.path(id)) {
            Err(fault) if fault.kind() != io::ErrorKind::NotFound => Err(fault.into()),
            _ => Ok(()),
        }
    }

    /// At most `limit` staged files of the agency that were last written before `before_us`.
    pub(super) fn older_than(
        &self,
        agency: AgencyId,
        before_us: u64,
        limit: usize,
    ) -> Result<Vec<OriginalId>, StorageFault> {
        let mut found = Vec::new();
        let devices = match fs::read_dir(self.root.join(agency.to_string())) {
            Ok(devices) => devices,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(found),
            Err(fault) => return Err(fault.into()),
        };
        for device in devices {
            let device = device?;
            for entry in fs::read_dir(device.path())? {
                let entry = entry?;
                let (device, name) = (device.file_name(), entry.file_name());
                let (Some(device), Some(name)) = (device.to_str(), name.to_str()) else { continue };
                let Some(id) = OriginalId::of_row(&agency.to_string(), device, name) else { continue };
                let written = entry.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
                if u64::try_from(written.as_micros()).unwrap_or(u64::MAX) < before_us {
                    found.push(id);
                }
                if found.len() == limit {
                    return Ok(found);
                }
            }
        }
        Ok(found)
    }
}
