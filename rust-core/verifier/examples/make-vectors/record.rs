//! A record as its phone writes it: a clock, lines one after the other, media beside them.

use quanji_evidence::line::Tag;
use quanji_media::{FragmentFacts, TrackFacts, TrackKind};
use serde_json::{Value, json};

use crate::film::{Event, Film, Filmed, Piece};
use crate::keys;
use crate::receipt::Receipt;
use crate::signed::{self, Line};

/// 2026-11-12T10:00:00+08:00, a Thursday.
pub(crate) const T0_US: u64 = 1_794_448_800_000_000;
/// The phone had been on for this long.
pub(crate) const UP_US: u64 = 100_000_000;
pub(crate) const SECOND: u64 = 1_000_000;
pub(crate) const HOUR: u64 = 3_600 * SECOND;
pub(crate) const DAY: u64 = 24 * HOUR;

/// One record, open to every change before its lines are signed.
pub(crate) struct Record {
    pub(crate) id: String,
    /// The folder it is put into; another than `id` only where a case wants so.
    pub(crate) folder: String,
    pub(crate) device_key: String,
    pub(crate) record_key: String,
    pub(crate) lines: Vec<Line>,
    /// Lines of `private`, without LF.
    pub(crate) private: Vec<String>,
    pub(crate) receipts: Vec<Receipt>,
    /// Media and files, by name under the record's folder.
    pub(crate) members: Vec<(String, Vec<u8>)>,
    /// The phone's clock: now, and what the wall showed when it was 0.
    pub(crate) mono_us: u64,
    pub wall_at_0_us: i64,
    pub(crate) boot: String,
    takes: u64,
    /// Media time 0 on the clock of this boot.
    zero_us: Option<i64>,
    is_sealed: bool,
}

impl Record {
    /// Opened, anchored and certified: device `device-a` unless told otherwise.
    pub(crate) fn open(name: &str) -> Record {
        Record::open_on(name, "device-a", &format!("record key of {name}"))
    }

    pub(crate) fn open_on(name: &str, device_key: &str, record_key: &str) -> Record {
        let id = keys::id(&format!("record {name}"));
        let mut record = Record {
            folder: id.clone(),
            id,
            device_key: device_key.to_owned(),
            record_key: record_key.to_owned(),
            lines: Vec::new(),
            private: Vec::new(),
            receipts: Vec::new(),
            members: Vec::new(),
            mono_us: UP_US,
            wall_at_0_us: (T0_US - UP_US) as i64,
            boot: keys::id(&format!("boot of {name}")),
            takes: 0,
            zero_us: None,
            is_sealed: false,
        };
        let certificate = crate::agency::certificate(device_key);
        let body = json!({
            "format": "quanji/1-draft.1",
            "record": record.id,
            "device": keys::id(device_key),
            "device_key": keys::key(device_key),
            "record_key": keys::key(record_key),
            "ledger": { "epoch": keys::id(&format!("epoch of {device_key}")), "number": 1, "prev": keys::zero() },
            "software": { "name": "quanji-vectors", "version": "0.1.0" },
            "started": "button",
            "certificate": certificate,
            "anchor": { "head": crate::agency::head(T0_US - 300 * SECOND) },
        });
        record.say("opened", body);
        record
    }

    /// Has the certificate name a key in the device's hardware. Before anybody signs what stands after it.
    pub(crate) fn certify_hardware(&mut self, key: &str) {
        let device_key = self.device_key.clone();
        let named = keys::key(key);
        let edit = |value: &mut Value| value["hardware"] = named.clone();
        self.body("opened")["certificate"] = json!(crate::agency::certificate_line(&device_key, edit, "role device"));
    }

    /// Writes a line; a millisecond passes. Returns its seq.
    pub(crate) fn say(&mut self, kind: &str, body: Value) -> u64 {
        let seq = self.lines.len() as u64;
        let signers: Vec<&str> = match (seq, self.is_sealed) {
            (0, _) => vec![&self.device_key, &self.record_key],
            (_, false) => vec![&self.record_key],
            (_, true) => vec![&self.device_key],
        };
        let value = json!({
            "seq": seq, "prev": keys::zero(), "kind": kind, "edition": 1, "clock": self.clock(), "body": body,
        });
        let line = Line::new(Tag::Line, value, &signers);
        self.lines.push(line);
        self.mono_us += 1_000;
        self.is_sealed |= kind == "sealed";
        seq
    }

