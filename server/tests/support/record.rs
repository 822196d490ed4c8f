//! A small real record: opened … sealed, one take of a second, a photo, private values; every line signed as a phone signs it.

use quanji_agency::log;
use quanji_evidence::line::{self, LINE_LIMIT_BYTES, Tag};
use quanji_evidence::{Digest, Ed25519Signer, Signer, base64url};
use quanji_media::{FragmentFacts, TrackFacts, TrackKind};
use serde_json::{Value, json};

use super::device::{bytes_of, id_of};
use super::film::{Event, Film, Filmed, Piece};
use super::{Device, SECOND_US, Stage, T0_US};

/// The phone had been on for this long.
const UP_US: u64 = 100 * SECOND_US;

/// A record as it lies on the phone.
#[derive(Debug, Clone)]
pub struct Record {
    pub id: String,
    /// Each with its LF.
    pub lines: Vec<Vec<u8>>,
    /// Each with its LF.
    pub private: Vec<Vec<u8>>,
    /// Everything that a line announces: media, then photo.
    pub files: Vec<Vec<u8>>,
}

impl Record {
    pub fn journal(&self) -> Vec<u8> {
        self.lines.concat()
    }

    /// Its SHA-256 in hex, as uploads name it.
    pub fn digest_of(file: &[u8]) -> String {
        Digest::of(file).hex()
    }
}

/// A record that is being made.
#[derive(Debug)]
pub struct RecordDraft<'a> {
    pub device: &'a Device,
    pub id: String,
    key: Ed25519Signer,
    lines: Vec<Vec<u8>>,
    bodies: Vec<(String, Value)>,
    private: Vec<Vec<u8>>,
    files: Vec<Vec<u8>>,
    /// µs since the phone's boot.
    pub mono_us: u64,
    pub boot: String,
    zero_us: Option<i64>,
    takes: u64,
}

