//! When a recording was complete (制作完成), from its entries: the claim of the device's clock, to be bracketed by evidence.

use super::act::{Act, Clock, Event};
use super::vocabulary::EndedHow;
use crate::calendar::Calendar;
use crate::deadline::{Countdown, countdown_of};
use crate::instant::Instant;
use crate::special_rule::MatterId;
use crate::trigger::{AwayGround, Trigger, TriggerKind};

/// What the entries say of the beginning of the term. Marks, statements and corrections never move it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Completion {
    /// From when the ordinary term runs; `None` while the recording has not ended.
    pub ordinary: Option<Trigger>,
    /// What the ordinary trigger would be, were the recording cut off for good here.
    pub if_cut_off_here: Option<Trigger>,
    /// The last ground declared.
    pub away: Option<AwayGround>,
    /// The last return entered.
    pub returned_at: Option<Instant>,
}

impl Completion {
    /// The countdown of a record of this matter that nothing is stored of yet; `None` while the recording has not ended.
    pub fn countdown(&self, matter: Option<&MatterId>, calendar: &Calendar) -> Option<Countdown> {
        let away = self.away.map(|ground| (ground, self.returned_at));
        Some(countdown_of(matter, self.ordinary?, away, calendar))
    }
}

/// Reads the whole record once.
pub fn completion(events: &[Event]) -> Completion {
    let mut has_take = false;
    let mut first_photo = None;
    let mut media_end: Option<(Instant, Instant)> = None;
    let mut media_clock: Option<Clock> = None;
    let mut ended = None;
    let mut away = None;
    let mut returned_at = None;
    for event in events {
        match event.act {
            Act::Take { .. } => {
                has_take = true;
                media_clock = Some(event.clock);
            }
            Act::Fragment { mono_us } => {
                let end = event.clock.wall_at(mono_us);
                media_clock = Some(event.clock);
                media_end = Some((end, end));
            }
            // Found after a crash: its end is reckoned on the clock that made it, not on the one that found it.
            Act::Recovered { mono_us } => {
                if let Some(clock) = media_clock {
                    let end = clock.wall_at(mono_us);
                    media_end = Some(media_end.map_or((end, end), |(from, to)| (from, to.max(end))));
                }
            }
            Act::Photo {} if first_photo.is_none() => first_photo = Some(event.clock.wall),
            Act::Ended { how, at } => ended = Some((how, at)),
            Act::AwayDeclared { ground } => away = Some(ground),
            Act::Returned { at } => returned_at = Some(at),
            _ => {}
        }
    }
    let captured_alone = first_photo.filter(|_| !has_take).map(|at| Trigger::at(TriggerKind::Capture, at));
    let if_cut_off_here = media_end.map_or(captured_alone, |(from, to)| {
        Some(Trigger::between(TriggerKind::LastDurableFragment, from, to).expect("`to` only grows from `from`"))
    });
    let ordinary = captured_alone.or_else(|| {
        let (how, at) = ended?;
        let by_hand = Trigger::at(TriggerKind::EndOfRecording, at);
        Some(match how {
            EndedHow::CutForGood => if_cut_off_here.unwrap_or(by_hand),
            EndedHow::Officer | EndedHow::HandedOver => by_hand,
        })
    });
    Completion { ordinary, if_cut_off_here, away, returned_at }
}
