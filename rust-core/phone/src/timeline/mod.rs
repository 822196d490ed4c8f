//! What the officer does while the clip runs: a TOML file, checked whole before anything is recorded.
//!
//! ```toml
//! [[officer]]
//! id = "a"
//! name = "…"
//! certificate = "…"
//!
//! [[at]]
//! s = 3.5            # seconds of the clip
//! do = "place"
//! place = "…"
//! actor = "a"        # whose act it is; nobody's when absent
//! by = "pin"         # what showed it; `device_unlock` when absent
//! ```

mod action;
mod fault;

use std::path::{Path, PathBuf};

use quanji_evidence::entry::{Actor, ActorProof};
use quanji_evidence::text::Officer;
use quanji_recorder::NamedOfficer;
use serde::Deserialize;
use toml::Spanned;

use crate::fault::Fault;

pub(crate) use action::Action;
pub(crate) use fault::{TimelineFault, TimelineWhy};

/// Longest timeline: ten thousand actions are smaller.
const LIMIT_BYTES: u64 = 4 << 20;
/// Most officers of a record.
const OFFICERS_LIMIT: usize = 64;

/// A checked timeline.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    pub(crate) officers: Vec<TimelineOfficer>,
    /// In the order of their instants.
    pub(crate) entries: Vec<TimelineEntry>,
    /// Files are named from here.
    pub(crate) folder: PathBuf,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimelineOfficer {
    pub(crate) id: String,
    name: String,
    certificate: String,
}

impl std::fmt::Debug for TimelineOfficer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TimelineOfficer")
    }
}

/// Something done at an instant of the clip.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TimelineEntry {
    pub(crate) at_us: i64,
    pub(crate) actor: Option<Actor>,
    pub(crate) action: Action,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    officer: Vec<Spanned<TimelineOfficer>>,
    #[serde(default)]
    at: Vec<Spanned<toml::Table>>,
}

/// What stands in every entry beside its action.
#[derive(Deserialize)]
struct Common {
    s: f64,
    actor: Option<String>,
    by: Option<ActorProof>,
}

/// Whether entries say when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instants {
    Given,
    None,
}

impl Timeline {
    pub(crate) fn read(path: &Path) -> Result<Timeline, TimelineFault> {
        Timeline::read_with(path, Instants::Given)
    }

    /// For what is added later: `[[at]]` without `s`.
    pub(crate) fn read_without_instants(path: &Path) -> Result<Timeline, TimelineFault> {
        Timeline::read_with(path, Instants::None)
    }

    fn read_with(path: &Path, instants: Instants) -> Result<Timeline, TimelineFault> {
        let unreadable = |source| TimelineFault { line: 0, why: TimelineWhy::File(source) };
        let size = std::fs::metadata(path).map_err(unreadable)?.len();
        if size > LIMIT_BYTES {
            let why = TimelineWhy::TooLong { limit: LIMIT_BYTES, found: size };
            return Err(TimelineFault { line: 0, why });
        }
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let mut timeline = Timeline::parse_with(&text, instants)?;
        timeline.folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Ok(timeline)
    }

    #[cfg(test)]
    fn parse(text: &str) -> Result<Timeline, TimelineFault> {
        Timeline::parse_with(text, Instants::Given)
    }

    /// For what is added later: `[[at]]` without `s`.
    pub(crate) fn parse_without_instants(text: &str) -> Result<Timeline, TimelineFault> {
        Timeline::parse_with(text, Instants::None)
    }

    fn parse_with(text: &str, instants: Instants) -> Result<Timeline, TimelineFault> {
        let line_at = |byte: usize| text.get(..byte).unwrap_or(text).matches('\n').count() + 1;
        let file: File = toml::from_str(text).map_err(|fault| TimelineFault {
            line: fault.span().map_or(1, |span| line_at(span.start)),
            why: TimelineWhy::toml(&fault),
        })?;
        let mut timeline = Timeline::default();
        for officer in file.officer {
            let line = line_at(officer.span().start);
            timeline.add_officer(officer.into_inner()).map_err(|why| TimelineFault { line, why })?;
        }
        for entry in file.at {
            let line = line_at(entry.span().start);
            timeline.add_entry(entry.into_inner(), instants).map_err(|why| TimelineFault { line, why })?;
        }
        Ok(timeline)
    }

