//! What the law makes officers say (执法用语, 第八条), as a province or an agency issues it: one wording for each phrase, in Chinese and English,
//! with blanks by name.
//!
//! What nobody issued is said in the words of this program, which are a sample. An agency fills the blanks; what its province issued it
//! cannot alter. How the phrases become lines that are read aloud is in `opening`.

mod fault;
mod shipped;
mod template;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use fault::{PhraseAmiss, PhraseFault, PhrasePlace};

use crate::opening::{CompanionLine, Language};
use crate::record::{Cause, NoticeKind, OpeningElement};
use crate::words::words;
use template::{Piece, pieces};

/// Longest wording of one phrase, in characters: most of a minute, read aloud.
pub const PHRASE_LIMIT_CHARS: usize = 200;
/// Longest title, issuer or filling of a blank, in characters.
const NAME_LIMIT_CHARS: usize = 100;

words! {
    /// Whose word it is (第八条).
    pub enum PhrasesLevel {
        Province = "province", "省级";
        Agency = "agency", "本单位";
    }
}

words! {
    /// What stands in a wording in braces: `{time}`.
    pub enum Blank {
        Time = "time", "时间";
        Place = "place", "地点";
        Officers = "officers", "执法人员";
        Matter = "matter", "执法事由";
        Party = "party", "执法对象";
        Stages = "stages", "执法环节";
        Cause = "cause", "中断的原因";
        /// The agency's name.
        Agency = "agency", "机关名称";
        /// Where the agency's work is complained about.
        Hotline = "hotline", "监督电话";
    }
}

impl Blank {
    /// Filled by the agency, once; the others by what is known at the scene.
    pub const fn is_of_agency(self) -> bool {
        matches!(self, Blank::Agency | Blank::Hotline)
    }
}

/// One phrase: what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhraseOf {
    /// Not of the notice, which is [`NoticeKind::Recording`].
    Opening(OpeningElement),
    Notice(NoticeKind),
    /// The four points of 第十六条.
    Filming,
    Companion(CompanionLine),
    /// On going on after a break whose cause was measured (第十五条).
    Resuming,
    ResumingUnknown,
    /// What stands for a measured cause in [`PhraseOf::Resuming`].
    Cause(Cause),
}

impl PhraseOf {
    /// Every phrase, in the order of the scene.
    pub fn all() -> impl Iterator<Item = PhraseOf> {
        let opening = OpeningElement::ALL.iter().filter(|element| **element != OpeningElement::Notice);
        let causes = Cause::ALL.iter().filter(|cause| **cause != Cause::Unknown);
        opening
            .map(|element| PhraseOf::Opening(*element))
            .chain(NoticeKind::ALL.iter().map(|kind| PhraseOf::Notice(*kind)))
            .chain([PhraseOf::Filming])
            .chain(CompanionLine::ALL.iter().map(|line| PhraseOf::Companion(*line)))
            .chain([PhraseOf::Resuming, PhraseOf::ResumingUnknown])
            .chain(causes.map(|cause| PhraseOf::Cause(*cause)))
    }

    /// As documents name it: `opening/time`.
    pub fn name(self) -> String {
        match self {
            PhraseOf::Opening(element) => format!("opening/{}", element.name()),
            PhraseOf::Notice(kind) => format!("notice/{}", kind.name()),
            PhraseOf::Filming => "filming/points".to_owned(),
            PhraseOf::Companion(line) => format!("companion/{}", line.name()),
            PhraseOf::Resuming => "resuming/cause".to_owned(),
            PhraseOf::ResumingUnknown => "resuming/unknown".to_owned(),
            PhraseOf::Cause(cause) => format!("cause/{}", cause.name()),
        }
    }

    pub fn parse(name: &str) -> Option<PhraseOf> {
        PhraseOf::all().find(|phrase| phrase.name() == name)
    }

    /// The blank that every wording of it has, once: what is known would be lost without it.
    pub fn own_blank(self) -> Option<Blank> {
        match self {
            PhraseOf::Opening(element) => match element {
                OpeningElement::Time => Some(Blank::Time),
                OpeningElement::Place => Some(Blank::Place),
                OpeningElement::Officers => Some(Blank::Officers),
                OpeningElement::Matter => Some(Blank::Matter),
                OpeningElement::Party => Some(Blank::Party),
                OpeningElement::Stages => Some(Blank::Stages),
                OpeningElement::Notice | OpeningElement::NobodyPresent => None,
            },
            PhraseOf::Resuming => Some(Blank::Cause),
            _ => None,
        }
    }
}

