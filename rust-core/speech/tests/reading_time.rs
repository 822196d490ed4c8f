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
