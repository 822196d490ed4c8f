//! The template of the written statement (书面情况说明, 第十五条): what the lines say, set down as sentences, and blanks for what only the
//! officer knows. The same text at the phone and at the agency. Chinese alone: it is a document of the file, not a word of the screen.
//!
//! Of what is not known nothing is invented: it stands as a blank. Nothing is judged: the cause as measured and the officer's word stand
//! side by side.

use crate::instant::Instant;
use crate::preflight::PreflightNote;
use crate::record::Cause;

/// What is to be filled in by the author.
pub const BLANK: &str = "（请填写）";

/// What a record's lines say that a statement repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatementFacts {
    /// When the record was opened, by the phone's clock; `None`: nothing was recorded at all.
    pub opened: Option<Instant>,
    /// The matter's name, or its code where the name is not at hand.
    pub matter: Option<String>,
    /// 地点; a private value.
    pub place: Option<String>,
    /// Whether anything was filmed.
    pub has_take: bool,
    /// What the statement is about; empty: the record as a whole.
    pub breaks: Vec<BreakFacts>,
    /// What the check before recording (录制前检查) had noted.
    pub notes: Vec<PreflightNote>,
}

/// An interruption (中止).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakFacts {
    pub at: Instant,
    /// As measured.
    pub cause: Cause,
    /// How long nothing was recorded, µs; `None`: it was never taken up again, or its length was not measured.
    pub gap_us: Option<u64>,
    /// What the check had warned of that may have led to it.
    pub warned: Vec<PreflightNote>,
    /// What the officer gave as the reason: the preset, and words where there are any.
    pub said: Option<(Cause, Option<String>)>,
}

/// The text to begin from.
pub fn statement_template(facts: &StatementFacts) -> String {
    let mut lines = vec!["情况说明".to_owned()];
    let known = |value: &Option<String>| value.clone().unwrap_or_else(|| BLANK.to_owned());
    lines.push(format!("事项：{}", known(&facts.matter)));
    lines.push(format!("地点：{}", known(&facts.place)));
    match facts.opened {
        None => {
            lines.push(format!("时间：{BLANK}"));
            lines.push("本次执法未作音像记录。".to_owned());
        }
        Some(opened) => {
            lines.push(format!("记录开始于：{}（设备时钟）", clock(opened)));
            if !facts.has_take {
                lines.push("本记录中没有录音录像。".to_owned());
            }
        }
    }
    for one in &facts.breaks {
        lines.extend(one.told());
    }
    if facts.breaks.is_empty() && !facts.notes.is_empty() {
        lines.push(format!("录制前检查提示：{}。", listed(&facts.notes)));
    }
    lines.push(format!("客观原因：{BLANK}"));
    lines.push(format!("未能记录期间的执法经过：{BLANK}"));
    lines.push(format!("说明人：{BLANK}"));
    lines.join("\n")
}

impl BreakFacts {
    fn told(&self) -> Vec<String> {
        let length = match self.gap_us {
            Some(us) => format!("{}后恢复录制", length(us)),
            None => "此后未恢复录制".to_owned(),
        };
        let mut lines =
            vec![format!("{}（设备时钟）录制中止，设备测得的原因：{}；{length}。", clock(self.at), self.cause.zh())];
        if !self.warned.is_empty() {
            lines.push(format!("录制前检查曾提示：{}。", listed(&self.warned)));
        }
        match &self.said {
            Some((cause, Some(word))) => lines.push(format!("执法人员所述原因：{}，“{word}”。", cause.zh())),
            Some((cause, None)) => lines.push(format!("执法人员所述原因：{}。", cause.zh())),
            None => {}
        }
        lines
    }
}

fn listed(notes: &[PreflightNote]) -> String {
    notes.iter().map(|note| note.zh()).collect::<Vec<_>>().join("、")
}

/// `2026-11-12 10:00:00`, China Standard Time.
fn clock(at: Instant) -> String {
    let whole = Instant::from_us(at.us().div_euclid(1_000_000) * 1_000_000);
    whole.to_china_rfc3339().replacen('T', " ", 1).replace("+08:00", "")
}

/// Up to the second in which it fell.
fn length(us: u64) -> String {
    let seconds = us.div_ceil(1_000_000);
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} 秒"),
        (0, m, s) => format!("{m} 分 {s} 秒"),
        (h, m, s) => format!("{h} 小时 {m} 分 {s} 秒"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Instant {
        Instant::parse("2026-11-12T12:00:00.5+08:00").expect("an instant")
    }

    fn broken() -> StatementFacts {
        let one = BreakFacts {
            at: noon(),
            cause: Cause::Battery,
            gap_us: None,
            warned: vec![PreflightNote::BatteryLow],
            said: Some((Cause::Battery, Some("雨中换不了电池".to_owned()))),
        };
        StatementFacts {
            opened: Some(noon()),
            matter: Some("查封".to_owned()),
            place: Some("东街十八号".to_owned()),
            has_take: true,
            breaks: vec![one],
            notes: vec![PreflightNote::BatteryLow],
        }
    }

    #[test]
    fn a_template_says_what_the_lines_say_and_judges_nothing() {
        let text = statement_template(&broken());
        for said in [
            "事项：查封",
            "地点：东街十八号",
            "2026-11-12 12:00:00（设备时钟）录制中止",
            "设备测得的原因：",
            "此后未恢复录制",
            "录制前检查曾提示：",
            "执法人员所述原因：",
            "“雨中换不了电池”",
        ] {
            assert!(text.contains(said), "{said}: {text}");
        }
        assert_eq!(text.matches(BLANK).count(), 3, "what only the author knows: {text}");
        assert!(!text.contains("违规"));
        let mut healed = broken();
        healed.breaks[0].gap_us = Some(3_661_000_001);
        assert!(statement_template(&healed).contains("1 小时 1 分 2 秒后恢复录制"));
    }

    #[test]
    fn of_what_no_line_says_a_template_has_blanks_and_invents_nothing() {
        let text = statement_template(&StatementFacts::default());
        assert!(text.contains("本次执法未作音像记录") && text.contains("时间：（请填写）"), "{text}");
        assert_eq!(text.matches(BLANK).count(), 6, "{text}");
        let opened = StatementFacts { opened: Some(noon()), ..StatementFacts::default() };
        assert!(statement_template(&opened).contains("本记录中没有录音录像"));
    }
}
