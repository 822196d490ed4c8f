//! The phone's recorder: opens the vault and recovers it, begins records, takes them up again, adds to sealed ones, exports.

use std::io::{Seek, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quanji_evidence::Digest;
use quanji_evidence::body::{EndedHow, OtherRecord, Started};
use quanji_evidence::document::Document;
use quanji_evidence::entry::{Actor, Clock};
use quanji_evidence::id::{DeviceId, RecordId};
use quanji_evidence::keyset::Keyset;
use quanji_evidence::manifest::Purpose;
use quanji_rules::{Calendar, Phase};
use quanji_store::{
    FileKind, Identity, IndexError, IndexState, Known, OpenError, ReadError, RecordState, Recovery, Store, Vault,
};
use quanji_upload::{Capture, HolderFault};
use thiserror::Error;

use crate::agency_time::{AgencyTime, Heard};
use crate::deed::Deed;
use crate::desk::{Desk, from_vault, in_vault};
use crate::drafts::NamedDrafts;
use crate::export::{self, ExportFault, Exported};
use crate::fault::RecorderFault;
use crate::follow::Follower;
use crate::in_force::{InForce, Newest};
use crate::ledger::Ledger;
use crate::ports::{Device, Ports, TimeSource};
use crate::record_writer::{Done, RecordWriter};
use crate::recording::Recording;
use crate::recovery::Recovered;
use crate::rows::Rows;
use crate::shared_desk::{Indexed, SharedDesk, load};
use crate::shift_check::LastCheck;
use crate::summary::Summary;
use crate::vouching::{Vouching, WISHES_LIMIT};

/// The recorder of one phone.
#[derive(Debug)]
pub struct Recorder {
    vault: Vault,
    ports: Ports,
    desk: Arc<SharedDesk>,
    /// How far the queue was told of the running record. Locked before the index, and never with the state.
    follower: Mutex<Option<Follower>>,
    /// What a session has brought since the recorder was opened.
    newer_anchor: Mutex<Option<DeviceAnchor>>,
    time: Arc<AgencyTime>,
    in_force: Arc<Newest>,
    /// When the agency was last asked what is new, by the wall clock; `NEVER` since the recorder was opened.
    asked_us: AtomicI64,
    /// False once it was seen that the agency has every check before duty: the device's lines are then not read for each look.
    pub(crate) may_have_unsent_checks: AtomicBool,
    /// Locked behind the desk's state where both are.
    pub(crate) last_check: Mutex<LastCheck>,
    pub(crate) named_drafts: Mutex<NamedDrafts>,
}

const NEVER: i64 = i64::MIN;
/// Notices appear once a year, catalogs a few times: half a day is early enough.
const ASK_EVERY_US: u64 = 12 * 3_600_000_000;

/// What the next record carries of the agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceAnchor {
    /// The certificate's signed line without LF.
    pub certificate: String,
    pub head: String,
}

/// What opening found.
#[derive(Debug)]
pub struct Opening {
    pub vault: Recovery,
    /// Records that had been cut off; each stands interrupted now.
    pub recovered: Vec<Recovered>,
    /// Records that could not be taken up: reported, never touched.
    pub troubled: Vec<(RecordId, RecorderFault)>,
    /// How the index was found; `None` where the recorder was opened without one.
    pub index: Option<IndexOpening>,
}

/// How the index was found. Nothing of it keeps a recorder from opening.
#[derive(Debug)]
pub struct IndexOpening {
    pub state: IndexState,
    /// Records whose rows were made anew.
    pub summarised: usize,
    /// What kept the rows from being read or written.
    pub fault: Option<IndexError>,
}

