//! How long a text takes to read aloud.

use quanji_speech::reading_time_us;

#[test]
fn every_character_digit_and_letter_is_a_syllable_and_punctuation_is_none() {
    assert_eq!(reading_time_us(""), 0);
    assert_eq!(reading_time_us("。，！ \n"), 0);
    assert_eq!(reading_time_us("现在时间。"), 4 * 200_000);
    assert_eq!(reading_time_us("晋A12345"), 7 * 200_000);
    assert_eq!(reading_time_us("𠀀"), 200_000);
}

#[test]
fn a_latin_word_is_read_and_a_number_plate_is_spelled() {
    assert_eq!(reading_time_us("All of this is recorded."), 19 * 60_000);
    assert_eq!(reading_time_us("AB 12, b7"), 6 * 200_000);
    assert_eq!(reading_time_us("We are at 东街18号"), 7 * 60_000 + 5 * 200_000);
}
