//! Names of a record's members in a bundle.

use crate::digest::Digest;
use crate::id::RecordId;
use crate::text::MemberName;

/// The names of one record's members.
#[derive(Debug, Clone, Copy)]
pub struct RecordMembers(pub RecordId);

impl RecordMembers {
    /// The journal.
    pub fn journal(self) -> MemberName {
        self.named("journal")
    }

    /// The private values.
    pub fn private(self) -> MemberName {
        self.named("private")
    }

    /// The receipts.
    pub fn receipts(self) -> MemberName {
        self.named("receipts")
    }

    /// A take's init segment.
    pub fn init(self, take: u64) -> MemberName {
        self.named(&format!("takes/{take}/init.mp4"))
    }

    /// A segment of a take.
    pub fn segment(self, take: u64, segment: u64) -> MemberName {
        self.named(&format!("takes/{take}/{segment}.m4s"))
    }

    /// A photo or document.
    pub fn file(self, digest: &Digest) -> MemberName {
        self.named(&format!("files/{}", digest.hex()))
    }

    /// The playlist: convenience, nothing is proved by it.
    pub fn playlist(self) -> MemberName {
        self.named("play.m3u8")
    }

    fn named(self, rest: &str) -> MemberName {
        MemberName::parse(&format!("records/{}/{rest}", self.0)).expect("hex, digits and fixed names")
    }
}
