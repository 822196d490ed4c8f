//! The one writer: appends that gather, and the commit that makes them durable together.
//!
//! What a commit costs: one sync for each file of media, photos or private values that was appended to or made, one for the
//! folder if there are new files (all these side by side, where the disk can), and then one for each journal: in the steady state of a recording two (segment, journal),
//! and three where a segment begins. Lines are not even written before everything else is durable, so a line is never found
//! without the bytes it names. SQLite is not on this path.

use std::collections::BTreeMap;
use std::io;
use std::panic::resume_unwind;
use std::sync::Arc;

use crate::SyncPoint;
use crate::catalog::{PartEntry, Soundness};
use crate::chance::draw;
use crate::content::{ReadError, unlock};
use crate::disk::is_full;
use crate::group::{Acknowledged, AppendError, CreateError, GroupLost, GroupLostWhy};
use crate::identity::{FileKind, Identity, Part};
use crate::open_file::OpenFile;
use crate::reserve::{self, Reserve};
use crate::sealed::{FileId, Header, LastChunk, MAX_CHUNK, Place, Sealer, Step, Walk, last_chunk};
use crate::vault::Shared;

/// A line with its LF: the format's limit, far below what one chunk holds.
pub const MAX_LINE: usize = 64 << 10;
const _: () = assert!(MAX_LINE <= MAX_CHUNK);

/// Whether files that are to be finished are marked and closed by an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Finishing {
    Now,
    Later,
}

/// Owned by one thread. Dropping it loses what no commit acknowledged, as a crash would.
#[derive(Debug)]
pub struct Writer {
    pub(crate) shared: Arc<Shared>,
    pub(crate) files: BTreeMap<Identity, OpenFile>,
    reserve: Reserve,
    /// No media is taken until [`Writer::try_resume_media`] finds room.
    is_full: bool,
    /// Counts acknowledged commits.
    group: u64,
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.give_writer_back();
    }
}

impl Writer {
    pub(crate) fn new(shared: Arc<Shared>, reserve: Reserve) -> Self {
        Self { shared, files: BTreeMap::new(), reserve, is_full: reserve == Reserve::Spent, group: 0 }
    }

    /// Makes a file. It is durable with the next commit, even if nothing is appended to it.
    pub fn create(&mut self, identity: Identity) -> Result<(), CreateError> {
        let exists = self.files.contains_key(&identity) || {
            let catalog = self.shared.catalog();
            !catalog.parts(&identity).is_empty() || catalog.purged(&identity).is_some()
        };
        if exists {
            return Err(CreateError::Exists(identity));
        }
        if self.is_full && !identity.kind.is_taken_when_full() {
            return Err(CreateError::DiskFull);
        }
        self.create_part(Part::first(identity))
    }

    /// Appends bytes to a segment, photo or other file that this writer made and has not finished.
    pub fn append_media(&mut self, identity: Identity, bytes: &[u8]) -> Result<(), AppendError> {
        if identity.kind.holds_lines() {
            return Err(AppendError::WrongKind(identity));
        }
        if self.is_full && !identity.kind.is_taken_when_full() {
            return Err(AppendError::DiskFull);
        }
        let file = self.files.get_mut(&identity).ok_or(AppendError::NotOpen(identity))?;
        if file.is_poisoned {
            return Err(AppendError::Poisoned(identity));
        }
        if file.is_finishing {
            return Err(AppendError::NotOpen(identity));
        }
        match file.append_media(bytes) {
            Ok(()) => Ok(()),
            Err(fault) => {
                let lost = self.lose_group(GroupLostWhy::Write { file: identity }, fault.into_io(), Vec::new());
                Err(AppendError::GroupLost(lost))
            }
        }
    }

