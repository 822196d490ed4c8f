//! The run: journals on one core while media are hashed on the others, then all is compared in one fixed order.

use std::fs::File;
use std::io::{Read, Seek};
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use quanji_evidence::bundle::{Bundle, BundleFault, MANIFEST};
use quanji_evidence::verify::{Examination, Members, Terms, examine};

use crate::fault::VerifyFault;
use crate::measure::{Measured, Measurer};
use crate::positioned::PositionedFile;
use crate::progress::Progress;
use crate::report::Report;
use crate::{media, members};

/// Judges the bundle in a file, on all cores.
pub fn verify_bundle(path: &Path, terms: Terms<'_>, progress: &dyn Progress) -> Result<Report, VerifyFault> {
    let file = File::open(path).and_then(PositionedFile::new).map_err(VerifyFault::File)?;
    verify(file, terms, default_threads(), progress).map_err(VerifyFault::from)
}

/// As many threads as this process may use cores.
pub fn default_threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Judges a bundle from any reader whose clones have places of their own. The report does not depend on `threads`.
pub fn verify<R: Read + Seek + Clone + Send>(
    reader: R,
    terms: Terms<'_>,
    threads: NonZeroUsize,
    progress: &dyn Progress,
) -> Result<Report, BundleFault> {
    let bundle = Bundle::open(reader)?;
    progress.begin(bundle.members().iter().map(|member| member.size_bytes).sum());
    let (examination, measured) = read_all(&bundle, terms, threads, progress)?;
    let Examination { mut findings, manifest, records } = examination;
    let Some(manifest) = manifest else { return Ok(Report::without_manifest(findings)) };

    let found = Found { bundle: &bundle, measured: &measured };
    members::compare(&manifest, &found, &mut findings);
    let withheld = manifest.withheld_members.iter().map(|item| item.name.as_str()).collect();
    let mut again = Measurer::new(bundle.clone());
    for record in &records {
        media::compare(record, &withheld, &found, &mut again, &mut findings)?;
    }
    Ok(Report::new(findings, &manifest, &records))
}

/// The members as they were measured.
#[derive(Debug)]
pub(crate) struct Found<'a, R> {
    bundle: &'a Bundle<R>,
    measured: &'a [Option<Measured>],
}

impl<'a, R: Read + Seek> Found<'a, R> {
    /// Number and measure of the member of this name.
    pub(crate) fn member(&self, name: &str) -> Option<(usize, &'a Measured)> {
        let number = self.bundle.position(name)?;
        Some((number, self.measured.get(number)?.as_ref()?))
    }

    /// All members but the manifest, in the directory's order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.bundle.members().iter().map(|member| member.name.as_str()).filter(|name| *name != MANIFEST)
    }
}

/// A bundle as the examination of its journals reads it.
struct Opened<'a, R>(&'a mut Bundle<R>);

impl<R: Read + Seek> Members for Opened<'_, R> {
    fn has(&self, name: &str) -> bool {
        self.0.position(name).is_some()
    }

    fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, BundleFault> {
        self.0.read(name)
    }
}

/// Reads everything once. The first fault in the order of the work is the one reported, whichever thread met it first.
fn read_all<R: Read + Seek + Clone + Send>(
    bundle: &Bundle<R>,
    terms: Terms<'_>,
    threads: NonZeroUsize,
    progress: &dyn Progress,
) -> Result<(Examination, Vec<Option<Measured>>), BundleFault> {
    let work = Work::new(bundle.members().len());
    let helpers: Vec<Bundle<R>> = (1..threads.get()).map(|_| bundle.clone()).collect();
    std::thread::scope(|scope| {
        for own in helpers {
            scope.spawn(|| work.help(Measurer::new(own), terms, progress));
        }
        work.help(Measurer::new(bundle.clone()), terms, progress);
    });
    work.finish()
}

/// What is to be done, handed out one piece at a time: the examination first because it takes longest, then the members.
struct Work {
    next: AtomicUsize,
    has_failed: AtomicBool,
    done: Mutex<Done>,
}

struct Done {
    examination: Option<Examination>,
    measured: Vec<Option<Measured>>,
    /// The fault met earliest in the order of the work.
    fault: Option<(usize, BundleFault)>,
}

impl Work {
    fn new(members: usize) -> Work {
        let done = Done { examination: None, measured: vec![None; members], fault: None };
        Work { next: AtomicUsize::new(0), has_failed: AtomicBool::new(false), done: Mutex::new(done) }
    }

    /// Does pieces until there are none. A piece handed out is always finished, so an earlier fault is never missed.
    fn help<R: Read + Seek>(&self, mut measurer: Measurer<R>, terms: Terms<'_>, progress: &dyn Progress) {
        while !self.has_failed.load(Ordering::Relaxed) {
            let piece = self.next.fetch_add(1, Ordering::Relaxed);
            let fault = if piece == 0 {
                let examined = examine(&mut Opened(measurer.bundle()), terms);
                examined.map(|examination| self.locked().examination = Some(examination))
            } else {
                let number = piece - 1;
                let Some(member) = measurer.bundle().members().get(number) else { return };
                let (is_manifest, size_bytes) = (member.name.as_str() == MANIFEST, member.size_bytes);
                // The examination reads the manifest whole, and nothing lists it.
                let measured = if is_manifest { Ok(None) } else { measurer.measure(number).map(Some) };
                progress.advance(size_bytes);
                measured.map(|measured| self.locked().measured[number] = measured)
            };
            if let Err(fault) = fault {
                let mut done = self.locked();
                if done.fault.as_ref().is_none_or(|(earlier, _)| piece < *earlier) {
                    done.fault = Some((piece, fault));
                }
                self.has_failed.store(true, Ordering::Relaxed);
            }
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn finish(self) -> Result<(Examination, Vec<Option<Measured>>), BundleFault> {
        let Done { examination, measured, fault } =
            self.done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        match (fault, examination) {
            (Some((_, fault)), _) => Err(fault),
            (None, Some(examination)) => Ok((examination, measured)),
            (None, None) => Err(BundleFault::Container("nothing was examined".to_owned())),
        }
    }
}
