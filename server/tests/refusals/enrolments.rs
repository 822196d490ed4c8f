//! What may be amiss with an enrolment.

use quanji_agency::cli::revoke::{Revokee, revoke};
use quanji_agency::enrolment::code::make_code;
use quanji_evidence::id::DeviceId;
use quanji_evidence::line::{self, LINE_LIMIT_BYTES, Tag};
use quanji_evidence::{Ed25519Signer, Signer as _};
use quanji_upload::code::Invitation;
use quanji_upload::enrol::{self, Keys};
use quanji_wire::Code;
use serde_json::{Value, json};

use crate::asking::{Asking, ENROLMENTS, Met, Said, Sides};
use crate::support::DAY_US;
use crate::support::device::{bytes_of, id_of};

pub(crate) async fn of_enrolments(asking: &Asking<'_>, met: &mut Met) {
    let stage = asking.stage;
    let (own, agency) = (asking.device, stage.app.agency());
    let code = async |seed: u8| {
        let made = make_code(stage.app.db(), &agency, stage.unit(), &stage.url, stage.app.now_us(), &[seed; 19])
            .await
            .unwrap();
        Invitation::scanned(&made.uri).unwrap()
    };
    let ask = |invitation: &Invitation, device: DeviceId, key: &Ed25519Signer, nonce: u8| {
        let asked =
            enrol::ask(invitation.clone(), device, Keys::in_memory(key), &[nonce; 16], "quanji-tests/0.1", None)
                .unwrap();
        serde_json::to_value(asked.body()).unwrap()
    };
    let body = |value: &Value| serde_json::to_vec(value).unwrap();
    let key = Ed25519Signer::from_seed(&bytes_of("key of a new phone"));
    let new = DeviceId::parse(&id_of("a new phone")).unwrap();
    let invitation = code(1).await;
    let right = ask(&invitation, new, &key, 1);

    let say = async |met: &mut Met, body: &[u8], refused| {
        asking.say(met, "POST", ENROLMENTS, Said { body, ..Said::default() }, refused).await
    };
    say(met, b"{}", (Code::RequestMalformed, Sides::Both)).await;
    let mut unknown = right.clone();
    unknown["code_id"] = json!("ZZZZZZ");
    say(met, &body(&unknown), (Code::CodeUnknown, Sides::None)).await;
    let mut wrong = right.clone();
    wrong["mac"] = json!("AAAA");
    say(met, &body(&wrong), (Code::MacInvalid, Sides::None)).await;
    // Signed by another key than the one it names, under a MAC that holds.
    let other = Ed25519Signer::from_seed(&bytes_of("a stranger's key"));
    let said = right["request"].as_str().unwrap().split_once(' ').unwrap().1.to_owned();
    let line = line::write(Tag::Enrol, said.as_bytes(), &[&other], LINE_LIMIT_BYTES).unwrap();
    let line = String::from_utf8(line).unwrap().trim_end().to_owned();
    let forged = json!({"code_id": right["code_id"], "request": line, "mac": mac(1, &line)});
    say(met, &body(&forged), (Code::SignatureInvalid, Sides::Both)).await;
    // A hardware key that does not sign, and one that is the device's own.
    for (hardware, refused) in [(&other, Code::SignatureInvalid), (&key, Code::RequestMalformed)] {
        let mut claims: Value = serde_json::from_str(&said).unwrap();
        claims["hardware"] = json!(hardware.public().to_file().trim_end());
        let line = line::write(Tag::Enrol, claims.to_string().as_bytes(), &[&key], LINE_LIMIT_BYTES).unwrap();
        let line = String::from_utf8(line).unwrap().trim_end().to_owned();
        let claimed = json!({"code_id": right["code_id"], "request": line, "mac": mac(1, &line)});
        say(met, &body(&claimed), (refused, Sides::Both)).await;
    }
    say(met, &body(&ask(&invitation, own.id, &key, 1)), (Code::DeviceKnown, Sides::Both)).await;
    let answer =
        stage.client.post(format!("http://{}{ENROLMENTS}", asking.address)).body(body(&right)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    say(met, &body(&ask(&invitation, new, &key, 2)), (Code::CodeUsed, Sides::None)).await;
    let spent = ask(&code(2).await, new, &key, 1);
    let mut wrong = spent.clone();
    wrong["mac"] = json!("AAAA");
    for _ in 0..5 {
        say(met, &body(&wrong), (Code::MacInvalid, Sides::None)).await;
    }
    say(met, &body(&spent), (Code::CodeSpent, Sides::None)).await;
    let again = ask(&code(3).await, new, &key, 1);
    revoke(stage.data(), stage.app.db(), &Revokee::Device(new.to_string()), stage.app.now_us(), &*stage.clock)
        .await
        .unwrap();
    say(met, &body(&again), (Code::DeviceRevoked, Sides::Both)).await;
    let late = ask(&code(4).await, new, &key, 1);
    stage.clock.advance(DAY_US + 1_000_000);
    say(met, &body(&late), (Code::CodeExpired, Sides::Both)).await;
}

/// The MAC that whoever knows the code of 15 times `seed` makes.
fn mac(seed: u8, request: &str) -> String {
    use hkdf::Hkdf;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mut key = [0; 32];
    Hkdf::<sha2::Sha256>::new(None, &[seed; 15]).expand(b"quanji/1 enrol", &mut key).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(b"quanji/1 enrol-request\n");
    mac.update(request.as_bytes());
    quanji_evidence::base64url::encode(&mac.finalize().into_bytes())
}
