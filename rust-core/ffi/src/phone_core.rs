//! The one object the shell holds.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quanji_capture::clocks::ClockBase;
use quanji_capture::keys::Keys;
use quanji_capture::quality::{Coding, Step, Steps};
use quanji_evidence::id::RecordId;
use quanji_media::{Rotation, SoundFormat, TakeFormat, Timescale, VideoFormat};
use quanji_recorder::{Capture, Ports, Recorder, SecretStore, TimeSource, Voucher, boot_of, identify};
use quanji_store::{Disk, OsChance, RealDisk};
use quanji_upload::Holder;
use tokio::sync::Notify;

use crate::deed::{Deed, Done, Prompt, ProvenOfficer, code, speech_of};
use crate::error::{CoreError, Defect, OpenError};
use crate::link::{Link, kept_trust};
use crate::measured::{Asked, CameraClock, Conditions, Meant, Notice, Press, Sample};
use crate::ports::{ForeignClock, ForeignSecrets, ForeignVoucher, Phone, TlsRoots};
use crate::practice::{self, PracticeSecrets, folder_beside};
use crate::slots;
use crate::status::{Running, Status};
use crate::system_clock::SystemClock;
use crate::words::{Cause, EndedHow, Started};

/// The core of one phone.
#[derive(uniffi::Object)]
pub struct Core {
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) link: Arc<Link>,
    pub(crate) tls_roots: Option<Arc<dyn TlsRoots>>,
    is_practice: bool,
    opened: Opened,
    running: Mutex<Option<Handle>>,
    keys: Mutex<Keys>,
    /// What ends the upload that runs.
    pub(crate) upload: Mutex<Option<Arc<Notify>>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Handle {
    number: i64,
    pub(crate) capture: Arc<Capture>,
}

/// What opening found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Opened {
    /// Records that had been cut off; each stands interrupted now.
    pub recovered: Vec<RecoveredRecord>,
    /// Records that could not be taken up: reported, never touched.
    pub troubled: Vec<TroubledRecord>,
}

/// A record that was cut off.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RecoveredRecord {
    pub record: String,
    pub fragments: u64,
    pub bytes: u64,
    pub us: u64,
    /// Bytes that were found and not adopted; they stay in the vault.
    pub left_bytes: u64,
}

/// A record that could not be taken up.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TroubledRecord {
    pub record: String,
    pub why: CoreError,
}

/// A record that runs now, and the handle by which its frames are pushed.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Begun {
    pub record: String,
    pub handle: i64,
}

/// How pictures are coded, and with which parameter sets.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PictureFormat {
    pub coding: Coding,
    /// `csd-0` and `csd-1` of the encoder, one after the other; that of HEVC has only the first.
    pub parameter_sets: Vec<u8>,
}

/// The format of the units that follow: what the encoders gave as codec configuration.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Format {
    pub video: Option<PictureFormat>,
    /// `csd-0` of the AAC encoder, and how many samples it makes up at its start.
    pub audio: Option<Vec<u8>>,
    pub priming_samples: u32,
    /// How far the picture must be turned clockwise to stand upright: 0, 90, 180, 270.
    pub rotation_degrees: u32,
    pub camera_clock: CameraClock,
}

