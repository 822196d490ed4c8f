//! HTTP bodies and error codes of the agency's interface v1 (`proto/api/v1/API.md`), shared by phone and server.
//!
//! Only shapes and words: nothing here proves, decides or sends.

mod bodies;
mod code;
mod paths;

pub use bodies::*;
pub use code::Code;
pub use paths::*;
