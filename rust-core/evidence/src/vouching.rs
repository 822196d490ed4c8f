//! What a further signature over a line of a journal says, and how it is made (FORMAT.md, section 4, *Vouching*).

use crate::body::Vouched;
use crate::digest::Digest;
use crate::id::RecordId;
use crate::key::{PublicKey, Signature};
use crate::line::{self, Tag};
use crate::text::SignatureText;

/// The bytes that whoever vouches signs: which record, which of its lines, and the digest of that line with its LF.
pub fn message(record: RecordId, seq: u64, over: &Digest) -> Vec<u8> {
    line::message(Tag::Vouched, format!("{record}\n{seq}\n{}\n", over.hex()).as_bytes())
}

/// The entry's body; `None` where the signature does not hold, so that nothing is claimed that no verifier would believe.
pub fn vouched(record: RecordId, seq: u64, over: &Digest, key: &PublicKey, signature: &Signature) -> Option<Vouched> {
    holds(record, seq, over, key, signature).then(|| Vouched {
        seq,
        over: over.clone(),
        key: key.clone(),
        signature: SignatureText::parse(&signature.to_string()).expect("a signature of 64 bytes is such a text"),
    })
}

/// Whether this is the key's signature, under the key's own suite and id, in its one spelling.
pub(crate) fn holds(record: RecordId, seq: u64, over: &Digest, key: &PublicKey, signature: &Signature) -> bool {
    key.is_spelled_well()
        && signature.suite == key.suite_name()
        && signature.key == key.id()
        && key.verifier().is_some_and(|verifier| signature.holds(&verifier, &message(record, seq, over)))
}
