//! The one place where enrolment and sessions draw randomness.

use quanji_wire::Code;

use crate::refusal::Refused;

/// `N` bytes that nobody can guess.
#[expect(clippy::disallowed_methods, reason = "secrets are drawn here and nowhere else")]
#[allow(unfulfilled_lint_expectations, reason = "the lint is not found where getrandom's back end hides it")]
pub fn draw<const N: usize>() -> Result<[u8; N], Refused> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Refused::new(Code::Internal))?;
    Ok(bytes)
}
