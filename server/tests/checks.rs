//! What devices measured of themselves: kept by device as it arrives, and shown over time; of devices, and of no officer.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use quanji_evidence::body::{Delivering, Preflight};
use quanji_evidence::text::Code;
use reqwest::header::COOKIE;
use support::device::check_of;
use support::record::inspection;
use support::{DAY_US, Device, Stage, T0_US, over_both};

/// A device of which this was found; it measured all else well.
fn found(notes: &[&str]) -> Preflight {
    let is_silent = notes.contains(&"microphone_not_delivering");
    Preflight {
        notes: notes.iter().map(|note| Code::parse(note).unwrap()).collect(),
        battery_percent: Some(83),
        charging: Some(false),
        seconds_left: Some(12_600),
        camera: Some(Delivering::Delivering),
        microphone: Some(if is_silent { Delivering::Failed } else { Delivering::Delivering }),
        clock_offset_us: Some(-2_050_000),
        ..Preflight::default()
    }
}

async fn sends(stage: &Stage, device: &Device, checks: &[Vec<u8>]) -> u64 {
    let request = stage.client.post(stage.at("/v1/checks")).bearer_auth(&device.token).body(checks.concat());
    let answer = request.send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(status, 200, "{text}");
    serde_json::from_str::<quanji_wire::Kept>(&text).unwrap().kept
}

