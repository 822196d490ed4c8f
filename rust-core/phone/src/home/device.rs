//! Who this test machine is: device key, device id and ledger epoch. Certificate and head come with an enrolment (`agency`).

use std::path::Path;
use std::sync::Arc;

use quanji_evidence::Ed25519Signer;
use quanji_evidence::id::{DeviceId, LedgerEpoch};
use quanji_evidence::text::Code;
use quanji_recorder::Device;
use quanji_store::{Chance, OsChance};
use serde::{Deserialize, Serialize};

use super::{secret_file, vault_key};
use crate::fault::Fault;

const KEY: &str = "device.key";
const IDS: &str = "device.toml";

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ids {
    device: DeviceId,
    epoch: LedgerEpoch,
}

/// Reads who this is. Made only beside a new vault: another device would fork the old one's ledger.
pub(crate) fn open(folder: &Path, is_new: bool) -> Result<Device, Fault> {
    let seed = vault_key::seed(folder, KEY, is_new)?;
    let ids = match secret_file::read(&folder.join(IDS)).map_err(Fault::Keys)? {
        Some(bytes) => {
            let text = std::str::from_utf8(&bytes).map_err(|_| Fault::DeviceFile { wanted: "text".to_owned() })?;
            toml::from_str(text).map_err(|fault| Fault::DeviceFile { wanted: fault.message().to_owned() })?
        }
        None if is_new => {
            let ids = Ids { device: DeviceId::from_bytes(draw()?), epoch: LedgerEpoch::from_bytes(draw()?) };
            let text = format!("device = \"{}\"\nepoch = \"{}\"\n", ids.device, ids.epoch);
            secret_file::write(folder, IDS, text.as_bytes()).map_err(Fault::Keys)?;
            ids
        }
        None => return Err(Fault::KeyGone { name: IDS }),
    };
    let software = (
        Code::parse("quanji-phone").expect("a code by its own pattern"),
        Code::parse(env!("CARGO_PKG_VERSION")).expect("digits and dots"),
    );
    Ok(Device {
        id: ids.device,
        epoch: ids.epoch,
        signer: Arc::new(Ed25519Signer::from_seed(&seed)),
        certificate: None,
        head: None,
        keyset: None,
        software,
    })
}

fn draw() -> Result<[u8; 16], Fault> {
    let mut bytes = [0; 16];
    OsChance.fill(&mut bytes).map_err(|_| Fault::NoChance)?;
    Ok(bytes)
}
