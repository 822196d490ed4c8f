//! What stands in the laws, clock by clock.

use super::{ClockLaw, ClockSuspension, ClockTerm, StatutoryClock, Whose};

const SHORT_TERMS_PENALTY: &str =
    "《中华人民共和国行政处罚法》第八十五条：二日、三日、五日、七日是指工作日，不含法定节假日";
const SHORT_TERMS_PENALTY_EN: &str =
    "Administrative Penalty Law, Art. 85: terms of two, three, five and seven days are working days";
const ORDINARY: &str = "法律未另作规定，按期间计算的一般规则：开始的当日不计入，最后一日为法定休假日的顺延（参照《中华人民共和国民法典》第二百零一条、第二百零三条）";
const ORDINARY_EN: &str = "the law says nothing further; by the ordinary rule the first day is not counted and a last day that is off gives way to the next working day (as in the Civil Code, Arts. 201 and 203)";

const TESTED: ClockSuspension = ClockSuspension {
    article: "《中华人民共和国行政强制法》第二十五条第三款",
    article_en: "Administrative Coercion Law, Art. 25 para. 3",
    wording: "对物品需要进行检测、检验、检疫或者技术鉴定的，查封、扣押的期间不包括检测、检验、检疫或者技术鉴定的期间",
    what: "检测、检验、检疫或者技术鉴定",
    what_en: "testing, inspection, quarantine or technical appraisal",
};

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
                suspended_by: None,
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
                suspended_by: None,
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
                suspended_by: Some(TESTED),
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
                suspended_by: None,
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
                suspended_by: None,
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
                suspended_by: None,
            },
            Self::HearingNotice => ClockLaw {
                article: "《中华人民共和国行政处罚法》第六十四条第二项",
                article_en: "Administrative Penalty Law, Art. 64 item 2",
                wording: "行政机关应当在举行听证的七日前，通知当事人及有关人员听证的时间、地点",
                from: "举行听证",
                from_en: "the hearing is held",
                name_en: "tell the party and those concerned when and where the hearing is",
                whose: Whose::Agency,
                term: ClockTerm::WorkingDaysBefore(7),
                counting: SHORT_TERMS_PENALTY,
                counting_en: SHORT_TERMS_PENALTY_EN,
                is_read_shorter: true,
                suspended_by: None,
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
                suspended_by: None,
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
                suspended_by: None,
            },
        }
    }
}
