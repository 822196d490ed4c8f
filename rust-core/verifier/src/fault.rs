//! Why there is no verdict.

use std::io;

use quanji_evidence::bundle::BundleFault;
use thiserror::Error;

/// Why a bundle could not be judged at all. Everything else is a finding.
#[derive(Debug, Error)]
pub enum VerifyFault {
    #[error("the file cannot be opened")]
    File(#[source] io::Error),
    #[error(transparent)]
    Bundle(#[from] BundleFault),
}

impl VerifyFault {
    /// The code that verifiers agree on; `file` is this program's own.
    pub const fn code(&self) -> &'static str {
        match self {
            VerifyFault::File(_) => "file",
            VerifyFault::Bundle(fault) => fault.code(),
        }
    }
}