/// A wording. Without English, the English of this program is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    pub zh: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// What a province or an agency writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhrasesDraft {
    /// Of this form: 1.
    pub edition: u64,
    pub title: String,
    /// Whose words they are, by name.
    pub issuer: String,
    pub level: PhrasesLevel,
    /// 示例，未颁发: shown wherever the phrases' source is.
    #[serde(default)]
    pub is_sample: bool,
    /// By name. One that is absent is said in the words of this program.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub phrases: BTreeMap<String, Wording>,
    /// What the agency fills in: `{hotline}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub blanks: BTreeMap<String, String>,
}

/// An edition that is in force, as people are told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhrasesSource {
    pub number: u64,
    pub title: String,
    pub issuer: String,
    pub level: PhrasesLevel,
    pub is_sample: bool,
}

/// What is said now: the editions laid over each other, and what this program has for the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Phrases {
    said: BTreeMap<PhraseOf, Wording>,
    blanks: BTreeMap<Blank, String>,
    /// Whose wording it is; `None`: this program's.
    source: Option<PhrasesSource>,
    /// Who filled the blanks since.
    filled: Option<PhrasesSource>,
}

impl Phrases {
    /// This program's own words: a sample, issued by nobody.
    pub fn shipped() -> Phrases {
        Phrases::default()
    }

