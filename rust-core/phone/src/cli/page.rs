//! Rows of label and value; on a terminal labels are faint and titles strong.

use std::io::{IsTerminal, stdout};

/// Columns of a label.
const LABEL_COLUMNS: usize = 24;

#[derive(Debug)]
pub(super) struct Page {
    out: String,
    is_coloured: bool,
}

impl Page {
    pub(super) fn new() -> Page {
        let is_coloured = stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Page { out: String::new(), is_coloured }
    }

    pub(super) fn into_text(self) -> String {
        self.out
    }

    pub(super) fn title(&mut self, text: &str) {
        let text = self.paint("1", text);
        self.out.push_str(&format!("{text}\n"));
    }

    pub(super) fn row(&mut self, zh: &str, en: &str, value: &str) {
        let label = format!("{zh} {en}");
        let padding = " ".repeat(LABEL_COLUMNS.saturating_sub(columns(&label)).max(2));
        let label = self.paint("2", &label);
        self.out.push_str(&format!("  {label}{padding}{value}\n"));
    }

    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.is_coloured { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

/// Columns on a terminal: Chinese characters take two.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|letter| if letter >= '\u{1100}' { 2 } else { 1 }).sum()
}
