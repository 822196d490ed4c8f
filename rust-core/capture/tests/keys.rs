//! Keys: the whole table as a page, and what wet glass, a pocket and a glove do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::fmt::Write as _;

use quanji_capture::keys::{Effect, HOLD_US, Input, Key, Keys, LONG_US, State, TAKE_BACK_US, Wish};
use quanji_testkit::Dice;

const S: u64 = 1_000_000;

/// A record that stands, with the screen locked.
fn recording() -> Keys {
    let mut keys = Keys::new();
    assert_eq!(keys.input(S, Input::Action(Wish::Start)), [Effect::Start]);
    assert_eq!(keys.input(S + 1, Input::Started), [Effect::Locked]);
    keys
}

/// Presses a key for so long; what followed.
fn press(keys: &mut Keys, at_us: u64, key: Key, long_us: u64) -> Vec<Effect> {
    let mut effects = keys.input(at_us, Input::Down(key));
    effects.extend(keys.input(at_us + long_us, Input::Tick));
    effects.extend(keys.input(at_us + long_us, Input::Up(key)));
    effects
}

fn page() -> String {
    let mut page = String::from("What each press means in each state. Made by tests/keys.rs; —: nothing.\n");
    let states = [
        ("idle", State::Idle),
        ("starting", State::Starting),
        ("locked", State::Locked),
        ("unlocking", State::Unlocking { since_us: 100 * S }),
        ("unlocked", State::Unlocked { since_us: 100 * S }),
        ("holding_stop", State::HoldingStop { since_us: 100 * S }),
        ("stopping", State::Stopping { at_us: 100 * S }),
    ];
    for (name, state) in states {
        writeln!(page, "\n{name}").unwrap();
        let at_us = 100 * S + 1;
        let mut row = |what: String, act: &dyn Fn(&mut Keys) -> Vec<Effect>| {
            let mut keys = Keys::new();
            keys.state = state;
            let effects = act(&mut keys);
            let said: Vec<String> = effects.iter().map(effect_name).collect();
            let said = if said.is_empty() { "—".to_owned() } else { said.join(" ") };
            writeln!(page, "  {what:<22}{said:<18}→ {}", state_name(keys.state)).unwrap();
        };
        for key in Key::ALL {
            row(format!("{key:?} short"), &|keys| press(keys, at_us, *key, 200_000));
            row(format!("{key:?} long"), &|keys| press(keys, at_us, *key, LONG_US));
        }
        for wish in [Wish::Start, Wish::Mark, Wish::Photo, Wish::Spoken, Wish::Stop] {
            row(format!("action {wish:?}"), &|keys| keys.input(at_us, Input::Action(wish)));
        }
        row("hold 1 s".to_owned(), &|keys| hold(keys, at_us, Input::HoldDown, Input::HoldUp, S));
        row("hold 2 s".to_owned(), &|keys| hold(keys, at_us, Input::HoldDown, Input::HoldUp, HOLD_US));
        row("stop button 1 s".to_owned(), &|keys| hold(keys, at_us, Input::StopDown, Input::StopUp, S));
        row("stop button 2 s".to_owned(), &|keys| hold(keys, at_us, Input::StopDown, Input::StopUp, HOLD_US));
        row("started".to_owned(), &|keys| keys.input(at_us, Input::Started));
        row("over".to_owned(), &|keys| keys.input(at_us, Input::Over));
        row("10 s pass".to_owned(), &|keys| keys.input(100 * S + TAKE_BACK_US, Input::Tick));
        row("15 s pass".to_owned(), &|keys| keys.input(115 * S, Input::Tick));
    }
    page
}

fn hold(keys: &mut Keys, at_us: u64, down: Input, up: Input, long_us: u64) -> Vec<Effect> {
    let mut effects = keys.input(at_us, down);
    effects.extend(keys.input(at_us + long_us, Input::Tick));
    effects.extend(keys.input(at_us + long_us, up));
    effects
}

fn effect_name(effect: &Effect) -> String {
    let text = format!("{effect:?}");
    text.split(' ').next().unwrap().to_owned()
}