    /// Lays the next edition over those before; nothing changes on a fault.
    ///
    /// A province's replaces the wording whole. An agency's may only fill blanks once its province has spoken; until then it is the wording.
    /// Another province's does not replace the one that stands.
    pub fn enter(&mut self, number: u64, draft: &PhrasesDraft) -> Result<(), Vec<PhraseFault>> {
        let (said, blanks, mut faults) = checked(draft);
        let of_province = self.source.as_ref().filter(|source| source.level == PhrasesLevel::Province);
        if let Some(province) = of_province {
            match draft.level {
                PhrasesLevel::Province if province.issuer != draft.issuer => {
                    let (found, stands) = (draft.issuer.clone(), province.issuer.clone());
                    faults.push(PhrasePlace::Whole.amiss(PhraseAmiss::IssuedByAnother { found, stands }));
                }
                PhrasesLevel::Province => {}
                PhrasesLevel::Agency => faults.extend(draft.phrases.keys().map(|name| {
                    let stands = province.issuer.clone();
                    PhrasePlace::Phrase(name.clone()).amiss(PhraseAmiss::OfTheProvince { stands })
                })),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let PhrasesDraft { title, issuer, level, is_sample, .. } = draft;
        let (title, issuer) = (title.clone(), issuer.clone());
        let source = PhrasesSource { number, title, issuer, level: *level, is_sample: *is_sample };
        self.blanks.extend(blanks);
        if *level == PhrasesLevel::Agency && (of_province.is_some() || draft.phrases.is_empty()) {
            self.filled = Some(source);
        } else {
            (self.said, self.source) = (said, Some(source));
        }
        Ok(())
    }

    /// Whose wording it is; `None`: this program's, a sample that nobody issued.
    pub fn source(&self) -> Option<&PhrasesSource> {
        self.source.as_ref()
    }

    /// Who filled the blanks, where that is another edition.
    pub fn filled(&self) -> Option<&PhrasesSource> {
        self.filled.as_ref()
    }

    /// The wording as it stands, blanks and all.
    pub fn wording(&self, phrase: PhraseOf, language: Language) -> &str {
        let (zh, en) = shipped::wording(phrase);
        let issued = self.said.get(&phrase);
        match language {
            Language::Chinese => issued.map_or(zh, |wording| wording.zh.as_str()),
            Language::English => issued.and_then(|wording| wording.en.as_deref()).unwrap_or(en),
        }
    }

    /// What is read aloud. Of what is not known the officer says the rest: it is left open, and nothing is invented.
    pub(crate) fn say(&self, phrase: PhraseOf, language: Language, known: Option<&str>) -> String {
        let mut text = String::new();
        // Checked where an edition was entered; of what is shipped a test holds it.
        for piece in pieces(self.wording(phrase, language)).unwrap_or_default() {
            let filled = match piece {
                Piece::Text(words) => Some(words),
                Piece::Blank(blank) if blank.is_of_agency() => self.blanks.get(&blank).map(String::as_str),
                Piece::Blank(_) => known,
            };
            match filled {
                Some(words) => text.push_str(words),
                None => {
                    text.truncate(text.trim_end().len());
                    text.push_str(OPEN);
                }
            }
        }
        // A sentence that is left open has no end.
        let open = text.strip_suffix(['。', '.']).filter(|open| open.ends_with(OPEN)).map(str::len);
        text.truncate(open.unwrap_or(text.len()));
        text
    }
}

/// Where the officer goes on by himself.
const OPEN: &str = "……";

type Checked = (BTreeMap<PhraseOf, Wording>, BTreeMap<Blank, String>, Vec<PhraseFault>);

fn checked(draft: &PhrasesDraft) -> Checked {
    let PhrasesDraft { edition, title, issuer, level: _, is_sample: _, phrases, blanks } = draft;
    let (mut said, mut filled, mut faults) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    if *edition != 1 {
        faults.push(PhrasePlace::Whole.amiss(PhraseAmiss::Form { found: *edition }));
    }
    for (place, text) in [(PhrasePlace::Title, title), (PhrasePlace::Issuer, issuer)] {
        faults.extend(amiss_in(text, NAME_LIMIT_CHARS).map(|what| place.clone().amiss(what)));
    }
    if phrases.is_empty() && blanks.is_empty() {
        faults.push(PhrasePlace::Whole.amiss(PhraseAmiss::NothingSaid));
    }
    for (name, wording) in phrases {
        let place = PhrasePlace::Phrase(name.clone());
        let Some(phrase) = PhraseOf::parse(name) else {
            faults.push(place.amiss(PhraseAmiss::UnknownPhrase));
            continue;
        };
        let amiss = std::iter::once(&wording.zh).chain(&wording.en).flat_map(|text| amiss_in_wording(phrase, text));
        faults.extend(amiss.map(|what| place.clone().amiss(what)));
        said.insert(phrase, wording.clone());
    }
    for (name, filling) in blanks {
        let place = PhrasePlace::Blank(name.clone());
        let Some(blank) = Blank::parse(name).filter(|blank| blank.is_of_agency()) else {
            faults.push(place.amiss(PhraseAmiss::UnknownBlank { found: name.clone() }));
            continue;
        };
        faults.extend(amiss_in(filling, NAME_LIMIT_CHARS).map(|what| place.amiss(what)));
        filled.insert(blank, filling.clone());
    }
    (said, filled, faults)
}

fn amiss_in(text: &str, limit: usize) -> Option<PhraseAmiss> {
    let chars = text.chars().count();
    if text.trim().is_empty() {
        Some(PhraseAmiss::Empty)
    } else if chars > limit {
        Some(PhraseAmiss::TooLong { found: chars, limit })
    } else if text.chars().any(char::is_control) {
        Some(PhraseAmiss::ControlCharacter)
    } else {
        None
    }
}

fn amiss_in_wording(phrase: PhraseOf, text: &str) -> Vec<PhraseAmiss> {
    if let Some(what) = amiss_in(text, PHRASE_LIMIT_CHARS) {
        return vec![what];
    }
    let pieces = match pieces(text) {
        Ok(pieces) => pieces,
        Err(what) => return vec![what],
    };
    let own = phrase.own_blank();
    let blanks = || pieces.iter().filter_map(|piece| if let Piece::Blank(blank) = piece { Some(*blank) } else { None });
    let stranger = blanks().find(|blank| !blank.is_of_agency() && Some(*blank) != own);
    let stranger = stranger.map(|blank| PhraseAmiss::UnknownBlank { found: blank.name().to_owned() });
    let found = blanks().filter(|blank| Some(*blank) == own).count();
    let lacks = own.filter(|_| found != 1).map(|blank| PhraseAmiss::NotOnce { blank, found });
    stranger.into_iter().chain(lacks).collect()
}

#[cfg(test)]
mod tests;
