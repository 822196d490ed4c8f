//! What becomes of a device, from its checks: which notes come again and again, and which come more often than before. Of devices only.

use quanji_rules::{PreflightNote, PreflightNotes};

/// So many checks are looked at together; those before them are what "before" means.
const WINDOW: usize = 10;
/// A note that stood in so many checks one after the other is no chance.
const IN_A_ROW: usize = 2;
/// Nor is one that stood in so many of a window.
const OF_WINDOW: usize = 3;

/// A note that a device's last checks had more than once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trend {
    pub(super) note: PreflightNote,
    /// In how many checks it stood without a break, the newest included; 0: not in the newest.
    pub(super) in_a_row: usize,
    /// Of the newest [`WINDOW`] checks, in how many.
    pub(super) lately: usize,
    /// Of the same number of checks before those; `None`: there are not so many.
    pub(super) before: Option<usize>,
    /// The newest checks, oldest first: whether it stood in each.
    pub(super) course: Vec<bool>,
}

impl Trend {
    /// Whether it came more often than before.
    pub(super) fn grows(&self) -> bool {
        self.before.is_some_and(|before| self.lately > before)
    }
}

/// The trends of checks, which come newest first. A check that did not measure something says nothing of it, and so counts as without a note.
pub(super) fn trends(newest_first: &[PreflightNotes]) -> Vec<Trend> {
    let lately = &newest_first[..newest_first.len().min(WINDOW)];
    let before = newest_first.get(WINDOW..2 * WINDOW);
    let count = |among: &[PreflightNotes], note| among.iter().filter(|notes| notes.contains(note)).count();
    let trend = |note: PreflightNote| Trend {
        note,
        in_a_row: newest_first.iter().take_while(|notes| notes.contains(note)).count(),
        lately: count(lately, note),
        before: before.map(|before| count(before, note)),
        course: lately.iter().rev().map(|notes| notes.contains(note)).collect(),
    };
    let mut trends: Vec<Trend> = PreflightNote::ALL
        .iter()
        .map(|note| trend(*note))
        .filter(|trend| trend.in_a_row >= IN_A_ROW || trend.lately >= OF_WINDOW)
        .collect();
    trends.sort_by_key(|trend| std::cmp::Reverse((trend.in_a_row, trend.lately)));
    trends
}

/// So many checks are enough for [`trends`].
pub(super) const LOOKED_AT: usize = 2 * WINDOW;

#[cfg(test)]
mod tests {
    use PreflightNote::{ClockOff, MicrophoneNotDelivering};

    use super::*;

    /// Newest first.
    fn checks(checks: &[&[PreflightNote]]) -> Vec<PreflightNotes> {
        checks.iter().map(|notes| notes.iter().copied().collect()).collect()
    }

    #[test]
    fn a_note_that_came_once_is_no_trend_and_one_that_came_twice_in_a_row_is() {
        assert_eq!(trends(&[]), []);
        assert_eq!(trends(&checks(&[&[ClockOff], &[], &[]])), []);
        let twice = trends(&checks(&[&[MicrophoneNotDelivering, ClockOff], &[MicrophoneNotDelivering], &[]]));
        let [trend] = twice.as_slice() else { panic!("{twice:?}") };
        assert_eq!((trend.note, trend.in_a_row, trend.lately), (MicrophoneNotDelivering, 2, 2));
        assert_eq!((trend.before, trend.grows()), (None, false), "there is no before to compare with");
        assert_eq!(trend.course, [false, true, true], "oldest first");
    }

    #[test]
    fn a_note_that_comes_more_often_than_before_is_said_to_grow() {
        let some = |number: usize| vec![PreflightNotes::from_iter([ClockOff]); number];
        let none = |number: usize| vec![PreflightNotes::default(); number];
        let worse = trends(&[none(1), some(4), none(5), some(1), none(9)].concat());
        assert_eq!((worse[0].in_a_row, worse[0].lately, worse[0].before), (0, 4, Some(1)));
        assert!(worse[0].grows());
        let better = trends(&[some(3), none(7), some(9), none(1)].concat());
        assert!(!better[0].grows(), "{better:?}");
    }
}
