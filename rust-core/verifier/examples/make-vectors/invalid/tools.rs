//! Small bends that several cases share.

use crate::draft::{Draft, Members};

/// The member whose name ends so.
pub(crate) fn member<'a>(members: &'a mut Members, ending: &str) -> &'a mut Vec<u8> {
    let found = members.iter_mut().find(|(name, _)| name.ends_with(ending));
    &mut found.expect("the bundle has such a member").1
}

/// Bends one member before the manifest lists it: the manifest holds, what is inside does not.
pub(crate) fn bend_member(draft: &mut Draft, ending: &'static str, bend: impl Fn(&mut Vec<u8>) + 'static) {
    draft.bend_members = Some(Box::new(move |members| bend(member(members, ending))));
}

/// Bends the lines of a member, each with its LF.
pub(crate) fn bend_lines(draft: &mut Draft, ending: &'static str, bend: impl Fn(&mut Vec<Vec<u8>>) + 'static) {
    bend_member(draft, ending, move |bytes| {
        let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        bend(&mut lines);
        *bytes = lines.concat();
    });
}

/// Replaces the first occurrence in bytes that must have one.
pub(crate) fn replace(bytes: &mut Vec<u8>, from: &str, to: &str) {
    let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).expect("the bytes hold it");
    bytes.splice(at..at + from.len(), to.bytes());
}

/// A spelling that replaces the first occurrence in a text that must have one.
pub(crate) fn respell(from: &'static str, to: impl Into<String>) -> Option<crate::signed::Edit> {
    let to = to.into();
    Some(Box::new(move |text: String| {
        assert!(text.contains(from), "nothing to respell: {from}");
        text.replacen(from, &to, 1)
    }))
}

/// Drops a member before the manifest lists it.
pub(crate) fn drop_member(draft: &mut Draft, ending: &'static str) {
    draft.bend_members = Some(Box::new(move |members| members.retain(|(name, _)| !name.ends_with(ending))));
}

/// Another letter of the base64url alphabet in the middle of the first signature.
pub(crate) fn flip_signature(sigs: String) -> String {
    let at = sigs.rfind('.').expect("a signature") + 20;
    let other = if sigs.as_bytes()[at] == b'A' { "B" } else { "A" };
    let mut flipped = sigs;
    flipped.replace_range(at..=at, other);
    flipped
}
