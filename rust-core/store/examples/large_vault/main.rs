//! A vault of thousands of records: built fast, then opened with its index and without, with the times.
//!
//! `large_vault FOLDER [RECORDS [SEGMENTS]]` builds what is missing in FOLDER (10,000 and 20,000 unless told), opens it three
//! times with the index and three times after moving the index aside, and prints the median of each in milliseconds.

mod vault;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use vault::{LINE, LINES, build, open, set_index_aside, time_of};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let mut number = |default: u32| -> Result<u32, Box<dyn Error>> {
        let Some(argument) = arguments.next() else { return Ok(default) };
        Ok(argument.to_str().ok_or("not a number")?.parse()?)
    };
    let (records, segments) = (number(10_000)?, number(20_000)?);
    build(&folder, records, segments)?;
    let mut opened = Vec::new();
    let mut rebuilt = Vec::new();
    for turn in 0..3 {
        set_index_aside(&folder, turn)?;
        rebuilt.push(time_of(|| open(&folder))?);
        opened.push(time_of(|| open(&folder))?);
    }
    println!("{records} records, {segments} waiting segments, {LINES} lines of {LINE} bytes each");
    for (what, times) in [("rebuild", &mut rebuilt), ("open", &mut opened)] {
        let (wall, cpu) = median(times);
        println!("{what}_ms {} (processor {})", wall.as_millis(), cpu.as_millis());
    }
    Ok(())
}

fn median(times: &mut [(Duration, Duration)]) -> (Duration, Duration) {
    times.sort_unstable();
    times[times.len() / 2]
}
