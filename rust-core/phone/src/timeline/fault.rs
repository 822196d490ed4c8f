//! What is wrong with a timeline, and where.

use std::io;

use thiserror::Error;

/// The line of the entry, from 1; 0 when it is the file itself.
#[derive(Debug, Error)]
#[error("第 {line} 行 line {line}: {why}")]
pub(crate) struct TimelineFault {
    pub(crate) line: usize,
    pub(crate) why: TimelineWhy,
}

#[derive(Debug, Error)]
pub(crate) enum TimelineWhy {
    #[error("打不开 · cannot be read: {0}")]
    File(#[source] io::Error),
    #[error("至多 {limit} 字节，实为 {found} · at most {limit} bytes, found {found}")]
    TooLong { limit: u64, found: u64 },
    #[error("写法有误 · {0}")]
    Toml(String),
    #[error("时间应在 0 至 {limit_s} 秒之间，实为 {found} · an instant is 0 to {limit_s} s, found {found}")]
    Instant { found: f64, limit_s: f64 },
    #[error(
        "时间倒退：前一项在 {before_s} 秒，这一项在 {found_s} 秒 · out of order: the entry before is at {before_s} s, this one at {found_s} s"
    )]
    OutOfOrder { before_s: f64, found_s: f64 },
    #[error("结束不晚于开始：{from_s} 秒至 {to_s} 秒 · it ends at {to_s} s and begins at {from_s} s")]
    EndsBeforeItBegins { from_s: f64, to_s: f64 },
    #[error("没有这名执法人员（列出了 {known} 名） · an officer that is not among the {known} of the file")]
    UnknownOfficer { known: usize },
    #[error("与第 {first} 名执法人员同一标识 · the same id as officer {first}")]
    OfficerTwice { first: usize },
    #[error("至多 {limit} 名执法人员 · at most {limit} officers")]
    TooManyOfficers { limit: usize },
}

impl TimelineWhy {
    /// What the parser says, without what the file says: that may be a name.
    pub(super) fn toml(fault: &toml::de::Error) -> TimelineWhy {
        TimelineWhy::Toml(without_values(fault.message()))
    }
}

/// Takes out what is quoted as a value: what stands in `"…"`, and a word in `…` that no key or variant could be.
fn without_values(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    for (number, piece) in message.split('"').enumerate() {
        if number > 0 {
            out.push('"');
        }
        out.push_str(if number % 2 == 0 { piece } else { "…" });
    }
    out.split('`')
        .enumerate()
        .map(|(number, piece)| if number % 2 == 0 || piece.is_ascii() { piece } else { "…" })
        .collect::<Vec<_>>()
        .join("`")
}
