//! What may be amiss with any request: headers, rates, tokens, bodies.

use std::collections::BTreeSet;

use quanji_agency::cli::revoke::{Revokee, revoke};
use quanji_agency::serve::{Limits, Rate};
use quanji_wire::Code;

use crate::asking::{
    Asking, CHALLENGES, CHECKS, ENROLMENTS, FILES, HEADS, LINES, Met, PRIVATE, SESSIONS, STATES, Sides,
};
use crate::served;
use crate::support::Device;

const WITHOUT_TOKEN: [&str; 4] = [ENROLMENTS, CHALLENGES, SESSIONS, FILES];

pub(crate) async fn of_every_request(asking: &Asking<'_>, met: &mut Met) {
    let stage = asking.stage;
    let revoked = Device::enrolled(stage, "a revoked phone").await;
    let from_us = stage.app.now_us();
    revoke(stage.data(), stage.app.db(), &Revokee::Device(revoked.id.to_string()), from_us, &*stage.clock)
        .await
        .unwrap();
    let strict = Limits {
        of_an_address: Rate { a_second: 1, burst: 0 },
        of_a_device: Rate { a_second: 1, burst: 0 },
        ..Limits::default()
    };
    let strict = Asking { address: served(stage.app.clone(), strict).await, ..*asking };
    let operations: BTreeSet<(String, String)> =
        met.published.iter().map(|(method, path, _)| (method.clone(), path.clone())).collect();
    let much = "m".repeat(17 << 10);
    for (method, path) in &operations {
        let token = asking.token(path);
        asking.ask(met, method, path, token, &[("x-much", &much)], (Code::RequestMalformed, Sides::Both)).await;
        strict.ask(met, method, path, token, &[], (Code::TooManyRequests, Sides::None)).await;
        if WITHOUT_TOKEN.contains(&path.as_str()) && (path != FILES || method == "OPTIONS") {
            continue;
        }
        asking.ask(met, method, path, None, &[], (Code::TokenMissing, Sides::None)).await;
        asking.ask(met, method, path, Some("nobody's"), &[], (Code::TokenInvalid, Sides::None)).await;
        if matches!(path.as_str(), STATES | "/metrics") {
            // A device is no administrator, nor the other way round.
            asking.ask(met, method, path, Some(&asking.device.token), &[], (Code::TokenInvalid, Sides::None)).await;
        } else {
            asking.ask(met, method, path, Some(&stage.made.admin_token), &[], (Code::TokenInvalid, Sides::None)).await;
            asking.ask(met, method, path, Some(&revoked.token), &[], (Code::DeviceRevoked, Sides::Both)).await;
        }
    }
    let limit = |path: &str| if matches!(path, LINES | HEADS | CHECKS | PRIVATE) { 4 << 20 } else { 64 << 10 };
    let chunked = "Transfer-Encoding: chunked";
    for path in [ENROLMENTS, CHALLENGES, SESSIONS, LINES, HEADS, CHECKS, PRIVATE] {
        let announced = format!("Content-Length: {}", limit(path) + 1);
        asking.hand(met, "POST", path, &announced, &[], (Code::BodyTooLarge, Sides::Both)).await;
        let piece = format!("10000\r\n{}\r\n", " ".repeat(64 << 10)).into_bytes();
        let pieces = vec![piece; limit(path) / (64 << 10) + 1];
        asking.hand(met, "POST", path, chunked, &pieces, (Code::BodyTooLarge, Sides::Both)).await;
        let torn = [b"not a number\r\n".to_vec()];
        asking.hand(met, "POST", path, chunked, &torn, (Code::BodyMalformed, Sides::Both)).await;
    }
}
