//! Walking boxes: a header is checked against the bytes there are before anything is read or reserved.

use crate::MediaFault;
use crate::nal::Coding;

/// A box inside larger bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span<'a> {
    pub(crate) kind: [u8; 4],
    /// Place of the box's first byte in the outermost bytes.
    pub(crate) at: u64,
    /// Place of `body`.
    pub(crate) body_at: u64,
    pub(crate) body: &'a [u8],
}

impl<'a> Span<'a> {
    /// The bytes themselves, as if they were the body of a box.
    pub(crate) fn whole(body: &'a [u8]) -> Self {
        Self { kind: *b"file", at: 0, body_at: 0, body }
    }

    /// The same box, its body from `skip` on: what follows the fixed fields of a box that has both.
    fn after(self, skip: usize) -> Result<Self, MediaFault> {
        match self.body.get(skip..) {
            Some(body) => Ok(Self { body, body_at: self.body_at + skip as u64, ..self }),
            None => Err(MediaFault::Truncated { at: self.body_at, needed: skip as u64, left: self.body.len() as u64 }),
        }
    }
}

/// The boxes that fill `parent`'s body, in order; a fault ends them.
pub(crate) fn children(parent: Span<'_>) -> impl Iterator<Item = Result<Span<'_>, MediaFault>> {
    let mut rest = parent.body;
    let mut at = parent.body_at;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let read = header(rest, at);
        match &read {
            Ok((_, length)) => {
                rest = &rest[*length..];
                at += *length as u64;
            }
            Err(_) => rest = &[],
        }
        Some(read.map(|(span, _)| span))
    })
}

fn header(bytes: &[u8], at: u64) -> Result<(Span<'_>, usize), MediaFault> {
    let truncated = |needed: u64| MediaFault::Truncated { at, needed, left: bytes.len() as u64 };
    let Some(&[a, b, c, d, kind @ ..]) = bytes.first_chunk::<8>() else {
        return Err(truncated(8));
    };
    let (head, size) = match u32::from_be_bytes([a, b, c, d]) {
        // To the end of the file; then no box could follow, and every byte is still named.
        0 => (8, bytes.len() as u64),
        1 => {
            let wide = bytes.get(8..16).and_then(|wide| wide.first_chunk::<8>()).ok_or_else(|| truncated(16))?;
            (16, u64::from_be_bytes(*wide))
        }
        size => (8, u64::from(size)),
    };
    if size < head as u64 {
        return Err(MediaFault::BoxSize { at, name: kind, expected: head as u64, found: size });
    }
    if size > bytes.len() as u64 {
        return Err(truncated(size));
    }
    let length = size as usize;
    Ok((Span { kind, at, body_at: at + head as u64, body: &bytes[head..length] }, length))
}

/// Exactly these boxes in this order.
pub(crate) fn exactly<'a, const N: usize>(parent: Span<'a>, kinds: [&[u8; 4]; N]) -> Result<[Span<'a>; N], MediaFault> {
    let mut found = [parent; N];
    let mut walk = children(parent);
    let end = parent.body_at + parent.body.len() as u64;
    for (slot, kind) in found.iter_mut().zip(kinds) {
        let span = walk.next().ok_or(MediaFault::MissingBox { at: end, name: *kind })??;
        if &span.kind != kind {
            return Err(MediaFault::UnexpectedBox { at: span.at, expected: *kind, found: span.kind });
        }
        *slot = span;
    }
    match walk.next() {
        None => Ok(found),
        Some(extra) => {
            let extra = extra?;
            Err(MediaFault::SurplusBox { at: extra.at, found: extra.kind })
        }
    }
}

/// The first child of this kind.
pub(crate) fn optional_child<'a>(parent: Span<'a>, kind: &[u8; 4]) -> Result<Option<Span<'a>>, MediaFault> {
    for child in children(parent) {
        let child = child?;
        if &child.kind == kind {
            return Ok(Some(child));
        }
    }
    Ok(None)
}

/// The first child of this kind, or a fault.
pub(crate) fn child<'a>(parent: Span<'a>, kind: &[u8; 4]) -> Result<Span<'a>, MediaFault> {
    let end = parent.body_at + parent.body.len() as u64;
    optional_child(parent, kind)?.ok_or(MediaFault::MissingBox { at: end, name: *kind })
}

/// The only sample entry (`mdia/minf/stbl/stsd`) of a track.
pub(crate) fn sample_entry(mdia: Span<'_>) -> Result<Span<'_>, MediaFault> {
    let stsd = child(child(child(mdia, b"minf")?, b"stbl")?, b"stsd")?;
    let mut entries = children(stsd.after(8)?);
    let end = stsd.body_at + stsd.body.len() as u64;
    let entry = entries.next().ok_or(MediaFault::MissingBox { at: end, name: *b"avc1" })??;
    match entries.next() {
        None => Ok(entry),
        Some(extra) => {
            let extra = extra?;
            Err(MediaFault::SurplusBox { at: extra.at, found: extra.kind })
        }
    }
}

/// The boxes of a picture's sample entry, after its 78 bytes of fields, and how its pictures are coded.
pub(crate) fn visual_children(entry: Span<'_>) -> Result<(Span<'_>, Coding), MediaFault> {
    let coding = match &entry.kind {
        b"avc1" => Coding::H264,
        b"hvc1" | b"hev1" => Coding::Hevc,
        _ => {
            let source = Box::new(crate::VideoFault::UnsupportedCodec { found: entry.kind });
            return Err(MediaFault::Video { at: entry.at, source });
        }
    };
    Ok((entry.after(78)?, coding))
}

/// The boxes of an `mp4a`, after its 28 bytes of fields.
pub(crate) fn sound_children(entry: Span<'_>) -> Result<Span<'_>, MediaFault> {
    if &entry.kind != b"mp4a" {
        let source = Box::new(crate::SoundFault::UnsupportedCodec { found: entry.kind });
        return Err(MediaFault::Sound { at: entry.at, source });
    }
    entry.after(28)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_lie_end_the_walk() {
        let bytes = [0, 0, 0, 9, b'a', b'a', b'a', b'a', 7, 0, 0, 0, 99, b'b', b'b', b'b', b'b'];
        let walked: Vec<_> = children(Span::whole(&bytes)).collect();
        assert_eq!(walked.len(), 2);
        assert_eq!(walked[0].as_ref().expect("a box").body, [7]);
        assert!(matches!(walked[1], Err(MediaFault::Truncated { at: 9, needed: 99, left: 8 })));
        let tiny = [0, 0, 0, 7, b'a', b'a', b'a', b'a'];
        assert!(matches!(
            children(Span::whole(&tiny)).next(),
            Some(Err(MediaFault::BoxSize { expected: 8, found: 7, .. }))
        ));
        let wide = [0, 0, 0, 1, b'a', b'a', b'a', b'a', 255, 255, 255, 255, 255, 255, 255, 255];
        assert!(matches!(
            children(Span::whole(&wide)).next(),
            Some(Err(MediaFault::Truncated { needed: u64::MAX, left: 16, .. }))
        ));
    }
}
