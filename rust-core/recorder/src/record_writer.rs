//! Writes one record: statements through the rules into the signed chain, media through the multiplexer into the vault.
//!
//! Everything written since the last commit can be taken back whole: the vault promises that a lost group leaves no trace, and
//! [`Progress`] is kept twice for the same reason. Statements of a lost group are written again from where the record stands.

use std::sync::Arc;

use quanji_evidence::body::{
    Body, Cause, Document, Ended, EndedHow, FileDigest, InterruptionReason, Kind, NamedOfficer as NamedOfficerBody,
    Officers, Opened, OpeningExcused, OpeningPassage, Photo, Place, Private, Sealed, Service, Software, Started,
    Subject, Track, WrittenStatement,
};
use quanji_evidence::entry::{Actor, Clock, Flag};
use quanji_evidence::event::event;
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, FORMAT, Journal};
use quanji_evidence::private::PrivateValue;
use quanji_evidence::text::{FormatName, Officer, Ref};
use quanji_evidence::{Digest, Ed25519Signer, Findings, JournalWriter, Signer, Statement};
use quanji_rules::{Effect, Phase, Policy, Record, Written};
use quanji_store::{Identity, Vault};
use zeroize::Zeroizing;

use crate::deed::Deed;
use crate::desk::{Desk, in_vault};
use crate::fault::RecorderFault;
use crate::in_force::Newest;
use crate::ledger::Ledger;
use crate::media_writer::OpenTake;
use crate::ports::Ports;
use crate::progress::{MediaEnd, OpenInterruption, Progress, wall_at};
use crate::recovery::TakeState;

/// The wall clock may run this far from the monotonic one between two lines before `clock_set` says so (design, invariant 6).
const CLOCK_JUMP_US: i64 = 2_000_000;

/// What became of an addition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub seq: u64,
    /// What was owed when it was made.
    pub flags: Vec<Flag>,
    /// What to prompt, offer or show next.
    pub effects: Vec<Effect>,
}

/// One record being written.
#[derive(Debug)]
pub(crate) struct RecordWriter {
    pub(crate) id: RecordId,
    /// `None` once the record is sealed.
    record_key: Option<Arc<Ed25519Signer>>,
    pub(crate) now: Progress,
    acknowledged: Progress,
    /// What was added in the open group, to be added again if it is lost.
    unacknowledged: Vec<(Option<Actor>, Deed)>,
    pub(crate) take: Option<OpenTake>,
    /// What the phone knows against a track: picture, sound.
    blamed: [Option<Cause>; 2],
}

impl RecordWriter {
    /// Draws a record's name and key. Nothing of it is written.
    pub(crate) fn draw(desk: &mut Desk) -> Result<RecordWriter, RecorderFault> {
        let id = RecordId::from_bytes(desk.draw()?);
        let seed = Zeroizing::new(desk.draw::<32>()?);
        // The key is durable before the line that introduces it: a record whose key is lost could never be ended.
        desk.ports.record_keys.keep(id, &seed)?;
        let progress = Progress::new(desk.in_force.get().policy_of_record(desk.ports.time.now().wall_us));
        Ok(RecordWriter {
            id,
            record_key: Some(Arc::new(Ed25519Signer::from_seed(&seed))),
            acknowledged: progress.clone(),
            now: progress,
            unacknowledged: Vec::new(),
            take: None,
            blamed: [None; 2],
        })
    }

    /// Opens the record: one line with everything the phone knows in 50 ms. Nothing is asked (P0). Where its group is lost, it may be opened again.
    pub(crate) fn open(&mut self, desk: &mut Desk, ledger: &mut Ledger, started: Started) -> Result<(), RecorderFault> {
        let id = self.id;
        let record_key = self.record_key.as_ref().ok_or(RecorderFault::RecordKeyGone { record: id })?;
        let device = Arc::clone(&desk.ports.device);
        let place = ledger.next(device.epoch);
        let (name, version) = device.software.clone();
        let opened = Opened {
            format: FormatName::parse(FORMAT).expect("the format's own name"),
            record: id,
            device: device.id,
            device_key: device.signer.public().clone(),
            record_key: record_key.public().clone(),
            ledger: place.clone(),
            software: Software { name, version },
            started,
            certificate: device.certificate.clone(),
            anchor: device.head.clone().map(|head| quanji_evidence::body::Anchor { head }),
        };
        for identity in [Identity::journal(in_vault(id)), Identity::private(in_vault(id))] {
            if desk.vault.acknowledged_len(identity).is_none() {
                desk.writer.create(identity)?;
            }
        }
        self.state(desk, None, opened.into())?;
        ledger.enter(desk, &place, id, self.now.journal.head())
    }

