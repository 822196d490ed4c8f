//! How long a text takes to read aloud.

/// One Chinese character read aloud: 5 a second, the pace of a practised reader, so that a slower one always takes longer.
const CHARACTER_US: u64 = 200_000;
/// One digit or Latin letter read aloud: each is a syllable of its own when spoken in Chinese (车牌, 证号).
const LETTER_US: u64 = 200_000;

/// How long `text` takes a practised reader, in µs. Pauses count nothing, as the meter does not count them as speech either.
pub fn reading_time_us(text: &str) -> u64 {
    text.chars().map(spoken_us).fold(0, u64::saturating_add)
}

fn spoken_us(c: char) -> u64 {
    match c {
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' => {
            CHARACTER_US
        }
        _ if c.is_alphanumeric() => LETTER_US,
        _ => 0,
    }
}
