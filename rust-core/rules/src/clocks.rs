//! The officer's other statutory clocks (法定期限), as data: which law and article, from which act, how long, counted how.
//!
//! Only terms that begin with something done at a scene. Each names the article that says how it is counted; where no law says it, the ordinary
//! rule is taken and said so (`docs/adr/0042-other-clocks-are-data.md`). What suspends a term (检测、检验、检疫或者技术鉴定) is not reckoned here.

use serde::Serialize;

use crate::calendar::Calendar;
use crate::catalog::{CatalogMatter, Category};
use crate::date::Date;
use crate::instant::Instant;
use crate::matter::{MandatoryMatter, RecommendedMatter, RecordingDuty};
use crate::special_rule::StorageTerm;
use crate::walk::{WalkedDay, walk};
use crate::words::words;

const HOUR_US: i64 = 3_600_000_000;

words! {
    /// A term that a law sets, by what it is for.
    pub enum StatutoryClock {
        PriorRegistration = "prior_registration", "先行登记保存后作出处理决定";
        UrgentMeasure = "urgent_measure", "当场实施行政强制措施后报告并补办批准手续";
        Seizure = "seizure", "查封、扣押的期限";
        SeizureExtended = "seizure_extended", "查封、扣押的期限（经批准延长三十日）";
        PenaltyDecision = "penalty_decision", "作出行政处罚决定";
        PenaltyService = "penalty_service", "送达行政处罚决定书";
        HearingRequest = "hearing_request", "当事人要求听证";
        FinePayment = "fine_payment", "当事人缴纳罚款";
        FineHandedIn = "fine_handed_in", "当场收缴的罚款交至行政机关";
    }
}

/// How long, and counted how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockTerm {
    /// 小时: from the act itself, through nights and holidays.
    Hours(u16),
    /// 工作日: the day of the act is not counted.
    WorkingDays(u16),
    /// 日 (natural days): the day of the act is not counted; a last day that is off gives way to the next working day.
    NaturalDays(u16),
}

/// Whose time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    Agency,
    Party,
    Officer,
}

/// What stands in the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ClockLaw {
    /// `《中华人民共和国行政处罚法》第五十六条`
    pub article: &'static str,
    pub article_en: &'static str,
    /// The words of the article that set the term.
    pub wording: &'static str,
    /// From which act it runs.
    pub from: &'static str,
    pub from_en: &'static str,
    /// What is to be done in it.
    pub name_en: &'static str,
    pub whose: Whose,
    pub term: ClockTerm,
    /// By which text it is counted so.
    pub counting: &'static str,
    pub counting_en: &'static str,
    /// Whether another reading, in which the day of the act counts and no holiday lengthens the term, is held by some: then both are told, because
    /// whoever keeps the shorter one is safe. So for limits of what may be done to the party.
    pub is_read_shorter: bool,
}

const SHORT_TERMS_PENALTY: &str =
    "《中华人民共和国行政处罚法》第八十五条：二日、三日、五日、七日是指工作日，不含法定节假日";
const SHORT_TERMS_PENALTY_EN: &str =
    "Administrative Penalty Law, Art. 85: terms of two, three, five and seven days are working days";
const ORDINARY: &str = "法律未另作规定，按期间计算的一般规则：开始的当日不计入，最后一日为法定休假日的顺延（参照《中华人民共和国民法典》第二百零一条、第二百零三条）";
const ORDINARY_EN: &str = "the law says nothing further; by the ordinary rule the first day is not counted and a last day that is off gives way to the next working day (as in the Civil Code, Arts. 201 and 203)";

