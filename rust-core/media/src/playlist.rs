//! The HLS playlist of a record: one map per take, a discontinuity between takes (RFC 8216).

use std::fmt::Write as _;

/// One media segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaylistSegment {
    pub uri: String,
    /// What it covers, microseconds; see [`segment_duration_us`].
    pub duration_us: u64,
}

/// One take: its init segment and its segments in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaylistTake {
    pub init_uri: String,
    pub segments: Vec<PlaylistSegment>,
}

/// A name that would end its line or its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("take {take}: a URI of a playlist is not empty, has no quote, no control character and does not begin with #")]
pub struct PlaylistFault {
    /// Number of the take, from 1.
    pub take: usize,
}

/// Writes the playlist of finished takes. A take without segments is left out.
pub fn playlist(takes: &[PlaylistTake]) -> Result<String, PlaylistFault> {
    let longest = takes.iter().flat_map(|take| &take.segments).map(|segment| segment.duration_us).max().unwrap_or(0);
    // No rounded EXTINF may exceed it (4.3.3.1).
    let target = longest.div_ceil(1_000_000).max(1);
    let mut text = format!(
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MEDIA-SEQUENCE:0\n"
    );
    let mut is_first = true;
    for (number, take) in takes.iter().enumerate() {
        if take.segments.is_empty() {
            continue;
        }
        let fault = PlaylistFault { take: number + 1 };
        if !is_first {
            text.push_str("#EXT-X-DISCONTINUITY\n");
        }
        is_first = false;
        let fits = |uri: &str| {
            !uri.is_empty() && !uri.starts_with('#') && !uri.contains(['"', '\\']) && !uri.contains(char::is_control)
        };
        if !fits(&take.init_uri) {
            return Err(fault);
        }
        let _ = writeln!(text, "#EXT-X-MAP:URI=\"{}\"", take.init_uri);
        for segment in &take.segments {
            if !fits(&segment.uri) {
                return Err(fault);
            }
            let (seconds, micros) = (segment.duration_us / 1_000_000, segment.duration_us % 1_000_000);
            let _ = writeln!(text, "#EXTINF:{seconds}.{micros:06},\n{}", segment.uri);
        }
    }
    text.push_str("#EXT-X-ENDLIST\n");
    Ok(text)
}

/// The same from names alone: of each take its init, and name and µs of each segment. `None` when there is nothing to play.
pub fn playlist_of<'a, S>(takes: impl IntoIterator<Item = (&'a str, S)>) -> Option<String>
where
    S: IntoIterator<Item = (&'a str, u64)>,
{
    let takes = takes.into_iter().map(|(init, segments)| {
        let segments = segments.into_iter();
        let segments = segments.map(|(uri, duration_us)| PlaylistSegment { uri: uri.to_owned(), duration_us });
        PlaylistTake { init_uri: init.to_owned(), segments: segments.collect() }
    });
    let takes: Vec<PlaylistTake> = takes.collect();
    if takes.is_empty() { None } else { playlist(&takes).ok() }
}

/// The duration of a segment for its `EXTINF`, from what its fragments cover: from its earliest start to where the
/// next segment of the take begins, or to its own latest end when it is the last.
pub fn segment_duration_us(
    first_covers_us: (i64, i64),
    last_covers_us: (i64, i64),
    next_starts_us: Option<i64>,
) -> u64 {
    let end = next_starts_us.unwrap_or(last_covers_us.1);
    u64::try_from(end.saturating_sub(first_covers_us.0)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(name: &str, durations: &[u64]) -> PlaylistTake {
        PlaylistTake {
            init_uri: format!("{name}/init.mp4"),
            segments: durations
                .iter()
                .enumerate()
                .map(|(number, &duration_us)| PlaylistSegment { uri: format!("{name}/{number}.m4s"), duration_us })
                .collect(),
        }
    }

    #[test]
    fn each_take_has_its_map_and_a_discontinuity_before_the_next() {
        let text = playlist(&[take("1", &[8_000_000, 9_040_001]), take("2", &[]), take("3", &[500_000])]);
        let expected = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:10\n#EXT-X-PLAYLIST-TYPE:VOD\n\
            #EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-MAP:URI=\"1/init.mp4\"\n#EXTINF:8.000000,\n1/0.m4s\n\
            #EXTINF:9.040001,\n1/1.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"3/init.mp4\"\n\
            #EXTINF:0.500000,\n3/0.m4s\n#EXT-X-ENDLIST\n";
        assert_eq!(text.as_deref(), Ok(expected));
    }

    #[test]
    fn a_name_that_would_break_out_of_its_line_is_refused() {
        for name in ["a\"b", "a\nb", "#a", ""] {
            let takes = [PlaylistTake { init_uri: name.into(), ..take("1", &[1]) }];
            assert_eq!(playlist(&takes), Err(PlaylistFault { take: 1 }));
        }
    }
}