impl<'a> RecordDraft<'a> {
    /// Opened, certified and anchored: number `number` of the device's ledger after the line `prev` (`None`: the first).
    pub async fn open(
        stage: &Stage,
        device: &'a Device,
        name: &str,
        number: u64,
        prev: Option<&[u8]>,
    ) -> RecordDraft<'a> {
        let agency = stage.app.agency();
        let mut tx = stage.app.db().begin().await.expect("the database answers");
        let head = log::sign_head(&mut tx, &agency, stage.app.now_us()).await.expect("the agency signs heads");
        tx.commit().await.expect("the database answers");
        let mut draft = RecordDraft {
            device,
            id: id_of(&format!("record {name}")),
            key: Ed25519Signer::from_seed(&bytes_of(&format!("record key of {name}"))),
            lines: Vec::new(),
            bodies: Vec::new(),
            private: Vec::new(),
            files: Vec::new(),
            mono_us: UP_US,
            boot: id_of("boot"),
            zero_us: None,
            takes: 0,
        };
        let prev = prev.map_or(Digest::ZERO, Digest::of);
        let body = json!({
            "format": "quanji/1-draft.1", "record": draft.id, "device": device.id, "device_key": device.key.public(),
            "record_key": draft.key.public(),
            "ledger": { "epoch": id_of(&format!("epoch of {}", device.id)), "number": number, "prev": prev },
            "software": { "name": "quanji-tests", "version": "0.1.0" }, "started": "button",
            "certificate": device.certificate, "anchor": { "head": head },
        });
        draft.say("opened", body);
        draft
    }

    /// The device's first record, opened with this certificate and the agency's head, or this one.
    pub async fn open_with(
        stage: &Stage,
        device: &'a Device,
        name: &str,
        certificate: Option<&str>,
        head: Option<&str>,
    ) -> RecordDraft<'a> {
        let mut draft = RecordDraft::open(stage, device, name, 1, None).await;
        let mut body = draft.bodies.remove(0).1;
        draft.lines.clear();
        match certificate {
            Some(certificate) => body["certificate"] = json!(certificate),
            None => drop(body.as_object_mut().expect("a body").remove("certificate")),
        }
        if let Some(head) = head {
            body["anchor"]["head"] = json!(head);
        }
        draft.say("opened", body);
        draft
    }

    /// The same, opened by a phone whose clock is so far ahead.
    pub fn opened_ahead(mut self, us: u64) -> RecordDraft<'a> {
        let (_, body) = self.bodies.remove(0);
        self.lines.clear();
        self.mono_us += us;
        self.say("opened", body);
        self
    }

    /// What the phone's clock shows.
    pub fn wall_us(&self) -> u64 {
        T0_US - UP_US + self.mono_us
    }

    /// Writes a line; a millisecond passes. Returns its seq.
    pub fn say(&mut self, kind: &str, body: Value) -> u64 {
        let seq = self.lines.len() as u64;
        let prev = self.lines.last().map_or(Digest::ZERO, |line| Digest::of(line));
        let wall_us = self.wall_us();
        let value = json!({
            "seq": seq, "prev": prev, "kind": kind, "edition": 1,
            "clock": { "wall_us": wall_us, "mono_us": self.mono_us, "boot": self.boot }, "body": body,
        });
        let is_sealed = self.bodies.iter().any(|(kind, _)| kind == "sealed");
        let signers: Vec<&dyn Signer> = match (seq, is_sealed) {
            (0, _) => vec![&self.device.key, &self.key],
            (_, false) => vec![&self.key],
            (_, true) => vec![&self.device.key],
        };
        let json = value.to_string();
        self.lines
            .push(line::write(Tag::Line, json.as_bytes(), &signers, LINE_LIMIT_BYTES).expect("keys in memory sign"));
        self.bodies.push((kind.to_owned(), body));
        self.mono_us += 1_000;
        seq
    }

    /// A private value: its line goes beside the journal, its name and digest into the entry.
    pub fn private(&mut self, value: &str) -> Value {
        let reference = format!("p{}", self.private.len() + 1);
        let salt = &bytes_of(&format!("salt {reference}"))[..16];
        let digest = Digest::of(&[b"quanji/1 private\n".as_slice(), salt, value.as_bytes()].concat());
        let line = json!({ "ref": reference, "salt": base64url::encode(salt), "value": value });
        self.private.push(format!("{line}\n").into_bytes());
        json!({ "ref": reference, "digest": digest })
    }

    /// A file beside the journal, as its line announces it.
    pub fn file(&mut self, content: &[u8]) -> Value {
        self.files.push(content.to_vec());
        json!({ "size_bytes": content.len(), "digest": Digest::of(content) })
    }

    /// Preflight, place, officers, subject.
    pub fn describe(&mut self) {
        let body = json!({ "notes": [], "battery_percent": 83, "camera": "delivering", "microphone": "delivering" });
        self.say("preflight", body);
        let place = self.private("某市某街道某号");
        self.say("place", json!({ "place": place, "how": "typed" }));
        let (name, certificate) = (self.private("甲某"), self.private("执法证 00001"));
        let officers = json!([{ "officer": "o1", "name": name, "certificate": certificate }]);
        self.say("officers", json!({ "officers": officers, "recorded_by": "o1" }));
        let name = self.private("乙某商店");
        self.say("subject", json!({ "party": "named", "name": name, "matter": "food-safety/inspection" }));
    }

    /// A take of one second, each fragment a segment.
    pub fn film_second(&mut self) {
        self.film_told(&mut |_| {}, &mut |_, _| {});
    }

    /// The same, but the bytes are first `altered`, and then each line's body is `told` otherwise, by its kind.
    pub fn film_told(&mut self, altered: &mut dyn FnMut(&mut Filmed), told: &mut dyn FnMut(&str, &mut Value)) {
        let start = self.mono_us.next_multiple_of(SECOND_US) as i64;
        let mut filmed = Film { zero_us: self.zero_us, ..Film::second(start) }.shoot();
        altered(&mut filmed);
        self.takes += 1;
        self.zero_us.get_or_insert(filmed.zero_us);
        self.mono_us = filmed.start_us as u64;
        let mut take = take_body(self.takes, if self.takes == 1 { "start" } else { "format_change" }, &filmed);
        self.files.push(filmed.init.clone());
        told("take", &mut take);
        self.say("take", take);
        let scale = i64::from(filmed.format.timescale(TrackKind::Video).expect("a film has pictures").get());
        let pieces: Vec<&Piece> = filmed
            .events
            .iter()
            .filter_map(|event| if let Event::Fragment(piece) = event { Some(piece) } else { None })
            .collect();
        for (place, piece) in pieces.iter().enumerate() {
            let segment = place as u64 + 1;
            let run_end = |run: &TrackFacts| run.end() as i64 * SECOND_US as i64 / scale;
            let end_us = piece.facts.track(TrackKind::Video).map_or(piece.end_us, run_end);
            let mono_us = (filmed.zero_us + end_us) as u64;
            self.mono_us = self.mono_us.max(mono_us);
            let mut body = fragment_body(piece, self.takes, segment, mono_us);
            told("fragment", &mut body);
            self.say("fragment", body);
            let cut = if place + 1 == pieces.len() { "take_end" } else { "key_frame" };
            let mut body = self.file(&piece.bytes);
            for (name, value) in [("take", json!(self.takes)), ("segment", json!(segment)), ("fragments", json!(1))] {
                body[name] = value;
            }
            body["cut"] = json!(cut);
            told("segment", &mut body);
            self.say("segment", body);
        }
    }

    /// A photo of these bytes.
    pub fn photo(&mut self, content: &[u8]) {
        let file = self.file(content);
        self.say("photo", json!({ "file": file }));
    }

    /// Ended by the officer and sealed, counting what there is.
    pub fn seal(&mut self) {
        self.say("ended", json!({ "how": "officer", "at_us": self.wall_us() }));
        let count = |kind: &str| self.bodies.iter().filter(|(found, _)| found == kind).count();
        let files = self.bodies.iter().filter(|(kind, body)| {
            matches!(kind.as_str(), "photo" | "document" | "service") && body.get("file").is_some()
        });
        let segments = self.bodies.iter().filter(|(kind, _)| kind == "segment");
        let media_bytes: u64 = segments.filter_map(|(_, body)| body["size_bytes"].as_u64()).sum();
        let body = json!({
            "takes": count("take"), "segments": count("segment"), "fragments": count("fragment"),
            "media_bytes": media_bytes, "files": files.count(),
        });
        self.say("sealed", body);
    }

    /// As it lies on the phone now.
    pub fn record(&self) -> Record {
        Record {
            id: self.id.clone(),
            lines: self.lines.clone(),
            private: self.private.clone(),
            files: self.files.clone(),
        }
    }
}

