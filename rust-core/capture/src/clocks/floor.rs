//! The least of a quantity over the last while: what is left of a delay once all that is chance in it is taken away.

/// The least value of the last one to two windows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Floor {
    window_us: i64,
    ends_us: Option<i64>,
    now: Option<i64>,
    before: Option<i64>,
}

impl Floor {
    pub(crate) fn over(window_us: i64) -> Floor {
        Floor { window_us, ends_us: None, now: None, before: None }
    }

    /// Takes a value at an instant; the least of the window that ended with it, if one did.
    pub(crate) fn add(&mut self, at_us: i64, value: i64) -> Option<i64> {
        let mut ended = None;
        if self.ends_us.is_some_and(|ends| at_us >= ends) {
            ended = self.now.take();
            self.before = ended;
            self.ends_us = None;
        }
        self.ends_us.get_or_insert(at_us.saturating_add(self.window_us));
        self.now = Some(self.now.map_or(value, |least| least.min(value)));
        ended
    }

    pub(crate) fn least(&self) -> Option<i64> {
        self.now.into_iter().chain(self.before).min()
    }

    pub(crate) fn clear(&mut self) {
        *self = Floor::over(self.window_us);
    }
}
