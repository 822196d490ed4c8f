//! How a whole bundle may be: what is withheld, who signed it, how it is packed.

use super::with;
use crate::case::{Case, case};
use crate::draft::Draft;
use crate::record::Record;
use crate::zip::Entry;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        case(
            "sealed-and-receipted",
            "An ordinary inspection: anchored by a head, sealed, covered by a receipt in time, exported by the agency.",
            "valid",
            &[],
            with(|draft| draft.extra.push(("play.m3u8".to_owned(), b"#EXTM3U\n".to_vec()))),
        ),
        case(
            "without-agency-key",
            "The same without a key of the agency: whole, but nothing ties it to the agency's time.",
            "valid_unanchored",
            &["agency_key_absent"],
            with(|draft| draft.agency = None),
        ),
        case(
            "without-keyset",
            "The agency's key is given, but the bundle holds no key set to walk from it.",
            "valid_unanchored",
            &["keyset_missing"],
            with(|draft| draft.keyset = None),
        ),
        case(
            "private-value-withheld",
            "A name is left out with an approval; its salted digest stays and everything else verifies.",
            "valid_withheld",
            &["withheld"],
            with(|draft| {
                let folder = draft.record().folder.clone();
                draft.withheld_private.push((folder, "p4".to_owned(), true));
            }),
        ),
        case(
            "segment-withheld",
            "A whole segment is left out with an approval; the journal still states its digest.",
            "valid_withheld",
            &["withheld"],
            with(|draft| draft.withheld_members.push(("takes/1/2.m4s".to_owned(), true))),
        ),
        case(
            "init-withheld",
            "A take's init is left out with an approval: its segments are checked by digest only.",
            "valid_withheld",
            &["withheld"],
            with(|draft| draft.withheld_members.push(("takes/1/init.mp4".to_owned(), true))),
        ),
        case(
            "signed-by-the-device",
            "The manifest is signed by the certified device itself, as a phone exports.",
            "valid",
            &[],
            with(|draft| draft.signers = vec!["device-a"]),
        ),
        case(
            "further-signatures",
            "Manifest and receipt carry a second signature by a key nobody knows: others than the asked-for are ignored there.",
            "valid",
            &[],
            with(|draft| {
                draft.signers.push("stranger");
                draft.record().receipts[0].signers.push("stranger");
            }),
        ),
        case(
            "members-packed-and-reordered",
            "Every member deflated, the order reversed, times and modes set: the container carries no meaning.",
            "valid",
            &[],
            with(|draft| {
                draft.bend_entries = Some(Box::new(|entries: &mut Vec<Entry>| {
                    entries.reverse();
                    entries.iter_mut().for_each(|entry| entry.method = if entry.method == 8 { 0 } else { 8 });
                }));
            }),
        ),
        case("p256-keys", "Device and record keys are P-256, as an Android key store makes them.", "valid", &[], {
            let mut record = Record::open_on("p256", "p256 device", "p256 record");
            record.inspect();
            Draft::of(vec![record])
        }),
        case("no-record", "A bundle of no record, made and signed by the agency.", "valid", &[], Draft::of(vec![])),
    ]
}