impl StatutoryClock {
    /// The clock as the law sets it.
    pub const fn law(self) -> ClockLaw {
        match self {
            Self::PriorRegistration => ClockLaw {
                article: "《中华人民共和国行政处罚法》第五十六条",
                article_en: "Administrative Penalty Law, Art. 56",
                wording: "可以先行登记保存，并应当在七日内及时作出处理决定",
                from: "先行登记保存",
                from_en: "the registration and preservation in advance",
                name_en: "decide what happens to what was registered and preserved in advance",
                whose: Whose::Agency,
                term: ClockTerm::WorkingDays(7),
                counting: SHORT_TERMS_PENALTY,
                counting_en: SHORT_TERMS_PENALTY_EN,
                is_read_shorter: false,
            },
            Self::UrgentMeasure => ClockLaw {
                article: "《中华人民共和国行政强制法》第十九条",
                article_en: "Administrative Coercion Law, Art. 19",
                wording: "情况紧急，需要当场实施行政强制措施的，行政执法人员应当在二十四小时内向行政机关负责人报告，并补办批准手续",
                from: "当场实施行政强制措施",
                from_en: "the measure taken on the spot",
                name_en: "report a coercive measure taken on the spot and obtain its approval",
                whose: Whose::Officer,
                term: ClockTerm::Hours(24),
                counting: "按小时计算，自实施之时起连续计算，不因节假日顺延（参照《中华人民共和国民法典》第二百零一条第二款）",
                counting_en: "in hours from the measure itself, holidays not excepted (as in the Civil Code, Art. 201 para. 2)",
                is_read_shorter: false,
            },
            Self::Seizure => ClockLaw {
                article: "《中华人民共和国行政强制法》第二十五条第一款",
                article_en: "Administrative Coercion Law, Art. 25 para. 1",
                wording: "查封、扣押的期限不得超过三十日",
                from: "实施查封、扣押",
                from_en: "the sealing or seizure",
                name_en: "sealing or seizure ends, unless it is extended",
                whose: Whose::Agency,
                term: ClockTerm::NaturalDays(30),
                counting: ORDINARY,
                counting_en: ORDINARY_EN,
                is_read_shorter: true,
            },
            Self::SeizureExtended => ClockLaw {
                wording: "情况复杂的，经行政机关负责人批准，可以延长，但是延长期限不得超过三十日",
                name_en: "sealing or seizure ends, extended by thirty days with approval",
                term: ClockTerm::NaturalDays(60),
                ..Self::Seizure.law()
            },
            Self::PenaltyDecision => ClockLaw {
                article: "《中华人民共和国行政处罚法》第六十条",
                article_en: "Administrative Penalty Law, Art. 60",
                wording: "行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定。法律、法规、规章另有规定的，从其规定",
                from: "立案",
                from_en: "the case was filed",
                name_en: "decide on the penalty, unless another rule sets another term",
                whose: Whose::Agency,
                term: ClockTerm::NaturalDays(90),
                counting: ORDINARY,
                counting_en: ORDINARY_EN,
                is_read_shorter: true,
            },
            Self::PenaltyService => ClockLaw {
                article: "《中华人民共和国行政处罚法》第六十一条",
                article_en: "Administrative Penalty Law, Art. 61",
                wording: "当事人不在场的，行政机关应当在七日内依照《中华人民共和国民事诉讼法》的有关规定，将行政处罚决定书送达当事人",
                from: "宣告行政处罚决定",
                from_en: "the decision was announced in the party's absence",
                name_en: "serve the decision on a penalty",
                whose: Whose::Agency,
                term: ClockTerm::WorkingDays(7),
                counting: SHORT_TERMS_PENALTY,
                counting_en: SHORT_TERMS_PENALTY_EN,
                is_read_shorter: false,
            },
            Self::HearingRequest => ClockLaw {
                article: "《中华人民共和国行政处罚法》第六十四条第一项",
                article_en: "Administrative Penalty Law, Art. 64 item 1",
                wording: "当事人要求听证的，应当在行政机关告知后五日内提出",
                from: "告知听证权利",
                from_en: "the party was told of its right to a hearing",
                name_en: "the party may ask for a hearing",
                whose: Whose::Party,
                term: ClockTerm::WorkingDays(5),
                counting: SHORT_TERMS_PENALTY,
                counting_en: SHORT_TERMS_PENALTY_EN,
                is_read_shorter: false,
            },
            Self::FinePayment => ClockLaw {
                article: "《中华人民共和国行政处罚法》第六十七条第三款",
                article_en: "Administrative Penalty Law, Art. 67 para. 3",
                wording: "当事人应当自收到行政处罚决定书之日起十五日内，到指定的银行或者通过电子支付系统缴纳罚款",
                from: "收到行政处罚决定书",
                from_en: "the party received the decision",
                name_en: "the party pays the fine",
                whose: Whose::Party,
                term: ClockTerm::NaturalDays(15),
                counting: ORDINARY,
                counting_en: ORDINARY_EN,
                is_read_shorter: false,
            },
            Self::FineHandedIn => ClockLaw {
                article: "《中华人民共和国行政处罚法》第七十一条",
                article_en: "Administrative Penalty Law, Art. 71",
                wording: "执法人员当场收缴的罚款，应当自收缴罚款之日起二日内，交至行政机关",
                from: "当场收缴罚款",
                from_en: "the fine was collected on the spot",
                name_en: "hand in a fine collected on the spot",
                whose: Whose::Officer,
                term: ClockTerm::WorkingDays(2),
                counting: SHORT_TERMS_PENALTY,
                counting_en: SHORT_TERMS_PENALTY_EN,
                is_read_shorter: false,
            },
        }
    }

