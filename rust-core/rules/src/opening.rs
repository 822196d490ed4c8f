//! What is read aloud: the opening statement (语音说明, 第十四条) composed of what is known of the activity, and the short phrases of 第八条, 第十五条 and 第十六条.
//!
//! The wording is that of `phrases`: our own until a province issues its own. Nothing is invented: an element of which nothing is known is left
//! open, and the officer says the rest.

use crate::date::Date;
use crate::instant::Instant;
use crate::matter::{MandatoryMatter, RecommendedMatter, Stage};
use crate::phrases::{PhraseOf, Phrases};
use crate::record::{Cause, NoticeKind, OpeningElement, Party};
use crate::words::words;

words! {
    /// In which language it is read.
    pub enum Language {
        Chinese = "zh", "中文";
        English = "en", "英文";
    }
}

words! {
    /// What is said beside the opening, each with an article of its own; never a part of completeness (同行用语).
    pub enum CompanionLine {
        /// 出示执法证件 (行政处罚法 第五十五条、行政强制法 第十八条).
        Certificates = "certificates", "出示执法证件";
        /// 告知申请回避 (行政处罚法 第四十三条).
        Recusal = "recusal", "告知申请回避的权利";
        /// 告知陈述和申辩 (行政处罚法 第四十五条、行政强制法 第八条).
        StatementAndDefence = "statement_and_defence", "告知陈述和申辩的权利";
    }
}

/// What is known of the activity (执法活动) when the opening is read.
#[derive(Clone, Debug, Default)]
pub struct Known<'a> {
    pub at: Option<Instant>,
    pub place: Option<&'a str>,
    pub officers: &'a [KnownOfficer<'a>],
    /// The code of a matter; one that the regulation does not name is left to the officer.
    pub matter: Option<&'a str>,
    pub party: Option<KnownParty<'a>>,
    /// The stages that are to be recorded.
    pub stages: &'a [Stage],
}

/// An officer by name and certificate number (执法证号).
#[derive(Clone, Copy, Debug)]
pub struct KnownOfficer<'a> {
    pub name: &'a str,
    pub certificate: &'a str,
}

/// What is known of the party (行政相对人).
#[derive(Clone, Copy, Debug)]
pub struct KnownParty<'a> {
    pub party: Party,
    /// Of a named one.
    pub name: Option<&'a str>,
}

/// One element of the opening, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningLine {
    pub element: OpeningElement,
    pub text: String,
    /// Whether nothing is left for the officer to add.
    pub is_whole: bool,
}

/// The notice, or that nobody is there to be told: never both.
fn is_said(element: OpeningElement, last: OpeningElement) -> bool {
    !matches!(element, OpeningElement::Notice | OpeningElement::NobodyPresent) || element == last
}

fn whole(zh: &str, en: &str, language: Language) -> String {
    said(language, zh, en).to_owned()
}

fn said<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

/// By the clock of China, as people say it.
fn time(at: Instant, language: Language) -> String {
    let date = at.china_date();
    let (year, month, day) = date.ymd();
    let minutes = (at.us() - Instant::china_midnight(date).us()) / 60_000_000;
    let (hour, minute) = (minutes / 60, minutes % 60);
    match language {
        Language::Chinese if minute == 0 => format!("{year}年{month}月{day}日{hour}点整"),
        Language::Chinese => format!("{year}年{month}月{day}日{hour}点{minute}分"),
        Language::English => format!("{hour:02}:{minute:02} on {day} {} {year}", month_name(date)),
    }
}

fn month_name(date: Date) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    NAMES[(date.ymd().1 as usize - 1) % NAMES.len()]
}

fn officers(known: &Known<'_>, language: Language) -> Option<String> {
    let one = |officer: &KnownOfficer<'_>| match (language, officer.certificate) {
        (_, "") => officer.name.to_owned(),
        (Language::Chinese, certificate) => format!("{}，执法证号{certificate}", officer.name),
        (Language::English, certificate) => format!("{}, certificate number {certificate}", officer.name),
    };
    let all: Vec<String> = known.officers.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join(said(language, "；", "; ")))
}

fn party(known: &Known<'_>, language: Language) -> Option<String> {
    let KnownParty { party, name } = known.party?;
    match (party, name) {
        (Party::Named, Some(name)) => Some(name.to_owned()),
        (Party::Named, None) => None,
        (Party::ToBeEstablished, _) => {
            Some(whole("在场的当事人，身份待查明", "the person here, whose identity is to be established", language))
        }
        (Party::NobodyPresent, _) => Some(whole("尚不在场的当事人", "a person who is not here", language)),
    }
}

