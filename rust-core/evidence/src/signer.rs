//! The `Signer` port, and keys in memory that implement it.

use ed25519_dalek::Signer as _;
use thiserror::Error;

use crate::key::{PublicKey, Signature, Suite};

/// Whatever can sign: a key in memory, a phone's key store, a token in a server.
pub trait Signer: Send {
    /// The key whose private half signs.
    fn public(&self) -> &PublicKey;

    /// Signs exactly these bytes. A key store may fail; nothing is then written unsigned (design, invariant 5).
    fn sign(&self, message: &[u8]) -> Result<Signature, SignFault>;
}

/// Why nothing was signed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SignFault {
    #[error("the key store did not answer")]
    Unavailable,
    #[error("the key was destroyed")]
    Destroyed,
}

/// An Ed25519 key held in memory; wiped when dropped.
pub struct Ed25519Signer {
    key: ed25519_dalek::SigningKey,
    public: PublicKey,
}

impl Ed25519Signer {
    /// The key of this 32-byte seed.
    pub fn from_seed(seed: &[u8; 32]) -> Ed25519Signer {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = PublicKey::new(Suite::Ed25519, key.verifying_key().as_bytes());
        Ed25519Signer { key, public }
    }
}

impl std::fmt::Debug for Ed25519Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Ed25519Signer").field("id", &self.public.id()).finish_non_exhaustive()
    }
}

impl Signer for Ed25519Signer {
    fn public(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignFault> {
        let bytes = self.key.sign(message).to_bytes().to_vec();
        Ok(Signature { suite: Suite::Ed25519.name().to_owned(), key: self.public.id(), bytes })
    }
}

/// A P-256 key held in memory, as an Android key store would hold it.
pub struct P256Signer {
    key: p256::ecdsa::SigningKey,
    public: PublicKey,
}

impl P256Signer {
    /// The key of this scalar; `None` when it is zero or not below the order.
    pub fn from_scalar(scalar: &[u8; 32]) -> Option<P256Signer> {
        let key = p256::ecdsa::SigningKey::from_slice(scalar).ok()?;
        let public = PublicKey::new(Suite::P256, key.verifying_key().to_sec1_point(true).as_bytes());
        Some(P256Signer { key, public })
    }
}

impl std::fmt::Debug for P256Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("P256Signer").field("id", &self.public.id()).finish_non_exhaustive()
    }
}

impl Signer for P256Signer {
    fn public(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignFault> {
        let signature: p256::ecdsa::Signature = self.key.sign(message);
        let bytes = signature.normalize_s().to_bytes().to_vec();
        Ok(Signature { suite: Suite::P256.name().to_owned(), key: self.public.id(), bytes })
    }
}
