//! Where a recogniser of an agency's own goes in. None is shipped and none is used: who wants one supplies the model, by its digest, and the engine
//! that reads it.
//!
//! Speech is measured without it. What it takes for words is a hint beside the measure, and changes neither the measure nor what is owed.

use std::fmt;

use quanji_evidence::Digest;

/// The largest model that is taken into memory.
pub const MODEL_LIMIT_BYTES: u64 = 256 << 20;

/// The model whose digest the agency named: there is no other way to one.
pub struct RecogniserModel(Vec<u8>);

/// What a recogniser takes for the words of a passage.
#[derive(Clone, PartialEq, Eq)]
pub struct SpokenHint(pub String);

/// Reads models of one kind.
pub trait RecogniserEngine: fmt::Debug + Send {
    /// Makes a recogniser of a model that was checked.
    fn open(&self, model: RecogniserModel) -> Result<Box<dyn Recogniser>, RecogniserFault>;
}

/// Listens beside the detector.
pub trait Recogniser: fmt::Debug + Send {
    /// Takes 16 kHz mono PCM that follows the last.
    fn hear(&mut self, pcm: &[i16]) -> Result<(), RecogniserFault>;
    /// What it takes for the words since the last time; `None` where it took nothing for words.
    fn hint(&mut self) -> Result<Option<SpokenHint>, RecogniserFault>;
}

/// Why there is no hint. Nothing else follows from it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecogniserFault {
    #[error("the recogniser's model is {found}, and the agency named {expected}")]
    DigestMismatch { expected: Digest, found: Digest },
    #[error("the recogniser's model has {size_bytes} bytes, at most {most_bytes} are taken")]
    TooLarge { size_bytes: u64, most_bytes: u64 },
    #[error("the recogniser's engine cannot read the model")]
    NotAModel,
    #[error("the recogniser failed")]
    Failed,
}

impl RecogniserModel {
    /// Takes the bytes where they are those that the agency named.
    pub fn check(bytes: Vec<u8>, expected: &Digest) -> Result<RecogniserModel, RecogniserFault> {
        let size_bytes = bytes.len() as u64;
        if size_bytes > MODEL_LIMIT_BYTES {
            return Err(RecogniserFault::TooLarge { size_bytes, most_bytes: MODEL_LIMIT_BYTES });
        }
        let found = Digest::of(&bytes);
        if !found.matches(expected) {
            return Err(RecogniserFault::DigestMismatch { expected: expected.clone(), found });
        }
        Ok(RecogniserModel(bytes))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for RecogniserModel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RecogniserModel({} bytes)", self.0.len())
    }
}

impl fmt::Debug for SpokenHint {
    /// Never the words: this may end in a log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SpokenHint")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes any loud piece for the one word that its model holds.
    #[derive(Debug)]
    struct OneWord;

    #[derive(Debug)]
    struct Listening {
        word: String,
        is_loud: bool,
    }

    impl RecogniserEngine for OneWord {
        fn open(&self, model: RecogniserModel) -> Result<Box<dyn Recogniser>, RecogniserFault> {
            let word = String::from_utf8(model.bytes().to_vec()).map_err(|_| RecogniserFault::NotAModel)?;
            Ok(Box::new(Listening { word, is_loud: false }))
        }
    }

    impl Recogniser for Listening {
        fn hear(&mut self, pcm: &[i16]) -> Result<(), RecogniserFault> {
            self.is_loud |= pcm.iter().any(|sample| sample.unsigned_abs() > 1_000);
            Ok(())
        }
        fn hint(&mut self) -> Result<Option<SpokenHint>, RecogniserFault> {
            Ok(std::mem::take(&mut self.is_loud).then(|| SpokenHint(self.word.clone())))
        }
    }

    #[test]
    fn a_model_other_than_the_one_the_agency_named_never_reaches_an_engine() {
        let named = Digest::of("检查".as_bytes());
        let other = "检查!".as_bytes().to_vec();
        let found = Digest::of(&other);
        let refused = RecogniserModel::check(other, &named).unwrap_err();
        assert_eq!(refused, RecogniserFault::DigestMismatch { expected: named, found });
    }

    #[test]
    fn the_model_that_was_named_is_heard_by_and_what_it_takes_for_words_is_a_hint() {
        let bytes = "检查".as_bytes().to_vec();
        let model = RecogniserModel::check(bytes.clone(), &Digest::of(&bytes)).unwrap();
        let mut recogniser = OneWord.open(model).unwrap();
        recogniser.hear(&[3; 512]).unwrap();
        assert_eq!(recogniser.hint().unwrap(), None);
        recogniser.hear(&[-2_000; 512]).unwrap();
        let hint = recogniser.hint().unwrap().unwrap();
        assert_eq!((hint.0.as_str(), format!("{hint:?}").as_str()), ("检查", "SpokenHint"));
    }

    #[test]
    fn a_file_that_was_named_and_is_no_model_is_the_engines_to_refuse() {
        let bytes = vec![0xff, 0xfe];
        let model = RecogniserModel::check(bytes.clone(), &Digest::of(&bytes)).unwrap();
        assert_eq!(OneWord.open(model).unwrap_err(), RecogniserFault::NotAModel);
    }
}