fn stages(known: &Known<'_>, language: Language) -> Option<String> {
    let all: Vec<&str> = known.stages.iter().map(|stage| said(language, stage.zh(), stage_en(*stage))).collect();
    (!all.is_empty()).then(|| all.join(said(language, "、", ", ")))
}

fn stage_en(stage: Stage) -> &'static str {
    match stage {
        Stage::Initiation => "initiation",
        Stage::Investigation => "investigation and evidence",
        Stage::Decision => "review and decision",
        Stage::ServiceEnforcement => "service and enforcement",
        Stage::Filing => "filing",
    }
}

/// The matter of that code, as it is read aloud; `None` where the regulation does not name it.
fn matter(code: &str, language: Language) -> Option<&'static str> {
    use MandatoryMatter as M;
    use RecommendedMatter as R;
    let of_law = MandatoryMatter::parse(code).map(|matter| match matter {
        M::SealingPremises => ("查封场所、设施或者财物", "the sealing of premises, facilities or property"),
        M::Seizure => ("扣押财物", "a seizure of property"),
        M::ForcedDemolition => ("强制拆除", "a forced demolition"),
        M::PerformanceByOthers => ("代履行", "performance by others"),
        M::RestrictingLiberty => ("限制人身自由", "a restriction of liberty"),
        M::LifeLibertyProperty => (
            "直接涉及人身自由、生命健康、重大财产权益的现场执法",
            "enforcement that touches life, liberty, health or major property",
        ),
    });
    let of_choice = RecommendedMatter::parse(code).map(|matter| match matter {
        R::ProneToDispute | R::OtherProneToDispute => ("现场执法", "enforcement at the scene"),
        R::GatheringEvidence => ("检查和调查取证", "an inspection and the gathering of evidence"),
        R::Hearing => ("举行听证", "a hearing"),
        R::ServiceLeftOrAnnounced => ("送达执法文书", "the service of a document"),
    });
    of_law.or(of_choice).map(|(zh, en)| said(language, zh, en))
}

impl Phrases {
    /// The opening statement, element by element in the order of 第十四条; whoever reads it in one passage reads all lines.
    pub fn opening(&self, known: &Known<'_>, language: Language) -> Vec<OpeningLine> {
        let nobody = known.party.is_some_and(|party| party.party == Party::NobodyPresent);
        let last = if nobody { OpeningElement::NobodyPresent } else { OpeningElement::Notice };
        let elements = OpeningElement::ALL.iter().copied().filter(|element| is_said(*element, last));
        elements.map(|element| self.opening_line(element, known, language)).collect()
    }

    fn opening_line(&self, element: OpeningElement, known: &Known<'_>, language: Language) -> OpeningLine {
        let phrase = match element {
            OpeningElement::Notice => PhraseOf::Notice(NoticeKind::Recording),
            other => PhraseOf::Opening(other),
        };
        let value = match element {
            OpeningElement::Time => known.at.map(|at| time(at, language)),
            OpeningElement::Place => known.place.map(str::to_owned),
            OpeningElement::Officers => officers(known, language),
            OpeningElement::Matter => known.matter.and_then(|code| matter(code, language)).map(str::to_owned),
            OpeningElement::Party => party(known, language),
            OpeningElement::Stages => stages(known, language),
            OpeningElement::Notice | OpeningElement::NobodyPresent => None,
        };
        let is_whole = value.is_some() || phrase.own_blank().is_none();
        OpeningLine { element, text: self.say(phrase, language, value.as_deref()), is_whole }
    }

    /// What those present are told.
    pub fn notice(&self, notice: NoticeKind, language: Language) -> String {
        self.say(PhraseOf::Notice(notice), language, None)
    }

    /// The four points that whoever films is told (第十六条).
    pub fn filming_points(&self, language: Language) -> String {
        self.say(PhraseOf::Filming, language, None)
    }

    /// The words of a companion line.
    pub fn companion(&self, line: CompanionLine, language: Language) -> String {
        self.say(PhraseOf::Companion(line), language, None)
    }

    /// Why recording broke off, to be said on resuming (第十五条): what was measured, and that it goes on.
    pub fn reason(&self, cause: Cause, language: Language) -> String {
        if cause == Cause::Unknown {
            return self.say(PhraseOf::ResumingUnknown, language, None);
        }
        let cause = self.say(PhraseOf::Cause(cause), language, None);
        self.say(PhraseOf::Resuming, language, Some(&cause))
    }
}
