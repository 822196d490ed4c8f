//! The form of journal lines, their chain, their kinds and bodies (sections 1 and 4).

use serde_json::{Value, json};

use super::tools::{bend_lines, bend_member, drop_member, replace, respell};
use crate::case::{Case, bent};
use crate::draft::Draft;
use crate::record::Record;

/// The reading ends at a line before the seal: nothing covers it then.
fn malformed(name: &'static str, about: &'static str, bend: impl FnOnce(&mut Draft)) -> Case {
    bent(name, about, "broken", &["line_malformed", "receipt_missing"], bend)
}

/// The preflight line, spelled otherwise and signed so.
fn spelled(name: &'static str, about: &'static str, from: &'static str, to: &str) -> Case {
    malformed(name, about, |draft| draft.record().line("preflight").spell = respell(from, to))
}

/// The signatures of the preflight line, written otherwise.
fn signed(name: &'static str, about: &'static str, edit: impl Fn(String) -> String + 'static) -> Case {
    malformed(name, about, |draft| draft.record().line("preflight").sigs = Some(Box::new(edit)))
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = spellings();
    cases.extend(outsides());
    cases.extend(chains());
    cases.extend(kinds());
    cases
}

fn spellings() -> Vec<Case> {
    let nested = format!(r#""notes":[{}{}]"#, "[".repeat(14), "]".repeat(14));
    let long = format!(r#""notes":["{}"]"#, "a".repeat(16_385));
    let longer = format!(r#""notes":[{}]"#, vec![format!("\"{}\"", "a".repeat(16_000)); 5].join(","));
    vec![
        spelled(
            "json-name-twice",
            "A member name stands twice (section 1).",
            r#""notes":[]"#,
            r#""notes":[],"notes":[]"#,
        ),
        spelled(
            "json-big-integer",
            "An integer of 2^53 (section 1).",
            r#""battery_percent":83"#,
            r#""free_bytes":9007199254740992"#,
        ),
        spelled(
            "json-float",
            "A float where an integer belongs (section 1).",
            r#""battery_percent":83"#,
            r#""battery_percent":83.0"#,
        ),
        spelled(
            "json-exponent",
            "An integer written with an exponent (section 1).",
            r#""battery_percent":83"#,
            r#""battery_percent":83e0"#,
        ),
        spelled(
            "json-leading-zero",
            "An integer with a leading zero (section 1).",
            r#""battery_percent":83"#,
            r#""battery_percent":083"#,
        ),
        spelled("json-minus-zero", "Minus zero (section 1).", r#""battery_percent":83"#, r#""battery_percent":-0"#),
        spelled("json-null", "A null (section 1).", r#""battery_percent":83"#, r#""battery_percent":null"#),
        spelled(
            "json-white-space",
            "A space after a colon (section 1).",
            r#""battery_percent":83"#,
            r#""battery_percent": 83"#,
        ),
        spelled(
            "json-escaped-letter",
            "A letter written as an escape (section 1).",
            r#""camera":"delivering""#,
            r#""camera":"\u0064elivering""#,
        ),
        spelled("json-escaped-slash", "An escaped slash (section 1).", r#""notes":[]"#, r#""notes":["a\/b"]"#),
        spelled(
            "json-upper-case-escape",
            "A control character escaped in upper case (section 1).",
            r#""notes":[]"#,
            r#""notes":["\u001F"]"#,
        ),
        spelled(
            "json-lone-surrogate",
            "Half of a surrogate pair (section 1).",
            r#""notes":[]"#,
            r#""notes":["\ud800"]"#,
        ),
        spelled(
            "json-not-nfc",
            "A string that is not in NFC (section 1).",
            r#""notes":[]"#,
            "\"notes\":[\"e\u{301}\"]",
        ),
        spelled(
            "json-byte-order-mark",
            "A byte order mark before the JSON (section 1).",
            "{\"seq\"",
            "\u{feff}{\"seq\"",
        ),
        spelled(
            "json-cr-before-lf",
            "The line ends in CR LF (section 1: no white space outside strings).",
            "\"delivering\"}}",
            "\"delivering\"}}\r",
        ),
        spelled("json-nested-too-deep", "Arrays within objects 17 deep (section 1).", r#""notes":[]"#, &nested),
        spelled("json-string-too-long", "A string of 16,385 bytes (section 1).", r#""notes":[]"#, &long),
        spelled("line-too-long", "A line of over 65,536 bytes (section 1).", r#""notes":[]"#, &longer),
        spelled(
            "envelope-member-unknown",
            "A member beside those of an entry ($defs/entry).",
            r#""edition":1"#,
            r#""edition":1,"colour":"red""#,
        ),
        spelled(
            "envelope-flags-empty",
            "`flags` without a flag ($defs/entry).",
            r#""edition":1"#,
            r#""edition":1,"flags":[]"#,
        ),
        spelled("envelope-seq-negative", "A negative seq ($defs/entry).", r#"{"seq":1"#, r#"{"seq":-1"#),
        spelled(
            "envelope-clock-as-text",
            "An instant written as text ($defs/clock).",
            r#""mono_us":"#,
            r#""mono_us":"a","mono_":"#,
        ),
        spelled(
            "digest-of-63-digits",
            "A digest of 63 digits ($defs/digest).",
            r#""sha256":""#,
            r#""sha256":"0","sha25":""#,
        ),
    ]
}

fn outsides() -> Vec<Case> {
    // The last letter of 64 bytes holds four bits of nothing.
    let loose = |sigs: String| {
        let mut sigs = sigs;
        let last = sigs.pop().expect("a signature");
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let place = alphabet.find(last).expect("base64url");
        sigs + &alphabet[place + 1..place + 2]
    };
    vec![
        signed(
            "signature-with-unused-bits",
            "A signature's unused bits are set: a second spelling of one signature.",
            loose,
        ),
        signed("signature-padded", "A signature is padded: a second spelling of one signature.", |sigs| sigs + "=="),
        signed("signature-of-63-bytes", "A signature of 63 bytes.", |mut sigs| {
            sigs.truncate(sigs.len() - 2);
            sigs
        }),
        signed("signature-in-upper-case-suite", "A suite in upper case.", |sigs| sigs.replace("ed25519", "ED25519")),
        signed("signature-twice", "One key id twice among the signatures.", |sigs| format!("{sigs},{sigs}")),
        signed("signature-missing", "A line without a signature.", |_| String::new()),
        malformed("five-signatures", "Five signatures, four are allowed.", |draft| {
            let signers = &mut draft.record().line("preflight").signers;
            signers.extend(["a", "b", "c", "d"].map(str::to_owned));
        }),
        malformed("no-space", "No space between signatures and JSON.", |draft| {
            bend_lines(draft, "journal", |lines| replace(&mut lines[1], " {", "{"));
        }),
        malformed("not-utf8", "A byte that is not UTF-8.", |draft| {
            bend_lines(draft, "journal", |lines| {
                let at = lines[3].len() - 20;
                lines[3][at] = 0xff;
            });
        }),
        malformed("empty-line", "A line of nothing but its LF.", |draft| {
            bend_lines(draft, "journal", |lines| lines.insert(2, b"\n".to_vec()));
        }),
        malformed("journal-empty", "A journal of no bytes.", |draft| bend_member(draft, "journal", Vec::clear)),
        bent(
            "journal-torn",
            "The journal's last line is cut off: it and what it said are gone.",
            "broken",
            &["line_torn", "receipt_missing"],
            |draft| bend_member(draft, "journal", |bytes| bytes.truncate(bytes.len() - 10)),
        ),
        bent(
            "journal-without-last-lf",
            "The journal's last byte is gone: an LF, and with it the line.",
            "broken",
            &["line_torn", "receipt_missing"],
            |draft| bend_member(draft, "journal", |bytes| bytes.truncate(bytes.len() - 1)),
        ),
        bent(
            "journal-missing",
            "The record's journal is not in the bundle.",
            "incomplete",
            &["journal_missing"],
            |draft| {
                drop_member(draft, "journal");
            },
        ),
    ]
}

fn chains() -> Vec<Case> {
    let codes = &["chain_broken", "receipt_missing"];
    let broken = |name, about, bend: fn(&mut Vec<Vec<u8>>)| {
        bent(name, about, "broken", codes, |draft| bend_lines(draft, "journal", bend))
    };
    let relinked = |name, about, edit: fn(&mut Value)| {
        bent(name, about, "broken", codes, move |draft| {
            let journal = draft.record().journal();
            let line = draft.record().line("place");
            line.is_linked = false;
            line.value["prev"] = crate::keys::digest(&journal[1]);
            edit(&mut line.value);
        })
    };
    vec![
        broken("lines-swapped", "Two lines changed places.", |lines| lines.swap(2, 3)),
        broken("line-dropped", "A line is gone from the middle.", |lines| drop(lines.remove(4))),
        broken("line-repeated", "A line stands there twice.", |lines| lines.insert(4, lines[3].clone())),
        broken("fragment-line-dropped", "The line of the first fragment is gone.", |lines| drop(lines.remove(6))),
        bent(
            "foreign-line",
            "A line of another record stands in the place of one of this.",
            "broken",
            codes,
            |draft| {
                let foreign = Record::inspection("another").journal()[2].clone();
                bend_lines(draft, "journal", move |lines| lines[2] = foreign.clone());
            },
        ),
        relinked("seq-skipped", "A line skips a number, signed so.", |value| value["seq"] = json!(3)),
        relinked("prev-of-another-line", "A line names another line before it, signed so.", |value| {
            value["prev"] = crate::keys::digest(b"another line");
        }),
        bent(
            "cut-before-the-end",
            "The journal's last line is gone whole: nothing is torn, but the record is not sealed and the receipt covers a line that is not there.",
            "broken",
            &["not_sealed", "receipt_head_mismatch", "receipt_missing"],
            |draft| bend_lines(draft, "journal", |lines| drop(lines.pop())),
        ),
    ]
}

/// The second line of an ordinary inspection looks at the clocks, with one bend.
fn capture_clock(
    name: &'static str,
    about: &'static str,
    codes: &'static [&'static str],
    edit: fn(&mut Value),
) -> Case {
    bent(name, about, "broken", codes, move |draft| {
        let line = draft.record().line("preflight");
        let at_mono_us = line.value["clock"]["mono_us"].clone();
        line.value["kind"] = json!("capture_clock");
        line.value["body"] = json!({ "at_mono_us": at_mono_us, "picture": "elapsed", "set": 0 });
        edit(&mut line.value["body"]);
    })
}

fn kinds() -> Vec<Case> {
    let unsupported = &["kind_unsupported", "receipt_missing"];
    let malformed = &["body_malformed", "receipt_missing"];
    let body = |name, about, edit: fn(&mut Value)| {
        bent(name, about, "broken", malformed, move |draft| edit(draft.record().body("preflight")))
    };
    let format = |name, about, format: &'static str| {
        bent(name, about, "unsupported", &["format_unsupported", "receipt_missing"], move |draft| {
            draft.record().body("opened")["format"] = json!(format);
        })
    };
    vec![
        bent(
            "kind-unknown",
            "A kind of a later edition: chain and signatures of all lines are checked, nothing is taken from here on.",
            "unsupported",
            unsupported,
            |draft| draft.record().line("opening_passage").value["kind"] = json!("drone_flight"),
        ),
        bent("kind-edition-2", "A fragment of a later edition.", "unsupported", unsupported, |draft| {
            draft.record().line("fragment").value["edition"] = json!(2);
        }),
        bent(
            "kind-unknown-after-the-seal",
            "A kind of a later edition after the seal: what is before it counts.",
            "unsupported",
            &["kind_unsupported"],
            |draft| {
                let at = draft.record().mono_us;
                draft.record().say("mark", json!({ "mark": "later", "at_mono_us": at }));
                draft.record().line("mark").value["kind"] = json!("reviewed_by_machine");
            },
        ),
        bent(
            "chain-broken-after-an-unknown-kind",
            "After a line of an unknown kind the chain is still checked.",
            "broken",
            &["kind_unsupported", "chain_broken", "receipt_missing"],
            |draft| {
                draft.record().line("officers").value["kind"] = json!("drone_flight");
                bend_lines(draft, "journal", |lines| drop(lines.remove(5)));
            },
        ),
        bent("opened-edition-2", "A first line of a later edition.", "unsupported", unsupported, |draft| {
            draft.record().line("opened").value["edition"] = json!(2);
        }),
        format("format-of-another-edition", "The record says that it is of another edition.", "quanji/2"),
        format("format-of-a-later-draft", "The record is of a later draft.", "quanji/1-draft.2"),
        format(
            "format-with-a-leading-zero",
            "A draft's number has a leading zero: no edition of ours.",
            "quanji/1-draft.01",
        ),
        bent(
            "draft-refused",
            "A release build of a verifier refuses every draft (run with `release`).",
            "unsupported",
            &["draft_refused", "receipt_missing"],
            |draft| draft.is_release = true,
        ),
        body("body-member-unknown", "A body with a member its kind does not have.", |body| {
            body["colour"] = json!("red")
        }),
        body("body-member-missing", "A body without a member its kind asks for.", |body| {
            body.as_object_mut().expect("an object").shift_remove("notes");
        }),
        body("body-word-unknown", "A word that is none of the enumerated.", |body| body["camera"] = json!("asleep")),
        body("body-number-as-text", "A number written as text.", |body| body["battery_percent"] = json!("83")),
        body("body-number-out-of-range", "A battery of 101 percent.", |body| body["battery_percent"] = json!(101)),
        body("body-code-in-upper-case", "A code in upper case.", |body| body["notes"] = json!(["Battery"])),
        bent("opened-body-malformed", "The first line's body lacks the ledger.", "broken", malformed, |draft| {
            draft.record().body("opened").as_object_mut().expect("an object").shift_remove("ledger");
        }),
        capture_clock(
            "capture-clock-word-unknown",
            "Stamps of a clock that is none of the three.",
            malformed,
            |body| {
                body["picture"] = json!("sundial");
            },
        ),
        capture_clock(
            "capture-clock-incomplete",
            "A look at the clocks that does not say whether one was set.",
            malformed,
            |body| {
                body.as_object_mut().expect("an object").shift_remove("set");
            },
        ),
        bent("take-body-malformed", "A take turned by 45 degrees.", "broken", malformed, |draft| {
            draft.record().body("take")["rotation"] = json!(45);
        }),
    ]
}
