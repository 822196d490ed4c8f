//! The statutory holidays (全国年节及纪念日放假办法) by date, to 2036, for years without a notice.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::date::Date;

/// Made by `scripts/make-statutory-holidays.py`; the lunar dates come from a library, the rest from the decree.
const TABLE: &str = include_str!("../../../../proto/calendar/cn_statutory_to_2036.csv");

static BUILT_IN: LazyLock<StatutoryDays> = LazyLock::new(|| {
    let days = TABLE
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
        .filter_map(|(date, holiday)| Some((Date::parse(date).ok()?, holiday)))
        .collect();
    StatutoryDays { days }
});

/// Days off by decree in every year, whatever the yearly notice moves around them.
#[derive(Debug)]
pub struct StatutoryDays {
    days: BTreeMap<Date, &'static str>,
}

impl StatutoryDays {
    /// 2018–2036: 11 days a year, 13 from 2025.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// The holiday's name, if `date` is one.
    pub fn holiday(&self, date: Date) -> Option<&'static str> {
        self.days.get(&date).copied()
    }

    pub fn of_year(&self, year: i32) -> impl Iterator<Item = (Date, &'static str)> + '_ {
        let first = Date::from_ymd(year, 1, 1).expect("1 January exists in every year");
        self.days.range(first..first.plus_days(366)).map(|(d, n)| (*d, *n)).filter(move |(d, _)| d.year() == year)
    }

    pub fn last_year(&self) -> Option<i32> {
        self.days.keys().next_back().map(|d| d.year())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read() {
        assert_eq!(BUILT_IN.days.len(), TABLE.lines().count() - 1);
        assert_eq!(BUILT_IN.last_year(), Some(2036));
    }

    #[test]
    fn the_decree_gives_11_days_to_2024_and_13_from_2025() {
        for year in 2018..=2036 {
            // 国庆 and 中秋 may share a day (2020, 2031): the decree then names two holidays for one date.
            let days = BUILT_IN.of_year(year).count();
            let shared = BUILT_IN.of_year(year).filter(|(_, name)| name.contains('、')).count();
            assert_eq!(days + shared, if year < 2025 { 11 } else { 13 }, "{year}");
        }
    }
}
