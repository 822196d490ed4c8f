//! A zip writer that can lie: every field of a member can be other than it should be.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::DeflateEncoder;

/// A member as it will stand.
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) data: Vec<u8>,
    /// 0 store, 8 deflate; others are written as stored bytes under that number.
    pub(crate) method: u16,
    pub(crate) flags: u16,
    /// Instead of the true size.
    pub(crate) size: Option<u32>,
    pub(crate) crc: Option<u32>,
    /// Unix mode in the upper half.
    pub(crate) attributes: u32,
}

impl Entry {
    pub(crate) fn stored(name: &str, data: &[u8]) -> Entry {
        let (name, data) = (name.as_bytes().to_vec(), data.to_vec());
        Entry { name, data, method: 0, flags: 0, size: None, crc: None, attributes: 0o100_644 << 16 }
    }

    pub(crate) fn deflated(name: &str, data: &[u8]) -> Entry {
        Entry { method: 8, ..Entry::stored(name, data) }
    }
}

/// The zip's bytes.
pub(crate) fn write(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let offset = out.len() as u32;
        let packed = if entry.method == 8 { deflate(&entry.data) } else { entry.data.clone() };
        let mut crc = flate2::Crc::new();
        crc.update(&entry.data);
        // Version needed, flags, method, time and date (1980-01-01), crc, packed and true size, name length, no extra field.
        let mut fields = Vec::new();
        for value in [20, entry.flags, entry.method, 0, 0x21] {
            fields.extend_from_slice(&value.to_le_bytes());
        }
        let size = entry.size.unwrap_or(entry.data.len() as u32);
        for value in [entry.crc.unwrap_or(crc.sum()), packed.len() as u32, size] {
            fields.extend_from_slice(&value.to_le_bytes());
        }
        fields.extend_from_slice(&(entry.name.len() as u16).to_le_bytes());
        fields.extend_from_slice(&[0, 0]);

        out.extend_from_slice(b"PK\x03\x04");
        out.extend_from_slice(&fields);
        out.extend_from_slice(&entry.name);
        out.extend_from_slice(&packed);

        directory.extend_from_slice(b"PK\x01\x02");
        directory.extend_from_slice(&[20, 3]);
        directory.extend_from_slice(&fields);
        // Comment length, disk, internal attributes.
        directory.extend_from_slice(&[0; 6]);
        directory.extend_from_slice(&entry.attributes.to_le_bytes());
        directory.extend_from_slice(&offset.to_le_bytes());
        directory.extend_from_slice(&entry.name);
    }
    let start = out.len() as u32;
    out.extend_from_slice(&directory);
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = (entries.len() as u16).to_le_bytes();
    out.extend_from_slice(&count);
    out.extend_from_slice(&count);
    out.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    out.extend_from_slice(&start.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(9));
    encoder.write_all(data).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}
