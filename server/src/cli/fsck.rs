//! `fsck`: everything is proved again from the stored bytes.

use std::io::Write;

use crate::app::App;
use crate::fsck::{self, FsckFault};

/// Prints what was proved and a line for each thing that is amiss. Whether all is as it was.
pub async fn fsck(app: &App, out: &mut dyn Write) -> Result<bool, FsckFault> {
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
    // Who cannot be told still learns it by the answer.
    let _ = out.write_all(text.as_bytes());
    Ok(checked.amiss.is_empty())
}
