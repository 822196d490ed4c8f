//! Keys of the agency that changed since.

use super::with;
use crate::agency;
use crate::case::{Case, case};
use crate::record::{DAY, T0_US};
use crate::signed::Line;

/// A key set whose root was changed twice; roles are given by the second and third.
fn rotated() -> Vec<Line> {
    let mut lines = vec![
        agency::root_line("root 1", &["root 1"]),
        agency::role_line("receipt", "role receipt, first", agency::FROM_US, T0_US - 100 * DAY, "root 1"),
        agency::root_line("root 2", &["root 1", "root 2"]),
    ];
    for role in ["device", "head"] {
        lines.push(agency::role_line(role, &format!("role {role}"), agency::FROM_US, agency::UNTIL_US, "root 2"));
    }
    lines.push(agency::root_line("root 3", &["root 2", "root 3"]));
    for role in ["receipt", "document"] {
        lines.push(agency::role_line(role, &format!("role {role}"), agency::FROM_US, agency::UNTIL_US, "root 3"));
    }
    lines.push(agency::revoked_line("role receipt, first", T0_US - 200 * DAY, "root 3"));
    lines
}

pub(crate) fn cases() -> Vec<Case> {
    let from = |root: &str| {
        with(|draft| {
            draft.keyset = Some(rotated());
            draft.agency = Some(agency::public_file(root));
        })
    };
    vec![
        case(
            "rotations-missed",
            "The verifier holds the first root and missed two rotations: it walks the set to the present one.",
            "valid",
            &[],
            from("root 1"),
        ),
        case(
            "newest-root-held",
            "The verifier holds the newest root, under which the set only ends: each root was signed by the one before.",
            "valid",
            &[],
            from("root 3"),
        ),
        case(
            "device-revoked-after",
            "The device was revoked after the receipt: the record lies before it.",
            "valid",
            &[],
            with(|draft| {
                let later = agency::revoked_line("device-a", T0_US + 10 * DAY, "root 1");
                draft.keyset.get_or_insert_default().push(later);
            }),
        ),
    ]
}
