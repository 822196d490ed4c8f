//! Instants and lengths of time as a person reads them.

use quanji_rules::Instant;

/// `2026-11-12 10:00:00 +08:00`, with milliseconds where there are; what no calendar holds is shown as µs.
pub(crate) fn instant(us: u64) -> String {
    // Beyond year 9999 RFC 3339 ends; a signed statement may still say so.
    const YEAR_10000_US: u64 = 253_402_300_800_000_000;
    match i64::try_from(us) {
        Ok(signed) if us < YEAR_10000_US => {
            let text = Instant::from_us(signed).to_china_rfc3339();
            let (date, time) = text.split_once('T').unwrap_or((&text, ""));
            let time = time.trim_end_matches("+08:00");
            // Milliseconds are enough for a person; the JSON has all there is.
            let time = time.split_once('.').map_or(time.to_owned(), |(whole, rest)| format!("{whole}.{}", &rest[..3]));
            format!("{date} {time} +08:00")
        }
        _ => format!("{us} µs"),
    }
}

/// `1.250 s`, `12:03.4`, `8:00:00`.
pub(crate) fn length(us: u64) -> String {
    let (seconds, rest_ms) = (us / 1_000_000, us % 1_000_000 / 1_000);
    match seconds {
        0..60 => format!("{seconds}.{rest_ms:03} s"),
        60..3_600 => format!("{}:{:02}.{} min", seconds / 60, seconds % 60, rest_ms / 100),
        _ => format!("{}:{:02}:{:02} h", seconds / 3_600, seconds / 60 % 60, seconds % 60),
    }
}

/// `12.3 MiB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 3] = ["KiB", "MiB", "GiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let (mut tenths, mut unit) = (bytes * 10 / 1024, 0);
    while tenths >= 10 * 1024 && unit + 1 < UNITS.len() {
        (tenths, unit) = (tenths / 1024, unit + 1);
    }
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}
