//! How far a verification is: told in bytes, so that a bar is honest however large the members are.

/// Hears how far a verification is. Called from several threads.
pub trait Progress: Sync {
    /// So many bytes will be read.
    fn begin(&self, total_bytes: u64);
    /// So many more were read.
    fn advance(&self, bytes: u64);
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct NoProgress;

impl Progress for NoProgress {
    fn begin(&self, _: u64) {}
    fn advance(&self, _: u64) {}
}