    pub(crate) fn clock(&self) -> Value {
        json!({ "wall_us": self.wall_us(), "mono_us": self.mono_us, "boot": self.boot })
    }

    pub(crate) fn wall_us(&self) -> u64 {
        (self.wall_at_0_us + self.mono_us as i64) as u64
    }

    /// A private value: its line goes beside the journal, its name and digest into the entry.
    pub(crate) fn private(&mut self, value: &str) -> Value {
        let reference = format!("p{}", self.private.len() + 1);
        let salt = keys::salt(&format!("{} {reference}", self.id));
        let mut salted = b"quanji/1 private\n".to_vec();
        salted.extend(quanji_evidence::base64url::decode(&salt).expect("made here"));
        salted.extend_from_slice(value.as_bytes());
        self.private.push(json!({ "ref": reference, "salt": salt, "value": value }).to_string());
        json!({ "ref": reference, "digest": keys::digest(&salted) })
    }

    /// Preflight, place, officers, subject.
    pub(crate) fn describe(&mut self) {
        self.say(
            "preflight",
            json!({ "notes": [], "battery_percent": 83, "camera": "delivering", "microphone": "delivering" }),
        );
        let place = self.private("某市某街道某号");
        self.say("place", json!({ "place": place, "how": "typed" }));
        let (name, certificate) = (self.private("甲某"), self.private("执法证 00001"));
        let officers = json!([{ "officer": "o1", "name": name, "certificate": certificate }]);
        self.say("officers", json!({ "officers": officers, "recorded_by": "o1" }));
        let name = self.private("乙某商店");
        self.say("subject", json!({ "party": "named", "name": name, "matter": "food-safety/inspection" }));
    }

    /// The opening statement, whole and confirmed.
    pub(crate) fn say_opening(&mut self) {
        let elements = json!(["time", "place", "officers", "matter", "party", "stages", "notice"]);
        self.say(
            "opening_passage",
            json!({
                "from_mono_us": self.mono_us - 800_000, "to_mono_us": self.mono_us, "elements": elements,
                "speech": "detected", "confirmed": "now", "how": "spoken", "voiced_us": 700_000, "expected_us": 650_000,
            }),
        );
    }

    /// A take of one second, each fragment a segment.
    pub(crate) fn film_second(&mut self, cause: &str) {
        let film = self.next_film();
        self.film(&film, cause, 1);
    }

    /// A film of one second that begins at the next whole second.
    pub(crate) fn next_film(&self) -> Film {
        let start = self.mono_us.next_multiple_of(SECOND) as i64;
        Film { zero_us: self.zero_us, ..Film::second(start) }
    }

    /// Writes a take; a segment is closed after so many fragments.
    pub(crate) fn film(&mut self, film: &Film, cause: &str, fragments_a_segment: usize) {
        self.write_take(film.shoot(), cause, fragments_a_segment, After::Closed);
    }

