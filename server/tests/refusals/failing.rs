//! Bodies that stop, and a database that does not answer.

use std::collections::BTreeSet;

use quanji_agency::app::App;
use quanji_agency::storage::OriginalId;
use quanji_wire::Code;

use crate::asking::{
    Asking, CHALLENGES, CHECKS, ENROLMENTS, FILE, FILES, HEADS, LINES, Met, PRIVATE, RECORD, SESSIONS, Sides,
};
use crate::tus;

/// Bodies of which one byte comes and no more.
pub(crate) async fn of_slow_bodies(asking: &Asking<'_>, met: &mut Met, app: &App) {
    let slow = (Code::BodyTooSlow, Sides::None);
    let one = [b"a".to_vec()];
    for path in [ENROLMENTS, CHALLENGES, SESSIONS, LINES, HEADS, CHECKS, PRIVATE, FILES] {
        asking.hand(met, "POST", path, "Content-Length: 22", &one, slow).await;
    }
    // That byte was kept; here the file begins again.
    let sha256 = tus::sha256_of(b"a file that nobody has");
    let path = app.uploads().staging().path(&OriginalId { agency: app.agency().id, device: asking.device.id, sha256 });
    std::fs::rename(&path, path.with_extension("slow")).unwrap();
    asking.hand(met, "PATCH", FILE, "Content-Length: 22", &one, slow).await;
}

/// With a database that does not answer.
pub(crate) async fn of_no_database(asking: &Asking<'_>, met: &mut Met) {
    let operations: BTreeSet<(String, String)> =
        met.published.iter().map(|(method, path, _)| (method.clone(), path.clone())).collect();
    // Its session is known from before.
    let answer = asking
        .stage
        .client
        .get(format!("http://{}{}", asking.address, asking.filled(RECORD)))
        .bearer_auth(&asking.device.token);
    assert_eq!(answer.send().await.unwrap().status(), 200);
    asking.stage.app.db().pool().close().await;
    for (method, path) in &operations {
        // What asks nobody is refused only where a token must be looked up.
        let token = if method == "OPTIONS" { Some("nobody's") } else { asking.token(path) };
        asking.ask(met, method, path, token, &[], (Code::Unavailable, Sides::None)).await;
    }
}
