//! Making the vault's folder usable again after any crash.
//!
//! In this order, each step repeatable: read everything (no write) → copy torn tails aside → make the copies durable → cut
//! the tails off → make what was found durable → write marks → finish purges. Nothing is removed but what a purge note names,
//! and no byte is added to a file but marks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;

use crate::SyncPoint;
use crate::catalog::{Adding, Catalog, PartEntry, PurgedEntry, Soundness};
use crate::chance::{Chance, draw};
use crate::content::Opener;
use crate::disk::{Disk, DiskFile, Listed, read_full};
use crate::examine::{Examined, NotExamined, TailState, examine};
use crate::identity::Identity;
use crate::keys::KeyVaultError;
use crate::purge_note::PurgedFile;
use crate::recovery::{Found, Known, KnownFile, KnownState, Orphan, OrphanReason, Recovery, SideFile, Trouble};
use crate::sealed::{FileId, Sealer};
use crate::side;

/// Why the folder could not be recovered at all. A single bad file is never the reason.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecoverError {
    #[error("the disk failed")]
    Disk {
        #[from]
        source: io::Error,
    },
    #[error("no key could be had")]
    Keys {
        #[from]
        source: KeyVaultError,
    },
}

pub(crate) fn recover(
    opener: &Opener,
    chance: &dyn Chance,
    known: &Known,
) -> Result<(Catalog, Recovery), RecoverError> {
    let listed = opener.disk.list()?;
    let mut run = Run {
        opener,
        chance,
        catalog: Catalog::default(),
        recovery: Recovery::default(),
        to_remove: BTreeSet::new(),
        missing: BTreeMap::new(),
    };
    let mut all = run.read_all(&listed, known)?;
    run.cut_torn_tails(&mut all, &listed);
    run.make_durable(&mut all);
    all.into_iter().for_each(|usable| run.report(usable));
    run.finish_purges(&listed);
    run.report_missing();
    run.catalog.forget_purged();
    for (identity, part, expected, found) in run.catalog.join_parts() {
        run.recovery.troubles.push(Trouble::Gap { identity, part, expected, found });
    }
    run.recovery.found.sort_by_key(|found| (found.identity, found.part));
    Ok((run.catalog, run.recovery))
}

struct Run<'a> {
    opener: &'a Opener,
    chance: &'a dyn Chance,
    catalog: Catalog,
    recovery: Recovery,
    /// Files that a purge note names.
    to_remove: BTreeSet<FileId>,
    /// Files that the index knows and the folder does not show.
    missing: BTreeMap<FileId, Identity>,
}

/// An examined file and how much was cut off it.
struct Usable {
    file_id: FileId,
    examined: Examined,
    cut: u64,
    is_durable: bool,
}

impl Usable {
    fn open(&self, disk: &dyn Disk) -> io::Result<Box<dyn DiskFile>> {
        disk.open(&self.file_id.to_string())
    }
}