async fn look(stage: &Stage, path: &str) -> (u16, String) {
    let cookie = format!("quanji_admin={}", stage.made.admin_token);
    let answer = stage.client.get(stage.at(path)).header(COOKIE, cookie).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn page_of(stage: &Stage, device: &Device) -> String {
    let (status, page) = look(stage, &format!("/devices/{}", device.id)).await;
    assert_eq!(status, 200, "{page}");
    page
}

over_both! {
    async fn a_check_before_duty_is_kept_once_and_shown_with_its_values_on_its_devices_page(stage: Stage) {
        let (device, other) = (Device::enrolled(&stage, "phone").await, Device::enrolled(&stage, "another").await);
        assert!(page_of(&stage, &device).await.contains("还没有检查"));
        let check = check_of(&device, T0_US, found(&["clock_off"]));
        assert_eq!(sends(&stage, &device, &[check.clone(), check.clone()]).await, 2);
        assert_eq!(sends(&stage, &device, std::slice::from_ref(&check)).await, 1, "an answer may be lost: it is sent again");
        assert_eq!(stage.count("SELECT COUNT(*) FROM device_check").await, 1);
        let page = page_of(&stage, &device).await;
        for said in ["2026-11-12 10:00:00", "班前", "83 %", "3.5 h", "−2.0 s", "时钟与机关不一致", "正常"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(page_of(&stage, &other).await.contains("还没有检查"), "it is the other's");
        let devices = look(&stage, "/devices").await.1;
        assert!(devices.contains(&format!(r#"href="/devices/{}""#, device.id)), "{devices}");
    }

    async fn the_checks_of_its_recordings_stand_among_those_before_duty(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let record = inspection(&stage, &device, "first").await;
        stage.send_journal(&device, &record).await;
        assert_eq!(stage.count("SELECT COUNT(*) FROM device_check").await, 1);
        sends(&stage, &device, &[check_of(&device, T0_US - DAY_US, found(&[]))]).await;
        let page = page_of(&stage, &device).await;
        for said in ["班前", "开录", &format!("/records/{}", record.id)] {
            assert!(page.contains(said), "{said}: {page}");
        }
        // From the record its device is one press away. No page names who held it.
        let of_record = look(&stage, &format!("/records/{}", record.id)).await.1;
        assert!(of_record.contains(&format!(r#"href="/devices/{}""#, device.id)), "{of_record}");
        for private in ["甲某", "00001", "某街道"] {
            assert!(!page.contains(private), "{private}: {page}");
        }
    }

    async fn a_device_that_gets_worse_shows_it(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let mut checks = vec![];
        for day in 0..20 {
            // Its clock was always off; for two days its microphone is silent.
            let notes: &[&str] = if day >= 18 { &["microphone_not_delivering", "clock_off"] } else { &["clock_off"] };
            checks.push(check_of(&device, T0_US + day * DAY_US, found(notes)));
        }
        sends(&stage, &device, &checks[..18]).await;
        let page = page_of(&stage, &device).await;
        assert!(page.contains("连续 18 次") && !page.contains("麦克风无声音") && !page.contains("增多"), "{page}");
        sends(&stage, &device, &checks[18..]).await;
        let page = page_of(&stage, &device).await;
        for said in ["连续 20 次", "麦克风无声音", "连续 2 次", "最近 10 次中 2 次", "之前 10 次中 0 次", "增多"] {
            assert!(page.contains(said), "{said}: {page}");
        }
    }

    async fn however_many_checks_there_are_each_stands_on_one_page_and_the_oldest_can_be_reached(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        // Most of them of one instant: a clock that stands still.
        let check = |battery: u64| {
            let checked_us = if battery < 80 { T0_US } else { T0_US + battery };
            check_of(&device, checked_us, Preflight { battery_percent: Some(battery), ..found(&[]) })
        };
        let checks: Vec<_> = (0..=100).map(check).collect();
        for part in checks.chunks(20) {
            sends(&stage, &device, part).await;
        }
        let (mut path, mut seen, mut sizes) = (Some(format!("/devices/{}", device.id)), Vec::new(), Vec::new());
        while let Some(next) = path {
            let (status, page) = look(&stage, &next).await;
            assert_eq!(status, 200, "{page}");
            let (before, shown) = (seen.len(), page.split_once("<tbody>").unwrap().1);
            let shares = shown.split(" %").filter_map(|part| part.rsplit(['>', ' ']).next()?.parse::<u64>().ok());
            seen.extend(shares);
            sizes.push(seen.len() - before);
            assert!(sizes.len() <= 3, "{sizes:?}");
            let link = page.split_once(r#"rel="next" href=""#).map(|(_, link)| link.split('"').next().unwrap().to_owned());
            path = link;
        }
        assert_eq!(sizes, [50, 50, 1]);
        assert_eq!(seen[..21], (80..=100).rev().collect::<Vec<u64>>(), "newest first");
        seen.sort_unstable();
        assert_eq!(seen, (0..=100).collect::<Vec<u64>>());
        for nonsense in ["x", "1-", "-1", &format!("{}-{}", u64::MAX, "0".repeat(64))] {
            let (status, page) = look(&stage, &format!("/devices/{}?older_than={nonsense}", device.id)).await;
            assert!(status == 200 && page.contains("100 %") && !page.contains(r#"rel="first""#), "{nonsense}: {page}");
        }
    }

    async fn a_page_of_no_device_is_none_and_a_strangers_look_leads_to_the_form(stage: Stage) {
        for path in ["/devices/x", "/devices/00000000000000000000000000000000"] {
            assert_eq!(look(&stage, path).await.0, 404, "{path}");
        }
        let device = Device::enrolled(&stage, "phone").await;
        let browser = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let answer = browser.get(stage.at(&format!("/devices/{}", device.id))).send().await.unwrap();
        assert_eq!(answer.status(), 303);
    }

    async fn a_check_of_a_later_program_is_listed_and_not_guessed_at(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        sends(&stage, &device, &[check_of(&device, T0_US, found(&["antenna_bent"]))]).await;
        assert!(page_of(&stage, &device).await.contains("antenna_bent"), "a note of a later edition stands as its code");
        sqlx::query("UPDATE device_check SET body = '{\"later\":1}'").execute(stage.app.db().pool()).await.unwrap();
        assert!(page_of(&stage, &device).await.contains("由更新版本的程序写入"));
    }
}