    /// Takes a record up where its journal ends.
    pub(crate) fn load(
        vault: &Vault,
        ports: &Ports,
        in_force: &Newest,
        id: RecordId,
    ) -> Result<RecordWriter, RecorderFault> {
        let lines = vault.lines(Identity::journal(in_vault(id)))?;
        let mut findings = Findings::default();
        let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut findings);
        let ends = journal.entries.first().zip(journal.entries.last());
        let Some((first, last)) = ends.filter(|_| journal.is_read_in_full()) else {
            return Err(RecorderFault::JournalDamaged { record: id, line: journal.entries.len() as u64 });
        };
        let mut progress = Progress::new(in_force.get().policy_of_record(first.clock.wall_us));
        for entry in &journal.entries {
            progress.note(entry.seq, &entry.clock, &entry.body)?;
        }
        progress.journal = JournalWriter::resume(last.seq, last.digest.clone(), lines.len() as u64);
        progress.privates = highest_private(&journal);
        progress.media_end = TakeState::of(&journal).media_end;
        progress.carry_zero_over(&ports.time.now());
        let record_key = match progress.rules.phase() {
            Phase::Sealed => None,
            _ => {
                let seed = ports.record_keys.get(id)?;
                let seed = seed.ok_or(RecorderFault::RecordKeyGone { record: id })?;
                Some(Arc::new(Ed25519Signer::from_seed(&seed)))
            }
        };
        let acknowledged = progress.clone();
        Ok(RecordWriter {
            id,
            record_key,
            now: progress,
            acknowledged,
            unacknowledged: Vec::new(),
            take: None,
            blamed: [None; 2],
        })
    }

    /// Adds what an officer does or says. It is durable with the next commit.
    pub(crate) fn add(&mut self, desk: &mut Desk, actor: Option<Actor>, deed: Deed) -> Result<Done, RecorderFault> {
        let body = self.make_body(desk, deed.clone())?;
        let done = self.state(desk, actor.clone(), body)?;
        self.unacknowledged.push((actor, deed));
        Ok(done)
    }

    /// Makes everything since the last commit durable.
    pub(crate) fn commit(&mut self, desk: &mut Desk) -> Result<(), RecorderFault> {
        let _ = desk.writer.commit()?;
        self.acknowledged = self.now.clone();
        self.unacknowledged.clear();
        if self.now.rules.phase() == Phase::Sealed && self.record_key.take().is_some() {
            desk.ports.record_keys.destroy(self.id)?;
        }
        Ok(())
    }

    /// The vault lost the group: go back to what was acknowledged. What was said is returned, to be said again.
    pub(crate) fn roll_back(&mut self) -> Vec<(Option<Actor>, Deed)> {
        let privates = self.now.privates;
        self.now = self.acknowledged.clone();
        // The vault may have kept values of the group; their names are not given again. Nothing names them, so no export holds them.
        self.now.privates = privates;
        self.take = None;
        std::mem::take(&mut self.unacknowledged)
    }

    /// Whether something waits for a commit.
    pub(crate) fn is_dirty(&self) -> bool {
        self.now.journal != self.acknowledged.journal
    }

    /// The media end that is durable.
    pub(crate) fn acknowledged_end(&self) -> Option<&MediaEnd> {
        self.acknowledged.media_end.as_ref()
    }

    /// Ends the capture and seals it, in two groups: what ended is durable before the key is destroyed.
    pub(crate) fn end(&mut self, desk: &mut Desk, actor: Option<Actor>, how: EndedHow) -> Result<Done, RecorderFault> {
        self.finish_take(desk, quanji_evidence::body::Cut::TakeEnd)?;
        let now = desk.ports.time.now();
        let at_us = match (&self.now.media_end, how) {
            (Some(end), _) => end.wall_us(),
            (None, _) => now.wall_us,
        };
        let done = self.state(desk, actor, Ended { how, at_us }.into())?;
        self.commit(desk)?;
        let counts = self.now.counts.clone();
        self.state(desk, None, counts.into())?;
        self.commit(desk)?;
        desk.writer.finish(Identity::journal(in_vault(self.id)))?;
        let _ = desk.writer.commit()?;
        Ok(done)
    }

    /// Says one thing, ends and seals, all in the group that is open: it is durable whole or not at all.
    pub(crate) fn say_and_seal(
        &mut self,
        desk: &mut Desk,
        actor: Option<Actor>,
        deed: Deed,
    ) -> Result<(), RecorderFault> {
        let body = self.make_body(desk, deed)?;
        self.state(desk, actor.clone(), body)?;
        let ended = Ended { how: EndedHow::Officer, at_us: desk.ports.time.now().wall_us };
        self.state(desk, actor, ended.into())?;
        let counts = self.now.counts.clone();
        self.state(desk, None, counts.into())?;
        Ok(desk.writer.finish(Identity::journal(in_vault(self.id)))?)
    }

    /// Whether its seal is durable.
    pub(crate) fn is_sealed(&self) -> bool {
        self.acknowledged.rules.phase() == Phase::Sealed
    }

    /// Writes one statement; the rules are asked first and refuse nothing that happens at the scene.
    ///
    /// It is not said again when its group is lost: what [`RecordWriter::add`] takes is.
    pub(crate) fn state(&mut self, desk: &mut Desk, actor: Option<Actor>, body: Body) -> Result<Done, RecorderFault> {
        let clock = desk.ports.time.now();
        self.note_clock(desk, &clock)?;
        self.write_line(desk, clock, actor, body)
    }

    /// What the phone knows against a track, should it be silent.
    pub(crate) fn blame(&mut self, track: Track, cause: Option<Cause>) {
        self.blamed[track as usize] = cause;
    }

    /// Why a track is silent: an encoder that stalls, where nothing else is known.
    pub(crate) fn why_silent(&self, track: Track) -> Cause {
        self.blamed[track as usize].unwrap_or(Cause::Encoder)
    }

    /// Writes by how much the wall clock was set, if it was.
    pub(crate) fn note_clock_now(&mut self, desk: &mut Desk) -> Result<(), RecorderFault> {
        let clock = desk.ports.time.now();
        self.note_clock(desk, &clock)
    }

    fn note_clock(&mut self, desk: &mut Desk, clock: &Clock) -> Result<(), RecorderFault> {
        let Some(last) = self.now.clock.as_ref().filter(|last| last.boot == clock.boot) else { return Ok(()) };
        let expected = wall_at(last, clock.mono_us);
        // Both are below 2^53.
        if (clock.wall_us as i64 - expected as i64).abs() > CLOCK_JUMP_US {
            let set = quanji_evidence::body::ClockSet { wall_before_us: expected, wall_after_us: clock.wall_us };
            self.write_line(desk, clock.clone(), None, set.into())?;
        }
        Ok(())
    }

    /// Writes a line, or changes nothing.
    fn write_line(
        &mut self,
        desk: &mut Desk,
        clock: Clock,
        actor: Option<Actor>,
        body: Body,
    ) -> Result<Done, RecorderFault> {
        // Fragments are most of all lines, and the rules and a key in memory do not fail them: no copy is made for those.
        let before = (!is_of_film(&body)).then(|| self.now.clone());
        let outcome = self.try_write_line(desk, clock, actor, body);
        if let (Err(_), Some(before)) = (&outcome, before) {
            self.now = before;
        }
        outcome
    }

    fn try_write_line(
        &mut self,
        desk: &mut Desk,
        clock: Clock,
        actor: Option<Actor>,
        body: Body,
    ) -> Result<Done, RecorderFault> {
        // Most lines are of the film, and those around them name the exchange.
        let clock = if is_of_film(&body) { Clock { sync: None, ..clock } } else { clock };
        let seq = self.now.journal.next_seq();
        let is_sealed = self.now.rules.phase() == Phase::Sealed;
        let mut done = Done { seq, flags: Vec::new(), effects: Vec::new() };
        if let Some(event) = event(seq, &clock, &body) {
            let outcome = self.now.rules.apply(&event)?;
            match outcome.written {
                Written::Here | Written::AfterOpening => {}
                Written::InANewRecord => return Err(RecorderFault::BelongsToANewRecord { record: self.id }),
                Written::Nowhere => return Err(RecorderFault::Over),
            }
            done.flags = outcome.flags.iter().filter_map(|flag| flag_named(flag.name())).collect();
            done.effects = outcome.effects;
        }
        let statement = Statement { clock, actor, flags: done.flags.clone(), body };
        let device: &dyn Signer = &*desk.ports.device.signer;
        let journal = &mut self.now.journal;
        let line = match (&self.record_key, is_sealed) {
            (_, true) => journal.write(&statement, &[device])?,
            (Some(key), false) if seq == 0 => journal.write(&statement, &[device, &**key])?,
            (Some(key), false) => journal.write(&statement, &[&**key])?,
            (None, false) => return Err(RecorderFault::RecordKeyGone { record: self.id }),
        };
        desk.writer.append_line(Identity::journal(in_vault(self.id)), &line)?;
        let Statement { clock, body, .. } = statement;
        self.now.remember(seq, &clock, &body);
        Ok(done)
    }

    fn private(&mut self, desk: &mut Desk, text: &str) -> Result<Private, RecorderFault> {
        let number = self.now.privates + 1;
        let reference =
            Ref::parse(&format!("p{number}")).expect("numbers of a record's values have at most six digits");
        let value = PrivateValue::new(reference, &desk.draw()?, text)?;
        desk.writer.append_line(Identity::private(in_vault(self.id)), &value.to_line())?;
        self.now.privates = number;
        Ok(value.to_private())
    }

    fn private_if(&mut self, desk: &mut Desk, text: Option<String>) -> Result<Option<Private>, RecorderFault> {
        text.map(|text| self.private(desk, &text)).transpose()
    }

    fn file(&mut self, desk: &mut Desk, bytes: &[u8]) -> Result<FileDigest, RecorderFault> {
        let record = in_vault(self.id);
        let number = desk.vault.next_number(record, quanji_store::FileKind::Photo, 0);
        let identity = Identity::photo(record, number);
        desk.writer.create(identity)?;
        for piece in bytes.chunks(1 << 20) {
            desk.writer.append_media(identity, piece)?;
        }
        desk.writer.finish(identity)?;
        Ok(FileDigest { size_bytes: bytes.len() as u64, digest: Digest::of(bytes) })
    }

    fn make_body(&mut self, desk: &mut Desk, deed: Deed) -> Result<Body, RecorderFault> {
        Ok(match deed {
            Deed::Said(Body::OpeningPassage(passage)) => {
                let phrases = desk.in_force.get().phrases_edition().cloned();
                OpeningPassage { phrases, ..*passage }.into()
            }
            Deed::Said(body) => body,
            Deed::Preflight(check) => check.into_preflight(&desk.in_force.get().policy().preflight).into(),
            Deed::Place { place, how } => Place { place: self.private(desk, &place)?, how }.into(),
            Deed::Officers { officers, recorded_by } => {
                let mut named = Vec::with_capacity(officers.len());
                for (place, officer) in officers.iter().enumerate() {
                    let name = self.private(desk, &officer.name)?;
                    let certificate = self.private(desk, &officer.certificate)?;
                    named.push(NamedOfficerBody { officer: officer_number(place), name, certificate });
                }
                Officers { officers: named, recorded_by: officer_number(recorded_by) }.into()
            }
            Deed::Subject { party, name, matter, case } => {
                let catalog = matter.as_ref().and_then(|matter| desk.in_force.get().edition_of(matter.as_str()));
                let (name, case) = (self.private_if(desk, name)?, self.private_if(desk, case)?);
                Subject { party, name, matter, case, catalog }.into()
            }
            Deed::OpeningExcused { reason, word } => {
                OpeningExcused { reason, word: self.private_if(desk, word)? }.into()
            }
            Deed::InterruptionReason { interruption, cause, how, measured, word } => {
                let crate::deed::Measured { speech, from_mono_us, to_mono_us, voiced_us } = measured;
                let word = self.private_if(desk, word)?;
                InterruptionReason { interruption, cause, how, speech, from_mono_us, to_mono_us, voiced_us, word }
                    .into()
            }
            Deed::FilmingNotice { state, word } => {
                quanji_evidence::body::FilmingNotice { state, word: self.private_if(desk, word)? }.into()
            }
            Deed::Photo { image, width, height } => Photo { file: self.file(desk, &image)?, width, height }.into(),
            Deed::Document { file, document, title } => {
                let (file, title) = (self.file(desk, &file)?, self.private_if(desk, title)?);
                Document { file, document, title }.into()
            }
            Deed::Service { method, step, file } => {
                let file = file.map(|file| self.file(desk, &file)).transpose()?;
                Service { method, step, file }.into()
            }
            Deed::WrittenStatement { statement, interruption, draft } => {
                WrittenStatement { statement: self.private(desk, &statement)?, interruption, draft }.into()
            }
            Deed::Correction { of, text } => {
                quanji_evidence::body::Correction { of, text: self.private(desk, &text)? }.into()
            }
            Deed::DeclaredMistake { reason } => {
                quanji_evidence::body::DeclaredMistake { reason: self.private(desk, &reason)? }.into()
            }
        })
    }
}

