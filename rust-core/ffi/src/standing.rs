//! What stands in a record for whoever goes on with it.

use quanji_evidence::body::ConfidentialSpan;
use quanji_evidence::text::Officer;

use crate::CoreError;
use crate::deed::{Deed, Done, ProvenOfficer};
use crate::phone_core::{Core, record_id};
use crate::words::{ActorProof, Cause, ChecklistState, KeyContent, Secrecy};

/// What stands now.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Standing {
    /// Whoever does something to the record on this phone: the officer whom the record names as the one who records, proved by the phone
    /// having been unlocked. Null where it names nobody yet.
    pub holder: Option<ProvenOfficer>,
    /// Spans that were begun and not closed.
    pub open_spans: Vec<OpenSpan>,
    /// Why recording broke off last, as measured; null where it never did.
    pub broke_by: Option<Cause>,
    /// The checklist of 第十二条, in its order.
    pub checklist: Vec<ChecklistItem>,
}

/// A confidential span that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct OpenSpan {
    pub secrecy: Secrecy,
    /// By which it is closed.
    pub from_mono_us: u64,
}

/// One item of the checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct ChecklistItem {
    pub item: KeyContent,
    pub state: ChecklistState,
}

#[uniffi::export]
impl Core {
    /// What stands in a record, one that runs included.
    pub fn standing(&self, record: String) -> Result<Standing, CoreError> {
        let standing = self.recorder.standing(record_id(&record)?)?;
        let quanji_recorder::Standing { holder, open_spans, broke_by, checklist } = standing;
        let proven = |officer: Officer| ProvenOfficer { officer: officer.to_string(), by: ActorProof::DeviceUnlock };
        let open = |span: ConfidentialSpan| OpenSpan { secrecy: span.secrecy, from_mono_us: span.from_mono_us };
        Ok(Standing {
            holder: holder.map(proven),
            open_spans: open_spans.into_iter().map(open).collect(),
            broke_by,
            checklist: checklist.into_iter().map(|(item, state)| ChecklistItem { item, state }).collect(),
        })
    }

    /// Says how an item of the checklist stands: of a record that runs at this instant, of another one looking back.
    pub fn check_off(&self, record: String, item: KeyContent, state: ChecklistState) -> Result<Done, CoreError> {
        let actor = self.standing(record.clone())?.holder;
        if self.running_record().is_some_and(|running| running == record) {
            let at_mono_us = Some(self.link.time.now().mono_us);
            return self.add(actor, Deed::Checklist { item, state, at_mono_us });
        }
        self.add_later(record, actor, Deed::Checklist { item, state, at_mono_us: None })
    }
}
