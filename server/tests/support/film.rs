//! The film of the vectors: real boxes around invented pictures.

#![allow(unused_imports, reason = "shared with the vectors")]

#[path = "../../../rust-core/verifier/examples/make-vectors/film.rs"]
mod vectors;

pub(crate) use vectors::*;