impl Progress {
    fn new(policy: Policy) -> Progress {
        Progress {
            journal: JournalWriter::begin(),
            rules: Record::new(policy),
            counts: Sealed { takes: 0, segments: 0, fragments: 0, media_bytes: 0, files: 0 },
            privates: 0,
            clock: None,
            takes: 0,
            zero_mono_us: None,
            segment: None,
            media_end: None,
            open_interruption: None,
            restarts: 0,
        }
    }

    /// Takes an entry of a journal that is being loaded.
    fn note(&mut self, seq: u64, clock: &Clock, body: &Body) -> Result<(), RecorderFault> {
        if let Some(event) = event(seq, clock, body) {
            self.rules.apply(&event)?;
        }
        self.remember(seq, clock, body);
        Ok(())
    }

    /// In another boot the record's media time goes on where it ended, and for as long as the wall clock says nothing was recorded.
    fn carry_zero_over(&mut self, now: &Clock) {
        let (Some(zero), Some(end)) = (self.zero_mono_us, &self.media_end) else { return };
        if end.clock.boot != now.boot {
            let media_us = end.mono_us as i64 - zero;
            let gap_us = now.wall_us.saturating_sub(end.wall_us()) as i64;
            self.zero_mono_us = Some(now.mono_us as i64 - media_us - gap_us);
        }
    }

