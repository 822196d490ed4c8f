//! A wording with its blanks: text, and names in braces.

use super::{Blank, PhraseAmiss};

/// One piece of a wording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Blank(Blank),
}

/// Takes a wording apart. A brace is never a part of what is said.
pub(super) fn pieces(wording: &str) -> Result<Vec<Piece<'_>>, PhraseAmiss> {
    let (mut pieces, mut rest) = (Vec::new(), wording);
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}').ok_or(PhraseAmiss::Brace)?;
        let blank = Blank::parse(name).ok_or_else(|| PhraseAmiss::UnknownBlank { found: name.to_owned() })?;
        if before.contains('}') {
            return Err(PhraseAmiss::Brace);
        }
        pieces.extend([Piece::Text(before), Piece::Blank(blank)]);
        rest = after;
    }
    if rest.contains('}') {
        return Err(PhraseAmiss::Brace);
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}
