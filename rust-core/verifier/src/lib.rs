//! quanji-verify: says what a bundle proves and what it does not, trusting nobody.