/// An ordinary inspection, sealed: the device's first record.
pub async fn inspection(stage: &Stage, device: &Device, name: &str) -> Record {
    let mut draft = RecordDraft::open(stage, device, name, 1, None).await;
    draft.describe();
    draft.film_second();
    let elements = json!(["time", "place", "officers", "matter", "party", "stages", "notice"]);
    let body = json!({
        "from_mono_us": draft.mono_us - 800_000, "to_mono_us": draft.mono_us, "elements": elements,
        "speech": "detected", "confirmed": "now", "how": "spoken", "voiced_us": 700_000, "expected_us": 650_000,
    });
    draft.say("opening_passage", body);
    draft.photo(b"not a picture, but bytes");
    draft.seal();
    draft.record()
}

fn take_body(take: u64, cause: &str, filmed: &Filmed) -> Value {
    let video = filmed.format.video().expect("a film has pictures");
    let sound = filmed.format.sound().expect("and sound");
    json!({
        "take": take, "cause": cause,
        "init": { "size_bytes": filmed.init.len(), "digest": Digest::of(&filmed.init) },
        "rotation": filmed.format.rotation().degrees(), "mono_us": filmed.start_us, "zero_mono_us": filmed.zero_us,
        "video": {
            "codec": video.codec_string(), "width": video.width(), "height": video.height(),
            "timescale": video.timescale().get(),
        },
        "audio": { "codec": sound.codec_string(), "channels": sound.channels(), "timescale": sound.timescale().get() },
    })
}

fn fragment_body(piece: &Piece, take: u64, segment: u64, mono_us: u64) -> Value {
    let FragmentFacts { video, sound, .. } = piece.facts;
    let run = |facts: &TrackFacts| {
        json!({
            "from": facts.first_decode, "ticks": facts.duration, "samples": facts.samples, "largest": facts.longest_step,
        })
    };
    let mut body = json!({
        "take": take, "segment": segment, "index": 1, "size_bytes": piece.bytes.len(), "end_bytes": piece.bytes.len(),
        "digest": Digest::of(&piece.bytes), "mono_us": mono_us,
    });
    if let Some(facts) = &video {
        body["video"] = run(facts);
        body["video"]["keys"] = json!(facts.key_frames);
    }
    if let Some(facts) = &sound {
        body["audio"] = run(facts);
    }
    body
}
