//! The first 40 bytes of a sealed file, and the file's own key.

use std::fmt;

use aes_gcm::{Aes256Gcm, KeyInit};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::keys::{KeyId, VaultKey};

const MAGIC: [u8; 8] = *b"\x93QJSEAL\n";
const VERSION: u16 = 1;
/// HKDF-SHA256 and AES-256-GCM.
const SUITE: u16 = 1;
const KEY_INFO: &[u8] = b"quanji/sealed/1 file key";
/// The part of the header that the file's key is bound to.
const BOUND_LEN: usize = 32;
pub(crate) const HEADER_LEN: usize = 40;

/// 16 random bytes that are the file's id, its name (in hex) and the salt of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FileId(pub(crate) [u8; 16]);

impl FileId {
    /// The id behind a name in the folder; `None` for names that are not of sealed files.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let digits: &[u8; 32] = name.as_bytes().try_into().ok()?;
        let value = |digit: u8| match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        };
        let mut id = [0; 16];
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = value(pair[0])? << 4 | value(pair[1])?;
        }
        Some(Self(id))
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A header whose shape is right. That the key is right is known by [`Header::unlock`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    pub(crate) key_id: KeyId,
    bytes: [u8; HEADER_LEN],
}

/// Why a file has no usable header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeaderFault {
    /// Shorter than a header, or not ours: a creation that a crash cut off, or a foreign file.
    NotSealed,
    UnknownVersion {
        version: u16,
        suite: u16,
    },
    /// The file was renamed or copied.
    OtherName {
        found: FileId,
    },
}

impl Header {
    /// A new file's header and key.
    pub(crate) fn make(key_id: KeyId, vault_key: &VaultKey, file_id: FileId) -> (Self, FileKey) {
        let mut bytes = [0; HEADER_LEN];
        bytes[..8].copy_from_slice(&MAGIC);
        bytes[8..10].copy_from_slice(&VERSION.to_le_bytes());
        bytes[10..12].copy_from_slice(&SUITE.to_le_bytes());
        bytes[12..16].copy_from_slice(&key_id.0.to_le_bytes());
        bytes[16..32].copy_from_slice(&file_id.0);
        let (key, check) = derive(vault_key, &bytes);
        bytes[BOUND_LEN..].copy_from_slice(&check);
        (Self { key_id, bytes }, key)
    }

    pub(crate) fn parse(bytes: &[u8], name: FileId) -> Result<Self, HeaderFault> {
        let bytes: [u8; HEADER_LEN] =
            bytes.get(..HEADER_LEN).and_then(|b| b.try_into().ok()).ok_or(HeaderFault::NotSealed)?;
        if bytes[..8] != MAGIC {
            return Err(HeaderFault::NotSealed);
        }
        let version = u16::from_le_bytes([bytes[8], bytes[9]]);
        let suite = u16::from_le_bytes([bytes[10], bytes[11]]);
        if version != VERSION || suite != SUITE {
            return Err(HeaderFault::UnknownVersion { version, suite });
        }
        let mut file_id = [0; 16];
        file_id.copy_from_slice(&bytes[16..32]);
        let file_id = FileId(file_id);
        if file_id != name {
            return Err(HeaderFault::OtherName { found: file_id });
        }
        let key_id = KeyId(u32::from_le_bytes([bytes[12], bytes[13], bytes[14], bytes[15]]));
        Ok(Self { key_id, bytes })
    }

    pub(crate) fn to_bytes(self) -> [u8; HEADER_LEN] {
        self.bytes
    }

    /// The file's key; `None` when `vault_key` is not the one it was sealed with, or the header was altered.
    pub(crate) fn unlock(&self, vault_key: &VaultKey) -> Option<FileKey> {
        let (key, check) = derive(vault_key, &self.bytes);
        (check == self.bytes[BOUND_LEN..]).then_some(key)
    }
}

/// The key of one file. The cipher wipes its round keys when dropped.
#[derive(Clone)]
pub(crate) struct FileKey(pub(super) Aes256Gcm);

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey(secret)")
    }
}

/// Key and key check from one expansion: the check tells a wrong key from a damaged chunk, and nothing about the key.
fn derive(vault_key: &VaultKey, header: &[u8; HEADER_LEN]) -> (FileKey, [u8; 8]) {
    let kdf = Hkdf::<Sha256>::new(Some(&header[16..32]), vault_key.0.as_slice());
    let mut okm = Zeroizing::new([0u8; 40]);
    kdf.expand_multi_info(&[KEY_INFO, &header[..BOUND_LEN]], okm.as_mut_slice())
        .expect("40 bytes are less than 255 blocks");
    let mut check = [0; 8];
    check.copy_from_slice(&okm[32..]);
    let mut key = Zeroizing::new([0u8; 32]);
    key.copy_from_slice(&okm[..32]);
    (FileKey(Aes256Gcm::new((&*key).into())), check)
}