#[uniffi::export]
impl Core {
    /// Opens the vault, or makes it at the first use, and brings every record that was cut off to a signed interruption.
    #[uniffi::constructor]
    pub fn open(phone: Phone) -> Result<Arc<Core>, OpenError> {
        let Phone { folder, secrets, boot_count, clock, software, version, is_practice, tls_roots, hardware_key } =
            phone;
        let name = if is_practice { software + practice::SOFTWARE } else { software };
        let software = (shape("software", &name)?, shape("version", &version)?);
        let folder = if is_practice { folder_beside(Path::new(&folder)) } else { PathBuf::from(folder) };
        let folder = folder.as_path();
        let disk = Arc::new(RealDisk::open(folder).map_err(|_| OpenError::Disk)?);
        let secrets: Arc<dyn SecretStore> = Arc::new(ForeignSecrets(secrets));
        let secrets = if is_practice { Arc::new(PracticeSecrets(secrets)) as Arc<dyn SecretStore> } else { secrets };
        let chance = Arc::new(OsChance);
        let mut identified = identify(&secrets, &*disk, &*chance, software)?;
        let trust = kept_trust(&identified.device, &*secrets);
        identified.device.keyset = trust.as_ref().map(|trust| trust.keyset().clone());
        let boot = boot_of(identified.device.epoch, boot_count);
        let time: Arc<dyn TimeSource> = match clock {
            Some(clock) => Arc::new(ForeignClock { clock, boot }),
            None => Arc::new(SystemClock { boot }),
        };
        let store = quanji_store::Ports {
            disk: disk as Arc<dyn Disk>,
            keys: identified.vault_keys,
            chance: Arc::new(OsChance),
            reserve_bytes: quanji_store::Ports::RESERVE_BYTES,
        };
        let device = Arc::new(identified.device);
        let voucher =
            hardware_key.filter(|_| !is_practice).map(|key| Arc::new(ForeignVoucher::new(key)) as Arc<dyn Voucher>);
        let ports = Ports {
            time: Arc::clone(&time),
            chance,
            record_keys: identified.record_keys,
            device: Arc::clone(&device),
            voucher: voucher.clone(),
        };
        let (recorder, opening) = Recorder::open_indexed(store, ports, folder, &mut |_| {})?;
        let opened = Opened {
            recovered: opening.recovered.into_iter().map(RecoveredRecord::from).collect(),
            troubled: opening
                .troubled
                .into_iter()
                .map(|(record, fault)| TroubledRecord { record: record.to_string(), why: fault.into() })
                .collect(),
        };
        let recorder = Arc::new(recorder);
        let link = Arc::new(Link::new(device, time, voucher, secrets, (Arc::clone(&recorder), trust)));
        Ok(Arc::new(Core {
            recorder,
            link,
            tls_roots,
            is_practice,
            opened,
            running: Mutex::new(None),
            keys: Mutex::new(Keys::new()),
            upload: Mutex::new(None),
        }))
    }

    /// Whether this is practice (演练): nothing of it is a record.
    pub fn is_practice(&self) -> bool {
        self.is_practice
    }

    /// What opening found.
    pub fn opened(&self) -> Opened {
        self.opened.clone()
    }

    /// Begins a record with nothing asked. Its first line is durable when this returns.
    pub fn begin(&self, started: Started) -> Result<Begun, CoreError> {
        let recording = self.recorder.begin(started)?;
        self.enter(Capture::new(recording))
    }

    /// Goes on with a record that was interrupted.
    pub fn take_up(&self, record: String) -> Result<Begun, CoreError> {
        let recording = self.recorder.take_up(record_id(&record)?)?;
        self.enter(Capture::new(recording))
    }

    /// The format of the units that follow. A change ends the take.
    pub fn set_format(&self, format: Format) -> Result<(), CoreError> {
        let declared = format.camera_clock.into();
        let format = format.into_inner()?;
        self.running()?.capture.set_format(format, declared);
        Ok(())
    }

    /// The phone says at which instant, µs, its microphone heard which frame (`AudioRecord.getTimestamp`), about once a second. Frames are
    /// counted as the encoder's stamps count them: from 0 since the microphone was opened.
    pub fn heard(&self, frame: i64, at_us: i64, base: ClockBase) -> Result<(), CoreError> {
        self.running()?.capture.heard(frame, at_us, base);
        Ok(())
    }

    /// The microphone was opened anew.
    pub fn microphone_reopened(&self) -> Result<(), CoreError> {
        self.running()?.capture.microphone_reopened();
        Ok(())
    }

    /// Takes what the phone measured, µs since boot. What follows from it is told by the next `tick`.
    pub fn sample(&self, now_us: u64, sample: Sample) -> Result<(), CoreError> {
        let running = self.running()?;
        if let Some(sample) = sample.into_inner() {
            running.capture.sample(now_us, sample);
        }
        Ok(())
    }

    /// Time passed: once a second, and when `Frames.hear` says that there is something. What is to be told.
    pub fn tick(&self, now_us: u64) -> Result<Vec<Notice>, CoreError> {
        Ok(self.running()?.capture.tick(now_us).into_iter().map(Notice::from).collect())
    }

