//! A bundle before it is packed: every layer can be bent, and what lies above it is made anew over the bend.

use quanji_evidence::line::Tag;
use serde_json::{Value, json};

use crate::agency;
use crate::keys;
use crate::record::{HOUR, Record, T0_US};
use crate::signed::{Bend, Edit, Line};
use crate::zip::{self, Entry};

/// Members by name, in order.
pub(crate) type Members = Vec<(String, Vec<u8>)>;

/// A bundle to be.
pub(crate) struct Draft {
    /// The text of `agency.pub`; none is given when `None`.
    pub(crate) agency: Option<String>,
    pub(crate) keyset: Option<Vec<Line>>,
    pub(crate) records: Vec<Record>,
    /// Members beside the records'.
    pub(crate) extra: Members,
    pub(crate) purpose: &'static str,
    pub(crate) signers: Vec<&'static str>,
    /// Private values left out: folder, ref, approval or not.
    pub(crate) withheld_private: Vec<(String, String, bool)>,
    /// Members left out, by the end of their name; approval or not.
    pub(crate) withheld_members: Vec<(String, bool)>,
    /// Bends the members before the manifest lists them.
    pub(crate) bend_members: Option<Bend<Members>>,
    /// Bends what the manifest says before it is signed.
    pub(crate) bend_manifest: Option<Bend<Value>>,
    /// Bends how the manifest's JSON is spelled, before it is signed.
    pub(crate) spell_manifest: Option<Edit>,
    /// Bends its signatures.
    pub(crate) sign_manifest: Option<Edit>,
    /// Bends all members, the manifest among them, after it was signed.
    pub(crate) bend_all: Option<Bend<Members>>,
    /// Bends the zip's members.
    pub(crate) bend_entries: Option<Bend<Vec<Entry>>>,
    /// Bends the zip's bytes.
    pub(crate) bend_zip: Option<Bend<Vec<u8>>>,
    /// The verdict is asked of a release build, which refuses drafts.
    pub(crate) is_release: bool,
}

impl Draft {
    /// These records, anchored and receipted by the agency, signed by its document key.
    pub(crate) fn of(records: Vec<Record>) -> Draft {
        Draft {
            agency: Some(agency::public_file("root 1")),
            keyset: Some(agency::keyset()),
            records,
            extra: Vec::new(),
            purpose: "court",
            signers: vec!["role document"],
            withheld_private: Vec::new(),
            withheld_members: Vec::new(),
            bend_members: None,
            bend_manifest: None,
            spell_manifest: None,
            sign_manifest: None,
            bend_all: None,
            bend_entries: None,
            bend_zip: None,
            is_release: false,
        }
    }

    /// An ordinary inspection: everything in order.
    pub(crate) fn inspection() -> Draft {
        Draft::of(vec![Record::inspection("inspection")])
    }

    pub(crate) fn record(&mut self) -> &mut Record {
        &mut self.records[0]
    }

    /// The bundle's bytes.
    pub(crate) fn pack(&self) -> Vec<u8> {
        let mut members = self.members();
        if let Some(bend) = &self.bend_members {
            bend(&mut members);
        }
        let manifest = self.manifest(&members);
        members.push(("manifest".to_owned(), manifest));
        if let Some(bend) = &self.bend_all {
            bend(&mut members);
        }
        let mut entries: Vec<Entry> = members
            .iter()
            .map(|(name, data)| match name.ends_with(".mp4") || name.ends_with(".m4s") && data.len() < 65_536 {
                true => Entry::stored(name, data),
                false => Entry::deflated(name, data),
            })
            .collect();
        if let Some(bend) = &self.bend_entries {
            bend(&mut entries);
        }
        let mut bytes = zip::write(&entries);
        if let Some(bend) = &self.bend_zip {
            bend(&mut bytes);
        }
        bytes
    }

    fn members(&self) -> Members {
        let mut members = Members::new();
        if let Some(lines) = &self.keyset {
            members.push(("keyset".to_owned(), crate::signed::chain(lines).concat()));
        }
        for record in &self.records {
            let home = format!("records/{}", record.folder);
            let journal = record.journal();
            members.push((format!("{home}/journal"), journal.concat()));
            let withheld = |line: &&String| {
                let is_of = |(folder, reference, _): &(String, String, bool)| {
                    *folder == record.folder && line.starts_with(&format!("{{\"ref\":\"{reference}\","))
                };
                !self.withheld_private.iter().any(is_of)
            };
            let private: String = record.private.iter().filter(withheld).map(|line| format!("{line}\n")).collect();
            if !private.is_empty() {
                members.push((format!("{home}/private"), private.into_bytes()));
            }
            let receipts: Vec<Vec<u8>> =
                record.receipts.iter().map(|receipt| receipt.bytes(&record.id, &journal)).collect();
            if !receipts.is_empty() {
                members.push((format!("{home}/receipts"), receipts.concat()));
            }
            members.extend(record.members.iter().map(|(name, data)| (format!("{home}/{name}"), data.clone())));
        }
        members.extend(self.extra.iter().cloned());
        members.retain(|(name, _)| !self.withheld_members.iter().any(|(ending, _)| name.ends_with(ending)));
        members
    }

    fn manifest(&self, members: &Members) -> Vec<u8> {
        let approval = json!({ "by": "agency_head", "number": "2026-017", "at_us": T0_US + 2 * HOUR });
        let listed: Vec<Value> = members
            .iter()
            .map(|(name, data)| json!({ "name": name, "size_bytes": data.len(), "digest": keys::digest(data) }))
            .collect();
        let with = |mut item: Value, is_approved: bool| {
            if is_approved {
                item["approval"] = approval.clone();
            }
            item
        };
        let private: Vec<Value> = self
            .withheld_private
            .iter()
            .map(|(folder, reference, is_approved)| with(json!({ "record": folder, "ref": reference }), *is_approved))
            .collect();
        let all_names: Vec<String> = self
            .records
            .iter()
            .flat_map(|record| {
                let home = format!("records/{}", record.folder);
                record.members.iter().map(move |(name, _)| format!("{home}/{name}"))
            })
            .collect();
        let left_out: Vec<Value> = self
            .withheld_members
            .iter()
            .flat_map(|(ending, is_approved)| {
                let names = all_names.iter().filter(move |name| name.ends_with(ending));
                names.map(|name| with(json!({ "name": name }), *is_approved)).collect::<Vec<_>>()
            })
            .collect();
        let mut value = json!({
            "edition": 1, "created_us": T0_US + 3 * HOUR, "purpose": self.purpose,
            "signer": keys::key(self.signers.first().copied().unwrap_or_default()),
            "records": self.records.iter().map(|record| record.folder.clone()).collect::<Vec<_>>(),
            "members": listed, "withheld_private": private, "withheld_members": left_out,
        });
        if let Some(bend) = &self.bend_manifest {
            bend(&mut value);
        }
        let mut json = value.to_string();
        if let Some(spell) = &self.spell_manifest {
            json = spell(json);
        }
        let signers: Vec<String> = self.signers.iter().map(|name| (*name).to_owned()).collect();
        let mut sigs = crate::signed::sign(Tag::Manifest, &json, &signers);
        if let Some(edit) = &self.sign_manifest {
            sigs = edit(sigs);
        }
        format!("{sigs} {json}\n").into_bytes()
    }
}
