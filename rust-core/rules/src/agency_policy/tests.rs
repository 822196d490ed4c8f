//! 第二十五条: what an agency sets may only add.

use super::*;
use crate::instant::Instant;

fn draft() -> PolicyDraft {
    PolicyDraft {
        edition: 1,
        title: "全过程记录工作规定".to_owned(),
        issuer: "某局".to_owned(),
        is_sample: true,
        preflight: Thresholds { battery_percent: 30, seconds_left: 3 * 3_600, clock_offset_us: 1_000_000 },
        record: Policy {
            heals_within_us: 1_000_000,
            statement_due: StatementDue::DaysAfterStorage(3),
            statement_countersigned: true,
        },
        quality: QualityRules {
            best: Some(PictureSize::Hd),
            hevc_at: Some(BTreeSet::new()),
            kbit_hd: Some(2_500),
            kbit_full_hd: Some(5_000),
        },
        network: NetworkRules { film_over_paid: true, paid_limit_mb: Some(500) },
        retention: vec![RetentionFloor { category: Category::Penalty, months: 60 }],
        storage_working_days: Some(1),
        filing_working_days: Some(3),
        not_recorded: Vec::new(),
    }
}

fn faults(draft: &PolicyDraft) -> Vec<PolicyFault> {
    AgencyPolicy::checked(draft, &AgencyPolicy::default()).expect_err("below a floor")
}

#[test]
fn a_policy_at_or_above_every_floor_is_obeyed_as_it_stands() {
    let policy = AgencyPolicy::checked(&draft(), &AgencyPolicy::default()).expect("within the floors");
    assert_eq!((policy.preflight, policy.record), (draft().preflight, draft().record));
    assert_eq!((&policy.quality, &policy.network), (&draft().quality, &draft().network));
    assert_eq!(policy.own_days, OwnDays { storage: Some(1), filing: Some(3) });
    assert_eq!(policy.retention_months(Category::Penalty), Some(60));
    assert_eq!(policy.retention_months(Category::Levy), None);
}

/// What is said, in which field, and what is amiss about it.
type Case = (fn(&mut PolicyDraft), PolicyField, PolicyAmiss);

#[test]
fn each_value_below_its_floor_is_told_by_field_with_what_was_found_and_the_floor_and_counts_as_not_said() {
    use PolicyAmiss::{Above, Below, BeyondTwoWorkingDays, Dropped, Repeated};
    let levy = RetentionFloor { category: Category::Levy, months: 12 };
    let cases: [Case; 16] = [
        (|d| d.preflight.battery_percent = 19, PolicyField::BatteryPercent, Below { found: 19, floor: 20 }),
        (|d| d.preflight.battery_percent = 91, PolicyField::BatteryPercent, Above { found: 91, limit: 90 }),
        (|d| d.preflight.seconds_left = 7_199, PolicyField::SecondsLeft, Below { found: 7_199, floor: 7_200 }),
        (
            |d| d.preflight.clock_offset_us = 2_000_001,
            PolicyField::ClockOffset,
            Above { found: 2_000_001, limit: 2_000_000 },
        ),
        (
            |d| d.record.heals_within_us = 3_000_001,
            PolicyField::HealsWithin,
            Above { found: 3_000_001, limit: 3_000_000 },
        ),
        (
            |d| d.record.statement_due = StatementDue::DaysAfterStorage(31),
            PolicyField::StatementDue,
            Above { found: 31, limit: 30 },
        ),
        (|d| d.quality.kbit_hd = Some(999), PolicyField::KbitHd, Below { found: 999, floor: 1_000 }),
        (
            |d| d.quality.kbit_full_hd = Some(u32::MAX),
            PolicyField::KbitFullHd,
            Above { found: u32::MAX.into(), limit: 16_000 },
        ),
        (|d| d.network.paid_limit_mb = Some(0), PolicyField::PaidLimit, Below { found: 0, floor: 1 }),
        (|d| d.retention[0].months = 0, PolicyField::Retention, Below { found: 0, floor: 1 }),
        (|d| d.storage_working_days = Some(3), PolicyField::StorageWorkingDays, BeyondTwoWorkingDays { found: 3 }),
        (|d| d.storage_working_days = Some(0), PolicyField::StorageWorkingDays, BeyondTwoWorkingDays { found: 0 }),
        (|d| d.filing_working_days = Some(0), PolicyField::FilingWorkingDays, Below { found: 0, floor: 1 }),
        (|d| d.filing_working_days = Some(31), PolicyField::FilingWorkingDays, Above { found: 31, limit: 30 }),
        (|d| d.issuer = " ".to_owned(), PolicyField::Issuer, PolicyAmiss::Empty),
        (|d| d.title = "某\u{7}".to_owned(), PolicyField::Title, PolicyAmiss::ControlCharacter),
    ];
    for (change, field, what) in cases {
        let mut changed = draft();
        change(&mut changed);
        assert_eq!(faults(&changed), [PolicyFault { field, what }]);
    }
    for matter in MandatoryMatter::ALL {
        let dropped = PolicyDraft { not_recorded: vec![*matter], ..draft() };
        assert_eq!(faults(&dropped), [PolicyField::NotRecorded.amiss(Dropped { matter: *matter })]);
    }
    let twice = PolicyDraft { retention: vec![levy, levy], ..draft() };
    assert_eq!(faults(&twice), [PolicyField::Retention.amiss(Repeated { category: Category::Levy })]);
}