    /// Writes the lines and members of what was filmed.
    pub(crate) fn write_take(&mut self, filmed: Filmed, cause: &str, fragments_a_segment: usize, after: After) {
        self.takes += 1;
        self.zero_us.get_or_insert(filmed.zero_us);
        self.mono_us = self.mono_us.max(filmed.start_us as u64);
        let take = self.takes;
        self.say("take", take_body(take, cause, &filmed));
        self.members.push((format!("takes/{take}/init.mp4"), filmed.init.clone()));

        let pieces = filmed.events.iter().filter(|event| matches!(event, Event::Fragment(_))).count();
        let lead = if filmed.format.video().is_some() { TrackKind::Video } else { TrackKind::Sound };
        let scale = i64::from(filmed.format.timescale(lead).expect("the leading track").get());
        let (mut segment, mut bytes, mut index, mut seen) = (0, Vec::new(), 0, 0);
        for event in &filmed.events {
            match event {
                Event::Lost(track) => {
                    let body =
                        json!({ "track": track_name(*track), "cause": "microphone_lost", "at_mono_us": self.mono_us });
                    self.say("track_lost", body);
                }
                Event::Back(track) => {
                    self.say("track_back", json!({ "track": track_name(*track), "at_mono_us": self.mono_us }));
                }
                Event::Fragment(piece) => {
                    seen += 1;
                    if index == 0 {
                        (segment, bytes) = (segment + 1, Vec::new());
                    }
                    index += 1;
                    bytes.extend_from_slice(&piece.bytes);
                    let end_us =
                        piece.facts.track(lead).map_or(piece.end_us, |run| run.end() as i64 * SECOND as i64 / scale);
                    let mono_us = (filmed.zero_us + end_us) as u64;
                    self.mono_us = self.mono_us.max(mono_us);
                    let mut body = fragment_body(piece, (take, segment, index as u64), &bytes, mono_us);
                    let is_recovered = matches!(after, After::Recovered { fragments } if seen + fragments > pieces);
                    if is_recovered {
                        body["restart"] = json!(1);
                    }
                    self.say(if is_recovered { "recovered" } else { "fragment" }, body);
                    if index == fragments_a_segment || seen == pieces {
                        let name = format!("takes/{take}/{segment}.m4s");
                        self.members.push((name, bytes.clone()));
                        if !(seen == pieces && matches!(after, After::LeftOpen)) {
                            let cut = match after {
                                After::Recovered { .. } if seen == pieces => "interrupted",
                                _ if seen == pieces => "take_end",
                                _ => "key_frame",
                            };
                            let body = json!({
                                "take": take, "segment": segment, "fragments": index, "size_bytes": bytes.len(),
                                "digest": keys::digest(&bytes), "cut": cut,
                            });
                            self.say("segment", body);
                        }
                        index = 0;
                    }
                }
            }
        }
    }

    /// A photo, document or served file beside the journal.
    pub(crate) fn file(&mut self, content: &[u8]) -> Value {
        let digest = keys::digest(content);
        let name = format!("files/{}", digest["sha256"].as_str().unwrap_or_default());
        self.members.push((name, content.to_vec()));
        json!({ "size_bytes": content.len(), "digest": digest })
    }

    pub(crate) fn interrupt(&mut self, cause: &str) -> u64 {
        self.say("interrupted", json!({ "cause": cause, "at_us": self.wall_us() }))
    }

    /// Recording goes on after `gap_us`, in another boot if `boot` is given: then its clock begins at 5 s.
    pub(crate) fn resume(&mut self, interruption: u64, gap_us: u64, boot: Option<&str>) {
        let clock = match boot {
            None => {
                self.mono_us += gap_us;
                "mono"
            }
            Some(boot) => {
                let wall = self.wall_us() + gap_us;
                let went_by = (self.mono_us + gap_us) as i64 - 5 * SECOND as i64;
                self.zero_us = self.zero_us.map(|zero| zero - went_by);
                (self.boot, self.mono_us) = (keys::id(boot), 5 * SECOND);
                self.wall_at_0_us = wall as i64 - self.mono_us as i64;
                "wall"
            }
        };
        self.say("resumed", json!({ "interruption": interruption, "gap_us": gap_us, "gap_clock": clock }));
    }

    /// A further key signs a line as it stands now.
    pub(crate) fn vouch(&mut self, seq: usize, key: &str) -> u64 {
        let body = self.vouching(seq, key);
        self.say("vouched", body)
    }

    pub(crate) fn vouching(&self, seq: usize, key: &str) -> Value {
        let over = keys::digest(&self.journal()[seq]);
        let message = format!("{}\n{seq}\n{}\n", self.id, over["sha256"].as_str().unwrap_or_default());
        let signature = signed::sign(Tag::Vouched, &message, &[key.to_owned()]);
        json!({ "seq": seq, "over": over, "key": keys::key(key), "signature": signature })
    }

    pub(crate) fn end(&mut self, how: &str) {
        self.say("ended", json!({ "how": how, "at_us": self.wall_us() }));
    }

