//! Seeded stories of a phone: recordings, crashes, kills, full disks, failing syncs, and the property after each.

mod check;
mod model;

use std::sync::Arc;

use check::{Files, Violation};
use model::{Model, PurgeState, naming_line};
use quanji_store::{
    AppendError, CreateError, FileKind, GroupLost, Identity, Known, Ports, PurgeError, PurgeWarrant, RecordId, Reserve,
    SyncPoint, Vault, Writer,
};
use quanji_testkit::{Dice, FixedKeys, OmitSync, SeededChance, TornDisk};

const RESERVE_BYTES: u64 = 8 << 10;

/// Runs one story to its end; `omitted` syncs are left out.
pub(crate) fn run(seed: u64, omitted: &[SyncPoint]) -> Result<Tally, Violation> {
    Story::new(seed, omitted).tell()
}

/// What happened, so that a run can show that it tried what it claims to try.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) crashes: u64,
    pub(crate) crashes_inside_recovery: u64,
    pub(crate) crashes_inside_purge: u64,
    pub(crate) kills: u64,
    pub(crate) commits: u64,
    pub(crate) groups_lost: u64,
    pub(crate) full_disks: u64,
    pub(crate) tails_cut: u64,
    pub(crate) purges: u64,
    pub(crate) parts_continued: u64,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let Tally {
            crashes,
            crashes_inside_recovery,
            crashes_inside_purge,
            kills,
            commits,
            groups_lost,
            full_disks,
            tails_cut,
            purges,
            parts_continued,
        } = other;
        self.crashes += crashes;
        self.crashes_inside_recovery += crashes_inside_recovery;
        self.crashes_inside_purge += crashes_inside_purge;
        self.kills += kills;
        self.commits += commits;
        self.groups_lost += groups_lost;
        self.full_disks += full_disks;
        self.tails_cut += tails_cut;
        self.purges += purges;
        self.parts_continued += parts_continued;
    }
}

struct Story {
    disk: TornDisk,
    seen_disk: Arc<dyn quanji_store::Disk>,
    dice: Dice,
    seed: u64,
    openings: u64,
    model: Model,
    /// What an index would remember: of some moment after an acknowledgement, however long ago.
    known: Known,
    records: Vec<RecordId>,
    serial: u64,
    may_be_full: bool,
    /// Whether the last run ended in a crash, after which everything that is seen is on the disk.
    is_all_durable: bool,
    tally: Tally,
}

/// An act that the power ended, or that went on.
type Act = Result<(), Violation>;

impl Story {
    fn new(seed: u64, omitted: &[SyncPoint]) -> Self {
        let disk = TornDisk::new(seed ^ 0x7063);
        let seen_disk = Arc::new(OmitSync::new(Arc::new(disk.clone()), omitted));
        Self {
            disk,
            seen_disk,
            dice: Dice::new(seed),
            seed,
            openings: 0,
            model: Model::default(),
            known: Known::default(),
            records: Vec::new(),
            serial: 0,
            may_be_full: false,
            is_all_durable: true,
            tally: Tally::default(),
        }
    }

    fn tell(mut self) -> Result<Tally, Violation> {
        let runs = 2 + self.dice.below(4);
        for _ in 0..runs {
            let vault = self.recover()?;
            if self.dice.percent(80) {
                let within = 1 + self.dice.below(120);
                self.disk.crash_after(within);
            }
            self.work(&vault)?;
            drop(vault);
            if self.dice.percent(if self.disk.is_off() { 75 } else { 60 }) {
                self.tally.crashes += 1;
                self.disk.crash();
                self.is_all_durable = true;
            } else {
                self.tally.kills += 1;
                self.disk.kill();
                self.is_all_durable = false;
            }
            if self.dice.percent(50) {
                self.disk.set_capacity(None);
                self.may_be_full = false;
            }
        }
        self.recover()?;
        Ok(self.tally)
    }

    fn ports(&mut self) -> Ports {
        self.openings += 1;
        Ports {
            disk: Arc::clone(&self.seen_disk),
            keys: Arc::new(FixedKeys::of(&[9])),
            chance: Arc::new(SeededChance::new(self.seed << 16 | self.openings)),
            reserve_bytes: RESERVE_BYTES,
        }
    }

