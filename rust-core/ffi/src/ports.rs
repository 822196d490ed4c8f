//! What the phone gives to the core: a keeper of secrets, a key in its hardware that vouches, and, in simulations, a clock.

use std::fmt;
use std::sync::{Arc, OnceLock};

use quanji_evidence::entry::Clock;
use quanji_evidence::id::BootId;
use quanji_evidence::key::Signature;
use quanji_evidence::platform_key::{p256_of_spki, p256_signature_of_der};
use quanji_evidence::{PublicKey, SignFault, Signer};
use quanji_recorder::{SecretFault, SecretStore, TimeSource, Voucher, VoucherFault};
use zeroize::Zeroizing;

/// Keeps secrets of a few dozen bytes, each under a name of `a-z 0-9 .`; on Android wrapped by a key of the Keystore.
#[uniffi::export(with_foreign)]
pub trait Secrets: Send + Sync {
    /// The secret; null when it was never kept or was destroyed.
    fn read(&self, name: String) -> Result<Option<Vec<u8>>, SecretError>;
    /// Keeps a secret durably: file and folder are synced when this returns.
    fn keep(&self, name: String, secret: Vec<u8>) -> Result<(), SecretError>;
    /// Destroys a secret for good; it need not be there.
    fn destroy(&self, name: String) -> Result<(), SecretError>;
}

/// Why a keeper of secrets did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum SecretError {
    /// The phone has not been unlocked since it was started.
    #[error("locked until the phone is unlocked")]
    Locked,
    /// The wrapping key is gone for good (`KeyPermanentlyInvalidatedException`).
    #[error("the wrapping key is gone")]
    Invalidated,
    #[error("the keeper of secrets failed")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for SecretError {
    /// An exception that the interface does not know. Its text stays where it was thrown: it may hold anything.
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        SecretError::Failed
    }
}

/// A P-256 key in the phone's hardware that vouches for records. It is asked on a thread of the core's own and may take seconds: nothing waits.
#[uniffi::export(with_foreign)]
pub trait HardwareKey: Send + Sync {
    /// DER of its SubjectPublicKeyInfo, as `PublicKey.getEncoded()` gives it. The key is made at the first call.
    fn public_key(&self) -> Result<Vec<u8>, HardwareKeyError>;
    /// DER of its ECDSA signature with SHA-256 over these bytes.
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, HardwareKeyError>;
}

/// Why the hardware did not vouch. The record then says nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum HardwareKeyError {
    /// The key is gone for good, and another would be another hardware.
    #[error("the hardware key is gone")]
    Gone,
    #[error("the hardware key failed")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for HardwareKeyError {
    /// An exception that the interface does not know. Its text stays where it was thrown.
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        HardwareKeyError::Failed
    }
}

/// Tells the time in place of the machine: for a simulated day.
#[uniffi::export(with_foreign)]
pub trait PhoneClock: Send + Sync {
    fn now(&self) -> Reading;
}

/// Both clocks, read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Reading {
    /// µs since 1970-01-01T00:00:00Z.
    pub wall_us: u64,
    /// µs since boot, sleep included (`SystemClock.elapsedRealtimeNanos() / 1000`).
    pub mono_us: u64,
}

/// What a phone is to the core.
#[derive(Clone, uniffi::Record)]
pub struct Phone {
    /// The vault's folder; made when it is not there. In device-protected or credential-protected storage, never on a card.
    pub folder: String,
    pub secrets: Arc<dyn Secrets>,
    /// `Settings.Global.BOOT_COUNT`: two boots must not have the same.
    pub boot_count: u64,
    /// Null: the machine's own clocks.
    pub clock: Option<Arc<dyn PhoneClock>>,
    /// Name and version of the app, of `a-z 0-9 . _ / -`.
    pub software: String,
    pub version: String,
    /// Practice (演练): another folder beside the vault, other keys, and nothing of it is a record.
    #[uniffi(default = false)]
    pub is_practice: bool,
    /// Null: the certificates of this machine. An Android phone must give them: its list is its system's alone.
    #[uniffi(default = None)]
    pub tls_roots: Option<Arc<dyn TlsRoots>>,
    /// Null: no hardware vouches for this phone's records. It never does for practice.
    #[uniffi(default = None)]
    pub hardware_key: Option<Arc<dyn HardwareKey>>,
}

