//! Has the phone's hardware vouch for the first line of a record and for its seal (`vouched`), on a thread of its own: nothing waits for a chip.
//!
//! The thread is told of a record when its first line is durable and when its writing is over, and looks itself what is missing. What was not
//! answered, or not written, is asked for once more after the next start; then it is left out, and nothing claims it.

use std::collections::HashSet;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Weak};

use quanji_evidence::body::Vouched;
use quanji_evidence::id::RecordId;
use quanji_evidence::{Digest, vouching};
use quanji_rules::Phase;
use quanji_store::Identity;

use crate::desk::in_vault;
use crate::fault::RecorderFault;
use crate::ledger::{self, Unvouched};
use crate::ports::Voucher;
use crate::rows;
use crate::shared_desk::{SharedDesk, load};

/// How many records may wait for the chip: a few hours of short ones, for a chip that takes minutes.
pub(crate) const WISHES_LIMIT: usize = 256;

/// How often an addition is prepared anew because somebody else added to the record in between.
const ATTEMPTS: usize = 3;

/// The thread that asks.
#[derive(Debug)]
pub(crate) struct Vouching {
    voucher: Arc<dyn Voucher>,
    wishes: Receiver<RecordId>,
    /// Weak: a chip that answers late must not keep the vault from being opened again.
    desk: Weak<SharedDesk>,
    /// What was asked for since the start: nothing is asked for twice.
    asked: HashSet<(RecordId, u64)>,
    /// Answers that wait until the running record is over.
    held: Vec<Answer>,
}

#[derive(Debug)]
enum Answer {
    Vouched(RecordId, Box<Vouched>),
    /// Everything of earlier starts was asked for once more.
    Asked(Unvouched),
}

/// A line that nobody vouches for yet.
#[derive(Debug, PartialEq, Eq)]
struct Bare {
    seq: u64,
    digest: Digest,
}

impl Vouching {
    /// Begins to ask: first for what earlier starts left open.
    pub(crate) fn begin(
        voucher: Arc<dyn Voucher>,
        wishes: Receiver<RecordId>,
        desk: &Arc<SharedDesk>,
        earlier: Unvouched,
    ) {
        let desk = Arc::downgrade(desk);
        let mut vouching = Vouching { voucher, wishes, desk, asked: HashSet::new(), held: Vec::new() };
        // A phone that has no thread to spare records all the same.
        let _ = std::thread::Builder::new().name("quanji-voucher".to_owned()).spawn(move || vouching.run(earlier));
    }

    fn run(&mut self, mut earlier: Unvouched) {
        // Their first lines had their second time.
        self.asked.extend(earlier.unsealed.iter().map(|record| (*record, 0)));
        let before = earlier.unsealed.clone();
        earlier.unsealed.append(&mut earlier.records);
        earlier.unsealed.retain(|record| !self.vouch(*record));
        if earlier.has_newer() || earlier.unsealed != before {
            self.held.push(Answer::Asked(earlier));
            self.hand_in_held();
        }
        while let Ok(record) = self.wishes.recv() {
            self.vouch(record);
            self.hand_in_held();
        }
    }

    /// Asks for what is missing in a record; whether the record is sealed.
    fn vouch(&mut self, record: RecordId) -> bool {
        let Some(desk) = self.desk.upgrade() else { return false };
        // A record that cannot be read now has nothing that could be vouched for.
        let Ok(lines) = desk.vault.lines(Identity::journal(in_vault(record))) else { return false };
        drop(desk);
        let (bare, is_sealed) = bare_lines(&lines);
        for Bare { seq, digest } in bare {
            if !self.asked.insert((record, seq)) {
                continue;
            }
            let Some(vouched) = self.ask(record, seq, &digest) else { continue };
            let answer = Answer::Vouched(record, Box::new(vouched));
            if let Some(answer) = self.hand_in(answer) {
                self.held.push(answer);
            }
        }
        is_sealed
    }

    fn ask(&self, record: RecordId, seq: u64, digest: &Digest) -> Option<Vouched> {
        let key = self.voucher.public().ok()?;
        let signature = self.voucher.sign(&vouching::message(record, seq, digest)).ok()?;
        vouching::vouched(record, seq, digest, &key, &signature)
    }

    fn hand_in_held(&mut self) {
        let held = std::mem::take(&mut self.held);
        self.held = held.into_iter().filter_map(|answer| self.hand_in(answer)).collect();
    }

    /// Has an answer written; it comes back when it must wait.
    fn hand_in(&self, answer: Answer) -> Option<Answer> {
        let desk = self.desk.upgrade()?;
        let written = match &answer {
            Answer::Vouched(record, vouched) => add(&desk, *record, vouched),
            Answer::Asked(earlier) => desk.at_desk_shortly(None, |desk| ledger::enter_asked(desk, earlier)),
        };
        match written {
            Err(RecorderFault::Busy | RecorderFault::GroupLost { .. }) => Some(answer),
            // Kept in memory until there is room; lost with the process, it is asked for again.
            Ok(()) | Err(RecorderFault::DiskFull) => None,
            // A record that nothing can be added to.
            Err(_) => None,
        }
    }
}

fn add(desk: &SharedDesk, record: RecordId, vouched: &Vouched) -> Result<(), RecorderFault> {
    if let Some(recording) = desk.running().filter(|recording| recording.record() == record) {
        match recording.add(None, vouched.clone()) {
            // It ended in between.
            Err(RecorderFault::Over) => {}
            done => return done.map(|_| ()),
        }
    }
    for _ in 0..ATTEMPTS {
        // Proving a long journal takes time, and needs no desk.
        let mut writer = load(&desk.vault, &desk.ports, &desk.in_force, record)?;
        if writer.now.rules.phase() == Phase::Recording {
            // It was left as a crash would leave it: the next start recovers it first.
            return Ok(());
        }
        let len = writer.now.journal.size_bytes();
        let is_added = desk.at_desk_shortly(Some(record), |desk| {
            if desk.vault.acknowledged_len(Identity::journal(in_vault(record))) != Some(len) {
                return Ok(false);
            }
            writer.add(desk, None, vouched.clone().into())?;
            writer.commit(desk)?;
            Ok(true)
        })?;
        if is_added {
            return Ok(());
        }
    }
    Err(RecorderFault::Busy)
}

/// The lines of a journal to vouch for that no `vouched` names, and whether it is sealed. Lines are read, not proved: what is signed is a digest,
/// and what is added is proved on the way.
fn bare_lines(lines: &[u8]) -> (Vec<Bare>, bool) {
    let (mut bare, mut is_sealed) = (Vec::new(), false);
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let is_vouched = rows::is_of_kind(line, "vouched");
        let is_seal = rows::is_of_kind(line, "sealed");
        if !(is_vouched || is_seal || rows::is_of_kind(line, "opened")) {
            continue;
        }
        let Some(read) = rows::read(line) else { continue };
        if is_vouched {
            bare.retain(|bare: &Bare| read.body["seq"] != bare.seq);
        } else {
            bare.push(Bare { seq: read.seq, digest: Digest::of(line) });
            is_sealed |= is_seal;
        }
    }
    (bare, is_sealed)
}