#[test]
fn of_a_policy_that_breaks_a_floor_that_value_alone_falls_back() {
    let mut weak = draft();
    (weak.preflight.battery_percent, weak.record.heals_within_us) = (5, 60_000_000);
    weak.network.paid_limit_mb = Some(0);
    weak.storage_working_days = Some(3);
    let (policy, faults) = AgencyPolicy::obeyed(&weak, &AgencyPolicy::default());
    assert_eq!(faults.len(), 4);
    assert_eq!(policy.own_days, OwnDays { storage: None, filing: Some(3) }, "never more than the law's");
    assert_eq!(policy.preflight, Thresholds { battery_percent: 20, ..draft().preflight });
    assert_eq!(policy.record, Policy { heals_within_us: 3_000_000, ..draft().record });
    assert!(!policy.network.film_over_paid, "a limit that makes no sense is no leave to go without one");
    let later = PolicyDraft { edition: 2, ..draft() };
    assert_eq!(AgencyPolicy::obeyed(&later, &AgencyPolicy::default()).0, AgencyPolicy::default());
}

#[test]
fn retention_only_lengthens_from_edition_to_edition() {
    let months =
        |months| PolicyDraft { retention: vec![RetentionFloor { category: Category::Penalty, months }], ..draft() };
    let mut policies = Policies::default();
    let at = |us| Instant::from_us(us);
    policies.enter(1, at(10), &months(60));
    let shorter = AgencyPolicy::checked(&months(59), policies.newest()).expect_err("shorter");
    let what = PolicyAmiss::Shortened { category: Category::Penalty, found: 59, before: 60 };
    assert_eq!(shorter, [PolicyField::Retention.amiss(what)]);
    // Not said any more is not shorter, and where a shorter one is read all the same, the longer holds.
    for (number, said) in [(2, months(59)), (3, PolicyDraft { retention: Vec::new(), ..draft() })] {
        policies.enter(number, at(20), &said);
        assert_eq!(policies.newest().retention_months(Category::Penalty), Some(60));
    }
    policies.enter(4, at(30), &months(120));
    assert_eq!(policies.newest().retention_months(Category::Penalty), Some(120));
}

#[test]
fn a_record_is_held_to_the_edition_that_was_issued_when_it_was_opened() {
    let mut policies = Policies::default();
    let heals = |us| PolicyDraft { record: Policy { heals_within_us: us, ..Policy::default() }, ..draft() };
    let of = |policies: &Policies, us| policies.of_record(Instant::from_us(us)).heals_within_us;
    assert_eq!(of(&policies, 99), 3_000_000);
    policies.enter(1, Instant::from_us(100), &heals(2_000_000));
    policies.enter(2, Instant::from_us(200), &heals(500_000));
    assert_eq!([99, 100, 199, 200].map(|us| of(&policies, us)), [3_000_000, 2_000_000, 2_000_000, 500_000]);
}

#[test]
fn an_agencys_own_days_are_those_of_the_edition_that_a_record_was_opened_under() {
    let mut policies = Policies::default();
    policies.enter(1, Instant::from_us(100), &PolicyDraft { storage_working_days: Some(2), ..draft() });
    policies.enter(2, Instant::from_us(200), &PolicyDraft { filing_working_days: None, ..draft() });
    let of = |us| policies.own_days_of_record(Instant::from_us(us));
    assert_eq!(of(99), OwnDays::default());
    assert_eq!(of(100), OwnDays { storage: None, filing: Some(3) }, "two are the law's own");
    assert_eq!(of(200), OwnDays { storage: Some(1), filing: None });
}

#[test]
fn a_yes_to_paid_film_goes_no_further_than_the_policy() {
    let never = NetworkRules { film_over_paid: false, paid_limit_mb: Some(5) };
    let some = NetworkRules { film_over_paid: true, paid_limit_mb: Some(5) };
    assert_eq!(NetworkRules::default().agreed_bytes(7_000_000), 7_000_000);
    assert_eq!([never.agreed_bytes(7_000_000), some.agreed_bytes(7_000_000), some.agreed_bytes(1)], [0, 5_000_000, 1]);
}

#[test]
fn what_a_document_does_not_say_holds_as_without_a_policy_and_what_it_may_not_say_is_refused() {
    let said = r#"{"edition":1,"title":"规定","issuer":"某局","preflight":{"battery_percent":40}}"#;
    let read: PolicyDraft = serde_json::from_str(said).expect("a draft");
    assert_eq!(read.preflight, Thresholds { battery_percent: 40, ..Thresholds::default() });
    assert_eq!((read.record, read.quality), (Policy::default(), QualityRules::default()));
    for unknown in [r#""deadline":5"#, r#""record":{"heals_within_s":3}"#, r#""quality":{"best":"480p"}"#] {
        let said = format!(r#"{{"edition":1,"title":"规定","issuer":"某局",{unknown}}}"#);
        assert!(serde_json::from_str::<PolicyDraft>(&said).is_err(), "{said}");
    }
    let again: PolicyDraft = serde_json::from_str(&serde_json::to_string(&draft()).expect("JSON")).expect("a draft");
    assert_eq!(again, draft());
}

#[test]
fn every_fault_is_told_in_both_languages() {
    let weak = PolicyDraft {
        storage_working_days: Some(5),
        not_recorded: vec![MandatoryMatter::Seizure],
        record: Policy { heals_within_us: 9_000_000, ..Policy::default() },
        ..draft()
    };
    let told: Vec<String> = faults(&weak).iter().map(ToString::to_string).collect();
    for (zh, en) in [
        ("存储期限（工作日）：为 5 个工作日；第十七条", "storage_working_days: 5 working days; Article 17"),
        ("属于第十条第二项", "not_recorded: seizure: Article 10, item 2"),
        ("为 9000000，不得高于 3000000", "record.heals_within_us: 9000000, and it may not be above 3000000"),
    ] {
        assert!(told.iter().any(|fault| fault.contains(zh) && fault.contains(en)), "{zh} / {en}: {told:#?}");
    }
}