    /// Opens the vault, through crashes inside the recovery, and checks the property.
    fn recover(&mut self) -> Result<Vault, Violation> {
        let mut before: Vec<Files> = vec![self.disk.files()];
        check::purged_files_stay_away(&self.model, &before[0])?;
        for _ in 0..self.dice.below(3) {
            let within = self.dice.below(25);
            self.disk.crash_after(within);
            let ports = self.ports();
            let known = self.some_known();
            drop(Vault::open(ports, &known));
            if self.disk.is_off() && self.dice.percent(80) {
                self.tally.crashes_inside_recovery += 1;
                self.disk.crash();
                if !std::mem::replace(&mut self.is_all_durable, true) {
                    // What a killed process had not synced may be lost by a later crash.
                    before.clear();
                }
                before.push(self.disk.files());
            } else {
                self.disk.kill();
            }
        }
        self.disk_stays_on();
        // The same memory for both: an index lets a file pass whose mark was torn, and a full reading cuts the mark off.
        let known = self.some_known();
        let (vault, recovery) = self.open(&known)?;
        let once = self.disk.files();
        check::there_is_no_trouble(&recovery, self.may_be_full)?;
        check::files_are_as_promised(&mut self.model, &vault)?;
        check::lines_name_what_is_there(&self.model, &vault)?;
        check::tails_are_kept(&mut self.model, &before, &once)?;
        self.tally.tails_cut += recovery.found.iter().filter(|found| found.cut > 0).count() as u64;
        self.tally.parts_continued += recovery.found.iter().filter(|found| found.part > 0).count() as u64;
        drop(vault);
        let (vault, _) = self.open(&known)?;
        let twice = self.disk.files();
        // On a full disk, a tail or a mark for which there was no room is tried again when cutting others has made room.
        if !self.may_be_full && twice != once {
            let changed: Vec<_> =
                twice.iter().filter(|(name, bytes)| once.get(*name) != Some(bytes)).map(|(name, _)| name).collect();
            return Err(Violation(format!("a second recovery changed bytes of {changed:?}")));
        }
        if self.dice.percent(50) {
            self.remember(&vault);
        }
        Ok(vault)
    }

    fn disk_stays_on(&self) {
        self.disk.crash_after(u64::MAX);
    }

    fn open(&mut self, known: &Known) -> Result<(Vault, quanji_store::Recovery), Violation> {
        let ports = self.ports();
        Vault::open(ports, known).map_err(|e| Violation(format!("the vault does not open: {e:?}")))
    }

    fn some_known(&mut self) -> Known {
        if self.dice.percent(50) { self.known.clone() } else { Known::default() }
    }

    fn remember(&mut self, vault: &Vault) {
        let records = self.records.iter().chain([&RecordId::DEVICE]);
        self.known = Known { files: records.flat_map(|record| vault.known_of(*record)).collect() };
    }

    fn work(&mut self, vault: &Vault) -> Act {
        let Some(mut writer) = vault.writer() else { return Err(Violation("the writer is taken".into())) };
        if self.dice.percent(20) {
            self.tighten_disk();
        }
        for _ in 0..10 + self.dice.below(60) {
            if self.disk.is_off() {
                break;
            }
            match self.dice.below(100) {
                0..5 => self.begin_record(&mut writer)?,
                5..15 => self.begin_file(&mut writer)?,
                15..45 => self.film(&mut writer)?,
                45..60 => self.write_line(&mut writer)?,
                60..65 => self.write_private(&mut writer)?,
                65..85 => self.commit(&mut writer)?,
                85..91 => self.finish(&mut writer),
                91..95 => self.purge(&mut writer, vault)?,
                95..97 => self.tighten_disk(),
                97..98 => self.break_sync(),
                98..99 => self.remember(vault),
                _ => {
                    self.disk.set_capacity(None);
                    self.may_be_full = false;
                    writer.try_resume_media();
                }
            }
        }
        Ok(())
    }

    fn some_record(&mut self) -> Option<RecordId> {
        self.dice.pick(&self.records).copied()
    }

    fn begin_record(&mut self, writer: &mut Writer) -> Act {
        let record = RecordId([self.records.len() as u8 + 1; 16]);
        self.records.push(record);
        self.create(writer, Identity::journal(record))?;
        self.create(writer, Identity::private(record))
    }

