//! Decode times for pictures that state only when they are shown.
//!
//! An encoder without reordered pictures decodes in the order of showing: the decode time is the stamp. With B-frames the n-th picture decoded
//! gets the n-th instant of those shown, as late as the reordering is deep. No instant is made up, but where two would be one: the later is then
//! one tick later.

/// Deeper than any phone's encoder reorders.
const DEEPEST: usize = 4;
/// Reordering that was not seen for so many pictures is over.
const REMEMBERED: u32 = 128;

/// The order of one track's pictures, in ticks.
#[derive(Debug, Clone, Default)]
pub struct DecodeOrder {
    /// The latest instants of showing, latest first.
    latest: Vec<i64>,
    depth: usize,
    seen_ago: u32,
    last: Option<i64>,
}

impl DecodeOrder {
    /// The decode time of the next picture in order of decoding: above the one before.
    pub fn decode(&mut self, present: i64) -> i64 {
        let later = self.latest.iter().take_while(|shown| **shown > present).count();
        self.seen_ago = self.seen_ago.saturating_add(1);
        if later >= self.depth && later > 0 {
            (self.depth, self.seen_ago) = (later.min(DEEPEST), 0);
        } else if self.seen_ago > REMEMBERED {
            self.depth = 0;
        }
        self.latest.insert(later, present);
        self.latest.truncate(DEEPEST + 1);
        let turn = self.latest.get(self.depth).or(self.latest.last()).copied().unwrap_or(present);
        let decode = self.last.map_or(turn, |last| turn.max(last.saturating_add(1)));
        self.last = Some(decode);
        decode
    }

    /// What follows is placed anew and may lie before what came.
    pub fn forget_shown(&mut self) {
        self.latest.clear();
        self.depth = 0;
    }
}