    /// The step to begin at. `hevc_at` are those at which HEVC is wanted and the phone has an encoder for it.
    pub fn begin_quality(&self, policy: Step, hevc_at: Vec<Step>, now: Conditions) -> Result<Asked, CoreError> {
        Ok(Asked::of(self.running()?.capture.begin_quality(policy, Steps::of(&hevc_at), now.into())))
    }

    /// The picture's encoder failed. What to ask of the next one, where that is something else: H.264 after HEVC.
    pub fn encoder_failed(&self, now_us: u64) -> Result<Option<Asked>, CoreError> {
        Ok(self.running()?.capture.encoder_failed(now_us).map(Asked::of))
    }

    /// Looks at the conditions; a change of step is said aloud, and the encoders are set up for it.
    pub fn conditions(&self, now_us: u64, now: Conditions) -> Result<Option<Asked>, CoreError> {
        let change = self.running()?.capture.conditions(now_us, now.into());
        Ok(change.map(|(change, quality)| Asked { because: change.because, ..Asked::of(quality) }))
    }

    /// A passage that will be said to have been spoken begins: named in `Deed.Opening` or `Deed.Reason`.
    pub fn begin_passage(&self, now_us: u64) -> Result<u64, CoreError> {
        Ok(self.running()?.capture.begin_passage(now_us))
    }

    /// What a press means, in order. Needs no running record.
    pub fn press(&self, now_us: u64, press: Press) -> Vec<Meant> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.input(now_us, press.into()).into_iter().map(Meant::from).collect()
    }

    /// Adds what the officer does or says to the running record, and waits until it is durable.
    pub fn add(&self, actor: Option<ProvenOfficer>, deed: Deed) -> Result<Done, CoreError> {
        let actor = actor.map(ProvenOfficer::into_inner).transpose()?;
        let running = self.running()?;
        let deed = deed.into_inner(&self.recorder, Some(&running.capture))?;
        let speech = speech_of(&deed);
        let done = Done { speech, ..running.capture.recording().add(actor, deed)?.into() };
        self.heed(&done);
        Ok(done)
    }

    /// Adds to a record that is not running.
    pub fn add_later(&self, record: String, actor: Option<ProvenOfficer>, deed: Deed) -> Result<Done, CoreError> {
        let actor = actor.map(ProvenOfficer::into_inner).transpose()?;
        let deed = deed.into_inner(&self.recorder, None)?;
        let done = self.recorder.add_later(record_id(&record)?, actor, deed)?.into();
        self.heed(&done);
        Ok(done)
    }

    /// Recording breaks off.
    pub fn interrupt(&self, cause: Cause) -> Result<Done, CoreError> {
        Ok(self.running()?.capture.recording().interrupt(cause)?.into())
    }

    /// Ends and seals the running record.
    pub fn end(&self, actor: Option<ProvenOfficer>, how: EndedHow) -> Result<Done, CoreError> {
        let actor = actor.map(ProvenOfficer::into_inner).transpose()?;
        let running = self.running()?;
        let done = running.capture.recording().end(actor, how)?;
        self.leave(&running);
        Ok(done.into())
    }

    /// Stops writing at once and leaves the record as it is: for a process that must go. The next start takes it up.
    pub fn leave_running(&self) -> Result<(), CoreError> {
        let running = self.running()?;
        running.capture.recording().leave()?;
        self.leave(&running);
        Ok(())
    }

    /// Where the recorder stands, with everything pushed before made durable.
    pub fn status(&self) -> Status {
        let Ok(running) = self.running() else { return Status::Idle };
        let recording = running.capture.recording();
        match recording.look() {
            Ok(view) => Status::Running { running: Running::from(view) },
            Err(fault) => Status::Broken { record: recording.record().to_string(), why: fault.into() },
        }
    }
}