impl Run<'_> {
    fn read_all(&mut self, listed: &[Listed], known: &Known) -> Result<Vec<Usable>, RecoverError> {
        let mut unseen: HashMap<FileId, &KnownFile> =
            known.files.iter().map(|file| (FileId(file.name), file)).collect();
        for file in known.files.iter().filter(|file| file.state == KnownState::Purged) {
            self.purge(PurgedFile { identity: file.identity, file_id: FileId(file.name), plain_len: file.plain_len });
        }
        let mut all = Vec::new();
        for Listed { name, len } in listed {
            let Some(file_id) = FileId::from_name(name) else { continue };
            let known = unseen.remove(&file_id).filter(|file| file.state == KnownState::Present);
            if let Some(file) = known.filter(|file| file.sealed_len == *len || file.synced_len == *len) {
                self.recovery.as_known += 1;
                let entry = PartEntry {
                    part: file.part,
                    from: file.from,
                    file_id,
                    synced_len: file.synced_len,
                    sealed_len: *len,
                    plain_len: file.plain_len,
                    soundness: Soundness::Sound,
                };
                self.add(file.identity, entry, name, *len);
                continue;
            }
            match examine(self.opener, file_id, known.map_or(0, |file| file.synced_len)) {
                Ok(examined) => {
                    for file in examined.purged.iter().flat_map(|note| &note.files) {
                        self.purge(*file);
                    }
                    all.push(Usable { file_id, examined, cut: 0, is_durable: true });
                }
                Err(NotExamined::Orphan(why)) => {
                    self.recovery.orphans.push(Orphan { name: name.clone(), len: *len, why });
                }
                Err(NotExamined::Keys(source)) => return Err(RecoverError::Keys { source }),
            }
        }
        for (file_id, file) in unseen.into_iter().filter(|(_, file)| file.state == KnownState::Present) {
            // A purge note that is read later in the folder may name it.
            self.missing.insert(file_id, file.identity);
        }
        // What is to be removed needs no recovery.
        all.retain(|usable| !self.to_remove.contains(&usable.file_id));
        Ok(all)
    }

    fn purge(&mut self, file: PurgedFile) {
        self.to_remove.insert(file.file_id);
        self.catalog.set_purged(file.identity, PurgedEntry { file_id: file.file_id, plain_len: file.plain_len });
    }

    /// Where a tail cannot be kept elsewhere, for want of room say, it stays: nothing is cut that is not safe.
    fn cut_torn_tails(&mut self, all: &mut [Usable], listed: &[Listed]) {
        let disk = &*self.opener.disk;
        let is_side = |file: &&Listed| side::is_side_file(&file.name);
        let mut side_files: BTreeMap<String, u64> =
            listed.iter().filter(is_side).map(|file| (file.name.clone(), file.len)).collect();
        let mut is_any_copied = false;
        for usable in &mut *all {
            if let TailState::Torn { tail } = usable.examined.state {
                let offset = usable.examined.place.at;
                let kept = usable
                    .open(disk)
                    .and_then(|file| side::keep_tail(disk, listed, usable.file_id, &*file, offset, tail));
                match kept {
                    Ok(name) => {
                        is_any_copied = true;
                        side_files.insert(name, tail);
                    }
                    Err(_) => usable.examined.state = TailState::NotCut { tail },
                }
            }
        }
        let are_copies_named = !is_any_copied || disk.sync_names(SyncPoint::SideNames).is_ok();
        for usable in all {
            if let TailState::Torn { tail } = usable.examined.state {
                // The cut needs no sync of its own: if it is lost, the same tail is found and cut again.
                let cut = || usable.open(disk)?.set_len(usable.examined.place.at);
                if are_copies_named && cut().is_ok() {
                    usable.examined.state = TailState::Whole;
                    usable.cut = tail;
                } else {
                    usable.examined.state = TailState::NotCut { tail };
                }
            }
        }
        self.recovery.side_files = side_files.into_iter().map(|(name, len)| SideFile { name, len }).collect();
    }

    /// After this, what is reported survives a power cut, and may be told to the agency.
    fn make_durable(&mut self, all: &mut [Usable]) {
        let disk = &*self.opener.disk;
        let mut is_any_unproved = false;
        for usable in &mut *all {
            // A damaged file is synced too: what of it is readable is reported.
            if usable.examined.state != TailState::Proved {
                is_any_unproved = true;
                usable.is_durable = usable.open(disk).and_then(|file| sync_again(&*file, &usable.examined)).is_ok();
            }
        }
        let are_names_durable = !is_any_unproved || disk.sync_names(SyncPoint::RecoveredNames).is_ok();
        for usable in all {
            if usable.examined.state != TailState::Proved {
                usable.is_durable &= are_names_durable;
            }
            if usable.examined.state == TailState::Whole
                && usable.is_durable
                && let Ok(file) = usable.open(disk)
            {
                mark(&*file, &mut usable.examined, self.chance);
            }
        }
    }

    fn report(&mut self, usable: Usable) {
        let Usable { file_id, examined: Examined { part, place, state, synced, .. }, cut, is_durable } = usable;
        let identity = part.identity;
        let trouble = match state {
            TailState::Damaged(broken) => Some(Trouble::Damaged {
                identity,
                chunk: broken.place.counter,
                fault: broken.fault,
                readable: place.plain,
            }),
            TailState::Shorter { expected } => Some(Trouble::Shorter { identity, expected, found: place.at }),
            TailState::NotCut { tail } => Some(Trouble::TailNotCut { identity, tail }),
            TailState::Proved | TailState::Whole | TailState::Torn { .. } => None,
        };
        let not_durable = (!is_durable).then_some(Trouble::NotDurable { identity });
        let soundness = if trouble.is_none() && not_durable.is_none() { Soundness::Sound } else { Soundness::Damaged };
        self.recovery.troubles.extend(trouble.into_iter().chain(not_durable));
        self.recovery.found.push(Found { identity, part: part.part, len: place.plain, cut });
        let entry = PartEntry {
            part: part.part,
            from: part.from,
            file_id,
            synced_len: synced,
            sealed_len: place.at,
            plain_len: place.plain,
            soundness,
        };
        self.add(identity, entry, &file_id.to_string(), place.at);
    }

    fn add(&mut self, identity: Identity, entry: PartEntry, name: &str, len: u64) {
        if let Adding::Twice { left_out } = self.catalog.add(identity, entry) {
            let why = OrphanReason::Twice { identity };
            // The length is that of the file at hand even when the other one is left out: a report, not a measure.
            let name = if left_out == entry.file_id { name.to_owned() } else { left_out.to_string() };
            self.recovery.orphans.push(Orphan { name, len, why });
        }
    }

    fn finish_purges(&mut self, listed: &[Listed]) {
        let mut unfinished = BTreeSet::new();
        for Listed { name, .. } in listed {
            let Some(file_id) = FileId::from_name(name).filter(|id| self.to_remove.contains(id)) else { continue };
            match self.opener.disk.remove_purged(name) {
                Ok(()) => self.recovery.purges_repeated += 1,
                Err(_) => drop(unfinished.insert(file_id)),
            }
        }
        let is_done = self.recovery.purges_repeated == 0 || self.opener.disk.sync_names(SyncPoint::PurgedNames).is_ok();
        for (identity, entry) in self.catalog.all_purged() {
            if unfinished.contains(&entry.file_id) || (!is_done && self.to_remove.contains(&entry.file_id)) {
                self.recovery.troubles.push(Trouble::PurgeUnfinished { identity: *identity });
            }
        }
    }

    fn report_missing(&mut self) {
        for (file_id, identity) in std::mem::take(&mut self.missing) {
            if !self.to_remove.contains(&file_id) {
                self.recovery.troubles.push(Trouble::Missing { identity });
            }
        }
    }
}

