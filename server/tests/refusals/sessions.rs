//! What may be amiss with a challenge and a session.

use quanji_evidence::id::DeviceId;
use quanji_evidence::line::{self, LINE_LIMIT_BYTES, Tag};
use quanji_evidence::{Ed25519Signer, Signer};
use quanji_wire::Code;
use serde_json::{Value, json};

use crate::asking::{Asking, CHALLENGES, Met, SESSIONS, Said, Sides};
use crate::support::Stage;
use crate::support::device::{bytes_of, id_of};

pub(crate) async fn of_sessions(asking: &Asking<'_>, met: &mut Met) {
    let (stage, device) = (asking.stage, asking.device);
    let device_id = device.id;
    asking
        .say(
            met,
            "POST",
            CHALLENGES,
            Said { body: br#"{"device":"x"}"#, ..Said::default() },
            (Code::RequestMalformed, Sides::Both),
        )
        .await;
    let challenge = async |device: DeviceId| -> String {
        let body = serde_json::to_vec(&json!({"device": device})).unwrap();
        let answer =
            stage.client.post(format!("http://{}{CHALLENGES}", asking.address)).body(body).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["challenge"].as_str().unwrap().to_owned()
    };
    let say = async |met: &mut Met, body: &[u8], refused| {
        asking.say(met, "POST", SESSIONS, Said { body, ..Said::default() }, refused).await
    };
    say(met, b"nothing signed", (Code::RequestMalformed, Sides::Both)).await;
    let fresh = challenge(device_id).await;
    let line =
        session_line(stage, device_id, &fresh, &device.key, |value| value["agency"] = json!(id_of("another agency")));
    say(met, &line, (Code::AgencyMismatch, Sides::Both)).await;
    let line = session_line(stage, device_id, "never given", &device.key, |_| {});
    say(met, &line, (Code::ChallengeInvalid, Sides::None)).await;
    let stranger = DeviceId::parse(&id_of("a stranger")).unwrap();
    let line = session_line(stage, stranger, &challenge(stranger).await, &device.key, |_| {});
    say(met, &line, (Code::DeviceUnknown, Sides::None)).await;
    let other = Ed25519Signer::from_seed(&bytes_of("a stranger's key"));
    let line = session_line(stage, device_id, &challenge(device_id).await, &other, |_| {});
    say(met, &line, (Code::SignatureInvalid, Sides::Both)).await;
    let line = session_line(stage, device_id, &challenge(device_id).await, &device.key, |value| {
        value["keyset_lines"] = json!(999)
    });
    say(met, &line, (Code::KeysetAhead, Sides::Both)).await;
    let revoked = DeviceId::parse(&id_of("a revoked phone")).unwrap();
    let key = Ed25519Signer::from_seed(&bytes_of("key of a revoked phone"));
    let line = session_line(stage, revoked, &challenge(revoked).await, &key, |_| {});
    say(met, &line, (Code::DeviceRevoked, Sides::Both)).await;
}

pub(crate) fn session_line(
    stage: &Stage,
    device: DeviceId,
    challenge: &str,
    key: &dyn Signer,
    change: impl FnOnce(&mut Value),
) -> Vec<u8> {
    let mut value = json!({
        "edition": 1, "agency": stage.app.agency().id, "device": device, "challenge": challenge, "keyset_lines": 0,
        "certificate": 1,
    });
    change(&mut value);
    line::write(Tag::Session, value.to_string().as_bytes(), &[key], LINE_LIMIT_BYTES).unwrap()
}