    /// The clocks that a matter of this kind may set running. Which of them does, only people know.
    pub fn of_matter(matter: &CatalogMatter) -> Vec<Self> {
        let named = |words: &[&str]| words.iter().any(|word| matter.name.contains(word));
        let duty = matter.requirement;
        let is_lifted = named(&["解除", "退还", "返还"]);
        let seizes =
            matches!(duty, RecordingDuty::Mandatory(MandatoryMatter::SealingPremises | MandatoryMatter::Seizure))
                || (!is_lifted && named(&["查封", "扣押"]));
        let recommended = |kind| duty == RecordingDuty::Recommended(kind);
        let is_penalty = matter.category == Category::Penalty;
        let asked = |clock: &&Self| match **clock {
            Self::PriorRegistration => named(&["先行登记"]) || recommended(RecommendedMatter::GatheringEvidence),
            Self::Seizure | Self::SeizureExtended => seizes,
            Self::UrgentMeasure => seizes || (matter.category == Category::Coercion && named(&["强制措施"])),
            Self::PenaltyService => {
                recommended(RecommendedMatter::ServiceLeftOrAnnounced) || (is_penalty && named(&["送达"]))
            }
            Self::HearingRequest => recommended(RecommendedMatter::Hearing) || named(&["听证"]),
            Self::FineHandedIn => is_penalty && named(&["当场收缴"]),
            // They run from acts at the desk or with the party.
            Self::PenaltyDecision | Self::FinePayment => false,
        };
        Self::ALL.iter().filter(asked).copied().collect()
    }

    /// When the term is over that runs from `from`, counted by `calendar`.
    pub fn read(self, from: Instant, calendar: &Calendar) -> ClockReading {
        let law = self.law();
        let day0 = from.china_date();
        match law.term {
            ClockTerm::Hours(hours) => {
                let exclusive = from.plus_us(i64::from(hours) * HOUR_US);
                ClockReading {
                    clock: self,
                    from,
                    days: Vec::new(),
                    last_day: exclusive.plus_us(-1).china_date(),
                    exclusive,
                    moved_from: None,
                    earliest_last_day: None,
                    read_shorter: None,
                }
            }
            ClockTerm::WorkingDays(days) => {
                let counted = walk(from, StorageTerm::WorkingDays(days), calendar);
                ClockReading {
                    clock: self,
                    from,
                    days: counted.days,
                    last_day: counted.last_day,
                    exclusive: counted.deadline_exclusive,
                    moved_from: None,
                    earliest_last_day: counted.earliest_last_day,
                    read_shorter: None,
                }
            }
            ClockTerm::NaturalDays(count) => {
                let mut days = walk(from, StorageTerm::CalendarDays(count), calendar).days;
                let by_count = day0.plus_days(i32::from(count));
                let moved = moved_off_days_off(by_count, &mut days, calendar);
                let is_moved = moved.last_day != by_count;
                ClockReading {
                    clock: self,
                    from,
                    days,
                    last_day: moved.last_day,
                    exclusive: Instant::china_midnight(moved.last_day.next()),
                    moved_from: is_moved.then_some(by_count),
                    earliest_last_day: moved.earliest,
                    read_shorter: law.is_read_shorter.then(|| day0.plus_days(i32::from(count) - 1)),
                }
            }
        }
    }
}

/// When a term is over, and how that was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClockReading {
    pub clock: StatutoryClock,
    pub from: Instant,
    /// The days after the day of the act; none where hours are counted.
    pub days: Vec<WalkedDay>,
    pub last_day: Date,
    /// The first instant that is late.
    #[serde(rename = "exclusive_us")]
    pub exclusive: Instant,
    /// The last day by count, where it was off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Date>,
    /// The first day that may turn out to be the last, while a notice still to come can move it (暂定).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest_last_day: Option<Date>,
    /// The last day by the shorter reading, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_shorter: Option<Date>,
}

impl ClockReading {
    /// Whether a notice still to come may move it.
    pub fn is_provisional(&self) -> bool {
        self.earliest_last_day.is_some()
    }
}

struct Moved {
    last_day: Date,
    earliest: Option<Date>,
}

