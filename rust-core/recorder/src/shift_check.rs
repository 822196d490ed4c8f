//! The check before duty (班前检查, 第十三条): of no record, signed by the device, kept among its own lines until the agency has it and after.
//!
//! It counts for its day. Where it stands the ledger stands too; whoever reads the ledger passes it over.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use quanji_evidence::body::Preflight;
use quanji_evidence::device_check::DeviceCheck;
use quanji_evidence::entry::Clock;
use quanji_evidence::{Digest, JournalFault};
use quanji_rules::Instant;
use quanji_store::Identity;
use serde::{Deserialize, Serialize};

use crate::fault::RecorderFault;
use crate::preflight::PhoneCheck;
use crate::recorder::Recorder;

/// A line of the device's file about checks.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case", deny_unknown_fields)]
enum CheckLine {
    Checked {
        /// The signed line, without its LF.
        check: String,
    },
    /// The agency has it.
    CheckSent { check: Digest },
}

/// A check that was done and is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftCheck {
    /// When, by the phone's clocks.
    pub clock: Clock,
    pub found: Preflight,
}

/// The last check of any day, as far as it was looked for.
#[derive(Debug, Default)]
pub(crate) enum LastCheck {
    #[default]
    Unread,
    /// `None`: there is none.
    Known(Option<Box<ShiftCheck>>),
}

/// So many go at once, the oldest first.
const SENT_AT_ONCE: usize = 64;

impl Recorder {
    /// Signs and keeps what the phone measured before duty. It is durable when this returns; while a record runs there is none.
    pub fn check_before_duty(&self, check: PhoneCheck) -> Result<ShiftCheck, RecorderFault> {
        let found = check.into_preflight(&self.in_force().policy().preflight);
        self.at_desk_of_device(|desk| {
            let (device, clock) = (&desk.ports.device, desk.ports.time.now());
            let check = DeviceCheck { edition: 1, device: device.id, clock: clock.clone(), check: found.clone() };
            let mut line = check.write(&*device.signer).map_err(JournalFault::from)?;
            line.pop();
            // Signatures are ASCII and the JSON came from strings.
            let check = String::from_utf8(line).expect("made of text");
            desk.writer.append_line(Identity::device(), &bytes_of(&CheckLine::Checked { check }))?;
            let _ = desk.writer.commit()?;
            self.may_have_unsent_checks.store(true, Ordering::Release);
            let check = ShiftCheck { clock, found };
            *self.last_check.lock().unwrap_or_else(PoisonError::into_inner) =
                LastCheck::Known(Some(Box::new(check.clone())));
            Ok(check)
        })
    }

    /// The last check of today (+08:00, by the phone's wall clock); `None`: none was done today.
    pub fn shift_check_of_today(&self) -> Option<ShiftCheck> {
        let day = |us: u64| Instant::from_us(i64::try_from(us).unwrap_or(i64::MAX)).china_date();
        let today = day(self.now().wall_us);
        self.last_check().filter(|check| day(check.clock.wall_us) == today)
    }

    fn last_check(&self) -> Option<ShiftCheck> {
        // Held while the file is read: a check done meanwhile is entered after it.
        let mut last = self.last_check.lock().unwrap_or_else(PoisonError::into_inner);
        if let LastCheck::Known(check) = &*last {
            return check.as_deref().cloned();
        }
        // Lines that cannot be read now are looked for again.
        let lines = self.vault_handle().lines(Identity::device()).ok()?;
        let check = checks_among(&lines_about_checks(&lines)).last().and_then(|(_, line)| {
            let DeviceCheck { clock, check, .. } = DeviceCheck::read_unproved(&line)?;
            Some(ShiftCheck { clock, found: check })
        });
        *last = LastCheck::Known(check.clone().map(Box::new));
        check
    }

    /// Signed lines that the agency does not have yet, each with its LF.
    pub(crate) fn unsent_shift_checks(&self) -> Vec<Vec<u8>> {
        if !self.may_have_unsent_checks.swap(false, Ordering::AcqRel) {
            return Vec::new();
        }
        let lines = self.check_lines();
        let sent: Vec<&Digest> = lines
            .iter()
            .filter_map(|line| match line {
                CheckLine::CheckSent { check } => Some(check),
                CheckLine::Checked { .. } => None,
            })
            .collect();
        let unsent = checks_among(&lines).filter(|(digest, _)| !sent.iter().any(|sent| sent.matches(digest)));
        let unsent: Vec<_> = unsent.take(SENT_AT_ONCE).map(|(_, line)| line).collect();
        if !unsent.is_empty() {
            self.may_have_unsent_checks.store(true, Ordering::Release);
        }
        unsent
    }

    /// The agency has these.
    pub(crate) fn shift_checks_sent(&self, sent: &[Vec<u8>]) -> Result<(), RecorderFault> {
        self.at_desk_of_device(|desk| {
            for line in sent {
                let sent = CheckLine::CheckSent { check: Digest::of(line) };
                desk.writer.append_line(Identity::device(), &bytes_of(&sent))?;
            }
            let _ = desk.writer.commit()?;
            Ok(())
        })
    }

    fn check_lines(&self) -> Vec<CheckLine> {
        lines_about_checks(&self.device_lines())
    }
}

/// Lines of the ledger and of later versions are others'.
fn lines_about_checks(lines: &[u8]) -> Vec<CheckLine> {
    lines.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

/// By digest, each with its LF.
fn checks_among(lines: &[CheckLine]) -> impl Iterator<Item = (Digest, Vec<u8>)> {
    lines.iter().filter_map(|line| match line {
        CheckLine::Checked { check } => {
            let line = format!("{check}\n").into_bytes();
            Some((Digest::of(&line), line))
        }
        CheckLine::CheckSent { .. } => None,
    })
}

fn bytes_of(line: &CheckLine) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(line).expect("text and digests only");
    bytes.push(b'\n');
    bytes
}