    /// Appends one line with its LF to a journal or other file of lines.
    ///
    /// One that is not open is opened where it ends. One on which nothing may be acknowledged any more, because a sync failed
    /// or it was found damaged, is continued in a further part; readers see one file.
    pub fn append_line(&mut self, identity: Identity, line: &[u8]) -> Result<(), AppendError> {
        if !identity.kind.holds_lines() {
            return Err(AppendError::WrongKind(identity));
        }
        if line.len() > MAX_LINE {
            return Err(AppendError::LineTooLong { found: line.len(), limit: MAX_LINE });
        }
        if line.iter().position(|byte| *byte == b'\n').is_none_or(|at| at + 1 != line.len()) {
            return Err(AppendError::NotOneLine);
        }
        self.open_lines(identity)?;
        let file = self.files.get_mut(&identity).ok_or(AppendError::NotOpen(identity))?;
        file.is_finishing = false;
        file.append_line(line);
        Ok(())
    }

    /// The next commit closes the file and marks it whole, so that recovery need not read it. A file of media is not opened
    /// again; a file of lines is, by its next line. If the group is lost, so is this.
    pub fn finish(&mut self, identity: Identity) -> Result<(), AppendError> {
        let file = self.files.get_mut(&identity).ok_or(AppendError::NotOpen(identity))?;
        if file.is_poisoned {
            self.files.remove(&identity);
        } else {
            file.is_finishing = true;
        }
        Ok(())
    }

    /// Makes everything appended since the last commit durable, in the order that keeps lines true.
    ///
    /// On error the lines of the group are lost: every journal stands where it was acknowledged last, and the caller signs
    /// anew from there. Media and private values of the group are lost too, unless lines may have reached the disk already:
    /// then what they name stays, acknowledged ([`GroupLost::kept`]). A file whose sync failed takes nothing more; a file of
    /// lines goes on in a further part by itself.
    pub fn commit(&mut self) -> Result<Acknowledged, GroupLost> {
        if let Err((why, source)) = self.make_named_durable() {
            return Err(self.lose_group(why, source, Vec::new()));
        }
        if let Err((why, source)) = self.write_and_sync_those(SyncPoint::Lines, FileKind::names_others) {
            let kept = self.acknowledge(Finishing::Later, |kind| !kind.names_others());
            return Err(self.lose_group(why, source, kept));
        }
        let lengths = self.acknowledge(Finishing::Now, |_| true);
        self.group += 1;
        Ok(Acknowledged { group: self.group, lengths })
    }