/// The first working day from `by_count` on; the days passed over are added to the walk, uncounted.
fn moved_off_days_off(by_count: Date, days: &mut Vec<WalkedDay>, calendar: &Calendar) -> Moved {
    let (mut last_day, mut is_settled, mut earliest) = (by_count, true, None);
    // Ends: a calendar has finitely many days off, and after the last of them weekdays are worked.
    loop {
        let status = calendar.day(last_day);
        is_settled &= status.is_settled();
        if earliest.is_none() && status.is_conceivably_working() {
            earliest = Some(last_day);
        }
        let is_working = status.is_working;
        if last_day != by_count {
            days.push(WalkedDay { counted_as: None, status });
        }
        if is_working {
            return Moved { last_day, earliest: earliest.filter(|_| !is_settled) };
        }
        last_day = last_day.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    fn at(text: &str) -> Instant {
        Instant::parse(text).expect("RFC 3339")
    }

    fn read(clock: StatutoryClock, from: &str) -> ClockReading {
        clock.read(at(from), &Calendar::published())
    }

    #[test]
    fn seven_days_of_the_penalty_law_are_working_days() {
        // Wednesday before the National Day holiday of 2026 (1–7 October off, 10 October worked).
        let reading = read(StatutoryClock::PriorRegistration, "2026-09-30T17:20:00+08:00");
        assert_eq!(reading.last_day.to_string(), "2026-10-15");
        assert_eq!(reading.exclusive, at("2026-10-16T00:00:00+08:00"));
        assert!(!reading.is_provisional());
    }

    #[test]
    fn twenty_four_hours_run_through_the_night_and_the_holiday() {
        let reading = read(StatutoryClock::UrgentMeasure, "2026-09-30T17:20:00+08:00");
        assert_eq!(reading.exclusive, at("2026-10-01T17:20:00+08:00"));
        assert!(reading.days.is_empty() && reading.moved_from.is_none());
    }

    #[test]
    fn thirty_days_that_end_in_a_holiday_give_way_and_the_shorter_reading_is_told() {
        // The thirtieth day after 3 September is 3 October.
        let reading = read(StatutoryClock::Seizure, "2026-09-03T10:00:00+08:00");
        assert_eq!(reading.moved_from.map(|day| day.to_string()).as_deref(), Some("2026-10-03"));
        assert_eq!(reading.last_day.to_string(), "2026-10-08");
        assert_eq!(reading.read_shorter.map(|day| day.to_string()).as_deref(), Some("2026-10-02"));
        assert_eq!(reading.days.last().expect("days").status.date, reading.last_day);
        assert_eq!(reading.days.iter().filter(|day| day.counted_as.is_some()).count(), 30);
        let plain = read(StatutoryClock::Seizure, "2026-03-02T10:00:00+08:00");
        assert_eq!((plain.last_day.to_string().as_str(), plain.moved_from), ("2026-04-01", None));
    }

    #[test]
    fn an_extension_adds_thirty_days_to_the_thirty() {
        let reading = read(StatutoryClock::SeizureExtended, "2026-03-02T10:00:00+08:00");
        // The sixtieth day, 1 May, is off until 5 May.
        assert_eq!(reading.moved_from.map(|day| day.to_string()).as_deref(), Some("2026-05-01"));
        assert_eq!(reading.last_day.to_string(), "2026-05-06");
    }

    #[test]
    fn a_last_day_without_a_notice_is_provisional_and_the_earliest_is_told() {
        // The thirtieth day after 4 December 2026 is Sunday, 3 January 2027.
        let reading = read(StatutoryClock::Seizure, "2026-12-04T10:00:00+08:00");
        assert_eq!(reading.last_day.to_string(), "2027-01-04");
        assert_eq!(reading.earliest_last_day.map(|day| day.to_string()).as_deref(), Some("2027-01-03"));
    }

    #[test]
    fn every_clock_names_law_words_and_counting_and_no_two_are_alike() {
        let mut articles = std::collections::BTreeSet::new();
        for clock in StatutoryClock::ALL {
            let law = clock.law();
            assert!(law.article.starts_with('《') && law.article.contains("第"), "{clock:?}");
            assert!(articles.insert(law.wording), "{clock:?}");
            assert!(!law.counting.is_empty() && !law.from.is_empty(), "{clock:?}");
            // 第八十五条 of the one, 第六十九条 of the other: short terms are working days, and no long one is.
            match law.term {
                ClockTerm::WorkingDays(days) => assert!(days <= 10, "{clock:?}"),
                ClockTerm::NaturalDays(days) => assert!(days > 10, "{clock:?}"),
                ClockTerm::Hours(_) => {}
            }
        }
    }

    #[test]
    fn a_matter_names_the_clocks_that_it_may_set_running() {
        use StatutoryClock::{
            HearingRequest, PenaltyService, PriorRegistration, Seizure, SeizureExtended, UrgentMeasure,
        };
        let built_in = Catalog::built_in();
        let of = |code: &str| StatutoryClock::of_matter(built_in.matter(code).expect("a matter of the regulation"));
        assert_eq!(of("seizure"), [UrgentMeasure, Seizure, SeizureExtended]);
        assert_eq!(of("sealing"), [UrgentMeasure, Seizure, SeizureExtended]);
        assert_eq!(of("gathering_evidence"), [PriorRegistration]);
        assert_eq!(of("hearing"), [HearingRequest]);
        assert_eq!(of("service_left_or_announced"), [PenaltyService]);
        assert_eq!(of("forced_demolition"), []);
    }
}
