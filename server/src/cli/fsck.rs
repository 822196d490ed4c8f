//! `fsck`: everything is proved again from the stored bytes.

use std::io::Write;
use std::process::ExitCode;

use crate::app::App;
use crate::fsck::{self, FsckFault};

/// Prints what was proved and a line for each thing that is amiss; exits with 1 when one is.
pub async fn fsck(app: &App, out: &mut dyn Write) -> Result<ExitCode, FsckFault> {
    let checked = fsck::fsck(app).await?;
    let mut text = format!(
        "{} records, {} lines, {} receipts, {} originals with {} bytes, {} log entries, {} heads\n",
        checked.records,
        checked.lines,
        checked.receipts,
        checked.originals,
        checked.original_bytes,
        checked.log_entries,
        checked.heads
    );
    for amiss in &checked.amiss {
        text.push_str(&format!("{amiss}\n"));
    }
    // Who cannot be told still learns it by the exit code.
    let _ = out.write_all(text.as_bytes());
    Ok(if checked.amiss.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
