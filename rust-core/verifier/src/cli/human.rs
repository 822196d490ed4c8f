//! A report for a person: the verdict in one line, what was found by class with place and both sides, then each record.

use quanji_evidence::finding::{Class, Effect};
use quanji_evidence::{Finding, Verdict};
use quanji_rules::{Article, Cause, OfficersCount, SpecialRules};
use quanji_verifier::{ActivityReport, GapReport, OwedReport, OwedTogether, RecordReport, Report, TakeReport};
use serde::Serialize;

use super::args::{BundleArgs, Language};
use super::instants::{instant, length, size};
use super::paint::{Paint, Tone};

/// Places shown of one code; `--json` has them all.
const PLACES_SHOWN: usize = 4;

pub(crate) fn write(report: &Report, asked: &BundleArgs, paint: Paint) -> String {
    let mut page = Page { out: String::new(), paint, lang: asked.lang };
    page.verdict(report.verdict);
    page.summary(report);
    page.findings(report);
    for record in &report.records {
        page.record(record);
    }
    for activity in &report.activities {
        page.activity(activity);
    }
    page.out
}

/// The verdict in words.
fn verdict_words(verdict: Verdict) -> (Tone, &'static str, &'static str) {
    match verdict {
        Verdict::Valid => (
            Tone::Good,
            "有效：完整、未被改动，时间已由机关证明",
            "valid: whole, unaltered, its time proved by the agency",
        ),
        Verdict::ValidWithheld => (
            Tone::Good,
            "有效：部分内容经批准未予提供，其余完整、未被改动",
            "valid: something is withheld with approval, the rest is whole and unaltered",
        ),
        Verdict::ValidUnanchored => (
            Tone::Doubtful,
            "未锚定：内容完整、未被改动，但时间或设备未由机关证明",
            "unanchored: whole and unaltered, but time or device is not proved by the agency",
        ),
        Verdict::Incomplete => (
            Tone::Doubtful,
            "不完整：现有内容未发现改动，但有缺失或未说明之处",
            "incomplete: what is there was not altered, but something is missing or unexplained",
        ),
        Verdict::Unsupported => (
            Tone::Doubtful,
            "无法判断：含有本程序不认识的格式",
            "unsupported: it uses a form that this program does not know",
        ),
        Verdict::Broken => {
            (Tone::Bad, "不成立：内容与其签名或摘要不符", "broken: contents contradict their signatures or digests")
        }
    }
}

struct Page {
    out: String,
    paint: Paint,
    lang: Language,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// Both languages, the wanted one first and strong, the other beneath and faint.
    fn both(&mut self, indent: &str, tone: Tone, mark: &str, zh: &str, en: &str) {
        let (first, second) = match self.lang {
            Language::Zh => (zh, en),
            Language::En => (en, zh),
        };
        let (first, second) = (self.paint.text(tone, first), self.paint.text(Tone::Faint, second));
        self.line(&format!("{indent}{mark}{first}"));
        self.line(&format!("{indent}{}{second}", " ".repeat(mark.chars().count())));
    }

    fn label(&self, zh: &str, en: &str) -> String {
        match self.lang {
            Language::Zh => format!("{zh} {en}"),
            Language::En => format!("{en} {zh}"),
        }
    }

    /// A row of the table: label padded by what it takes on a screen, then the value.
    fn row(&mut self, indent: usize, zh: &str, en: &str, value: &str) {
        let label = self.label(zh, en);
        let padding = " ".repeat(30_usize.saturating_sub(indent + columns(&label)).max(2));
        let label = self.paint.text(Tone::Faint, &label);
        self.line(&format!("{}{label}{padding}{value}", " ".repeat(indent)));
    }

    fn verdict(&mut self, verdict: Verdict) {
        let (tone, zh, en) = verdict_words(verdict);
        let zh = format!("{zh}（{}）", verdict.name());
        self.both("", tone, "", &zh, en);
        self.line("");
    }

    fn summary(&mut self, report: &Report) {
        if let Some(exported) = &report.exported {
            let purpose = word(&exported.purpose);
            let value = format!("{}  {} {purpose}  {}", instant(exported.created_us), term(&purpose), exported.signer);
            self.row(0, "导出", "exported", &value);
        }
        let takes: usize = report.records.iter().map(|record| record.takes.len()).sum();
        let bytes: u64 = report.records.iter().flat_map(|record| &record.takes).map(|take| take.size_bytes).sum();
        let value = format!("{}  （{takes} 连续段 takes, {}）", report.records.len(), size(bytes));
        self.row(0, "记录", "records", &value);
        let count = |effect: fn(Effect) -> bool| {
            report.findings.iter().filter(|finding| effect(finding.code.meaning().effect)).count()
        };
        let value = format!(
            "{} 影响结论 decide, {} 仅说明 for information",
            count(|effect| effect != Effect::None),
            count(|effect| effect == Effect::None)
        );
        self.row(0, "发现", "findings", &value);
        for item in &report.withheld {
            let approval = match &item.approval {
                Some(approval) => format!("{} {} {}", word(&approval.by), approval.number, instant(approval.at_us)),
                None => "没有批准 no approval".to_owned(),
            };
            self.row(0, "未予提供", "withheld", &format!("{}  {approval}", item.place));
        }
    }

