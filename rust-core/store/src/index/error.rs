//! What can go wrong with the index. Nothing of it stops a recording.

use std::io;

/// Why the index did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("the index failed")]
    Sqlite {
        #[from]
        source: rusqlite::Error,
    },
    #[error("the index's folder failed")]
    Folder {
        #[from]
        source: io::Error,
    },
    /// A value that the schema should have refused.
    #[error("table {table} holds a value that no version of this program writes")]
    BadRow { table: &'static str },
    /// Made by a later version of the program.
    #[error("the index has schema {found}, this program knows up to {known}")]
    Newer { found: u32, known: u32 },
    #[error("the index says schema {version} and has other tables")]
    OtherSchema { version: u32 },
    #[error("the index fails its check")]
    CheckFailed,
    #[error("migration to schema {to} failed")]
    Migration { to: u32, source: rusqlite::Error },
}

impl IndexError {
    /// Whether the file itself is at fault, and not the disk or the moment: then it is moved aside.
    pub(crate) fn is_damage(&self) -> bool {
        match self {
            Self::BadRow { .. }
            | Self::Newer { .. }
            | Self::OtherSchema { .. }
            | Self::CheckFailed
            | Self::Migration { source: rusqlite::Error::SqlInputError { .. }, .. } => true,
            Self::Sqlite { source } | Self::Migration { source, .. } => is_damage(source),
            Self::Folder { .. } => false,
        }
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase, SystemIoFailure, Unknown};
    // A file that ends too early shows as an I/O failure. A disk that really fails will fail the new file too.
    match error.sqlite_error_code() {
        Some(code) => matches!(code, DatabaseCorrupt | NotADatabase | SystemIoFailure | Unknown),
        None => true,
    }
}
