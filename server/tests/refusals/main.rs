//! Every refusal that the published OpenAPI names, asked for over HTTP: its status, its code, both sides where there are two; and none that
//! it does not name.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod any_request;
mod asking;
mod enrolments;
mod failing;
mod files;
mod records;
mod sessions;
#[path = "../support/mod.rs"]
mod support;
#[path = "../tus/mod.rs"]
mod tus;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use any_request::of_every_request;
use asking::{Asking, LINES, Met, Refusals};
use enrolments::of_enrolments;
use failing::{of_no_database, of_slow_bodies};
use files::of_files;
use quanji_agency::app::App;
use quanji_agency::serve::{self, Limits, Rate};
use quanji_agency::storage::UploadLimits;
use quanji_agency::{api, console};
use quanji_wire::{Code, Refusal};
use records::of_records;
use reqwest::Method;
use serde_json::Value;
use sessions::of_sessions;
use support::record::inspection;
use support::{Device, Stage, over_both};
use tokio::net::TcpListener;

const OPENAPI: &str = include_str!("../../../proto/api/v1/openapi.json");

/// Those that no request brings about.
const NOT_BY_A_REQUEST: [(&str, &str); 2] = [
    // A mistake of ours: planted in `a_panic_answers_internal_and_the_next_request_is_served`.
    ("", "internal"),
    // Sixteen times overtaken by another request for the same record.
    (LINES, "busy"),
];

/// Method, path and code of everything that is published.
fn published() -> Refusals {
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    let mut all = Refusals::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            for answer in operation["responses"].as_object().unwrap().values() {
                let says = answer["description"].as_str().unwrap();
                for code in says.split(", ").filter(|says| Code::ALL.iter().any(|code| code.word() == *says)) {
                    all.insert((method.to_uppercase(), path.clone(), code.to_owned()));
                }
            }
        }
    }
    assert!(all.len() > 150, "{}", all.len());
    all
}

async fn served(app: App, limits: Limits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = serve::guarded(api::routes().merge(console::routes()), app, limits.clone());
    tokio::spawn(serve::serve(listener, router, limits, std::future::pending()));
    address
}

fn often() -> Rate {
    Rate { a_second: 100_000, burst: 100_000 }
}

async fn beside(stage: &Stage, limits: UploadLimits) -> App {
    let (clock, originals) = (Arc::clone(&stage.clock) as _, Arc::clone(stage.app.originals()));
    App::open_over(stage.data(), stage.database_url.as_deref(), clock, originals, limits).await.unwrap()
}

over_both! {
    async fn every_refusal_that_is_published_is_met_and_no_other(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        let mut met = Met { published: published(), seen: Refusals::new() };
        let limits = Limits { of_an_address: often(), of_a_device: often(), ..Limits::default() };
        let address = served(stage.app.clone(), limits.clone()).await;
        let asking = Asking { stage: &stage, address, device: &device, record: &record };
        of_every_request(&asking, &mut met).await;
        of_records(&asking, &mut met).await;
        of_sessions(&asking, &mut met).await;
        of_enrolments(&asking, &mut met).await;

        let short = Duration::from_millis(100);
        let few = beside(&stage, UploadLimits { at_once: 1, wait: short, busy_wait: short, ..UploadLimits::default() }).await;
        of_files(&Asking { address: served(few.clone(), limits.clone()).await, ..asking }, &mut met, &few).await;
        let slow = beside(&stage, UploadLimits { slow_window: short, ..UploadLimits::default() }).await;
        let address = served(slow.clone(), Limits { slow_window: short, ..limits }).await;
        of_slow_bodies(&Asking { address, ..asking }, &mut met, &slow).await;
        of_no_database(&asking, &mut met).await;

        let is_by_request = |(_, path, code): &&(String, String, String)| {
            !NOT_BY_A_REQUEST.iter().any(|(of, not)| (of.is_empty() || of == path) && not == code)
        };
        let missed: Vec<_> = met.published.difference(&met.seen).filter(is_by_request).collect();
        assert!(missed.is_empty(), "published, and met by no request: {missed:#?}");
    }

    async fn a_method_that_a_path_does_not_have_and_a_path_that_is_not_are_named_so(stage: Stage) {
        for path in published().into_iter().map(|(_, path, _)| path).collect::<BTreeSet<_>>() {
            let url = stage.at(&path.replace("{record}", &"0".repeat(32)).replace("{digest}", &"0".repeat(64)));
            for (method, url, code) in [("DELETE", url.clone(), Code::MethodNotAllowed), ("GET", format!("{url}/x/y/z"), Code::NotFound)] {
                let answer = stage.client.request(Method::from_bytes(method.as_bytes()).unwrap(), &url).send().await.unwrap();
                assert_eq!(answer.status().as_u16(), code.status(), "{method} {url}");
                assert_eq!(answer.json::<Refusal>().await.unwrap().code, code, "{method} {url}");
            }
        }
    }
}
