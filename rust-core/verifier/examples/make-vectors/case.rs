//! A case: a bundle, and what FORMAT.md says of it.

use crate::draft::Draft;

/// What a verifier must answer. Written beside each case from FORMAT.md, never from a verifier's output.
pub(crate) enum Expected {
    Verdict(&'static str, &'static [&'static str]),
    Unreadable(&'static str),
}

pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// One sentence: what this is, or what is wrong and which rule says so.
    pub(crate) about: &'static str,
    pub(crate) expected: Expected,
    pub(crate) draft: Draft,
}

/// A case that is judged.
pub(crate) fn case(
    name: &'static str,
    about: &'static str,
    verdict: &'static str,
    codes: &'static [&'static str],
    draft: Draft,
) -> Case {
    Case { name, about, expected: Expected::Verdict(verdict, codes), draft }
}

/// An ordinary inspection with one bend.
pub(crate) fn bent(
    name: &'static str,
    about: &'static str,
    verdict: &'static str,
    codes: &'static [&'static str],
    bend: impl FnOnce(&mut Draft),
) -> Case {
    let mut draft = Draft::inspection();
    bend(&mut draft);
    case(name, about, verdict, codes, draft)
}

/// An ordinary inspection packed so that nobody can read it.
pub(crate) fn unreadable(
    name: &'static str,
    about: &'static str,
    code: &'static str,
    bend: impl FnOnce(&mut Draft),
) -> Case {
    let mut draft = Draft::inspection();
    bend(&mut draft);
    Case { name, about, expected: Expected::Unreadable(code), draft }
}
