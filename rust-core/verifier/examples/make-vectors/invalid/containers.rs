//! Zips that cannot be read, names with tricks in them, bombs.

use crate::case::{Case, unreadable};
use crate::draft::Draft;
use crate::zip::Entry;

fn named(name: &'static str, about: &'static str, member: impl Into<Vec<u8>>) -> Case {
    let member = member.into();
    unreadable(name, about, "member_name", |draft| {
        bend(draft, move |entries| {
            let mut entry = Entry::stored("x", b"x");
            entry.name = member.clone();
            entries.push(entry);
        });
    })
}

fn bend(draft: &mut Draft, bend: impl Fn(&mut Vec<Entry>) + 'static) {
    draft.bend_entries = Some(Box::new(bend));
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        unreadable("not-a-zip", "Text instead of a zip (section 2: container).", "container", |draft| {
            draft.bend_zip = Some(Box::new(|bytes| *bytes = b"this is no zip\n".to_vec()));
        }),
        unreadable("zip-cut-in-half", "The zip ends in the middle: its directory is gone.", "container", |draft| {
            draft.bend_zip = Some(Box::new(|bytes| bytes.truncate(bytes.len() / 2)));
        }),
        unreadable("zip-empty-file", "A file of no bytes.", "container", |draft| {
            draft.bend_zip = Some(Box::new(Vec::clear));
        }),
        unreadable(
            "crc-wrong",
            "A member's data do not match the CRC that the directory gives.",
            "container",
            |draft| {
                bend(draft, |entries| entries[0].crc = Some(0x1234_5678));
            },
        ),
        unreadable("size-lies", "A stored member is shorter than the directory declares.", "container", |draft| {
            bend(draft, |entries| {
                let entry = entries.iter_mut().find(|entry| entry.method == 0).expect("media are stored");
                entry.size = Some(entry.data.len() as u32 + 1);
            });
        }),
        unreadable(
            "size-lies-low",
            "A packed member unpacks to more than the directory declares.",
            "container",
            |draft| {
                bend(draft, |entries| entries[0].size = Some(entries[0].data.len() as u32 - 1));
            },
        ),
        unreadable("encrypted-member", "A member says that it is encrypted.", "container", |draft| {
            bend(draft, |entries| entries[0].flags |= 1);
        }),
        unreadable(
            "unknown-method",
            "A member is packed by bzip2: only store and deflate are read.",
            "container",
            |draft| {
                bend(draft, |entries| entries[0].method = 12);
            },
        ),
        unreadable("deflate-garbage", "A member's deflate data are not deflate data.", "container", |draft| {
            draft.bend_zip = Some(Box::new(|bytes| {
                // The first member's data follow its local header of 30 bytes and its name of 6.
                bytes[36..60].fill(0xff);
            }));
        }),
        named("path-climbs", "A member's name climbs out of the bundle.", "../evil"),
        named("path-absolute", "A member's name begins at the root.", "/etc/passwd"),
        named("path-backslash", "A member's name holds a backslash.", "records\\journal"),
        named("path-upper-case", "A member's name holds an upper-case letter.", "Records/x"),
        named("path-not-ascii", "A member's name is not of the letters allowed.", "记录"),
        named("path-folder", "A member is a folder.", "records/"),
        named("path-two-dots-inside", "A part of a member's name has two extensions.", "play.tar.gz"),
        named("path-seven-parts", "A member's name has seven parts, six are allowed.", "a/b/c/d/e/f/g"),
        named("path-too-long", "A member's name has 201 bytes, 200 are allowed.", "a".repeat(201)),
        named("path-empty", "A member has no name.", ""),
        named("path-with-nul", "A member's name holds a NUL byte.", "play\0.m3u8"),
        unreadable("name-twice", "Two members have one name.", "member_name", |draft| {
            bend(draft, |entries| {
                entries.push(Entry::stored("play.m3u8", b"one"));
                entries.push(Entry::stored("play.m3u8", b"two"));
            });
        }),
        unreadable("symbolic-link", "A member is a symbolic link.", "member_name", |draft| {
            bend(draft, |entries| {
                entries.push(Entry { attributes: 0o120_777 << 16, ..Entry::stored("link", b"manifest") });
            });
        }),
        unreadable(
            "zip-bomb",
            "A member of 8 MiB of zeros: over 1 MiB and over 200 times its packed size.",
            "limit",
            |draft| {
                bend(draft, |entries| entries.push(Entry::deflated("zeros", &vec![0; 8 << 20])));
            },
        ),
        unreadable("member-declared-too-large", "A member declares one byte over 64 MiB.", "limit", |draft| {
            bend(draft, |entries| {
                entries.push(Entry { size: Some((64 << 20) + 1), ..Entry::stored("large", b"not so large") });
            });
        }),
        unreadable("file-declared-too-large", "A document declares one byte over 2 GiB.", "limit", |draft| {
            bend(draft, |entries| {
                let name = format!("records/{}/files/{}", "0".repeat(32), "0".repeat(64));
                entries.push(Entry { size: Some((2 << 30) + 1), ..Entry::stored(&name, b"not so large") });
            });
        }),
        unreadable(
            "agency-key-of-another-id",
            "agency.pub names an id that is not its key's: misuse, no verdict.",
            "agency_key",
            |draft| {
                let own = crate::keys::key_id("root 1");
                draft.agency = draft.agency.take().map(|text| text.replace(&own, &crate::keys::key_id("stranger")));
            },
        ),
        unreadable(
            "agency-key-not-a-key",
            "agency.pub is not of its form: misuse, no verdict.",
            "agency_key",
            |draft| {
                draft.agency = Some("-----BEGIN PUBLIC KEY-----\n".to_owned());
            },
        ),
    ]
}