fn state_name(state: State) -> String {
    let text = format!("{state:?}");
    text.split(' ').next().unwrap().to_owned()
}

#[test]
fn the_table_of_states_and_presses_is_the_page_that_is_checked_in() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys_table.txt");
    let page = page();
    if std::env::var_os("QUANJI_BLESS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert_eq!(kept, page, "made anew with QUANJI_BLESS=1");
}

#[test]
fn every_key_starts_blind_and_its_long_press_counts_from_when_it_went_down() {
    for key in Key::ALL {
        let mut keys = Keys::new();
        assert_eq!(press(&mut keys, S, *key, LONG_US - 1), [], "a bump in a pocket is no start: {key:?}");
        assert_eq!(press(&mut keys, 5 * S, *key, LONG_US), [Effect::Start], "{key:?}");
    }
    let mut keys = recording();
    assert_eq!(press(&mut keys, 50 * S, Key::VolumeUp, 3 * S), [Effect::Mark { at_us: 50 * S }]);
}

#[test]
fn a_key_that_repeats_or_lifts_late_acts_once() {
    let mut keys = recording();
    let mut effects = Vec::new();
    for at in 0..100 {
        effects.extend(keys.input(50 * S + at * 50_000, Input::Down(Key::VolumeUp)));
    }
    effects.extend(keys.input(56 * S, Input::Up(Key::VolumeUp)));
    assert_eq!(effects, [Effect::Mark { at_us: 50 * S }]);
}

#[test]
fn a_stop_ends_at_the_press_and_can_be_taken_back_for_ten_seconds() {
    let mut keys = recording();
    let stop_us = 50 * S;
    assert_eq!(press(&mut keys, stop_us, Key::VolumeDown, LONG_US), [Effect::StopBegins { at_us: stop_us }]);
    assert_eq!(press(&mut keys, stop_us + 5 * S, Key::VolumeDown, LONG_US), [Effect::StopTakenBack]);
    assert_eq!(keys.state, State::Locked);
    press(&mut keys, 80 * S, Key::VolumeDown, LONG_US);
    assert_eq!(keys.input(80 * S + TAKE_BACK_US - 1, Input::Tick), []);
    // What happens in these ten seconds is still recorded.
    assert_eq!(keys.input(85 * S, Input::Action(Wish::Mark)), [Effect::Mark { at_us: 85 * S }]);
    assert_eq!(keys.input(80 * S + TAKE_BACK_US, Input::Tick), [Effect::End { at_us: 80 * S }]);
    assert_eq!(keys.state, State::Idle);
}

#[test]
fn wet_glass_stops_nothing() {
    for seed in 0..300 {
        let mut dice = Dice::new(0xf1a5_0000 + seed);
        let mut keys = recording();
        let mut now_us = 10 * S;
        let mut held_since = None::<u64>;
        for _ in 0..3_000 {
            // Drops touch and let go within a second and a half; two seconds on one place are a finger.
            now_us += dice.below(300_000);
            if held_since.is_some_and(|since| now_us - since > 1_500_000) {
                keys.input(now_us - now_us.min(1), Input::HoldUp);
                keys.input(now_us, Input::StopUp);
                held_since = None;
            }
            let touch =
                *dice.pick(&[Input::HoldDown, Input::HoldUp, Input::StopDown, Input::StopUp, Input::Tick]).unwrap();
            match touch {
                Input::HoldDown | Input::StopDown => held_since = held_since.or(Some(now_us)),
                Input::HoldUp | Input::StopUp => held_since = None,
                _ => {}
            }
            if matches!(touch, Input::HoldUp | Input::StopUp) {
                keys.input(now_us, Input::HoldUp);
                keys.input(now_us, Input::StopUp);
            } else {
                let effects = keys.input(now_us, touch);
                assert!(
                    effects.iter().all(|effect| !matches!(
                        effect,
                        Effect::StopBegins { .. } | Effect::End { .. } | Effect::Unlocked
                    )),
                    "seed {seed}: {effects:?}"
                );
            }
        }
    }
}
