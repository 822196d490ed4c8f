//! One simulated file: what is seen, what is durable, and every version in between.

use std::collections::{BTreeMap, BTreeSet};

/// Bytes that a disk writes whole or not at all.
pub(crate) const SECTOR: usize = 512;
pub(crate) type Sector = [u8; SECTOR];

/// Sectors that were ever written; the others are holes and read as zeros.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sparse {
    pub(crate) len: u64,
    pub(crate) sectors: BTreeMap<u64, Sector>,
}

impl Sparse {
    pub(crate) fn read(&self, buf: &mut [u8], offset: u64) -> usize {
        let want = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX).min(buf.len());
        let mut done = 0;
        while done < want {
            let at = offset + done as u64;
            let (index, inside) = split(at);
            let n = (SECTOR - inside).min(want - done);
            match self.sectors.get(&index) {
                Some(sector) => buf[done..done + n].copy_from_slice(&sector[inside..inside + n]),
                None => buf[done..done + n].fill(0),
            }
            done += n;
        }
        done
    }

    pub(crate) fn all(&self) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(self.len).unwrap_or(0)];
        self.read(&mut bytes, 0);
        bytes
    }

    /// Drops what lies behind the end, so that growing again shows zeros.
    pub(crate) fn trim(&mut self) {
        let (last, inside) = split(self.len);
        self.sectors.split_off(&(last + u64::from(inside > 0)));
        if inside > 0
            && let Some(sector) = self.sectors.get_mut(&last)
        {
            sector[inside..].fill(0);
        }
    }
}

pub(crate) fn split(offset: u64) -> (u64, usize) {
    (offset / SECTOR as u64, (offset % SECTOR as u64) as usize)
}

/// A version of a sector: bytes, or a hole.
pub(crate) type Version = Option<Sector>;

#[derive(Debug, Clone, Default)]
pub(crate) struct TornFile {
    /// What the page cache shows.
    pub(crate) live: Sparse,
    /// What the last good sync made certain.
    pub(crate) durable: Sparse,
    /// Versions of each sector since, oldest first: any may be what a crash leaves.
    pub(crate) versions: BTreeMap<u64, Vec<Version>>,
    /// Lengths since.
    pub(crate) lengths: Vec<u64>,
    /// Sectors whose write-back a failed sync gave up: clean in the cache, so a later sync passes over them.
    pub(crate) given_up: BTreeSet<u64>,
    /// Bytes that were freed and are not back until a sync.
    pub(crate) unreleased: u64,
}

impl TornFile {
    /// Writes sector by sector while `take_block` grants new blocks; how many bytes were written.
    pub(crate) fn write(&mut self, bytes: &[u8], offset: u64, mut take_block: impl FnMut() -> bool) -> usize {
        let mut done = 0;
        while done < bytes.len() {
            let at = offset + done as u64;
            let (index, inside) = split(at);
            let n = (SECTOR - inside).min(bytes.len() - done);
            if !self.live.sectors.contains_key(&index) && !take_block() {
                break;
            }
            let sector = self.live.sectors.entry(index).or_insert([0; SECTOR]);
            sector[inside..inside + n].copy_from_slice(&bytes[done..done + n]);
            self.versions.entry(index).or_default().push(Some(*sector));
            self.given_up.remove(&index);
            done += n;
        }
        let end = offset + done as u64;
        if done > 0 && end > self.live.len {
            self.live.len = end;
            self.lengths.push(end);
        }
        done
    }

    pub(crate) fn set_len(&mut self, len: u64) {
        let before: Vec<u64> = self.live.sectors.keys().copied().collect();
        self.live.len = len;
        self.live.trim();
        self.lengths.push(len);
        for index in before {
            if !self.live.sectors.contains_key(&index) {
                self.versions.entry(index).or_default().push(None);
                self.given_up.remove(&index);
                self.unreleased += SECTOR as u64;
            }
        }
        let (last, inside) = split(len);
        if inside > 0
            && let Some(sector) = self.live.sectors.get(&last)
        {
            self.versions.entry(last).or_default().push(Some(*sector));
        }
    }

    /// A sync that worked, as far as the kernel knows. Returns the bytes that became free.
    pub(crate) fn sync(&mut self) -> u64 {
        let Self { live, durable, versions, given_up, .. } = self;
        versions.retain(|index, _| {
            let is_given_up = given_up.contains(index);
            if !is_given_up {
                match live.sectors.get(index) {
                    Some(sector) => drop(durable.sectors.insert(*index, *sector)),
                    None => drop(durable.sectors.remove(index)),
                }
            }
            is_given_up
        });
        durable.len = live.len;
        self.lengths.clear();
        std::mem::take(&mut self.unreleased)
    }

    /// A sync that failed: what was dirty is clean now, and on the disk or not.
    pub(crate) fn fail_sync(&mut self) {
        self.given_up.extend(self.versions.keys().copied());
    }

    pub(crate) fn allocated(&self) -> u64 {
        (self.live.sectors.len() * SECTOR) as u64 + self.unreleased
    }
}