impl Core {
    fn lock(&self) -> MutexGuard<'_, Option<Handle>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn running(&self) -> Result<Handle, CoreError> {
        self.lock().clone().ok_or(CoreError::NotRecording)
    }

    pub(crate) fn running_record(&self) -> Option<String> {
        self.lock().as_ref().map(|running| running.capture.recording().record().to_string())
    }

    /// Asks the index, which a core always has.
    pub(crate) fn ask_index<T>(
        &self,
        ask: impl FnOnce(&mut quanji_store::Index) -> Result<T, quanji_store::IndexError>,
    ) -> Result<T, CoreError> {
        // A record that has ended since is entered before anybody is told of it.
        let _ = self.recorder.running();
        let (mut ask, mut answer) = (Some(ask), None);
        let lent = self.recorder.with_index(&mut |index| answer = ask.take().map(|ask| ask(index)));
        let defect = CoreError::Bug { defect: Defect::Index };
        match (lent, answer) {
            (Ok(()), Some(Ok(answer))) => Ok(answer),
            _ => Err(defect),
        }
    }

    /// A record of which nothing goes any more: the queue learns it now, and what is on its way ends where it is.
    fn heed(&self, done: &Done) {
        if done.prompts.contains(&Prompt::UploadStopped) {
            // Where the queue cannot be told now, the next run tells it before it sends anything.
            let _ = self.recorder.catch_up();
            self.stop_uploads();
        }
    }

    fn enter(&self, capture: Capture) -> Result<Begun, CoreError> {
        let record = capture.recording().record().to_string();
        let capture = Arc::new(capture);
        let mut running = self.lock();
        if let Some(before) = running.take() {
            slots::leave(before.number);
        }
        let number = slots::enter(&capture).ok_or(CoreError::Bug { defect: Defect::Slots })?;
        *running = Some(Handle { number, capture });
        Ok(Begun { record, handle: number })
    }

    fn leave(&self, left: &Handle) {
        let mut running = self.lock();
        if running.as_ref().is_some_and(|running| running.number == left.number) {
            *running = None;
        }
        slots::leave(left.number);
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Core").field("is_practice", &self.is_practice).finish_non_exhaustive()
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        if let Some(running) = self.lock().take() {
            slots::leave(running.number);
        }
    }
}

impl From<quanji_recorder::Recovered> for RecoveredRecord {
    fn from(found: quanji_recorder::Recovered) -> Self {
        let quanji_recorder::Recovered { record, fragments, bytes, us, left_bytes } = found;
        RecoveredRecord { record: record.to_string(), fragments, bytes, us, left_bytes }
    }
}

impl Format {
    fn into_inner(self) -> Result<TakeFormat, CoreError> {
        let Format { video, audio, priming_samples, rotation_degrees, camera_clock: _ } = self;
        let wanted =
            |what: &'static str| move |fault: String| CoreError::NotOfItsShape { what: what.to_owned(), wanted: fault };
        let video = video
            .map(|PictureFormat { coding, parameter_sets }| match coding {
                Coding::H264 => VideoFormat::h264_from_annex_b(&parameter_sets, Timescale::MICROSECONDS),
                Coding::Hevc => VideoFormat::hevc_from_annex_b(&parameter_sets, Timescale::MICROSECONDS),
            })
            .transpose()
            .map_err(|fault| wanted("video")(fault.to_string()))?;
        let sound = audio
            .map(|config| SoundFormat::aac(&config, priming_samples))
            .transpose()
            .map_err(|fault| wanted("audio")(fault.to_string()))?;
        let rotation = Rotation::from_degrees(rotation_degrees)
            .ok_or_else(|| wanted("rotation_degrees")("0, 90, 180 or 270".to_owned()))?;
        TakeFormat::new(video, sound, rotation).map_err(|fault| wanted("format")(fault.to_string()))
    }
}

pub(crate) fn record_id(text: &str) -> Result<RecordId, CoreError> {
    RecordId::parse(text).ok_or_else(|| CoreError::shape("record", "32 lower-case hex digits"))
}

fn shape(what: &str, text: &str) -> Result<quanji_evidence::text::Code, OpenError> {
    code(what, text).map_err(|_| OpenError::NotOfItsShape {
        what: what.to_owned(),
        wanted: "1–64 of a-z 0-9 . _ / -, the first a letter or digit".to_owned(),
    })
}
