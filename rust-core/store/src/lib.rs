//! Vault, journals and the SQLite index on the phone: the only crate that touches its disk, through one Disk port.
