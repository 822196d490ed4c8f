//! A phone's bundle, and what a dock needs of its agency.

use std::fs;
use std::path::Path;

use quanji_agency::agency::read_seed;
use quanji_evidence::bundle::{BundleWriter, Packing};
use quanji_evidence::id::RecordId;
use quanji_evidence::manifest::{Manifest, Purpose};
use quanji_evidence::text::MemberName;
use quanji_evidence::{Ed25519Signer, Signer};

use super::{Device, Record, Stage, T0_US};

/// The root's private key, which an administrator brings.
pub fn root_of(stage: &Stage) -> Ed25519Signer {
    let mut entries = fs::read_dir(stage.data().join("root")).unwrap().flatten().map(|entry| entry.path());
    read_seed(&entries.find(|path| path.extension().is_some_and(|extension| extension == "key")).unwrap()).unwrap()
}

/// A bundle as a phone exports it: signed by the device, no key set, no receipts.
pub fn phone_bundle(device: &Device, record: &Record, out: &Path) {
    let mut bundle = BundleWriter::new(fs::File::create(out).unwrap());
    let mut add = |name: String, bytes: &[u8]| {
        let name = MemberName::parse(&format!("records/{}/{name}", record.id)).unwrap();
        bundle.add(&name, Packing::AsItIs, &mut &bytes[..]).unwrap();
    };
    add("journal".to_owned(), &record.journal());
    add("private".to_owned(), &record.private.concat());
    let last = record.files.len() - 1;
    for (place, file) in record.files.iter().enumerate() {
        let name = match place {
            0 => "takes/1/init.mp4".to_owned(),
            place if place == last => format!("files/{}", Record::digest_of(file)),
            place => format!("takes/1/{place}.m4s"),
        };
        add(name, file);
    }
    let manifest = Manifest {
        edition: 1,
        created_us: T0_US,
        purpose: Purpose::Backup,
        signer: device.key.public().clone(),
        records: vec![RecordId::parse(&record.id).unwrap()],
        members: Vec::new(),
        withheld_private: Vec::new(),
        withheld_members: Vec::new(),
    };
    bundle.finish(manifest, &device.key).unwrap();
}
