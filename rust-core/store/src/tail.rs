//! Reading a file of lines while it is being written.

use crate::content::{Content, ReadError};
use crate::identity::Identity;
use crate::vault::Vault;

/// Gives the lines of a file as they are acknowledged, each once. The work is that of what came, however long the file is.
#[derive(Debug)]
pub struct LinesTail {
    vault: Vault,
    identity: Identity,
    at: u64,
    /// The part that was read last, open where the reading ended.
    part: Option<(u32, Content)>,
}

impl LinesTail {
    /// From the first line on.
    pub fn new(vault: Vault, identity: Identity) -> LinesTail {
        LinesTail { vault, identity, at: 0, part: None }
    }

    /// Plain bytes that were given out.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The whole lines acknowledged since the last asking; empty when there are none. After an error the same lines are given again.
    pub fn more(&mut self) -> Result<Vec<u8>, ReadError> {
        let mut lines = Vec::new();
        let mut at = self.at;
        for entry in self.vault.parts(self.identity)? {
            let end = entry.plain_end();
            if end <= at {
                continue;
            }
            let content = match &mut self.part {
                Some((part, content)) if *part == entry.part => {
                    content.grow(&entry);
                    content
                }
                other => &mut other.insert((entry.part, self.vault.open_part(self.identity, &entry)?)).1,
            };
            content.visit(at - entry.from, |piece| {
                lines.extend_from_slice(piece);
                true
            })?;
            at = end;
        }
        self.at = at;
        Ok(lines)
    }
}
