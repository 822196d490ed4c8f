//! Camera and microphone as they are. Everything is decided from what is passed in, time included: no clock, no file, no network, no thread.
//!
//! Four things, each by itself: `clocks` (whose clock stamps, where a unit stands on the timeline, and how true that is), `watch` (what broke, or
//! is about to, from samples of what the phone measures), `quality` (how good the recording can be, and for how long), `keys` (what a press
//! means). What comes out are events; the recorder writes those that belong in a record.

pub mod clocks;
pub mod keys;
pub mod quality;
pub mod watch;