    fn begin_file(&mut self, writer: &mut Writer) -> Act {
        let Some(record) = self.some_record() else { return Ok(()) };
        self.serial += 1;
        let number = self.serial as u32;
        let identity = match self.dice.below(6) {
            0 => Identity::photo(record, number),
            1 => Identity::init(record, number),
            2 => Identity::device(),
            _ => Identity::segment(record, 1, number),
        };
        self.create(writer, identity)
    }

    fn create(&mut self, writer: &mut Writer, identity: Identity) -> Act {
        if self.model.files.contains_key(&identity) {
            return Ok(());
        }
        match writer.create(identity) {
            Ok(()) => drop(self.model.files.insert(identity, model::Tracked::default())),
            Err(CreateError::GroupLost(lost)) => self.group_lost(writer, &lost)?,
            Err(CreateError::DiskFull) => {}
            Err(error) => return Err(Violation(format!("{identity:?} is not made: {error:?}"))),
        }
        Ok(())
    }

    fn film(&mut self, writer: &mut Writer) -> Act {
        let open: Vec<Identity> = self
            .model
            .files
            .iter()
            .filter(|(identity, file)| !identity.kind.holds_lines() && !file.is_closed)
            .map(|(identity, _)| *identity)
            .collect();
        let Some(identity) = self.dice.pick(&open).copied() else { return Ok(()) };
        // Mostly small; sometimes large enough to be a chunk of its own.
        let most = if self.dice.percent(8) { 40_000 } else { 3_000 };
        let len = self.dice.below(most) as usize;
        let bytes = self.dice.bytes(len);
        match writer.append_media(identity, &bytes) {
            Ok(()) => self.appended(identity, &bytes),
            Err(AppendError::GroupLost(lost)) => self.group_lost(writer, &lost)?,
            Err(AppendError::DiskFull | AppendError::Poisoned(_)) => {}
            Err(error) => return Err(Violation(format!("{identity:?} takes no media: {error:?}"))),
        }
        Ok(())
    }

    fn appended(&mut self, identity: Identity, bytes: &[u8]) {
        if let Some(file) = self.model.files.get_mut(&identity) {
            file.pending.extend_from_slice(bytes);
        }
    }

    fn write_line(&mut self, writer: &mut Writer) -> Act {
        let journals: Vec<Identity> = self.model.files.keys().filter(|id| id.kind.names_others()).copied().collect();
        let Some(journal) = self.dice.pick(&journals).copied() else { return Ok(()) };
        let mut named = Vec::new();
        for (identity, file) in &self.model.files {
            if !identity.kind.names_others()
                && file.purge == PurgeState::Never
                && !file.is_doubtful
                && self.dice.percent(30)
            {
                named.push((*identity, file.len()));
            }
        }
        self.serial += 1;
        let line = naming_line(self.serial, &named);
        self.append_line(writer, journal, &line)
    }

    fn write_private(&mut self, writer: &mut Writer) -> Act {
        let privates: Vec<Identity> =
            self.model.files.keys().filter(|id| id.kind == FileKind::Private).copied().collect();
        let Some(identity) = self.dice.pick(&privates).copied() else { return Ok(()) };
        self.serial += 1;
        let line = format!("value {}\n", self.serial).into_bytes();
        self.append_line(writer, identity, &line)
    }

    fn append_line(&mut self, writer: &mut Writer, identity: Identity, line: &[u8]) -> Act {
        match writer.append_line(identity, line) {
            Ok(()) => self.appended(identity, line),
            Err(AppendError::GroupLost(lost)) => self.group_lost(writer, &lost)?,
            // The power is off, or the file was never vouched for and its sync failed.
            Err(AppendError::Read { .. }) if self.disk.is_off() => {}
            Err(error) => return Err(Violation(format!("{identity:?} takes no line: {error:?}"))),
        }
        Ok(())
    }

    fn commit(&mut self, writer: &mut Writer) -> Act {
        match writer.commit() {
            Ok(acknowledged) => {
                self.tally.commits += 1;
                self.model.group_acknowledged();
                for (identity, len) in acknowledged.lengths {
                    let expected = self.model.files.get(&identity).map(|file| file.acknowledged.len() as u64);
                    if expected != Some(len) {
                        return Err(Violation(format!("{identity:?}: {len} acknowledged, {expected:?} appended")));
                    }
                }
                Ok(())
            }
            Err(lost) => self.group_lost(writer, &lost),
        }
    }

