//! `quanji-verify bundle`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use quanji_evidence::bundle::BundleFault;
use quanji_evidence::verify::Terms;
use quanji_evidence::{Drafts, PublicKey, Verdict};
use quanji_rules::Calendar;
use quanji_verifier::{Report, VerifyFault, verify_bundle};
use serde_json::json;
use thiserror::Error;

use super::args::BundleArgs;
use super::bar::Bar;
use super::paint::Paint;
use super::{DOES_NOT_HOLD, HOLDS, NO_ANSWER, human};

/// `agency.pub` is one short line.
const KEY_FILE_LIMIT_BYTES: u64 = 1024;

/// Why there is no verdict.
#[derive(Debug, Error)]
enum NoVerdict {
    #[error("机关公钥文件打不开 · the agency's key file cannot be read")]
    KeyFile(#[source] io::Error),
    #[error(
        "不是机关公钥（应为一行 suite.keyid.base64url） · not an agency key: one line suite.keyid.base64url, its id its own"
    )]
    AgencyKey,
    #[error("{} · {}", unreadable_words(.0).0, unreadable_words(.0).1)]
    Bundle(#[from] VerifyFault),
}

/// A bundle that cannot be read, in both languages.
fn unreadable_words(fault: &VerifyFault) -> (&'static str, &'static str) {
    match fault {
        VerifyFault::File(_) => ("证据包打不开", "the bundle cannot be opened"),
        VerifyFault::Bundle(BundleFault::Container(_)) => {
            ("证据包不是完整的 zip 文件", "the bundle is not a zip that can be read whole")
        }
        VerifyFault::Bundle(BundleFault::MemberName { .. }) => {
            ("证据包内有不允许的文件名", "a member of the bundle has a name that is not allowed")
        }
        VerifyFault::Bundle(BundleFault::Limit { .. }) => {
            ("证据包超出限度", "the bundle is beyond a limit of the format")
        }
    }
}

impl NoVerdict {
    fn code(&self) -> &'static str {
        match self {
            NoVerdict::KeyFile(_) | NoVerdict::AgencyKey => "agency_key",
            NoVerdict::Bundle(fault) => fault.code(),
        }
    }

    /// The cause in the fault's own words.
    fn detail(&self) -> Option<String> {
        match self {
            NoVerdict::KeyFile(source) | NoVerdict::Bundle(VerifyFault::File(source)) => Some(source.to_string()),
            NoVerdict::Bundle(fault) => Some(fault.to_string()),
            NoVerdict::AgencyKey => None,
        }
    }
}

pub(crate) fn run(asked: &BundleArgs) -> u8 {
    match judge(asked) {
        Ok(report) => {
            let text = if asked.json {
                serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
            } else {
                human::write(&report, asked, Paint::of_stdout())
            };
            if io::stdout().write_all(text.as_bytes()).is_err() {
                return NO_ANSWER;
            }
            match report.verdict {
                Verdict::Valid | Verdict::ValidWithheld => HOLDS,
                _ => DOES_NOT_HOLD,
            }
        }
        Err(fault) => {
            if asked.json {
                let answer =
                    json!({ "unreadable": fault.code(), "reason": fault.to_string(), "detail": fault.detail() });
                // Standard output that is closed leaves the exit code to speak.
                let _ = writeln!(io::stdout(), "{answer:#}");
            } else {
                let detail = fault.detail().map(|detail| format!("：{detail}")).unwrap_or_default();
                let _ = writeln!(io::stderr(), "quanji-verify: {} ({}){detail}", fault, fault.code());
            }
            NO_ANSWER
        }
    }
}

fn judge(asked: &BundleArgs) -> Result<Report, NoVerdict> {
    let agency_key = asked.agency_key.as_deref().map(read_key).transpose()?;
    let drafts = if cfg!(feature = "accept-drafts") { Drafts::Accepted } else { Drafts::Refused };
    let calendar = Calendar::published();
    let bar = Bar::new();
    let report =
        verify_bundle(&asked.bundle, Terms { agency_key: agency_key.as_ref(), drafts, calendar: &calendar }, &bar);
    bar.clear();
    Ok(report?)
}

fn read_key(path: &Path) -> Result<PublicKey, NoVerdict> {
    let mut text = Vec::new();
    let file = File::open(path).map_err(NoVerdict::KeyFile)?;
    file.take(KEY_FILE_LIMIT_BYTES).read_to_end(&mut text).map_err(NoVerdict::KeyFile)?;
    std::str::from_utf8(&text).ok().and_then(PublicKey::from_file).ok_or(NoVerdict::AgencyKey)
}
