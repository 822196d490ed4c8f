//! What the test knows was appended and acknowledged, and so what may be found after a crash.

use std::collections::BTreeMap;

use quanji_store::Identity;

/// One file as the caller of the store sees it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Tracked {
    /// Must be found, byte for byte.
    pub(crate) acknowledged: Vec<u8>,
    /// Whether a commit or a recovery has vouched for the file at all.
    pub(crate) is_vouched: bool,
    /// The group being gathered: any prefix of it may be found.
    pub(crate) pending: Vec<u8>,
    /// Groups that were lost since the last acknowledged append: on a file whose sync failed nothing can be taken back, so any prefix of one may be found in place of `pending`.
    pub(crate) lost: Vec<Vec<u8>>,
    pub(crate) purge: PurgeState,
    /// Name in the folder, once known.
    pub(crate) name: Option<String>,
    /// New in a group that was lost: its name may have been refused by the disk, so only acknowledged bytes vouch for it.
    pub(crate) is_doubtful: bool,
    /// No more appends: finished, or begun by an earlier run.
    pub(crate) is_closed: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PurgeState {
    #[default]
    Never,
    Begun,
    Done,
}

impl Tracked {
    pub(crate) fn len(&self) -> u64 {
        (self.acknowledged.len() + self.pending.len()) as u64
    }

    /// What a recovery found counts as acknowledged. Bytes of a lost group may still come back at a later crash, until the
    /// next append is acknowledged: taking them back was never synced, and an index that knows the file passes over it.
    pub(crate) fn recovered(&mut self, found: Vec<u8>) {
        let pending = std::mem::take(&mut self.pending);
        let more = found[self.acknowledged.len()..].to_vec();
        let lost = std::mem::take(&mut self.lost);
        self.lost =
            lost.iter().chain([&pending]).filter_map(|lost| Some(lost.strip_prefix(&more[..])?.to_vec())).collect();
        self.acknowledged = found;
        self.is_vouched = true;
    }

    /// Whether these bytes may be found: all that was acknowledged, then nothing but what was appended.
    pub(crate) fn admits(&self, found: &[u8]) -> Result<(), String> {
        let Some(more) = found.strip_prefix(self.acknowledged.as_slice()) else {
            return Err(format!("acknowledged {} bytes, found {} others", self.acknowledged.len(), found.len()));
        };
        if self.pending.starts_with(more) || self.lost.iter().any(|lost| lost.starts_with(more)) {
            Ok(())
        } else {
            Err(format!("{} bytes behind the acknowledged ones were never appended so", more.len()))
        }
    }
}

/// A torn tail that a completed recovery cut off: it must be in a side file for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) source: String,
    pub(crate) bytes: Vec<u8>,
}

#[derive(Debug, Default)]
pub(crate) struct Model {
    pub(crate) files: BTreeMap<Identity, Tracked>,
    pub(crate) cuts: Vec<Cut>,
}

impl Model {
    pub(crate) fn group_acknowledged(&mut self) {
        for file in self.files.values_mut() {
            let pending = std::mem::take(&mut file.pending);
            file.is_doubtful &= pending.is_empty();
            file.is_vouched |= !file.is_doubtful;
            if !pending.is_empty() {
                file.lost.clear();
            }
            file.acknowledged.extend(pending);
        }
    }

    pub(crate) fn group_lost(&mut self, kept: &[(Identity, u64)]) {
        for (identity, file) in &mut self.files {
            let pending = std::mem::take(&mut file.pending);
            if kept.contains(&(*identity, (file.acknowledged.len() + pending.len()) as u64)) && !pending.is_empty() {
                file.acknowledged.extend(pending);
                file.lost.clear();
                file.is_vouched = true;
                file.is_doubtful = false;
                continue;
            }
            file.lost.push(pending);
            file.is_doubtful |= !file.is_vouched;
        }
    }
}

/// A line that names files with the lengths they had when it was written.
pub(crate) fn naming_line(serial: u64, named: &[(Identity, u64)]) -> Vec<u8> {
    let mut line = format!("{serial}");
    for (identity, len) in named {
        let Identity { record, kind, take, number } = identity;
        line += &format!(" {}:{}:{take}:{number}:{len}", record.0[0], *kind as u8);
    }
    line.push('\n');
    line.into_bytes()
}

/// What [`naming_line`] named: `(first byte of the record, kind, take, number, length)`.
pub(crate) fn named_in(lines: &[u8]) -> Vec<(u8, u8, u32, u32, u64)> {
    let text = std::str::from_utf8(lines).expect("the test writes ASCII");
    let mut named = Vec::new();
    for word in text.split_ascii_whitespace().filter(|word| word.contains(':')) {
        let n: Vec<u64> = word.split(':').map(|n| n.parse().expect("the test writes numbers")).collect();
        named.push((n[0] as u8, n[1] as u8, n[2] as u32, n[3] as u32, n[4]));
    }
    named
}