    fn group_lost(&mut self, writer: &mut Writer, lost: &GroupLost) -> Act {
        self.tally.groups_lost += 1;
        self.model.group_lost(lost.kept());
        // What poisoned a file of media closes it for the caller.
        if self.disk.is_off() {
            return Ok(());
        }
        let GroupLost::DiskFull { given_up: Reserve::Ready { .. }, .. } = lost else { return Ok(()) };
        self.tally.full_disks += 1;
        self.say_that_the_disk_is_full(writer)
    }

    /// The promise of the reserve.
    fn say_that_the_disk_is_full(&mut self, writer: &mut Writer) -> Act {
        let vouched = |(identity, file): (&Identity, &model::Tracked)| {
            (identity.kind == FileKind::Journal && file.is_vouched).then_some(*identity)
        };
        let Some(journal) = self.model.files.iter().find_map(vouched) else { return Ok(()) };
        // Long enough to need blocks of its own.
        let mut line = vec![b'.'; 1500];
        line.push(b'\n');
        let said = writer.append_line(journal, &line).and_then(|()| {
            self.appended(journal, &line);
            writer.commit().map_err(AppendError::GroupLost)
        });
        match said {
            Ok(_) => {
                self.model.group_acknowledged();
                Ok(())
            }
            Err(AppendError::GroupLost(GroupLost::Failed { kept, .. })) => {
                // The power went, or a sync failed besides.
                self.model.group_lost(&kept);
                Ok(())
            }
            Err(_) if self.disk.is_off() => Ok(()),
            Err(error) => Err(Violation(format!("the journal could not say that the disk is full: {error:?}"))),
        }
    }

    fn finish(&mut self, writer: &mut Writer) {
        let all: Vec<Identity> = self.model.files.keys().copied().collect();
        if let Some(identity) = self.dice.pick(&all)
            && writer.finish(*identity).is_ok()
            && let Some(file) = self.model.files.get_mut(identity)
        {
            file.is_closed = !identity.kind.holds_lines();
        }
    }

    fn purge(&mut self, writer: &mut Writer, vault: &Vault) -> Act {
        self.commit(writer)?;
        let Some(record) = self.some_record() else { return Ok(()) };
        let mut files = Vec::new();
        for (identity, file) in &mut self.model.files {
            let may = identity.record == record && identity.kind.may_be_purged() && file.is_vouched;
            if may && file.purge == PurgeState::Never && self.dice.percent(60) {
                files.push(*identity);
            }
        }
        if files.is_empty() || self.disk.is_off() || !self.model.files.contains_key(&Identity::journal(record)) {
            return Ok(());
        }
        let known = vault.known_of(record);
        for identity in &files {
            let file = self.model.files.get_mut(identity).expect("taken from there");
            file.purge = PurgeState::Begun;
            file.is_closed = true;
            let name = known.iter().find(|known| known.identity == *identity).map(|known| known.name);
            file.name = name.map(|name| name.iter().map(|byte| format!("{byte:02x}")).collect());
        }
        let warrant = PurgeWarrant::from_verified_receipt(record, &[7; 32], files.clone());
        if self.dice.percent(25) {
            let within = self.dice.below(8);
            self.disk.crash_after(within);
        }
        match writer.purge(&warrant) {
            Ok(_) => {
                self.tally.purges += 1;
                for identity in &files {
                    self.model.files.get_mut(identity).expect("taken from there").purge = PurgeState::Done;
                }
            }
            Err(PurgeError::Note { source: AppendError::GroupLost(lost) }) => self.group_lost(writer, &lost)?,
            // A commit that was lost has left the group open.
            Err(PurgeError::GroupOpen) => {}
            Err(_) if self.disk.is_off() => {}
            Err(PurgeError::Unfinished { .. }) => {}
            Err(error) => return Err(Violation(format!("the purge is refused: {error:?}"))),
        }
        if self.disk.is_off() {
            self.tally.crashes_inside_purge += 1;
        }
        Ok(())
    }

    fn tighten_disk(&mut self) {
        let room = self.dice.below(6000);
        self.may_be_full = true;
        self.disk.set_capacity(Some(self.disk.used() + room));
    }

    fn break_sync(&mut self) {
        let points = [SyncPoint::NamedBytes, SyncPoint::NewNames, SyncPoint::Lines, SyncPoint::PurgeNote];
        if let Some(point) = self.dice.pick(&points) {
            let pass = self.dice.below(3);
            self.disk.fail_sync(*point, pass);
        }
    }
}
