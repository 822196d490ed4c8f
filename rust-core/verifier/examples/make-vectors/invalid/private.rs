//! Private values (section 5).

use super::tools::{bend_lines, bend_member, drop_member, replace};
use crate::case::{Case, bent};
use crate::draft::Draft;

fn malformed(name: &'static str, about: &'static str, bend: impl FnOnce(&mut Draft)) -> Case {
    bent(name, about, "broken", &["private_malformed"], bend)
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        malformed("private-ref-twice", "A ref stands twice in the file.", |draft| {
            bend_lines(draft, "private", |lines| lines.push(lines[0].clone()));
        }),
        malformed("private-without-last-lf", "The last line has no LF.", |draft| {
            bend_member(draft, "private", |bytes| bytes.truncate(bytes.len() - 1));
        }),
        malformed("private-crlf", "The lines end in CR LF.", |draft| {
            bend_lines(draft, "private", |lines| lines.iter_mut().for_each(|line| replace(line, "\n", "\r\n")));
        }),
        malformed("private-salt-with-unused-bits", "A salt is spelled with unused bits set.", |draft| {
            bend_lines(draft, "private", |lines| {
                let at = lines[1].windows(9).position(|window| window == b"\",\"value\"").expect("a value");
                // 16 bytes leave four unused bits in the last of 22 letters: A, Q, g or w.
                lines[1][at - 1] += 1;
            });
        }),
        malformed("private-value-too-long", "A value of 4,097 bytes.", |draft| {
            bend_lines(draft, "private", |lines| {
                let long = format!("\"value\":\"{}", "a".repeat(4_097));
                replace(&mut lines[3], "\"value\":\"乙某商店", &long);
            });
        }),
        bent(
            "private-value-changed",
            "A name differs from its salted digest.",
            "broken",
            &["private_mismatch"],
            |draft| {
                bend_member(draft, "private", |bytes| replace(bytes, "甲某", "丙某"));
            },
        ),
        bent("private-salt-changed", "A salt differs: so does the digest.", "broken", &["private_mismatch"], |draft| {
            bend_lines(draft, "private", |lines| {
                let at = lines[0].windows(8).position(|window| window == b"\"salt\":\"").expect("a salt") + 8;
                lines[0][at] = if lines[0][at] == b'A' { b'B' } else { b'A' };
            });
        }),
        bent(
            "private-value-missing",
            "A value that an entry names is not there and not withheld.",
            "incomplete",
            &["private_missing"],
            |draft| {
                bend_lines(draft, "private", |lines| drop(lines.remove(2)));
            },
        ),
        bent(
            "private-file-missing",
            "The file of private values is not there, and nothing of it is withheld.",
            "incomplete",
            &["private_missing"],
            |draft| {
                drop_member(draft, "private");
            },
        ),
        bent(
            "private-value-unreferenced",
            "A value that no entry names.",
            "broken",
            &["private_unreferenced"],
            |draft| {
                drop(draft.record().private("nobody asked"));
            },
        ),
    ]
}
