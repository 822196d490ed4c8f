//! The house around the interface: limits, refusals, health, rotation and revocation while it runs, a clock set back.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use quanji_agency::agency::{Agency, AgencyFault};
use quanji_agency::app::App;
use quanji_agency::cli::init::{keys_folder, root_folder};
use quanji_agency::cli::revoke::{Revokee, revoke};
use quanji_agency::cli::rotate::{rotate, rotate_root};
use quanji_agency::clock_watch;
use quanji_agency::serve::{self, Limits, Rate};
use quanji_evidence::keyset::{Keyset, Role};
use quanji_evidence::{PublicKey, Signer};
use support::{Device, SECOND_US, Stage, T0_US, over_both};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Routes of the test behind the real guards.
async fn guarded(stage: &Stage, routes: Router<App>, limits: Limits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = serve::guarded(routes, stage.app.clone(), limits.clone());
    tokio::spawn(serve::serve(listener, router, limits, std::future::pending()));
    address
}

async fn answer_of(answer: reqwest::Response) -> (u16, serde_json::Value) {
    (answer.status().as_u16(), answer.json().await.unwrap())
}

over_both! {
    async fn a_panic_answers_internal_and_the_next_request_is_served(stage: Stage) {
        let routes = Router::new().route("/panic", get(async || -> &'static str { panic!("planted") }));
        let address = guarded(&stage, routes, Limits::default()).await;
        for _ in 0..2 {
            let answer = stage.client.get(format!("http://{address}/panic")).send().await.unwrap();
            assert_eq!(answer_of(answer).await, (500, serde_json::json!({ "code": "internal" })));
        }
    }

    async fn a_method_that_a_path_does_not_have_is_named_so(stage: Stage) {
        let answer = stage.client.delete(stage.at("/healthz")).send().await.unwrap();
        assert_eq!(answer_of(answer).await, (405, serde_json::json!({ "code": "method_not_allowed" })));
    }

    async fn headers_beyond_the_limit_are_refused_with_both_sizes(stage: Stage) {
        let request = stage.client.get(stage.at("/healthz")).header("x-much", "m".repeat(17 << 10));
        let (status, said) = answer_of(request.send().await.unwrap()).await;
        assert_eq!((status, &said["code"]), (400, &serde_json::json!("request_malformed")));
        assert_eq!(said["expected"], "headers of at most 16384 bytes");
    }

    async fn a_json_body_beyond_the_limit_is_refused_announced_or_not(stage: Stage) {
        let address = guarded(&stage, Router::new().route("/v1/x", post(async |_: String| "")), Limits::default()).await;
        let url = format!("http://{address}/v1/x");
        let (status, said) = answer_of(stage.client.post(&url).body(vec![b' '; 70_000]).send().await.unwrap()).await;
        assert_eq!((status, &said["code"], &said["found"]), (413, &"body_too_large".into(), &"70000".into()));

        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = "POST /v1/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..70 {
            // It may close as soon as it is too much.
            let _ = stream.write_all(format!("3e8\r\n{}\r\n", " ".repeat(1_000)).as_bytes()).await;
        }
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(String::from_utf8_lossy(&answer).contains("body_too_large"));
    }

    async fn a_body_that_trickles_is_ended_and_says_so(stage: Stage) {
        let limits = Limits { slow_window: Duration::from_millis(200), ..Limits::default() };
        let address = guarded(&stage, Router::new().route("/v1/x", post(async |_: String| "")), limits).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = "POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n{";
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.ends_with(r#"{"code":"body_too_slow"}"#), "{answer}");
    }

    async fn an_address_that_asks_too_often_waits_while_a_device_in_session_goes_on(stage: Stage) {
        let limits = Limits { of_an_address: Rate { a_second: 1, burst: 5 }, ..Limits::default() };
        let device = Device::enrolled(&stage, "a phone").await;
        let address = guarded(&stage, Router::new().route("/x", get(async || "here")), limits).await;
        let ask = || stage.client.get(format!("http://{address}/x"));
        assert_eq!(ask().bearer_auth(&device.token).send().await.unwrap().status(), 200);
        let mut refused = None;
        for _ in 0..50 {
            let answer = ask().send().await.unwrap();
            if answer.status() == 429 {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.expect("50 requests are more than 5 and one a second");
        assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
        assert_eq!(answer_of(refused).await.1["code"], "too_many_requests");
        for _ in 0..20 {
            assert_eq!(ask().bearer_auth(&device.token).send().await.unwrap().status(), 200);
        }
    }

    async fn a_squad_behind_one_address_may_all_come_at_once_and_guessed_tokens_may_not(stage: Stage) {
        let limits = Limits { of_an_address: Rate { a_second: 1, burst: 3 }, ..Limits::default() };
        let address = guarded(&stage, Router::new().route("/x", get(async || "here")), limits).await;
        let ask = |token: String| stage.client.get(format!("http://{address}/x")).bearer_auth(token).send();
        for number in 0..12 {
            let device = Device::enrolled(&stage, &format!("phone {number}")).await;
            assert_eq!(ask(device.token.clone()).await.unwrap().status(), 200, "phone {number}");
        }
        let mut statuses = Vec::new();
        for guess in 0..12 {
            statuses.push(ask(format!("{guess:064x}")).await.unwrap().status().as_u16());
        }
        assert!(statuses.contains(&429), "{statuses:?}");
    }

    async fn a_clock_set_back_is_said_listed_and_forgotten_when_it_caught_up(stage: Stage) {
        let ready = || async { answer_of(stage.client.get(stage.at("/readyz")).send().await.unwrap()).await };
        let ok = serde_json::json!({ "database": "ok", "storage": "ok", "clock": "ok" });
        assert_eq!(ready().await, (200, ok.clone()));
        let before = stage.app.now_us();
        stage.clock.set(T0_US - 60 * SECOND_US);
        assert!(stage.app.now_us() > before);
        let (status, said) = ready().await;
        assert_eq!(status, 503);
        assert!(said["clock"].as_str().unwrap().starts_with("set back by 60"));
        assert_eq!(said["database"], "ok");
        assert_eq!(stage.count("SELECT COUNT(*) FROM state WHERE code = 'clock_set_back'").await, 1);
        stage.clock.set(before + 10 * SECOND_US);
        assert_eq!(ready().await, (200, ok));
        assert_eq!(stage.count("SELECT COUNT(*) FROM state").await, 0);
        assert_eq!(clock_watch::look(&stage.app).await.unwrap(), None);
    }

    async fn the_agencys_time_stands_above_what_it_said_before_a_restart(stage: Stage) {
        let mut tx = stage.app.db().begin().await.unwrap();
        let agency = stage.app.agency();
        let spoken = quanji_agency::log::speak(&mut tx, &agency, T0_US + 5 * SECOND_US).await.unwrap();
        tx.commit().await.unwrap();
        stage.restart().await;
        assert!(stage.app.now_us() > spoken);
    }

    async fn numbers_are_for_the_administrator_alone(stage: Stage) {
        let ask = || stage.client.get(stage.at("/metrics"));
        assert_eq!(ask().send().await.unwrap().status(), 401);
        let device = Device::enrolled(&stage, "a phone").await;
        assert_eq!(ask().bearer_auth(&device.token).send().await.unwrap().status(), 401);
        let answer = ask().bearer_auth(&stage.made.admin_token).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let text = answer.text().await.unwrap();
        assert!(text.contains("http_requests_total{method=\"GET\",path=\"/metrics\",status=\"401\"}"), "{text}");
    }

    async fn a_rotated_key_signs_at_once_and_the_one_before_until_the_overlap_ends(stage: Stage) {
        let before = stage.app.agency().signer(Role::Receipt, stage.app.now_us()).unwrap().public().clone();
        let hour = 3_600 * SECOND_US;
        let id = rotate(stage.data(), stage.app.db(), Role::Receipt, hour, &*stage.clock).await.unwrap();
        assert!(stage.app.reload_if_rotated().await.unwrap());
        assert!(!stage.app.reload_if_rotated().await.unwrap());
        let now_us = stage.app.now_us();
        let agency = stage.app.agency();
        assert_eq!(agency.signer(Role::Receipt, now_us).unwrap().public().id(), id);
        assert!(agency.keyset.in_force(Role::Receipt, now_us + hour / 2).any(|key| *key == before));
        assert!(!agency.keyset.in_force(Role::Receipt, now_us + 2 * hour).any(|key| *key == before));
        let lines = stage.count("SELECT COUNT(*) FROM keyset_line").await;
        assert_eq!(stage.count("SELECT COUNT(*) FROM log_entry WHERE kind = 'keyset'").await, lines);
    }

    async fn whoever_pinned_the_first_root_accepts_what_the_third_one_signs(stage: Stage) {
        let first = stage.made.root.clone();
        rotate_root(stage.data(), stage.app.db(), &*stage.clock).await.unwrap();
        rotate_root(stage.data(), stage.app.db(), &*stage.clock).await.unwrap();
        rotate(stage.data(), stage.app.db(), Role::Head, 0, &*stage.clock).await.unwrap();
        stage.restart().await;
        let agency = stage.app.agency();
        let read = Keyset::read(&agency.keyset_bytes, &first).unwrap();
        assert_eq!(read.root(), &agency.root);
        assert_ne!(agency.root, first);
        let file = std::fs::read_to_string(keys_folder(stage.data()).join("agency.pub")).unwrap();
        assert_eq!(PublicKey::from_file(&file).unwrap(), agency.root);
    }

    async fn without_the_root_that_is_kept_offline_nothing_is_rotated(stage: Stage) {
        std::fs::rename(root_folder(stage.data()), stage.data().join("carried away")).unwrap();
        let refused = rotate(stage.data(), stage.app.db(), Role::Head, 0, &*stage.clock).await;
        assert!(matches!(refused, Err(AgencyFault::RootAbsent { .. })));
        assert_eq!(stage.count("SELECT COUNT(*) FROM keyset_line").await, 5);
        stage.restart().await;
    }

    async fn a_revoked_device_is_turned_away_from_the_instant_on_and_the_key_set_says_so(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let from_us = stage.app.now_us() + 100 * SECOND_US;
        let revokee = Revokee::Device(device.id.to_string());
        revoke(stage.data(), stage.app.db(), &revokee, from_us, &*stage.clock).await.unwrap();
        // Said again with a later instant: the earlier one counts.
        revoke(stage.data(), stage.app.db(), &revokee, from_us + SECOND_US, &*stage.clock).await.unwrap();
        let ask = || stage.client.get(stage.at(&format!("/v1/records/{}", "0".repeat(32)))).bearer_auth(&device.token);
        assert_eq!(answer_of(ask().send().await.unwrap()).await.1["code"], "record_unknown");
        stage.clock.set(from_us);
        let (status, said) = answer_of(ask().send().await.unwrap()).await;
        assert_eq!((status, &said["code"]), (403, &"device_revoked".into()));
        let (agency, _) = Agency::load(stage.app.db(), &keys_folder(stage.data())).await.unwrap();
        assert_eq!(agency.keyset.revoked_from(device.key.public().id()), Some(from_us));
        let unknown = Revokee::Device("0".repeat(32));
        let refused = revoke(stage.data(), stage.app.db(), &unknown, from_us, &*stage.clock).await;
        assert!(matches!(refused, Err(AgencyFault::DeviceUnknown { .. })));
    }
}
