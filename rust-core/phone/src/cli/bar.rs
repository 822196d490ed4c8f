//! Progress on standard error, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar over so many µs of media.
pub(crate) fn over_time(us: u64) -> ProgressBar {
    bar(us, "录制 recording {bar:32} {percent:>3}%  {elapsed}")
}

/// Less is exported before a bar would be read.
const WORTH_A_BAR_BYTES: u64 = 64 << 20;

/// A bar over so many bytes.
pub(crate) fn over_bytes(bytes: u64) -> ProgressBar {
    if bytes < WORTH_A_BAR_BYTES {
        return ProgressBar::hidden();
    }
    bar(bytes, "导出 exporting {bar:24} {percent:>3}%  {bytes}/{total_bytes}")
}

/// A bar over the bytes that wait.
pub(crate) fn over_upload(bytes: u64) -> ProgressBar {
    bar(bytes, "上传 uploading {bar:16} {percent:>3}%  {bytes}/{total_bytes}  {bytes_per_sec}  {eta}")
}

fn bar(len: u64, template: &str) -> ProgressBar {
    // indicatif draws to standard error only where it is a terminal.
    let bar = ProgressBar::with_draw_target(Some(len), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