    /// Everything that a line may name. Where the disk can, all syncs run side by side: at the end of a segment four would
    /// otherwise wait for each other, while nothing but the lines depends on their order.
    fn make_named_durable(&mut self) -> Result<(), (GroupLostWhy, io::Error)> {
        if !self.shared.opener.disk.syncs_side_by_side() {
            self.write_and_sync_those(SyncPoint::NamedBytes, |kind| !kind.names_others())?;
            return if self.has_new_names() { self.sync_names() } else { Ok(()) };
        }
        let has_new_names = self.has_new_names();
        let disk = Arc::clone(&self.shared.opener.disk);
        let mut those: Vec<_> =
            self.files.values_mut().filter(|file| !file.identity().kind.names_others() && !file.is_poisoned).collect();
        for file in &mut those {
            file.write_appended().map_err(|e| (GroupLostWhy::Write { file: file.identity() }, e.into_io()))?;
        }
        those.retain(|file| file.is_dirty());
        let (files, names) = std::thread::scope(|scope| {
            let names = has_new_names.then(|| scope.spawn(|| disk.sync_names(SyncPoint::NewNames)));
            let mut one_after = those.split_off(those.len().min(1)).into_iter();
            let others: Vec<_> = one_after
                .by_ref()
                .map(|file| scope.spawn(|| (file.identity(), file.sync(SyncPoint::NamedBytes))))
                .collect();
            let mut files: Vec<_> =
                those.iter_mut().map(|file| (file.identity(), file.sync(SyncPoint::NamedBytes))).collect();
            files.extend(others.into_iter().map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic))));
            let names = names.map_or(Ok(()), |names| names.join().unwrap_or_else(|panic| resume_unwind(panic)));
            (files, names)
        });
        if let Err(source) = names {
            self.poison_new_names();
            return Err((GroupLostWhy::SyncNames, source));
        }
        let failed = files.into_iter().find_map(|(file, outcome)| Some((file, outcome.err()?)));
        failed.map_or(Ok(()), |(file, source)| Err((GroupLostWhy::Sync { file }, source)))
    }

    fn has_new_names(&self) -> bool {
        self.files.values().any(|file| file.is_new && !file.is_poisoned)
    }

    fn sync_names(&mut self) -> Result<(), (GroupLostWhy, io::Error)> {
        let synced = self.shared.opener.disk.sync_names(SyncPoint::NewNames);
        synced.map_err(|source| {
            self.poison_new_names();
            (GroupLostWhy::SyncNames, source)
        })
    }

    fn poison_new_names(&mut self) {
        self.files.values_mut().filter(|file| file.is_new).for_each(|file| file.is_poisoned = true);
    }

    fn write_and_sync_those(
        &mut self,
        point: SyncPoint,
        which: impl Fn(FileKind) -> bool,
    ) -> Result<(), (GroupLostWhy, io::Error)> {
        let mut those: Vec<_> =
            self.files.values_mut().filter(|file| which(file.identity().kind) && !file.is_poisoned).collect();
        for file in &mut those {
            file.write_appended().map_err(|e| (GroupLostWhy::Write { file: file.identity() }, e.into_io()))?;
        }
        for file in &mut those {
            file.sync(point).map_err(|source| (GroupLostWhy::Sync { file: file.identity() }, source))?;
        }
        Ok(())
    }

    /// Files that became longer, with their lengths.
    fn acknowledge(&mut self, finishing: Finishing, which: impl Fn(FileKind) -> bool) -> Vec<(Identity, u64)> {
        let mut lengths = Vec::new();
        let mut catalog = self.shared.catalog();
        self.files.retain(|identity, file| {
            if file.is_poisoned || !which(identity.kind) {
                return true;
            }
            file.acknowledge();
            let Place { at, plain, .. } = file.acknowledged();
            let is_closing = finishing == Finishing::Now && file.is_finishing;
            let sealed_len = if is_closing { file.mark() } else { at };
            catalog.update(identity, file.part.part, |entry| {
                if entry.plain_len != plain {
                    lengths.push((*identity, file.part.from + plain));
                }
                entry.synced_len = file.synced();
                entry.sealed_len = sealed_len;
                entry.plain_len = plain;
            });
            !is_closing
        });
        lengths
    }

    fn roll_back(&mut self) {
        let mut catalog = self.shared.catalog();
        for (identity, file) in &mut self.files {
            file.roll_back(draw(&*self.shared.chance).ok());
            if file.is_poisoned {
                catalog.update(identity, file.part.part, |entry| entry.soundness = Soundness::Damaged);
            }
        }
    }

    /// Rolls every file back to where it was acknowledged. When the disk is full the reserve is given up, once, so that lines
    /// have room.
    pub(crate) fn lose_group(&mut self, why: GroupLostWhy, source: io::Error, kept: Vec<(Identity, u64)>) -> GroupLost {
        self.roll_back();
        if !is_full(&source) {
            return GroupLost::Failed { why, kept, source };
        }
        self.is_full = true;
        let reserve = std::mem::replace(&mut self.reserve, Reserve::Spent);
        if let Reserve::Ready { .. } = reserve {
            // If even this fails the next commit says so.
            let _ = reserve::release(&*self.shared.opener.disk);
        }
        GroupLost::DiskFull { given_up: reserve, kept }
    }

    /// Forgets what was appended since the last commit, as if that group had been lost: the caller could not finish it. Files that were made
    /// are there, empty, with the next commit.
    pub fn give_up(&mut self) {
        self.roll_back();
    }

    /// Whether media is refused for want of room.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    pub fn reserve(&self) -> Reserve {
        self.reserve
    }

    /// Plain bytes of a file that were acknowledged or recovered; `None` if there is no such file.
    pub fn acknowledged_len(&self, identity: Identity) -> Option<u64> {
        self.shared.catalog().last_part(&identity).map(PartEntry::plain_end)
    }

    /// Makes the reserve again if there is room for it twice over; `true` if media is taken from now on.
    pub fn try_resume_media(&mut self) -> bool {
        if self.is_full {
            let Shared { opener, chance, reserve_bytes, .. } = &*self.shared;
            self.reserve = reserve::prepare(&*opener.disk, &**chance, *reserve_bytes).unwrap_or(Reserve::Spent);
            self.is_full = self.reserve == Reserve::Spent;
        }
        !self.is_full
    }

    fn create_part(&mut self, part: Part) -> Result<(), CreateError> {
        let Shared { opener, chance, .. } = &*self.shared;
        let no_chance = |source| CreateError::Chance { source };
        let file_id = FileId(draw(&**chance).map_err(no_chance)?);
        let session = draw(&**chance).map_err(no_chance)?;
        let (key_id, vault_key) = opener.keyring.current().map_err(|source| CreateError::Keys { source })?;
        let vault_key = vault_key.ok_or(CreateError::UnknownKey { key_id })?;
        let (header, key) = Header::make(key_id, &vault_key, file_id);
        let identity = part.identity;
        let begun = opener.disk.create(&file_id.to_string()).and_then(|file| {
            let mut file = OpenFile::new(part, file, Sealer::new(key, session, Place::START), 0);
            file.begin(&header.to_bytes()).map(|()| file).map_err(crate::open_file::PutFault::into_io)
        });
        let file = match begun {
            Ok(file) => file,
            Err(source) => {
                return Err(self.lose_group(GroupLostWhy::Write { file: identity }, source, Vec::new()).into());
            }
        };
        let Place { at, plain, .. } = file.acknowledged();
        let entry = PartEntry {
            part: part.part,
            from: part.from,
            file_id,
            synced_len: 0,
            sealed_len: at,
            plain_len: plain,
            soundness: Soundness::Sound,
        };
        self.shared.catalog().add(identity, entry);
        self.files.insert(identity, file);
        Ok(())
    }

    /// Sees to it that lines can be appended: opens the last part, or begins a further one.
    pub(crate) fn open_lines(&mut self, identity: Identity) -> Result<(), AppendError> {
        if self.files.get(&identity).is_some_and(|file| !file.is_poisoned) {
            return Ok(());
        }
        let last = self.shared.catalog().last_part(&identity).copied().ok_or(AppendError::NotOpen(identity))?;
        if !self.files.contains_key(&identity)
            && last.soundness == Soundness::Sound
            && let Some(mut file) = self.reopen(identity, &last)?
        {
            let renewed = file.renew_mark();
            self.files.insert(identity, file);
            return renewed.map_err(|fault| {
                let why = GroupLostWhy::Write { file: identity };
                AppendError::GroupLost(self.lose_group(why, fault.into_io(), Vec::new()))
            });
        }
        self.files.remove(&identity);
        let part = Part { identity, part: last.part + 1, from: last.plain_end() };
        Ok(self.create_part(part)?)
    }

    /// `None` if the file is not as it was acknowledged.
    fn reopen(&self, identity: Identity, entry: &PartEntry) -> Result<Option<OpenFile>, AppendError> {
        let Shared { opener, chance, .. } = &*self.shared;
        let disk_failed = |source| AppendError::Read { source: ReadError::Disk { source } };
        let (file, key) = match unlock(&*opener.disk, &opener.keyring, entry.file_id) {
            Ok(opened) => opened,
            Err(source @ ReadError::Keys { .. }) => return Err(AppendError::Read { source }),
            Err(_) => return Ok(None),
        };
        let place = match last_chunk(&*file, &key, entry.sealed_len).map_err(disk_failed)? {
            LastChunk::Mark(place) => place,
            LastChunk::MarkOfOther => return Ok(None),
            LastChunk::Other => {
                let mut walk = Walk::new(&*file, &key, Place::START, entry.sealed_len);
                while let Step::Chunk { .. } = walk.step().map_err(disk_failed)? {}
                walk.place()
            }
        };
        if place.at < entry.synced_len || place.plain != entry.plain_len {
            return Ok(None);
        }
        if file.size().map_err(disk_failed)? > place.at {
            // Only a mark that a crash tore: everything behind the synced length was cut by recovery.
            file.set_len(place.at).map_err(disk_failed)?;
        }
        let session = draw(&**chance).map_err(|source| AppendError::Create(CreateError::Chance { source }))?;
        let part = entry.part_of(identity);
        Ok(Some(OpenFile::new(part, file, Sealer::new(key, session, place), entry.synced_len)))
    }
}
