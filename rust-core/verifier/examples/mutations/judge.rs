//! This library's answers to a list of bundles.

use std::io::{self, BufRead, Write};
use std::num::NonZeroUsize;
use std::path::Path;

use quanji_evidence::verify::Terms;
use quanji_evidence::{Drafts, PublicKey};
use quanji_rules::Calendar;
use quanji_verifier::{NoProgress, PositionedFile, verify};
use serde_json::{Value, json};

pub(crate) fn all() -> io::Result<()> {
    let calendar = Calendar::published();
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut parts = line.split('\t');
        let (bundle, key) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        writeln!(output, "{}", one(Path::new(bundle), key, &calendar)?)?;
    }
    Ok(())
}

fn one(bundle: &Path, key: &str, calendar: &Calendar) -> io::Result<Value> {
    let key = match key {
        "" => None,
        file => match PublicKey::from_file(&std::fs::read_to_string(file)?) {
            Some(key) => Some(key),
            None => return Ok(json!({ "unreadable": "agency_key" })),
        },
    };
    let terms = Terms { agency_key: key.as_ref(), drafts: Drafts::Accepted, calendar };
    let reader = PositionedFile::new(std::fs::File::open(bundle)?)?;
    Ok(match verify(reader, terms, NonZeroUsize::MIN, &NoProgress) {
        Ok(report) => json!({ "verdict": report.verdict, "codes": report.codes, "findings": report.findings }),
        Err(fault) => json!({ "unreadable": fault.code() }),
    })
}
