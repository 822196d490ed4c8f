//! Bold, dim and three colours, on a terminal that wants them.

use std::io::{IsTerminal, stdout};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    Plain,
    Coloured,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Tone {
    Good,
    Doubtful,
    Bad,
    Strong,
    Faint,
}

impl Paint {
    /// Colours for standard output, unless it is no terminal or `NO_COLOR` is set.
    pub(crate) fn of_stdout() -> Paint {
        let wanted = stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        if wanted { Paint::Coloured } else { Paint::Plain }
    }

    pub(crate) fn text(self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Good => "1;32",
            Tone::Doubtful => "1;33",
            Tone::Bad => "1;31",
            Tone::Strong => "1",
            Tone::Faint => "2",
        };
        match self {
            Paint::Plain => text.to_owned(),
            Paint::Coloured => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}