/// Why the recorder could not be opened.
#[derive(Debug, Error)]
pub enum OpenFault {
    #[error(transparent)]
    Vault(#[from] OpenError),
    #[error(transparent)]
    Recorder(#[from] RecorderFault),
    /// Cannot happen in a vault just opened; typed all the same.
    #[error("the vault's writer is taken")]
    WriterTaken,
}

impl Recorder {
    /// Opens the vault, and brings every record that was cut off to a signed interruption. Every file is read.
    pub fn open(store: quanji_store::Ports, ports: Ports) -> Result<(Recorder, Opening), OpenFault> {
        let (vault, recovery) = Vault::open(store, &Known::default())?;
        let records = vault.records();
        let in_force = Arc::new(InForce::read(&vault, ports.device.keyset.as_ref()));
        Recorder::take_over(vault, recovery, ports, records, (in_force, None))
    }

    /// As [`Recorder::open`], with an index in `index_folder`, which may be the vault's own: only files that changed and records that
    /// were cut off are read. A lost or damaged index is made again from the vault, and the damaged one is kept beside it.
    pub fn open_indexed(
        store: quanji_store::Ports,
        ports: Ports,
        index_folder: &Path,
        progress: &mut dyn FnMut(quanji_store::Progress),
    ) -> Result<(Recorder, Opening), OpenFault> {
        let mut in_force = Arc::<InForce>::default();
        let make = |vault: &Vault| {
            in_force = Arc::new(InForce::read(vault, ports.device.keyset.as_ref()));
            Rows { in_force: Arc::clone(&in_force) }
        };
        let (store, rows, opening) = Store::open_with(store, index_folder, make, progress)?;
        let quanji_store::Opening { recovery, index: state, summarised, index_error } = opening;
        let (cut_off, fault) = match store.index.records() {
            // An index that could not be written knows less than the vault.
            _ if index_error.is_some() => (store.vault.records(), index_error),
            Ok(rows) => {
                let is_cut_off = |state| matches!(state, RecordState::Recording | RecordState::Unreadable);
                (rows.into_iter().filter(|row| is_cut_off(row.state)).map(|row| row.record).collect(), None)
            }
            Err(fault) => (store.vault.records(), Some(fault)),
        };
        let vault = store.vault.clone();
        let index = (Indexed { store, rows }, IndexOpening { state, summarised, fault });
        Recorder::take_over(vault, recovery, ports, cut_off, (in_force, Some(index)))
    }

    fn take_over(
        vault: Vault,
        recovery: Recovery,
        mut ports: Ports,
        cut_off: Vec<quanji_store::RecordId>,
        (in_force, index): (Arc<InForce>, Option<(Indexed, IndexOpening)>),
    ) -> Result<(Recorder, Opening), OpenFault> {
        let writer = vault.writer().ok_or(OpenFault::WriterTaken)?;
        let (wishes, queue) = ports.voucher.as_ref().map(|_| sync_channel(WISHES_LIMIT)).unzip();
        let in_force = Newest::of(in_force);
        let time = Arc::new(AgencyTime::over(Arc::clone(&ports.time)));
        ports.time = Arc::<AgencyTime>::clone(&time);
        let mut desk = Desk {
            vault: vault.clone(),
            writer,
            ports: ports.clone(),
            wishes,
            in_force: Arc::clone(&in_force),
            unwritten: None,
        };
        let ledger = Ledger::open(&mut desk)?;
        let (mut recovered, mut troubled) = (Vec::new(), Vec::new());
        for record in cut_off.into_iter().map(from_vault) {
            match recover(&mut desk, record) {
                Ok(outcome) => recovered.extend(outcome),
                Err(fault) => troubled.push((record, fault)),
            }
        }
        let earlier = ledger.unvouched();
        let (index, index_opening) = index.unzip();
        let desk = Arc::new(SharedDesk::new(desk, ledger, index));
        if let (Some(voucher), Some(queue)) = (&ports.voucher, queue) {
            Vouching::begin(Arc::clone(voucher), queue, &desk, earlier);
        }
        // Of an earlier program, or cut off after a document was kept. Where it fails, the next opening does it.
        let _ = desk.reckon_again(&in_force.get());
        let recorder = Recorder {
            vault,
            ports,
            desk,
            follower: Mutex::default(),
            newer_anchor: Mutex::default(),
            time,
            in_force,
            asked_us: AtomicI64::new(NEVER),
            may_have_unsent_checks: AtomicBool::new(true),
            last_check: Mutex::default(),
            named_drafts: Mutex::default(),
        };
        recovered.iter().for_each(|found| recorder.desk.refresh(found.record));
        Ok((recorder, Opening { vault: recovery, recovered, troubled, index: index_opening }))
    }

    /// Begins a record with nothing asked. Its first line is durable when this returns.
    pub fn begin(&self, started: Started) -> Result<Recording, RecorderFault> {
        self.desk.run(|desk, ledger| self.begin_at(desk, ledger, started))
    }

    /// Begins, says one thing and seals in one group: a record that says it, or none. One that was lost is written again where the next is asked
    /// for, under its name: what a crash brings back of it is then no second record.
    pub(crate) fn record_alone(&self, actor: Option<Actor>, deed: Deed) -> Result<RecordId, RecorderFault> {
        self.desk.write_alone(|desk, ledger| {
            self.take_anchor(desk);
            let mut record = match desk.unwritten.take() {
                Some(record) => record,
                None => Box::new(RecordWriter::draw(desk)?),
            };
            let opened = record.open(desk, ledger, Started::Button);
            let said = opened.and_then(|()| record.say_and_seal(desk, actor, deed));
            match said.and_then(|()| record.commit(desk)) {
                // A key that could not be destroyed takes nothing back of what is sealed.
                Err(fault) if !record.is_sealed() => {
                    desk.writer.give_up();
                    ledger.forget(record.id);
                    let _ = record.roll_back();
                    desk.unwritten = Some(record);
                    Err(fault)
                }
                _ => {
                    desk.wish(record.id);
                    Ok(record.id)
                }
            }
        })
    }

    /// What a session has brought since is what the next record carries.
    fn take_anchor(&self, desk: &mut Desk) {
        if let Some(DeviceAnchor { certificate, head }) = self.lock_anchor().take() {
            let device = (*desk.ports.device).clone();
            desk.ports.device = Arc::new(Device { certificate: Some(certificate), head: Some(head), ..device });
        }
    }

    fn begin_at(&self, desk: &mut Desk, ledger: &mut Ledger, started: Started) -> Result<RecordWriter, RecorderFault> {
        self.take_anchor(desk);
        let mut record = RecordWriter::draw(desk)?;
        let opened = record.open(desk, ledger, started);
        match opened.and_then(|()| record.commit(desk)) {
            Ok(()) => {
                desk.wish(record.id);
                Ok(record)
            }
            Err(fault) => {
                desk.writer.give_up();
                ledger.forget(record.id);
                Err(fault)
            }
        }
    }

    /// The agency certified this device, or said what time it is: records that begin from now on carry it.
    pub fn anchor(&self, anchor: DeviceAnchor) {
        *self.lock_anchor() = Some(anchor);
    }

    /// The agency said what time it is: lines name the exchange until the phone restarts.
    pub fn hear(&self, heard: Heard) {
        self.time.hear(heard);
    }

    /// The phone's wall clock minus the agency's, in µs; `None` where nothing was heard since the phone started.
    pub fn clock_offset_us(&self) -> Option<i64> {
        self.time.offset_us()
    }

    fn lock_anchor(&self) -> MutexGuard<'_, Option<DeviceAnchor>> {
        self.newer_anchor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes up a record that is not sealed; the next frames are a new take of it.
    pub fn take_up(&self, record: RecordId) -> Result<Recording, RecorderFault> {
        self.desk.run(|desk, _| {
            let writer = load(&desk.vault, &desk.ports, &desk.in_force, record)?;
            if writer.now.rules.phase() == Phase::Sealed {
                return Err(RecorderFault::BelongsToANewRecord { record });
            }
            Ok(writer)
        })
    }

    /// Adds to a record that is not running: an addendum to a sealed one, or what is still owed to an interrupted one.
    pub fn add_later(
        &self,
        record: RecordId,
        actor: Option<Actor>,
        deed: impl Into<Deed>,
    ) -> Result<Done, RecorderFault> {
        self.desk.at_desk(record, |desk| {
            let mut writer = load(&desk.vault, &desk.ports, &desk.in_force, record)?;
            let done = writer.add(desk, actor, deed.into())?;
            writer.commit(desk)?;
            Ok(done)
        })
    }

    /// Ends and seals a record that was cut off and is not taken up again.
    pub fn end_later(&self, record: RecordId, actor: Option<Actor>, how: EndedHow) -> Result<Done, RecorderFault> {
        self.desk.at_desk(record, |desk| {
            let mut writer = load(&desk.vault, &desk.ports, &desk.in_force, record)?;
            let done = writer.end(desk, actor, how);
            desk.wish(record);
            done
        })
    }

    /// What the agency has issued and this phone holds.
    pub fn in_force(&self) -> Arc<InForce> {
        self.in_force.get()
    }

    /// The working days as they are known here and now.
    pub fn calendar(&self) -> Arc<Calendar> {
        Arc::clone(&self.in_force.get().calendar)
    }

    /// A yes of the officer to so many bytes over a network that is paid for, as far as the agency lets one go. How much of it waits already;
    /// `None` where the recorder was opened without an index.
    pub fn consent_to_paid(&self, said_bytes: u64) -> Option<Result<u64, IndexError>> {
        let agreed_bytes = self.in_force().policy().network.agreed_bytes(said_bytes);
        let mut waits = None;
        self.index_do(&mut |index| waits = Some(index.consent_to_paid(agreed_bytes)))?;
        waits
    }

    /// Keeps a document and reckons by it. How many deadlines moved.
    pub(crate) fn keep_issued(&self, document: &Document, keyset: &Keyset) -> Result<u64, RecorderFault> {
        self.desk.at_desk_shortly(None, |desk| {
            let number = desk.vault.next_number(quanji_store::RecordId::DEVICE, FileKind::Issued, 0);
            let identity = Identity::issued(number);
            desk.writer.create(identity)?;
            desk.writer.append_media(identity, &document.to_bytes())?;
            desk.writer.finish(identity)?;
            let _ = desk.writer.commit()?;
            Ok(())
        })?;
        let in_force = Arc::new(InForce::read(&self.vault, Some(keyset)));
        self.in_force.set(Arc::clone(&in_force));
        // What is not reckoned again now is at the next opening: the index says by which notices it counted.
        Ok(self.desk.reckon_again(&in_force).unwrap_or(0))
    }

    pub(crate) fn asks_for_news(&self, now_us: i64) -> bool {
        let asked_us = self.asked_us.load(Ordering::Relaxed);
        // A clock that was set back is no reason not to ask.
        asked_us == NEVER || now_us.abs_diff(asked_us) >= ASK_EVERY_US
    }

    pub(crate) fn asked_for_news(&self, now_us: i64) {
        self.asked_us.store(now_us, Ordering::Relaxed);
    }

    pub(crate) fn device_id(&self) -> DeviceId {
        self.ports.device.id
    }

    pub(crate) fn vault_handle(&self) -> Vault {
        self.vault.clone()
    }

    /// Lends the index; `None` where the recorder was opened without one.
    pub(crate) fn index_do(&self, act: &mut dyn FnMut(&mut quanji_store::Index)) -> Option<()> {
        let index = self.desk.index.as_ref()?;
        act(&mut index.lock().unwrap_or_else(PoisonError::into_inner).store.index);
        Some(())
    }

    /// Tells the queue what has become durable of the running record.
    pub(crate) fn follow(&self) -> Result<Capture, HolderFault> {
        let running = self.running().map(|recording| in_vault(recording.record()));
        let mut follower = self.follower.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(record) = running else {
            *follower = None;
            return Ok(Capture::Idle);
        };
        let mut following = match follower.take() {
            Some(following) if following.record() == record => following,
            _ => Follower::of(self.vault.clone(), record),
        };
        if let Some(durable) = following.more().map_err(|source| HolderFault::Read { source })? {
            let mut told = None;
            self.index_do(&mut |index| told = Some(durable.tell(index))).ok_or(HolderFault::NoIndex)?;
            told.ok_or(HolderFault::NoIndex)??;
        }
        // Kept only where the index has heard it: otherwise the next begins with the first line.
        *follower = Some(following);
        Ok(Capture::Running)
    }

    /// Works at the desk on the device's own lines, where no record runs.
    pub(crate) fn at_desk_of_device<T>(
        &self,
        act: impl FnOnce(&mut Desk) -> Result<T, RecorderFault>,
    ) -> Result<T, RecorderFault> {
        self.desk.at_desk_shortly(None, act)
    }

    /// The device's own lines; none where they cannot be read.
    pub(crate) fn device_lines(&self) -> Vec<u8> {
        self.vault.lines(Identity::device()).unwrap_or_default()
    }

    pub(crate) fn now(&self) -> Clock {
        self.time.now()
    }

    pub(crate) fn at_idle_desk(
        &self,
        record: RecordId,
        act: impl FnOnce(&mut Desk) -> Result<(), RecorderFault>,
    ) -> Result<(), RecorderFault> {
        self.desk.at_desk(record, act)
    }

    pub(crate) fn refresh_rows(&self, record: RecordId) {
        self.desk.refresh(record);
    }

    /// The running record, if there is one.
    pub fn running(&self) -> Option<Recording> {
        self.desk.running()
    }

    /// What another phone needs to join this record's activity.
    pub fn reference(&self, record: RecordId) -> Result<OtherRecord, RecorderFault> {
        let lines = self.lines(record)?;
        let first = lines.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        Ok(OtherRecord { record, opened: Digest::of(first) })
    }

    /// Every record of this phone at a glance.
    pub fn summaries(&self) -> Vec<Result<Summary, RecordId>> {
        let in_force = self.in_force();
        let summary = |record: RecordId| match self.lines(record) {
            Ok(lines) => Summary::of(record, &lines, &in_force).ok_or(record),
            Err(_) => Err(record),
        };
        self.vault.records().into_iter().map(from_vault).map(summary).collect()
    }

    /// One record at a glance; `None` when not even its first line proves itself.
    pub fn summary(&self, record: RecordId) -> Result<Option<Summary>, RecorderFault> {
        Ok(Summary::of(record, &self.lines(record)?, &self.in_force()))
    }

    /// A record's journal, as it was signed.
    pub fn lines(&self, record: RecordId) -> Result<Vec<u8>, RecorderFault> {
        match self.vault.lines(Identity::journal(in_vault(record))) {
            Err(ReadError::NoSuchFile(_)) => Err(RecorderFault::NoSuchRecord { record }),
            lines => Ok(lines?),
        }
    }

    /// Writes a bundle of whole records, signed by the device.
    pub fn export<W: Write + Seek>(
        &self,
        records: &[RecordId],
        purpose: Purpose,
        out: W,
        progress: &mut dyn FnMut(Exported),
    ) -> Result<W, ExportFault> {
        export::export(&self.vault, &self.ports, records, purpose, out, progress)
    }
}

impl Drop for Recorder {
    /// A record that has ended since is in the index, too.
    fn drop(&mut self) {
        self.desk.settle();
    }
}

fn recover(desk: &mut Desk, record: RecordId) -> Result<Option<Recovered>, RecorderFault> {
    let lines = desk.vault.lines(Identity::journal(in_vault(record)))?;
    // A look at the text spares proving every sealed record at each start; what is proved is proved again at its export.
    if lines.split(|byte| *byte == b'\n').rev().any(is_sealed) || lines.is_empty() {
        return Ok(None);
    }
    load(&desk.vault, &desk.ports, &desk.in_force, record)?.recover(desk)
}

fn is_sealed(line: &[u8]) -> bool {
    const NEEDLE: &[u8] = br#","kind":"sealed","#;
    line.windows(NEEDLE.len()).any(|window| window == NEEDLE)
}