/// Writes a mark. It only saves time, so a failure is no failure: the half-written one is cut off, or is found torn next time.
fn mark(file: &dyn DiskFile, examined: &mut Examined, chance: &dyn Chance) {
    let place = examined.place;
    let Ok(session) = draw(chance) else { return };
    let mut sealer = Sealer::new(examined.key.clone(), session, place);
    let Ok(chunk) = sealer.seal_mark() else { return };
    if file.write_at(&chunk, place.at).is_err() {
        let _ = file.set_len(place.at);
        return;
    }
    examined.place = sealer.place();
}

/// Syncs what was found, for real.
///
/// If the run before got an error from a sync, the kernel has forgotten that the pages are not on the disk, and would say
/// `Ok` now. So what no mark and no index proves is written again, the same bytes to the same place, before the sync.
fn sync_again(file: &dyn DiskFile, examined: &Examined) -> io::Result<()> {
    let Examined { place, proved, state, .. } = examined;
    // Bytes that had been durable and are no longer right are left alone.
    if matches!(state, TailState::Whole | TailState::NotCut { .. }) {
        let mut piece = vec![0; PIECE];
        let mut at = *proved;
        while at < place.at {
            let len = usize::try_from(place.at - at).unwrap_or(PIECE).min(PIECE);
            let read = read_full(file, &mut piece[..len], at)?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            file.write_at(&piece[..read], at)?;
            at += read as u64;
        }
    }
    file.sync_data(SyncPoint::RecoveredBytes)
}

/// Bytes that are written again at once.
const PIECE: usize = 256 << 10;