    fn findings(&mut self, report: &Report) {
        for (class, zh, en) in [
            (Class::Integrity, "完整性", "integrity"),
            (Class::Continuity, "连续性", "continuity"),
            (Class::Time, "时间", "time"),
            (Class::Regulation, "办法要求", "regulation; never decides the verdict"),
        ] {
            let mut of_class: Vec<&Finding> =
                report.findings.iter().filter(|finding| finding.code.meaning().class == class).collect();
            if of_class.is_empty() {
                continue;
            }
            // Worst first; a stable sort keeps the order in which they were made.
            of_class.sort_by_key(|finding| std::cmp::Reverse(finding.code.meaning().effect));
            self.line("");
            let title = self.label(zh, en);
            let title = self.paint.text(Tone::Strong, &title);
            self.line(&title);
            let mut codes = Vec::new();
            for finding in &of_class {
                if !codes.contains(&finding.code) {
                    codes.push(finding.code);
                }
            }
            for code in codes {
                let places: Vec<&Finding> = of_class.iter().copied().filter(|finding| finding.code == code).collect();
                self.code(&places);
            }
        }
    }

    fn code(&mut self, places: &[&Finding]) {
        let Some(first) = places.first() else { return };
        let meaning = first.code.meaning();
        let (tone, mark) = match meaning.effect {
            Effect::Broken => (Tone::Bad, "✗ "),
            Effect::None => (Tone::Strong, "· "),
            _ => (Tone::Doubtful, "! "),
        };
        let zh = format!("{}（{}）", meaning.zh, meaning.code);
        self.both("  ", tone, mark, &zh, &meaning.en);
        for finding in places.iter().take(PLACES_SHOWN) {
            self.line(&format!("      {}", finding.place));
            self.row(8, "应为", "expected", &finding.expected);
            self.row(8, "实为", "found", &finding.found);
        }
        if let Some(more) = places.len().checked_sub(PLACES_SHOWN).filter(|more| *more > 0) {
            self.line(&format!("      … 另有 {more} 处（--json 列出全部） and {more} more"));
        }
    }

    fn record(&mut self, record: &RecordReport) {
        self.line("");
        let title = format!("{} {}", self.label("记录", "record"), record.record);
        let title = self.paint.text(Tone::Strong, &title);
        self.line(&title);
        if let Some(device) = record.device {
            let started = record.started.map(|started| word(&started)).unwrap_or_default();
            self.row(2, "设备", "device", &format!("{device}  {} {started}", term(&started)));
        }
        let lines =
            if record.is_read_in_full { "全部读取 read in full" } else { "未能全部读取 not read in full" };
        let sealed = if record.is_sealed { "已封存 sealed" } else { "未封存 not sealed" };
        self.row(2, "日志", "journal", &format!("{} 行 lines, {lines}, {sealed}", record.entries));
        let bound = |us: Option<u64>| us.map_or_else(|| "未证明 not proved".to_owned(), instant);
        self.row(2, "不早于", "not before", &bound(record.bracket.not_before_us));
        self.row(2, "不晚于", "not after", &bound(record.bracket.not_after_us));
        if let Some(wall) = record.opened_wall_us {
            self.row(2, "设备时间", "phone's clock", &format!("{}（仅供参考 proves nothing）", instant(wall)));
        }
        if let Some(ended) = &record.ended {
            self.row(
                2,
                "结束",
                "ended",
                &format!("{}  {} {}", instant(ended.at_us), term(&word(&ended.how)), word(&ended.how)),
            );
        }
        for take in &record.takes {
            self.row(2, &format!("连续段 {}", take.take), "take", &take_words(take));
        }
        for gap in &record.gaps {
            self.row(2, "中断", "gap", &gap_words(gap));
        }
        self.row(2, "最大记录间隔", "largest interval", &length(record.largest_interval_us));
        if !record.recovered.is_empty() {
            let bytes: u64 = record.recovered.iter().map(|fragment| fragment.size_bytes).sum();
            let value = format!("{} 片段 fragments, {}（单独列出 listed apart）", record.recovered.len(), size(bytes));
            self.row(2, "找回", "recovered", &value);
        }
        for receipt in &record.receipts {
            let value = format!(
                "№ {}  存储 stored {}  期限 deadline {}{}  按期 on time: {}",
                receipt.number,
                instant(receipt.stored_us),
                instant(receipt.deadline_us),
                if receipt.provisional { "（暂定 provisional）" } else { "" },
                receipt.on_time.name()
            );
            self.row(2, "回执", "receipt", &value);
            // What the rule says stands with the agency: who doubts the deadline asks for that edition.
            if let Some(rules) = receipt.calendars.iter().find(|name| SpecialRules::are_named(name.as_str())) {
                self.row(
                    2,
                    "从其规定",
                    "special rule",
                    &format!("{rules}：期限未与日历核对 the deadline was not compared"),
                );
            }
        }
        for line in &record.vouched {
            let whose = if line.is_named {
                "证书所载的本机硬件密钥 the device's own, by its certificate"
            } else {
                "证书未载 not named in the certificate"
            };
            self.row(
                2,
                "硬件签名",
                "hardware",
                &format!("第 {} 行 line {}  {}（{whose}）", line.seq, line.seq, line.key),
            );
        }
        let owed = record.owed.as_ref().map(|owed| owed.iter().map(owed_words).collect());
        self.owed(owed);
    }