/// What the phone believes when it is told who a server is.
#[uniffi::export(with_foreign)]
pub trait TlsRoots: Send + Sync {
    /// DER of every certificate that the system trusts (`X509TrustManager.getAcceptedIssuers`); asked before each run.
    fn certificates(&self) -> Vec<Vec<u8>>;
}

impl fmt::Debug for Phone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Phone").field("boot_count", &self.boot_count).finish_non_exhaustive()
    }
}

impl From<SecretError> for SecretFault {
    fn from(fault: SecretError) -> Self {
        match fault {
            SecretError::Locked => SecretFault::Locked,
            SecretError::Invalidated => SecretFault::Invalidated,
            SecretError::Failed => SecretFault::Failed,
        }
    }
}

/// The shell's keeper as the recorder's port.
pub(crate) struct ForeignSecrets(pub(crate) Arc<dyn Secrets>);

impl fmt::Debug for ForeignSecrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ForeignSecrets")
    }
}

impl SecretStore for ForeignSecrets {
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretFault> {
        Ok(self.0.read(name.to_owned())?.map(Zeroizing::new))
    }

    fn keep(&self, name: &str, secret: &[u8]) -> Result<(), SecretFault> {
        Ok(self.0.keep(name.to_owned(), secret.to_vec())?)
    }

    fn destroy(&self, name: &str) -> Result<(), SecretFault> {
        Ok(self.0.destroy(name.to_owned())?)
    }
}

/// The shell's hardware key as the recorder's port.
pub(crate) struct ForeignVoucher {
    key: Arc<dyn HardwareKey>,
    /// Asked once: a key store takes its time for this, too.
    public: OnceLock<PublicKey>,
}

impl ForeignVoucher {
    pub(crate) fn new(key: Arc<dyn HardwareKey>) -> ForeignVoucher {
        ForeignVoucher { key, public: OnceLock::new() }
    }
}

impl fmt::Debug for ForeignVoucher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ForeignVoucher")
    }
}

impl Voucher for ForeignVoucher {
    fn public(&self) -> Result<PublicKey, VoucherFault> {
        if let Some(public) = self.public.get() {
            return Ok(public.clone());
        }
        let spki = self.key.public_key().map_err(|_| VoucherFault)?;
        let public = p256_of_spki(&spki).ok_or(VoucherFault)?;
        Ok(self.public.get_or_init(|| public).clone())
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, VoucherFault> {
        let key = self.public()?;
        let der = self.key.sign(message.to_vec()).map_err(|_| VoucherFault)?;
        p256_signature_of_der(&key, &der).ok_or(VoucherFault)
    }
}

/// A hardware key as a signer, for what waits for it.
pub(crate) struct HardwareSigner<'a> {
    voucher: &'a dyn Voucher,
    public: PublicKey,
}

impl HardwareSigner<'_> {
    /// `None` where the hardware has no key to show.
    pub(crate) fn of(voucher: &dyn Voucher) -> Option<HardwareSigner<'_>> {
        let public = voucher.public().ok()?;
        Some(HardwareSigner { voucher, public })
    }
}

impl Signer for HardwareSigner<'_> {
    fn public(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignFault> {
        self.voucher.sign(message).map_err(|_| SignFault::Unavailable)
    }
}

/// The shell's clock as the recorder's port.
pub(crate) struct ForeignClock {
    pub(crate) clock: Arc<dyn PhoneClock>,
    pub(crate) boot: BootId,
}

impl fmt::Debug for ForeignClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ForeignClock")
    }
}

impl TimeSource for ForeignClock {
    fn now(&self) -> Clock {
        let Reading { wall_us, mono_us } = self.clock.now();
        Clock { wall_us, mono_us, boot: self.boot, sync: None }
    }
}