    fn add_officer(&mut self, officer: TimelineOfficer) -> Result<(), TimelineWhy> {
        if self.officers.iter().any(|other| other.id == officer.id) {
            return Err(TimelineWhy::OfficerTwice { first: self.place_of(&officer.id).unwrap_or(0) + 1 });
        }
        if self.officers.len() == OFFICERS_LIMIT {
            return Err(TimelineWhy::TooManyOfficers { limit: OFFICERS_LIMIT });
        }
        self.officers.push(officer);
        Ok(())
    }

    fn add_entry(&mut self, mut table: toml::Table, instants: Instants) -> Result<(), TimelineWhy> {
        let mut common = toml::Table::new();
        for key in ["s", "actor", "by"] {
            common.extend(table.remove_entry(key));
        }
        if instants == Instants::None {
            common.entry("s").or_insert(toml::Value::Float(0.0));
        }
        // A whole number of seconds is a number of seconds.
        if let Some(toml::Value::Integer(s)) = common.get("s") {
            let s = *s as f64;
            common.insert("s".to_owned(), toml::Value::Float(s));
        }
        let Common { s, actor, by } = common.try_into().map_err(|fault| TimelineWhy::toml(&fault))?;
        let action: Action = table.try_into().map_err(|fault| TimelineWhy::toml(&fault))?;
        let at_us = instant(s)?;
        let before_us = self.entries.last().map_or(0, |last| last.at_us);
        if at_us < before_us {
            return Err(TimelineWhy::OutOfOrder { before_s: before_us as f64 / 1e6, found_s: s });
        }
        if let Some(to) = action.to()
            && instant(to)? <= at_us
        {
            return Err(TimelineWhy::EndsBeforeItBegins { from_s: s, to_s: to });
        }
        if let Some(id) = action.names_officer() {
            self.officer(id)?;
        }
        let actor = actor.map(|id| self.officer(&id)).transpose()?;
        let actor = actor.map(|officer| Actor { officer, by: by.unwrap_or(ActorProof::DeviceUnlock) });
        self.entries.push(TimelineEntry { at_us, actor, action });
        Ok(())
    }

    fn place_of(&self, id: &str) -> Option<usize> {
        self.officers.iter().position(|officer| officer.id == id)
    }

    fn officer(&self, id: &str) -> Result<Officer, TimelineWhy> {
        let known = || self.officers.len();
        let place = self.place_of(id).ok_or_else(|| TimelineWhy::UnknownOfficer { known: known() })?;
        Ok(Officer::parse(&format!("o{}", place + 1)).expect("at most 64 officers"))
    }

    /// All officers with the one who held the phone.
    pub(crate) fn named_officers(&self, recorded_by: &str) -> (Vec<NamedOfficer>, usize) {
        let named = |officer: &TimelineOfficer| NamedOfficer {
            name: officer.name.clone(),
            certificate: officer.certificate.clone(),
        };
        (self.officers.iter().map(named).collect(), self.place_of(recorded_by).unwrap_or(0))
    }
}

/// A week of recording is beyond any clip; what is no number of seconds is refused.
fn instant(s: f64) -> Result<i64, TimelineWhy> {
    const LIMIT_S: f64 = 604_800.0;
    if (0.0..=LIMIT_S).contains(&s) {
        Ok((s * 1e6).round() as i64)
    } else {
        Err(TimelineWhy::Instant { found: s, limit_s: LIMIT_S })
    }
}

/// The same instant for anyone who has seconds of the clip.
pub(crate) fn us_of(s: f64) -> i64 {
    (s * 1e6).round() as i64
}