    /// Seals, counting the lines there are.
    pub(crate) fn seal(&mut self) {
        let bodies = |kinds: &[&str]| -> Vec<Value> {
            let lines =
                self.lines.iter().filter(|line| kinds.contains(&line.value["kind"].as_str().unwrap_or_default()));
            lines.map(|line| line.value["body"].clone()).collect()
        };
        let files = bodies(&["photo", "document", "service"]).iter().filter(|body| body.get("file").is_some()).count();
        let segments = bodies(&["segment"]);
        let media_bytes: u64 = segments.iter().filter_map(|body| body["size_bytes"].as_u64()).sum();
        let body = json!({
            "takes": bodies(&["take"]).len(), "segments": segments.len(),
            "fragments": bodies(&["fragment", "recovered"]).len(), "media_bytes": media_bytes, "files": files,
        });
        self.say("sealed", body);
    }

    /// The whole of an ordinary inspection, sealed and with its receipt.
    pub(crate) fn inspection(name: &str) -> Record {
        let mut record = Record::open(name);
        record.inspect();
        record
    }

    /// What an inspection does after it was opened.
    pub(crate) fn inspect(&mut self) {
        self.describe();
        self.film_second("start");
        self.say_opening();
        self.end("officer");
        self.seal();
        self.receipts.push(Receipt::ordinary());
    }

    /// The first line of a kind.
    pub(crate) fn line(&mut self, kind: &str) -> &mut Line {
        self.nth(kind, 0)
    }

    /// The line of a kind, counted from 0.
    pub(crate) fn nth(&mut self, kind: &str, number: usize) -> &mut Line {
        let mut of_kind = self.lines.iter_mut().filter(|line| line.value["kind"] == kind);
        of_kind.nth(number).expect("the record has such a line")
    }

    pub(crate) fn body(&mut self, kind: &str) -> &mut Value {
        &mut self.line(kind).value["body"]
    }

    pub(crate) fn position(&self, kind: &str) -> usize {
        self.lines.iter().position(|line| line.value["kind"] == kind).expect("the record has such a line")
    }

    /// A member under the record's folder whose name ends so.
    pub(crate) fn member(&mut self, ending: &str) -> &mut Vec<u8> {
        let found = self.members.iter_mut().find(|(name, _)| name.ends_with(ending));
        &mut found.expect("the record has such a member").1
    }

    /// The journal's lines, signed.
    pub(crate) fn journal(&self) -> Vec<Vec<u8>> {
        signed::chain(&self.lines)
    }
}

/// How a take stops.
#[derive(Clone, Copy)]
pub(crate) enum After {
    /// The last segment is closed.
    Closed,
    /// The last fragments were found by recovery.
    Recovered { fragments: usize },
    /// Nobody closes the last segment.
    LeftOpen,
}

pub(crate) fn track_name(track: TrackKind) -> &'static str {
    match track {
        TrackKind::Video => "video",
        TrackKind::Sound => "audio",
    }
}

pub(crate) fn take_body(take: u64, cause: &str, filmed: &Filmed) -> Value {
    let mut body = json!({
        "take": take, "cause": cause,
        "init": { "size_bytes": filmed.init.len(), "digest": keys::digest(&filmed.init) },
        "rotation": filmed.format.rotation().degrees(), "mono_us": filmed.start_us, "zero_mono_us": filmed.zero_us,
    });
    if let Some(video) = filmed.format.video() {
        body["video"] = json!({
            "codec": video.codec_string(), "width": video.width(), "height": video.height(),
            "timescale": video.timescale().get(),
        });
    }
    if let Some(sound) = filmed.format.sound() {
        body["audio"] = json!({ "codec": sound.codec_string(), "channels": sound.channels(), "timescale": sound.timescale().get() });
    }
    body
}

/// The body of a fragment whose segment holds `so_far`, itself included.
pub(crate) fn fragment_body(piece: &Piece, place: (u64, u64, u64), so_far: &[u8], mono_us: u64) -> Value {
    let (take, segment, index) = place;
    let FragmentFacts { video, sound, .. } = piece.facts;
    let run = |facts: &TrackFacts| {
        json!({
            "from": facts.first_decode, "ticks": facts.duration, "samples": facts.samples, "largest": facts.longest_step,
        })
    };
    let mut body = json!({
        "take": take, "segment": segment, "index": index, "size_bytes": piece.bytes.len(), "end_bytes": so_far.len(),
        "digest": keys::digest(so_far), "mono_us": mono_us,
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
