//! What the phone knows of its agency: kept with its secrets, so that nobody who can write files swaps the root, and proved anew whenever
//! it is read.

use std::sync::{Arc, Mutex, PoisonError};

use quanji_evidence::Signer;
use quanji_evidence::id::DeviceId;
use quanji_recorder::{Device, DeviceAnchor, Recorder, SecretStore, TimeSource, Voucher};
use quanji_upload::OwnDevice;
use quanji_upload::trust::{Enrolling, Trust};

const NAME: &str = "agency";

#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) device: Arc<Device>,
    pub(crate) time: Arc<dyn TimeSource>,
    /// The key in the phone's hardware, if it has one.
    pub(crate) voucher: Option<Arc<dyn Voucher>>,
    secrets: Arc<dyn SecretStore>,
    recorder: Arc<Recorder>,
    trust: Mutex<Option<Trust>>,
}

impl Link {
    pub(crate) fn new(
        device: Arc<Device>,
        time: Arc<dyn TimeSource>,
        voucher: Option<Arc<dyn Voucher>>,
        secrets: Arc<dyn SecretStore>,
        (recorder, trust): (Arc<Recorder>, Option<Trust>),
    ) -> Link {
        if let Some(trust) = &trust {
            recorder.anchor(anchor_of(trust));
        }
        Link { device, time, voucher, secrets, recorder, trust: Mutex::new(trust) }
    }

    pub(crate) fn trust(&self) -> Option<Trust> {
        self.trust.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps it durably, then believes it.
    pub(crate) fn believe(&self, trust: Trust) -> Result<(), quanji_recorder::SecretFault> {
        self.secrets.keep(NAME, trust.to_text().as_bytes())?;
        self.recorder.anchor(anchor_of(&trust));
        *self.trust.lock().unwrap_or_else(PoisonError::into_inner) = Some(trust);
        Ok(())
    }
}

/// What is kept and does not prove itself counts as nothing: records go without an anchor, and enrolling again mends it.
pub(crate) fn kept_trust(device: &Device, secrets: &dyn SecretStore) -> Option<Trust> {
    let own = Enrolling { device: device.id, key: device.signer.public() };
    let kept = secrets.read(NAME).ok().flatten()?;
    Trust::parse(std::str::from_utf8(&kept).ok()?, own).ok()
}

fn anchor_of(trust: &Trust) -> DeviceAnchor {
    DeviceAnchor { certificate: trust.certificate_line().to_owned(), head: trust.head_note().to_owned() }
}

/// The link as sessions need it.
#[derive(Debug, Clone)]
pub(crate) struct OwnPhone(pub(crate) Arc<Link>);

impl OwnDevice for OwnPhone {
    fn id(&self) -> DeviceId {
        self.0.device.id
    }

    fn signer(&self) -> &dyn Signer {
        &*self.0.device.signer
    }

    fn mono_us(&self) -> u64 {
        self.0.time.now().mono_us
    }

    fn keep(&self, trust: &Trust) {
        let _ = self.0.believe(trust.clone());
    }
}
