//! Which entry may stand where (FORMAT.md, section 4, *Order*).

use crate::body::{Body, Fragment, Kind, Segment, Take};

/// What a journal has said so far, as far as order goes.
#[derive(Debug, Clone, Default)]
pub struct Order {
    takes: u64,
    /// Segments begun in the last take.
    segments: u64,
    open: Option<OpenSegment>,
    interrupted_since_take: bool,
    stage: Stage,
    unclosed: Vec<(u64, u64)>,
}

#[derive(Debug, Clone)]
struct OpenSegment {
    segment: u64,
    fragments: u64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Capturing,
    Ended,
    Sealed,
}

/// An entry where it may not stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplaced {
    pub expected: String,
    pub found: String,
}

impl Order {
    /// Takes the next entry, or says why it may not stand here.
    pub fn admit(&mut self, body: &Body) -> Result<(), Misplaced> {
        let kind = body.kind();
        if self.stage == Stage::Sealed && !is_addendum(kind) {
            return Err(misplaced("only addenda after sealed", kind.name()));
        }
        if self.stage == Stage::Ended && ends_with_the_capture(kind) {
            return Err(misplaced("no more capture after ended", kind.name()));
        }
        match body {
            Body::Take(take) => self.admit_take(take),
            Body::Fragment(fragment) | Body::Recovered(fragment) => self.admit_fragment(fragment),
            Body::Segment(segment) => self.admit_segment(segment),
            Body::Interrupted(_) => {
                self.interrupted_since_take = true;
                Ok(())
            }
            Body::Ended(_) if self.stage != Stage::Capturing => Err(misplaced("ended once", "ended again")),
            Body::Ended(_) => {
                self.stage = Stage::Ended;
                Ok(())
            }
            Body::Sealed(_) if self.stage != Stage::Ended => Err(misplaced("ended before sealed", "sealed")),
            Body::Sealed(_) => {
                self.stage = Stage::Sealed;
                Ok(())
            }
            Body::Opened(_) => Err(misplaced("opened in line 0 only", "opened")),
            _ => Ok(()),
        }
    }

    /// Segments that no `segment` closed: (take, segment).
    pub fn unclosed(&self) -> Vec<(u64, u64)> {
        let open = self.open.iter().map(|open| (self.takes, open.segment));
        self.unclosed.iter().copied().chain(open).collect()
    }

    /// Whether the capture is over and sealed.
    pub fn is_sealed(&self) -> bool {
        self.stage == Stage::Sealed
    }

    fn admit_take(&mut self, take: &Take) -> Result<(), Misplaced> {
        if take.take != self.takes + 1 {
            return Err(misplaced(&format!("take {}", self.takes + 1), &format!("take {}", take.take)));
        }
        if let Some(open) = &self.open {
            if !self.interrupted_since_take {
                return Err(misplaced(&format!("segment {} closed first", open.segment), "take"));
            }
            self.unclosed.push((self.takes, open.segment));
        }
        (self.takes, self.segments, self.open, self.interrupted_since_take) = (take.take, 0, None, false);
        Ok(())
    }

    fn admit_fragment(&mut self, fragment: &Fragment) -> Result<(), Misplaced> {
        let expected = match &self.open {
            Some(open) => (self.takes, open.segment, open.fragments + 1),
            None => (self.takes, self.segments + 1, 1),
        };
        let found = (fragment.take, fragment.segment, fragment.index);
        // Without a take, expected names take 0, which the schema lets no fragment name.
        if found != expected {
            return Err(misplaced(&format!("take/segment/index {expected:?}"), &format!("{found:?}")));
        }
        self.segments = fragment.segment;
        self.open = Some(OpenSegment { segment: fragment.segment, fragments: fragment.index });
        Ok(())
    }

    fn admit_segment(&mut self, segment: &Segment) -> Result<(), Misplaced> {
        let found = (segment.take, segment.segment);
        match &self.open {
            Some(open) if (self.takes, open.segment) == found => {
                self.open = None;
                Ok(())
            }
            Some(open) => {
                Err(misplaced(&format!("take/segment {:?}", (self.takes, open.segment)), &format!("{found:?}")))
            }
            None => Err(misplaced("a segment that is open", &format!("{found:?}"))),
        }
    }
}

fn misplaced(expected: &str, found: &str) -> Misplaced {
    Misplaced { expected: expected.to_owned(), found: found.to_owned() }
}

/// What may still be said after `sealed`.
pub fn is_addendum(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::AwayDeclared
            | Kind::Returned
            | Kind::WrittenStatement
            | Kind::Correction
            | Kind::Mark
            | Kind::Checklist
            | Kind::ConfidentialSpan
            | Kind::Place
            | Kind::Officers
            | Kind::Subject
            | Kind::OpeningPassage
            | Kind::OpeningExcused
            | Kind::FilmingNotice
            | Kind::InterruptionReason
            | Kind::DeclaredMistake
            | Kind::ClockSet
            | Kind::Vouched
    )
}

fn ends_with_the_capture(kind: Kind) -> bool {
    matches!(kind, Kind::Take | Kind::Fragment | Kind::Interrupted | Kind::Resumed | Kind::TrackLost | Kind::TrackBack)
}
