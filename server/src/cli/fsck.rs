//! `fsck`: everything is proved again from the stored bytes.

use std::io::Write;

use clap::Args;

use crate::app::App;
use crate::fsck::{self, FsckFault, Locks};

#[derive(Debug, Args)]
pub struct FsckArgs {
    /// Sets the locks of an s3:// bucket that are missing or end too early, instead of naming them
    #[arg(long)]
    pub lengthen_locks: bool,
}

/// Prints what was proved and a line for each thing that is amiss. Whether all is as it was.
pub async fn fsck(app: &App, args: &FsckArgs, out: &mut dyn Write) -> Result<bool, FsckFault> {
    let locks = if args.lengthen_locks { Locks::Lengthened } else { Locks::Named };
    let checked = fsck::fsck_and(app, locks).await?;
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
