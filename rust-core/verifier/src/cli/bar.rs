//! A progress bar on standard error, on a terminal only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use quanji_verifier::Progress;

/// Shorter work is over before a bar would be read.
const WORTH_A_BAR_BYTES: u64 = 16 << 20;

pub(crate) struct Bar(ProgressBar);

impl Bar {
    pub(crate) fn new() -> Bar {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template(
            "核验 verifying {bar:32} {percent:>3}%  {bytes}/{total_bytes}  {bytes_per_sec}",
        );
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Bar(bar)
    }

    pub(crate) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl Progress for Bar {
    fn begin(&self, total_bytes: u64) {
        self.0.set_length(total_bytes);
        if total_bytes >= WORTH_A_BAR_BYTES {
            // indicatif draws to standard error only where it is a terminal.
            self.0.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}
