//! What may be amiss with lines, private values, heads, receipts and what is asked of a record.

use quanji_evidence::body::Preflight;
use quanji_wire::Code;
use serde_json::json;

use crate::asking::{Asking, CHECKS, DOCUMENT, HEADS, LINES, Met, PRIVATE, RECEIPTS, RECORD, STATES, Said, Sides};
use crate::support::device::check_of;
use crate::support::record::inspection;
use crate::support::sending::{line_after, record_key};
use crate::support::{Device, Record, T0_US};

pub(crate) async fn of_records(asking: &Asking<'_>, met: &mut Met) {
    let (stage, device, record) = (asking.stage, asking.device, asking.record);
    let thief = Device::enrolled(stage, "another phone").await;
    let other = inspection(stage, device, "another inspection").await;
    let foreign = inspection(stage, &thief, "a foreign inspection").await;
    let at = |record: &Record, rest: &str| format!("/v1/records/{}{rest}", record.id);
    let lines = async |met: &mut Met, at: &str, body: &[u8], refused| {
        asking.say(met, "POST", LINES, Said { at: Some(at), body, ..Said::default() }, refused).await;
    };
    for bad in [
        "/v1/records/x/lines?from=0",
        "/v1/records/%FF/lines?from=0",
        &at(record, "/lines"),
        &at(record, "/lines?from=-1"),
        &at(record, "/lines?from=x"),
        &at(record, "/lines?from=99999999999999999999"),
    ] {
        lines(met, bad, &record.lines[0], (Code::RequestMalformed, Sides::Both)).await;
    }
    let from_0 = at(record, "/lines?from=0");
    lines(met, &from_0, b"\xff\n", (Code::BodyMalformed, Sides::Both)).await;
    lines(met, &at(record, "/lines?from=3"), &record.lines[3], (Code::LinesGap, Sides::At(0))).await;
    lines(met, &from_0, &other.lines[0], (Code::RecordMismatch, Sides::At(0))).await;
    lines(met, &at(&foreign, "/lines?from=0"), &foreign.lines[0], (Code::DeviceMismatch, Sides::At(0))).await;
    lines(met, &from_0, b"no line\n", (Code::LineInvalid, Sides::At(0))).await;
    for (path, bad) in [(RECORD, ""), (PRIVATE, "/private"), (RECEIPTS, "/receipts")] {
        let method = if path == PRIVATE { "POST" } else { "GET" };
        let body = if path == PRIVATE { &record.private[0][..] } else { b"" };
        for id in ["x", "%FF", &"0".repeat(31), &"A".repeat(32)] {
            let bad = format!("/v1/records/{id}{bad}");
            asking
                .say(
                    met,
                    method,
                    path,
                    Said { at: Some(&bad), body, ..Said::default() },
                    (Code::RequestMalformed, Sides::Both),
                )
                .await;
        }
        asking.say(met, method, path, Said { body, ..Said::default() }, (Code::RecordUnknown, Sides::None)).await;
    }
    stage.send_journal(device, record).await;
    // Of another's record nobody learns anything.
    for (method, path, body) in [
        ("POST", LINES, &record.lines[1]),
        ("POST", PRIVATE, &record.private[0]),
        ("GET", RECORD, &Vec::new()),
        ("GET", RECEIPTS, &Vec::new()),
    ] {
        let at = if path == LINES { Some(from_0.as_str()) } else { None };
        asking
            .say(
                met,
                method,
                path,
                Said { at, token: Some(&thief.token), body, ..Said::default() },
                (Code::RecordUnknown, Sides::None),
            )
            .await;
    }
    let mark = json!({"mark": "m", "at_mono_us": 1});
    let key = record_key("an inspection");
    let second = line_after(&record.lines[..5], "mark", mark, &[&key]);
    lines(met, &at(record, "/lines?from=5"), &second, (Code::LineConflict, Sides::At(5))).await;

    for bad in ["?from=x", "?wait_s=-1", "?wait_s=31", "?from=1&wait_s=99999999999999999999"] {
        asking
            .say(
                met,
                "GET",
                RECEIPTS,
                Said { at: Some(&at(record, &format!("/receipts{bad}"))), ..Said::default() },
                (Code::RequestMalformed, Sides::Both),
            )
            .await;
    }
    let private = async |met: &mut Met, body: &[u8], refused| {
        asking.say(met, "POST", PRIVATE, Said { body, ..Said::default() }, refused).await
    };
    let changed = String::from_utf8(record.private[0].clone()).unwrap().replace("某街道", "别街道").into_bytes();
    private(met, b"{}\n", (Code::BodyMalformed, Sides::At(0))).await;
    private(met, &changed, (Code::PrivateMismatch, Sides::Both)).await;
    stage.send_lines(device, &other, 0, &other.lines[0]).await.unwrap();
    stage.send_private(device, &other, &other.private[0]).await.unwrap();
    let conflicting = Said { at: Some(&at(&other, "/private")), body: &changed, ..Said::default() };
    asking.say(met, "POST", PRIVATE, conflicting, (Code::PrivateConflict, Sides::Both)).await;

    let heads = async |met: &mut Met, body: &[u8], refused| {
        asking.say(met, "POST", HEADS, Said { body, ..Said::default() }, refused).await
    };
    heads(met, b"no LF", (Code::BodyMalformed, Sides::Both)).await;
    heads(met, b"{}\n", (Code::LineInvalid, Sides::At(0))).await;
    heads(met, &record.lines[3].repeat(65), (Code::BodyTooLarge, Sides::Both)).await;
    let answer = stage
        .client
        .post(format!("http://{}{HEADS}", asking.address))
        .bearer_auth(&device.token)
        .body(foreign.lines[2].clone());
    let answer = answer.send().await.unwrap();
    met.note(
        "POST",
        HEADS,
        answer.status().as_u16(),
        &answer.bytes().await.unwrap(),
        (Code::RecordUnknown, Sides::None),
    );

    let checks = async |met: &mut Met, body: &[u8], refused| {
        asking.say(met, "POST", CHECKS, Said { body, ..Said::default() }, refused).await
    };
    let (own, others) = (asking.body(CHECKS), check_of(&thief, T0_US, Preflight::default()));
    checks(met, b"no LF", (Code::BodyMalformed, Sides::Both)).await;
    checks(met, &own.repeat(65), (Code::BodyTooLarge, Sides::Both)).await;
    checks(met, &[own.as_slice(), b"{}\n"].concat(), (Code::RequestMalformed, Sides::At(1))).await;
    checks(met, &others, (Code::DeviceMismatch, Sides::At(0))).await;
    let posed = Device { id: device.id, key: thief.key, certificate: String::new(), token: String::new() };
    checks(met, &check_of(&posed, T0_US, Preflight::default()), (Code::SignatureInvalid, Sides::At(0))).await;

    for bad in ["x", "%FF", &"0".repeat(64)] {
        let at = format!("/v1/documents/{bad}");
        asking
            .say(met, "GET", DOCUMENT, Said { at: Some(&at), ..Said::default() }, (Code::DocumentUnknown, Sides::None))
            .await;
    }
    for bad in ["?record=x", "?what=x"] {
        asking
            .say(
                met,
                "GET",
                STATES,
                Said { at: Some(&format!("{STATES}{bad}")), ..Said::default() },
                (Code::RequestMalformed, Sides::Both),
            )
            .await;
    }
}