    fn remember(&mut self, seq: u64, clock: &Clock, body: &Body) {
        if !matches!(body, Body::Sealed(_)) && self.rules.phase() != Phase::Sealed {
            self.counts.add(body);
        }
        match body {
            Body::Take(take) => (self.takes, self.zero_mono_us) = (take.take, Some(take.zero_mono_us)),
            Body::Interrupted(interrupted) => {
                self.open_interruption = Some(OpenInterruption { seq, cause: interrupted.cause });
                self.restarts = self.restarts.max(interrupted.restart.unwrap_or(0));
            }
            Body::Resumed(_) => self.open_interruption = None,
            _ => {}
        }
        self.clock = Some(clock.clone());
    }
}

/// Most lines are. Nothing the rules say keeps one out, and no exchange of time is named in them.
fn is_of_film(body: &Body) -> bool {
    matches!(body.kind(), Kind::Fragment | Kind::Segment)
}

/// Officers are numbered as they are named, from 1.
fn officer_number(place: usize) -> Officer {
    Officer::parse(&format!("o{}", place + 1)).expect("at most 64 officers")
}

fn flag_named(name: &str) -> Option<Flag> {
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};
    let name: StrDeserializer<'_, Error> = name.into_deserializer();
    Flag::deserialize(name).ok()
}

fn highest_private(journal: &Journal) -> u32 {
    let named = journal.entries.iter().flat_map(|entry| entry.body.privates());
    named.filter_map(|private| private.reference.as_str().strip_prefix('p')?.parse().ok()).max().unwrap_or(0)
}
