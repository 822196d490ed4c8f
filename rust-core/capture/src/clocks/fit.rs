//! A straight line through what the phone says of its microphone: at which instant it heard which frame.

use std::collections::VecDeque;

/// Pairs closer together than this tell nothing new.
const APART_US: i64 = 500_000;
/// A minute of them.
const MOST: usize = 120;
/// A slope is told from this much time on; before it the nominal rate stands.
const SLOPE_FROM_US: i64 = 8_000_000;
/// A pair this far off the line is set aside; as many in a row make a new line.
const OFF_LINE_US: f64 = 20_000.0;
const OFF_LINE_TIMES: u32 = 3;

/// Frames of sound on the clock that counts sleep.
#[derive(Debug, Clone)]
pub(crate) struct Fit {
    us_per_frame: f64,
    pairs: VecDeque<(i64, i64)>,
    off_line: u32,
    /// Asked for with every unit, changed twice a second.
    line: Option<(Line, bool)>,
}

/// The line: the instant of a frame, and how long a frame lasts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    pub(crate) frame: i64,
    pub(crate) at_us: f64,
    pub(crate) us_per_frame: f64,
}

impl Line {
    pub(crate) fn at(&self, frame: i64) -> f64 {
        self.at_us + (frame - self.frame) as f64 * self.us_per_frame
    }
}

impl Fit {
    pub(crate) fn new(us_per_frame: f64) -> Fit {
        Fit { us_per_frame, pairs: VecDeque::new(), off_line: 0, line: None }
    }

    /// Takes a pair; one that comes too soon after the last, or out of order, or far off the line, is passed over.
    pub(crate) fn add(&mut self, frame: i64, at_us: i64) {
        if let Some((last_frame, last_us)) = self.pairs.back().copied() {
            if at_us < last_us + APART_US {
                return;
            }
            let is_off = frame <= last_frame
                || self.line.is_some_and(|(line, _)| (line.at(frame) - at_us as f64).abs() > OFF_LINE_US);
            if is_off {
                self.off_line += 1;
                if self.off_line < OFF_LINE_TIMES {
                    return;
                }
                self.pairs.clear();
            }
        }
        self.off_line = 0;
        if self.pairs.len() == MOST {
            self.pairs.pop_front();
        }
        self.pairs.push_back((frame, at_us));
        self.line = self.draw();
    }

    /// The line, and whether its slope was measured.
    pub(crate) fn line(&self) -> Option<(Line, bool)> {
        self.line
    }

    fn draw(&self) -> Option<(Line, bool)> {
        let (first_frame, first_us) = *self.pairs.front()?;
        let (_, last_us) = *self.pairs.back()?;
        let count = self.pairs.len() as f64;
        let points =
            || self.pairs.iter().map(|(frame, at_us)| ((frame - first_frame) as f64, (at_us - first_us) as f64));
        let (sum_x, sum_y) = points().fold((0.0, 0.0), |(x, y), (dx, dy)| (x + dx, y + dy));
        let (mean_x, mean_y) = (sum_x / count, sum_y / count);
        let is_measured = last_us - first_us >= SLOPE_FROM_US;
        let us_per_frame = if is_measured {
            let (above, below) = points().fold((0.0, 0.0), |(above, below), (x, y)| {
                (above + (x - mean_x) * (y - mean_y), below + (x - mean_x) * (x - mean_x))
            });
            above / below
        } else {
            self.us_per_frame
        };
        let at_us = first_us as f64 + mean_y - mean_x * us_per_frame;
        Some((Line { frame: first_frame, at_us, us_per_frame }, is_measured))
    }
}