    /// What the records of one activity come to together; what each owes by itself was told before.
    fn activity(&mut self, activity: &ActivityReport) {
        self.line("");
        let title = format!("{} {}", self.label("执法活动", "activity"), activity.activity);
        let title = self.paint.text(Tone::Strong, &title);
        self.line(&title);
        self.row(2, "记录", "records", &activity.records.len().to_string());
        let OfficersCount { at_least, at_most } = activity.officers;
        let officers = if at_least == at_most {
            format!("{at_most}（同一执法证只计一人 one certificate is one officer）")
        } else {
            format!("{at_least} – {at_most}（有执法证号未提供 a certificate is not in the bundle）")
        };
        self.row(2, "执法人员", "officers", &officers);
        let words = |one: &OwedTogether| format!("{}  {} {}", owed_words(&one.owed), "记录 record", one.record);
        let owed = activity.owed.as_ref().map(|owed| owed.iter().map(words).collect());
        self.owed(owed);
    }

    /// `None`: nobody knows.
    fn owed(&mut self, owed: Option<Vec<String>>) {
        match owed.as_deref() {
            None => self.row(2, "尚欠", "owed", "日志未读完，无法判断 not known: the journal was not read in full"),
            Some([]) => self.row(2, "尚欠", "owed", "无 nothing"),
            Some(owed) => owed.iter().for_each(|value| self.row(2, "尚欠", "owed", value)),
        }
    }
}

fn owed_words(debt: &OwedReport) -> String {
    let article = Article::ALL.iter().find(|article| article.number() == debt.article);
    let article_zh = article.map_or("", |article| article.zh());
    format!("{}（{article_zh}） {} (Art. {})", debt.owed.kind().zh(), debt.code, debt.article)
}

fn take_words(take: &TakeReport) -> String {
    let video = take.video.as_ref().map(|video| format!("{}×{} {}", video.width, video.height, video.codec));
    let audio = take.audio.as_ref().map(|audio| format!("{} {} Hz", audio.codec, audio.timescale));
    let tracks = match (video, audio) {
        (Some(video), Some(audio)) => format!("{video} + {audio}"),
        (Some(video), None) => format!("{video}（仅画面 picture only）"),
        (None, Some(audio)) => format!("{audio}（仅声音 sound only）"),
        (None, None) => "—".to_owned(),
    };
    let counts = format!("{} 分段 {} 片段 {}", take.segments, take.fragments, size(take.size_bytes));
    format!("{}  {tracks}  {counts}  {}", length(take.length_us), cause_words(&take.cause))
}

fn gap_words(gap: &GapReport) -> String {
    let cause = cause_words(&gap.cause);
    let length = match gap.gap_us {
        Some(us) => format!("{} ({})", length(us), gap.gap_clock.map(|clock| word(&clock)).unwrap_or_default()),
        None => "长度未说明 length not stated".to_owned(),
    };
    let reason = if gap.is_reason_given { "原因已说明 reason given" } else { "原因未说明 no reason given" };
    let place = gap.interruption;
    format!("{cause}  {length}  {}  {reason}  第 {place} 行 line {place}", instant(gap.at_us))
}

fn cause_words(cause: &impl Serialize) -> String {
    let name = word(cause);
    let zh = Cause::parse(&name).map_or("", Cause::zh);
    format!("{zh} {name}")
}

/// The word by which a value stands in JSON.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The Chinese term of a word that the rules have none for.
fn term(word: &str) -> &'static str {
    match word {
        "backup" => "备份",
        "court" => "诉讼",
        "party" => "当事人查阅",
        "statutory_power" => "依法调取",
        "publication" => "公开",
        "button" => "按键启动",
        "emergency" => "紧急启动",
        "key" => "实体键启动",
        "tile" => "快捷开关启动",
        "shortcut" => "快捷方式启动",
        "feeder" => "由文件输入",
        "officer" => "执法人员结束",
        "cut_for_good" => "中止后未能继续",
        "handed_over" => "移交其他设备",
        _ => "",
    }
}

/// Columns on a terminal: characters of Chinese take two.
fn columns(text: &str) -> usize {
    text.chars().map(|letter| if letter >= '\u{1100}' { 2 } else { 1 }).sum()
}