/// An officer of a record who unlocked the phone.
pub(crate) fn device_unlock(officer: &str) -> Result<Actor, Fault> {
    let officer = Officer::parse(officer).map_err(|_| Fault::Officer)?;
    Ok(Actor { officer, by: ActorProof::DeviceUnlock })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFICER: &str = "[[officer]]\nid = \"a\"\nname = \"张三\"\ncertificate = \"14010001\"\n";

    fn fault(text: &str) -> (usize, String) {
        let fault = Timeline::parse(text).expect_err("it is wrong");
        (fault.line, fault.why.to_string())
    }

    #[test]
    fn a_timeline_is_read_in_order_with_its_officers() {
        let text = format!(
            "{OFFICER}[[at]]\ns = 1\ndo = \"mark\"\nmark = \"entrance\"\nactor = \"a\"\n\n[[at]]\ns = 2.5\ndo = \"end\"\n"
        );
        let timeline = Timeline::parse(&text).expect("it is right");
        let [mark, end] = timeline.entries.as_slice() else { panic!("two entries") };
        assert_eq!((mark.at_us, end.at_us), (1_000_000, 2_500_000));
        assert_eq!(mark.actor.as_ref().map(|actor| actor.officer.as_str()), Some("o1"));
        assert_eq!(end.action, Action::End { how: quanji_evidence::body::EndedHow::Officer });
    }

    #[test]
    fn a_typo_names_its_line_and_both_sides() {
        for (entry, line, says) in [
            ("[[at]]\ns = 1\ndo = \"mrak\"\nmark = \"x\"\n", 5, "unknown variant `mrak`, expected one of `preflight`"),
            ("[[at]]\ns = 1\ndo = \"mark\"\nmrak = \"x\"\n", 5, "unknown field `mrak`, expected `mark`"),
            ("[[at]]\ns = 1\ndo = \"end\"\nwhy = \"x\"\n", 5, "unknown field `why`, expected `how`"),
            ("[[at]]\ns = 1\ndo = \"resume\"\nwhy = \"x\"\n", 5, "unknown field `why`"),
            ("[[at]]\ns = 1\ndo = \"mark\"\n", 5, "missing field `mark`"),
            ("[[at]]\ndo = \"end\"\n", 5, "missing field `s`"),
            ("[[at]]\ns = 1\n", 5, "missing field `do`"),
            ("[[at]]\ns = \"1\"\ndo = \"end\"\n", 5, "expected f64"),
            ("[[att]]\ns = 1\n", 5, "unknown field `att`, expected `officer` or `at`"),
            ("[[at]]\ns = 1\ndo = \"obstruction\"\nkind = \"film\"\n", 5, "unknown variant `film`"),
            ("[[at]\ns = 1\n", 5, ""),
        ] {
            let (found, why) = fault(&format!("{OFFICER}{entry}"));
            assert_eq!(found, line, "{entry}: {why}");
            assert!(why.contains(says), "{entry}: {why}");
        }
    }

    #[test]
    fn instants_out_of_order_and_unknown_officers_are_named() {
        let end = "[[at]]\ns = 3\ndo = \"end\"\n";
        let (line, why) = fault(&format!("{OFFICER}{end}[[at]]\ns = 2\ndo = \"resume\"\n"));
        assert_eq!(line, 8);
        assert!(why.contains('3') && why.contains('2'), "{why}");
        let (_, why) = fault("[[at]]\ns = 3\ndo = \"end\"\nactor = \"b\"\n");
        assert!(why.contains("officer"), "{why}");
        let (line, _) = fault(&format!("{OFFICER}{OFFICER}"));
        assert_eq!(line, 5);
        let (_, why) = fault(&format!("{OFFICER}[[at]]\ns = 3\ndo = \"opening\"\nto = 2\nelements = []\n"));
        assert!(why.contains('3') && why.contains('2'), "{why}");
        for s in ["-1", "nan", "inf", "1e9"] {
            let (_, why) = fault(&format!("[[at]]\ns = {s}\ndo = \"end\"\n"));
            assert!(why.contains("604800"), "{s}: {why}");
        }
    }

    #[test]
    fn no_name_stands_in_a_fault() {
        for text in [
            "[[officer]]\nid = \"a\"\nname = [\"王小明\"]\ncertificate = \"1\"\n",
            "[[at]]\ns = \"王小明\"\ndo = \"end\"\n",
            "[[at]]\ns = 1\ndo = \"mark\"\nmark = \"王小明\"\n",
            "[[at]]\ns = 1\ndo = \"subject\"\nparty = \"王小明\"\n",
            "[[at]]\ns = 1\ndo = \"end\"\nactor = \"王小明\"\n",
        ] {
            let fault = Timeline::parse(text).expect_err("it is wrong");
            assert!(!format!("{fault} {fault:?}").contains("王小明"), "{fault}");
        }
    }
}
