//! How long a text takes to read aloud.

/// One Chinese character read aloud: 5 a second, the pace of a practised reader, so that a slower one always takes longer.
const CHARACTER_US: u64 = 200_000;
/// One digit, or one letter that is spelled: each is a syllable of its own (车牌, 证号).
const LETTER_US: u64 = 200_000;
/// One letter of a Latin word that is read as a word: 200 words a minute, five letters each.
const IN_A_WORD_US: u64 = 60_000;

/// How long `text` takes a practised reader, in µs. Pauses count nothing, as the meter does not count them as speech either.
pub fn reading_time_us(text: &str) -> u64 {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .map(latin_us)
        .chain(text.chars().map(other_us))
        .fold(0, u64::saturating_add)
}

/// A run of ASCII letters and digits: a word where it has small letters and no digit, spelled otherwise.
fn latin_us(run: &str) -> u64 {
    let is_word = run.bytes().any(|c| c.is_ascii_lowercase()) && run.bytes().all(|c| c.is_ascii_alphabetic());
    (run.len() as u64).saturating_mul(if is_word { IN_A_WORD_US } else { LETTER_US })
}

fn other_us(c: char) -> u64 {
    match c {
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => {
            CHARACTER_US
        }
        _ if c.is_alphanumeric() && !c.is_ascii() => LETTER_US,
        _ => 0,
    }
}
