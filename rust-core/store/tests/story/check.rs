//! The property: what must hold after every completed recovery.

use std::collections::BTreeMap;

use quanji_store::{FileKind, Identity, ReadError, RecordId, Recovery, Trouble, Vault};

use super::model::{Cut, Model, PurgeState, named_in};

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Why the property does not hold.
#[derive(Debug)]
pub(crate) struct Violation(pub(crate) String);

fn violated<T>(what: String) -> Result<T, Violation> {
    Err(Violation(what))
}

fn read(vault: &Vault, identity: Identity) -> Result<Vec<u8>, ReadError> {
    if identity.kind.holds_lines() {
        return vault.lines(identity);
    }
    let mut content = vault.content(identity)?;
    let mut bytes = vec![0; content.len() as usize];
    let read = content.read_at(0, &mut bytes)?;
    assert_eq!(read, bytes.len());
    Ok(bytes)
}

/// What was acknowledged is there, nothing else is, and from now on what was found counts as acknowledged.
pub(crate) fn files_are_as_promised(model: &mut Model, vault: &Vault) -> Result<(), Violation> {
    let mut gone = Vec::new();
    for (identity, file) in &mut model.files {
        match read(vault, *identity) {
            Ok(bytes) => {
                if file.purge == PurgeState::Done {
                    return violated(format!("{identity:?} was purged and is back"));
                }
                if let Err(why) = file.admits(&bytes) {
                    return violated(format!("{identity:?}: {why}"));
                }
                file.recovered(bytes);
            }
            Err(ReadError::Purged(_)) if file.purge != PurgeState::Never => file.purge = PurgeState::Done,
            Err(ReadError::NoSuchFile(_)) if !file.is_vouched => gone.push(*identity),
            Err(error) => return violated(format!("{identity:?} (purge {:?}): {error:?}", file.purge)),
        }
        file.is_closed = !identity.kind.holds_lines();
    }
    gone.iter().for_each(|identity| drop(model.files.remove(identity)));
    Ok(())
}

/// A line is never found without the bytes it names.
pub(crate) fn lines_name_what_is_there(model: &Model, vault: &Vault) -> Result<(), Violation> {
    for (journal, file) in model.files.iter().filter(|(identity, _)| identity.kind.names_others()) {
        for (record, kind, take, number, len) in named_in(&file.acknowledged) {
            let kind = FileKind::ALL.into_iter().find(|k| *k as u8 == kind).expect("written by the test");
            let named = Identity { record: RecordId([record; 16]), kind, take, number };
            let found = vault.contents_of(named.record).into_iter().find(|content| content.identity == named);
            if found.is_none_or(|content| content.len < len) {
                return violated(format!("{journal:?} names {len} bytes of {named:?}, found {found:?}"));
            }
        }
    }
    Ok(())
}

/// Nothing that a recovery cut off is lost: now, and for ever after.
pub(crate) fn tails_are_kept(model: &mut Model, before: &[Files], after: &Files) -> Result<(), Violation> {
    let sides_of = |source: &str| -> Vec<(u64, &Vec<u8>)> {
        let prefix = format!("{source}.cut-");
        let of = |name: &str| name.strip_prefix(&prefix)?.split_once('-')?.0.parse::<u64>().ok();
        after.iter().filter_map(|(name, bytes)| Some((of(name)?, bytes))).collect()
    };
    for (name, was) in before.iter().flatten().filter(|(name, _)| name.len() == 32) {
        let Some(is) = after.get(name) else { continue };
        let same = was.iter().zip(is).take_while(|(a, b)| a == b).count();
        if same == was.len() {
            continue;
        }
        let kept = sides_of(name).into_iter().find(|(at, side)| {
            let at = *at as usize;
            at <= same && was[at..] == side[..]
        });
        let Some((_, bytes)) = kept else {
            return violated(format!("{} bytes were cut off and not kept", was.len() - same));
        };
        model.cuts.push(Cut { source: name.clone(), bytes: bytes.clone() });
    }
    for Cut { source, bytes } in &model.cuts {
        // A purge may remove the file; its side files stay.
        if !sides_of(source).iter().any(|(_, side)| *side == bytes) {
            return violated(format!("a tail of {} bytes that had been cut off is gone", bytes.len()));
        }
    }
    Ok(())
}

/// What a receipt allowed to remove does not come back by itself.
pub(crate) fn purged_files_stay_away(model: &Model, on_disk: &Files) -> Result<(), Violation> {
    for (identity, file) in model.files.iter().filter(|(_, file)| file.purge == PurgeState::Done) {
        if file.name.as_ref().is_some_and(|name| on_disk.contains_key(name)) {
            return violated(format!("{identity:?} was purged and lies on the disk again"));
        }
    }
    Ok(())
}

/// Crashes alone damage nothing.
pub(crate) fn there_is_no_trouble(recovery: &Recovery, may_be_full: bool) -> Result<(), Violation> {
    let excused = |trouble: &Trouble| may_be_full && matches!(trouble, Trouble::TailNotCut { .. });
    match recovery.troubles.iter().find(|trouble| !excused(trouble)) {
        None => Ok(()),
        Some(trouble) => violated(format!("recovery reports {trouble:?}")),
    }
}
