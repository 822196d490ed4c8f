//! The port to randomness: names, file ids and nonces are drawn from it.

use std::fmt;

/// Random bytes that nobody can foresee. A repeated answer would break the sealing, so a test's source must not repeat either.
pub trait Chance: fmt::Debug + Send + Sync {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoChance>;
}

/// The source of randomness gave nothing.
#[derive(Debug, thiserror::Error)]
#[error("no random bytes could be had")]
pub struct NoChance;

/// The operating system's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsChance;

impl Chance for OsChance {
    #[expect(clippy::disallowed_methods, reason = "the adapter behind the port")]
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoChance> {
        getrandom::fill(bytes).map_err(|_| NoChance)
    }
}

pub(crate) fn draw<const N: usize>(chance: &dyn Chance) -> Result<[u8; N], NoChance> {
    let mut bytes = [0; N];
    chance.fill(&mut bytes)?;
    Ok(bytes)
}
