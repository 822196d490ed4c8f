//! What the phone knows of its agency: kept with its secrets, so that nobody who can write files swaps the root, and proved anew whenever
//! it is read.

use std::sync::{Arc, Mutex, PoisonError};

use quanji_evidence::Signer;
use quanji_evidence::entry::Sync;
use quanji_evidence::id::DeviceId;
use quanji_evidence::keyset::Keyset;
use quanji_recorder::{Device, DeviceAnchor, Heard, Recorder, SecretStore, TimeSource, Voucher};
use quanji_upload::OwnDevice;
use quanji_upload::trust::{Enrolling, Trust};

const NAME: &str = "agency";
/// Keys that came beside receipts, by which those that are kept are judged until a session brings as many.
const BESIDE: &str = "keyset";

#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) device: Arc<Device>,
    pub(crate) time: Arc<dyn TimeSource>,
    /// The key in the phone's hardware, if it has one.
    pub(crate) voucher: Option<Arc<dyn Voucher>>,
    secrets: Arc<dyn SecretStore>,
    recorder: Arc<Recorder>,
    trust: Mutex<Option<Trust>>,
    beside: Mutex<Option<Vec<u8>>>,
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
        let beside = secrets.read(BESIDE).ok().flatten().map(|text| text.to_vec());
        Link { device, time, voucher, secrets, recorder, trust: Mutex::new(trust), beside: Mutex::new(beside) }
    }

    pub(crate) fn trust(&self) -> Option<Trust> {
        self.trust.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What kept receipts are judged with; `None` before the phone is enrolled.
    pub(crate) fn receipt_keys(&self) -> Option<Keyset> {
        let trust = self.trust()?;
        let beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        Some(trust.keyset_with(beside.as_deref()).unwrap_or_else(|_| trust.keyset().clone()))
    }

    /// Keeps durably the keys that receipts are about to be believed by. No secret: they are proved from the root whenever they are used.
    pub(crate) fn keep_beside(&self, keyset: Vec<u8>) -> Result<(), quanji_recorder::SecretFault> {
        self.secrets.keep(BESIDE, &keyset)?;
        *self.beside.lock().unwrap_or_else(PoisonError::into_inner) = Some(keyset);
        Ok(())
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

    fn keep(&self, trust: &Trust, sync: &Sync) {
        let _ = self.0.believe(trust.clone());
        let (agency_us, boot) = (trust.head().time_us, self.0.time.now().boot);
        self.0.recorder.hear(Heard { sync: sync.clone(), agency_us, boot });
    }
}
