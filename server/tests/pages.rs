//! The agency's pages as a browser gets them: who may look, what is shown, and what never is.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use quanji_agency::api::openapi::endpoints;
use quanji_agency::documents::Number;
use quanji_agency::{calendars, documents, drafts, jobs, special_rules};
use quanji_rules::agency_policy::PolicyDraft;
use reqwest::header::{CONTENT_SECURITY_POLICY, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, Response, redirect};
use serde_json::json;
use support::record::inspection;
use support::sending::kind_of;
use support::{DAY_US, Device, Record, RecordDraft, Stage, over_both};

/// A browser that follows nothing by itself.
fn browser() -> Client {
    // The provider of TLS is set with the stage's own client.
    Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap()
}

async fn look(stage: &Stage, path: &str) -> Response {
    let cookie = format!("other=1; quanji_admin={}", stage.made.admin_token);
    browser().get(stage.at(path)).header(COOKIE, cookie).send().await.unwrap()
}

async fn sends_lines(stage: &Stage, device: &Device, record: &Record) {
    let path = stage.at(&format!("/v1/records/{}/lines?from=0", record.id));
    let answer = stage.client.post(path).bearer_auth(&device.token).body(record.journal()).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    let path = stage.at(&format!("/v1/records/{}/private", record.id));
    let answer = stage.client.post(path).bearer_auth(&device.token).body(record.private.concat()).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

over_both! {
    async fn a_stranger_is_led_to_the_form_and_a_wrong_token_stays_outside(stage: Stage) {
        for path in ["/", "/records/00000000000000000000000000000000"] {
            let answer = browser().get(stage.at(path)).send().await.unwrap();
            assert_eq!((answer.status().as_u16(), &answer.headers()[LOCATION]), (303, &"/login".parse().unwrap()), "{path}");
        }
        for token in ["", "wrong", "a;b", "token=1"] {
            let answer = browser().post(stage.at("/login")).header("Content-Type", "application/x-www-form-urlencoded")
                .body(format!("token={token}")).send().await.unwrap();
            assert_eq!(answer.status(), 401, "{token}");
            assert!(answer.headers().get(SET_COOKIE).is_none());
        }
    }

    async fn the_token_is_kept_where_no_script_and_no_other_site_gets_it(stage: Stage) {
        let answer = browser().post(stage.at("/login")).header("Content-Type", "application/x-www-form-urlencoded")
            .body(format!("token={}", stage.made.admin_token)).send().await.unwrap();
        assert_eq!(answer.status(), 303);
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().to_owned();
        assert!(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Strict"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let page = browser().get(stage.at("/")).header(COOKIE, cookie).send().await.unwrap();
        assert_eq!(page.status(), 200);
        let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
        let left = browser().post(stage.at("/logout")).send().await.unwrap();
        assert!(left.headers()[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    }

    async fn a_record_is_listed_with_what_is_owed_and_its_days_are_counted_out(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let record = inspection(&stage, &device, "first").await;
        sends_lines(&stage, &device, &record).await;
        let board = look(&stage, "/").await.text().await.unwrap();
        assert!(board.contains(&format!("/records/{}", record.id)), "{board}");
        let page = look(&stage, &format!("/records/{}", record.id)).await.text().await.unwrap();
        // It ended on a Thursday: Friday and Monday count, the weekend between does not.
        for said in ["周一 11-16 24:00", "第 1 个工作日", "第 2 个工作日", "不计", "周末", "依据 by cn-2026-", "已封存"] {
            assert!(page.contains(said), "{said}: {page}");
        }
    }

    async fn a_record_that_still_records_says_so_and_one_that_ended_unsealed_has_its_deadline(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let record = inspection(&stage, &device, "first").await;
        let photo = record.lines.iter().position(|line| kind_of(line) == "photo").unwrap();
        let ended = record.lines.len() - 1;
        assert_eq!(kind_of(&record.lines[ended - 1]), "ended");
        stage.send_lines(&device, &record, 0, &record.lines[..photo].concat()).await.unwrap();
        jobs::run_due(&stage.app).await.unwrap();
        let page = look(&stage, &format!("/records/{}", record.id)).await.text().await.unwrap();
        for said in ["录制尚未结束", "若就此中断，应在 周一 11-16 24:00 之前存储", "2026-11-17T00:00:00+08:00"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(look(&stage, "/").await.text().await.unwrap().contains("未起算"));

        // The phone is gone: nobody seals it, and the term runs all the same.
        stage.send_lines(&device, &record, photo, &record.lines[photo..ended - 1].concat()).await.unwrap();
        jobs::run_due(&stage.app).await.unwrap();
        stage.send_lines(&device, &record, ended - 1, &record.lines[ended - 1]).await.unwrap();
        jobs::run_due(&stage.app).await.unwrap();
        let page = look(&stage, &format!("/records/{}", record.id)).await.text().await.unwrap();
        assert!(page.contains("第 2 个工作日") && !page.contains("若就此中断"), "{page}");
        let board = look(&stage, "/").await.text().await.unwrap();
        assert!(board.contains("周一 11-16 24:00") && !board.contains("未起算"), "{board}");
    }

    async fn the_page_counts_from_the_same_bracket_as_the_receipt(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let mut draft = RecordDraft::open(&stage, &device, "a clock ahead", 1, None).await;
        // Its clock says Sunday; it was received on Thursday, so it cannot have ended later.
        draft.mono_us += 3 * DAY_US;
        draft.boot = support::device::id_of("another boot");
        draft.describe();
        draft.film_second();
        draft.seal();
        let record = draft.record();
        sends_lines(&stage, &device, &record).await;
        for file in &record.files {
            stage.keep(&device, file).await;
        }
        jobs::run_due(&stage.app).await.unwrap();
        assert_eq!(stage.count("SELECT COUNT(*) FROM receipt").await, 1);
        let page = look(&stage, &format!("/records/{}", record.id)).await.text().await.unwrap();
        assert_eq!(page.matches("周一 11-16 24:00").count(), 2, "countdown and receipt: {page}");
        assert!(!page.contains("11-17 24:00"), "{page}");
    }

    async fn a_device_is_shown_as_it_named_itself_and_as_text(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let record = inspection(&stage, &device, "first").await;
        sends_lines(&stage, &device, &record).await;
        let path = format!("/records/{}", record.id);
        assert!(!look(&stage, &path).await.text().await.unwrap().contains("quanji-phone"));
        sqlx::query("UPDATE device SET software = 'quanji-phone/0.1', model = '<b>phone</b>'").execute(stage.app.db().pool()).await.unwrap();
        let page = look(&stage, &path).await.text().await.unwrap();
        assert!(page.contains("quanji-phone/0.1") && page.contains("&lt;b&gt;phone"), "{page}");
    }

    async fn the_devices_are_listed_with_their_standing_and_what_came_from_them(stage: Stage) {
        assert!(look(&stage, "/devices").await.text().await.unwrap().contains("还没有设备"));
        let (first, second) = (Device::enrolled(&stage, "phone").await, Device::enrolled(&stage, "another").await);
        let record = inspection(&stage, &first, "first").await;
        sends_lines(&stage, &first, &record).await;
        sqlx::query("UPDATE device SET software = 'quanji-phone/0.1', model = '<b>phone</b>'").execute(stage.app.db().pool()).await.unwrap();
        let page = look(&stage, "/devices").await.text().await.unwrap();
        for said in [&*first.id.to_string(), &second.id.to_string(), "在用", "quanji-phone/0.1", "&lt;b&gt;phone"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(!page.contains("已撤销") && page.contains(r#"<td class="number">1</td>"#) && page.contains(r#"<td class="number">0</td>"#), "{page}");
        // Its certificate runs out, and then it is revoked as well.
        stage.clock.advance(4_000 * DAY_US);
        assert!(look(&stage, "/devices").await.text().await.unwrap().contains("证书已到期"));
        sqlx::query("UPDATE device SET revoked_from_us = 7").execute(stage.app.db().pool()).await.unwrap();
        let page = look(&stage, "/devices").await.text().await.unwrap();
        assert!(page.contains("已撤销") && !page.contains("在用"), "{page}");
        for path in ["/devices?page=4294967295", "/devices?page=x"] {
            assert_eq!(look(&stage, path).await.status(), 200, "{path}");
        }
        assert_eq!(browser().get(stage.at("/devices")).send().await.unwrap().status(), 303);
    }

    async fn no_page_shows_a_name_a_number_or_a_place(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let record = inspection(&stage, &device, "first").await;
        sends_lines(&stage, &device, &record).await;
        for path in ["/".to_owned(), "/devices".to_owned(), format!("/records/{}", record.id)] {
            let page = look(&stage, &path).await.text().await.unwrap();
            for private in ["甲某", "乙某商店", "00001", "某街道"] {
                assert!(!page.contains(private), "{private} on {path}");
            }
        }
    }

    async fn what_is_listed_is_shown_as_text_whatever_it_holds(stage: Stage) {
        let mut tx = stage.app.db().begin().await.unwrap();
        let state = quanji_agency::states::State {
            code: "ledger_gap", subject: "x", place: "<script>alert(1)</script>", record: None, device: None,
            expected: "a&b", found: "\"",
        };
        let agency = stage.app.agency().id.to_string();
        quanji_agency::states::list(&mut tx, &agency, &state, stage.app.now_us()).await.unwrap();
        tx.commit().await.unwrap();
        let page = look(&stage, "/").await.text().await.unwrap();
        assert!(page.contains("设备台账缺号") && page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    }

    async fn any_deadline_is_explained_day_by_day_and_by_which_notice(stage: Stage) {
        let page = async |query: &str| look(&stage, &format!("/deadline{query}")).await.text().await.unwrap();
        let empty = page("").await;
        assert!(empty.contains("期限怎么算") && !empty.contains("<ol") && !empty.contains("<script"), "{empty}");
        // The eve of the National Day holiday: 8 and 9 October count, 10 October would be worked in lieu.
        let eve = page("?of=&at=2026-09-30T17%3A20&kind=completed&until=&ground=&returned=").await;
        for said in ["周五 10-09 24:00", "第 2 个工作日", "放假：国庆节", "依据 by cn-2026-", "2026-10-10T00:00:00+08:00", "周末"] {
            assert!(eve.contains(said), "{said}: {eve}");
        }
        let away = page("?at=2026-09-30T17:20&ground=remote").await;
        assert!(away.contains("等待返回单位（边远地区）") && away.contains("周五 10-09 24:00"), "{away}");
        let returned = page("?at=2026-09-30T17:20&ground=remote&returned=2026-10-12T09:00").await;
        assert!(returned.contains("周三 10-14 24:00") && returned.contains("返回单位"), "{returned}");
        // Days for which no notice is published: presumed, never late, and the earliest day is told.
        let provisional = page("?at=2026-12-30T10:00:00%2B08:00").await;
        for said in ["暂定", "最早可能到期：2027-01-02", "法定节日（未公布）", "推定周末", "2027 年的放假通知尚未录入"] {
            assert!(provisional.contains(said), "{said}: {provisional}");
        }
        let notice = "date,kind,name_zh,basis\n2027-01-01,off,元旦,statutory\n";
        calendars::import(&stage.app, notice.as_bytes()).await.unwrap();
        let settled = page("?at=2026-12-30T10:00").await;
        assert!(settled.contains("依据 by cn-2027-") && !settled.contains("最早可能到期"), "{settled}");
        assert!(settled.contains("本单位颁发：") && settled.contains("2028 年的放假通知尚未录入"), "{settled}");
    }

    async fn what_is_entered_wrongly_is_said_in_words_and_stays_in_the_form(stage: Stage) {
        for (query, said) in [
            ("?at=2026-02-30T10:00", "没有这一天"),
            ("?at=x", "应写作 2026-11-12T10:00"),
            ("?at=&kind=completed", "请填写从何时起"),
            ("?at=2026-01-05T25:00", "没有 25:00 这个时刻"),
            ("?at=2026-01-05T10:00&of=%3Cb%3E", "没有这样的期限"),
            ("?at=2026-01-05T10:00&ground=holiday", "第十七条只有四种"),
            ("?at=2026-01-05T10:00&returned=2026-01-06T10:00", "没有选不能及时移交的情形"),
            ("?at=2026-01-05T10:00&until=2026-01-04T10:00", "最迟时间早于起算时间"),
            ("?at=9999-01-05T10:00", "不在可计算的范围内"),
        ] {
            let answer = look(&stage, &format!("/deadline{query}")).await;
            let (status, page) = (answer.status().as_u16(), answer.text().await.unwrap());
            assert!(status == 400 && page.contains(said) && page.contains("role=\"alert\"") && !page.contains("<b>\""), "{query}: {status} {page}");
        }
        assert_eq!(look(&stage, "/deadline?at=%FF").await.status(), 400);
        assert_eq!(browser().get(stage.at("/deadline")).send().await.unwrap().status(), 303);
    }

    async fn the_other_statutory_clocks_are_counted_with_their_articles(stage: Stage) {
        let page = async |query: &str| look(&stage, &format!("/deadline?{query}")).await.text().await.unwrap();
        let registered = page("of=prior_registration&at=2026-09-30T17:20").await;
        for said in ["周四 10-15 24:00", "《中华人民共和国行政处罚法》第五十六条", "第八十五条", "第 7 个工作日", "Art. 56"] {
            assert!(registered.contains(said), "{said}: {registered}");
        }
        let urgent = page("of=urgent_measure&at=2026-09-30T17:20").await;
        assert!(urgent.contains("2026-10-01 17:20:00") && urgent.contains("第十九条"), "{urgent}");
        let seized = page("of=seizure&at=2026-09-03T10:00").await;
        for said in ["周四 10-08 24:00", "届满日 2026-10-03 放假", "从严：2026-10-02 24:00", "第 30 日", "中间 26 日"] {
            assert!(seized.contains(said), "{said}: {seized}");
        }
    }

    async fn a_term_that_runs_back_and_days_that_are_left_out_are_counted_out(stage: Stage) {
        let page = async |query: &str| look(&stage, &format!("/deadline?{query}")).await.text().await.unwrap();
        let hearing = page("of=hearing_notice&at=2026-10-15T09:00").await;
        for said in ["周三 09-30 24:00", "第六十四条第二项", "自举行听证之日倒算", "前第 7 个工作日", "从严：2026-09-29 24:00", "足日", "倒算"] {
            assert!(hearing.contains(said), "{said}: {hearing}");
        }
        let plain = page("of=seizure&at=2026-03-02T10:00").await;
        assert!(plain.contains("周三 04-01 24:00") && plain.contains("如有，请在上面填写"), "{plain}");
        let tested = page("of=seizure&at=2026-03-02T10:00&out1_from=2026-03-05&out1_to=2026-03-14").await;
        for said in ["周一 04-13 24:00", "2026-03-05 至 to 2026-03-14", "第二十五条第三款", "停止计算", "届满日 2026-04-11 放假"] {
            assert!(tested.contains(said), "{said}: {tested}");
        }
        assert!(tested.contains("value=\"2026-03-14\""), "what was entered stays in its field: {tested}");
        let not = look(&stage, "/deadline?of=hearing_notice&at=2026-10-15T09:00&out1_from=2026-10-01&out1_to=2026-10-02").await;
        assert!(not.status() == 400 && not.text().await.unwrap().contains("法律没有规定这一期限有不计入的期间"));
        let filing = page("of=filing&at=2026-10-15T09:00").await;
        assert!(filing.contains("没有天数：法律未定，本单位也未规定"), "{filing}");
    }

    async fn an_agencys_own_days_stand_beside_the_laws_and_make_no_record_late(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let before = inspection(&stage, &device, "before").await;
        sends_lines(&stage, &device, &before).await;
        let name = documents::issuer(stage.app.db(), &stage.app.agency()).await.unwrap();
        let policy = include_str!("../../proto/policy/v1/sample.json").replace("某局", &name);
        drafts::issue::<PolicyDraft>(&stage.app, policy.as_bytes(), Number::Next).await.unwrap();
        stage.clock.advance(60_000_000);
        let device = Device::enrolled(&stage, "another").await;
        let mut draft = RecordDraft::open(&stage, &device, "under it", 1, None).await.opened_later(60_000_000);
        draft.describe();
        draft.film_second();
        let file = draft.file(b"a list of what was found");
        draft.say("document", json!({ "file": file, "document": "inspection_record" }));
        draft.seal();
        let record = draft.record();
        sends_lines(&stage, &device, &record).await;
        jobs::run_due(&stage.app).await.unwrap();
        let page = async |path: &str| look(&stage, path).await.text().await.unwrap();
        let own = page(&format!("/records/{}", record.id)).await;
        // Thursday: the law's two days end on Monday, the agency's one on Friday, its three for texts on Tuesday.
        for said in ["周一 11-16 24:00", "单位规定", "应在 周五 11-13 24:00 之前存储", "文字材料应在 周二 11-17 24:00 之前归档", "以第十七条的期限为准"] {
            assert!(own.contains(said), "{said}: {own}");
        }
        let earlier = page(&format!("/records/{}", before.id)).await;
        assert!(!earlier.contains("单位规定"), "what was opened before is held to nothing new: {earlier}");
        let explained = page("/deadline?at=2026-11-13T10:00").await;
        assert!(explained.contains("周二 11-17 24:00") && explained.contains("应在 周一 11-16 24:00 之前存储"), "{explained}");
        let filing = page("/deadline?of=filing&at=2026-11-13T10:00").await;
        for said in ["周三 11-18 24:00", "单位规定", "第 3 个工作日", "及时归档"] {
            assert!(filing.contains(said), "{said}: {filing}");
        }
        let documents = page("/documents").await;
        assert!(documents.contains("存储（单位规定）") && documents.contains("文字材料归档（单位规定）"), "{documents}");
        // A day after the agency's own, and before the law's: in time.
        stage.clock.advance(2 * DAY_US);
        for file in &record.files {
            stage.keep(&device, file).await;
        }
        jobs::run_due(&stage.app).await.unwrap();
        let stored = page(&format!("/records/{}", record.id)).await;
        assert!(stored.contains("按时") && !stored.contains("逾期"), "{stored}");
    }

    async fn a_record_leads_to_its_deadline_explained_with_its_own_data(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let record = inspection(&stage, &device, "first").await;
        sends_lines(&stage, &device, &record).await;
        let page = look(&stage, &format!("/records/{}", record.id)).await.text().await.unwrap();
        let at = page.find("/deadline?at=").expect("a link");
        let path = page[at..].split('"').next().unwrap().replace("&amp;", "&");
        let explained = look(&stage, &path).await.text().await.unwrap();
        assert!(explained.contains("周一 11-16 24:00") && explained.contains("录制完成"), "{path}: {explained}");
    }

    async fn records_of_one_activity_show_each_its_own_deadline_and_the_earliest(stage: Stage) {
        let mut records = Vec::new();
        for (days, change) in [(0, "began"), (1, "joined")] {
            stage.clock.advance(days * DAY_US);
            let device = Device::enrolled(&stage, change).await;
            let mut draft = RecordDraft::open(&stage, &device, change, 1, None).await;
            draft.mono_us += days * DAY_US;
            draft.describe();
            draft.say("activity", json!({ "activity": support::device::id_of("a scene"), "change": change }));
            draft.film_second();
            draft.seal();
            let record = draft.record();
            sends_lines(&stage, &device, &record).await;
            records.push((device, record));
        }
        jobs::run_due(&stage.app).await.unwrap();
        let board = look(&stage, "/").await.text().await.unwrap();
        assert_eq!(board.matches("同一活动 2 个记录").count(), 2, "{board}");
        assert_eq!(board.matches("最早 周一 11-16 24:00").count(), 2, "{board}");
        let page = look(&stage, &format!("/records/{}", records[1].1.id)).await.text().await.unwrap();
        for said in ["同一执法活动", "本记录", "周一 11-16 24:00", "周二 11-17 24:00", &*format!("/records/{}", records[0].1.id)] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(page.contains("执法活动：加入"), "its course is told: {page}");
        let together = page.split("活动合计欠项").nth(1).unwrap().split("<h2>").next().unwrap();
        assert_eq!(together.matches("语音说明（").count(), 1, "of two records without an opening one owes it: {together}");
        // What is stored is waited for no more.
        let (device, first) = &records[0];
        for file in &first.files {
            stage.keep(device, file).await;
        }
        jobs::run_due(&stage.app).await.unwrap();
        let board = look(&stage, "/").await.text().await.unwrap();
        assert_eq!(board.matches("最早 周二 11-17 24:00").count(), 2, "{board}");
    }

    async fn a_seizure_shows_the_other_terms_that_it_sets_running(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let mut draft = RecordDraft::open(&stage, &device, "a seizure", 1, None).await;
        draft.describe();
        draft.say("subject", json!({ "party": "to_be_established", "matter": "seizure" }));
        draft.film_second();
        draft.seal();
        let record = draft.record();
        sends_lines(&stage, &device, &record).await;
        let page = look(&stage, &format!("/records/{}", record.id)).await.text().await.unwrap();
        // 2026-11-12 10:00: 24 hours, and thirty days to Saturday, 12 December, which gives way to Monday.
        for said in ["其他法定期限", "2026-11-13 10:00:0", "周一 12-14 24:00", "/deadline?of=seizure&amp;at=2026-11-12T02:00:0", "第二十五条"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(!page.contains("先行登记保存后"), "{page}");
        let device = Device::enrolled(&stage, "another").await;
        let other = inspection(&stage, &device, "other").await;
        sends_lines(&stage, &device, &other).await;
        assert!(!look(&stage, &format!("/records/{}", other.id)).await.text().await.unwrap().contains("其他法定期限"));
    }

    async fn a_special_rule_is_named_wherever_the_deadline_is_shown(stage: Stage) {
        let rules = include_str!("../../proto/special-rules/v1/sample.json");
        assert!(!look(&stage, "/deadline").await.text().await.unwrap().contains("特别规定"));
        special_rules::issue(&stage.app, rules.as_bytes()).await.unwrap();
        let page = look(&stage, "/deadline?at=2026-09-30T17:20&matter=seizure").await.text().await.unwrap();
        for said in ["周四 10-08 24:00", "从其规定", "《示例规定（并不存在）》第九条", "101 · 102", "规章", "1 个工作日"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        let documents = look(&stage, "/documents").await.text().await.unwrap();
        assert!(documents.contains("特别规定") && documents.contains("special rules"), "{documents}");
        let other = look(&stage, "/deadline?at=2026-09-30T17:20&matter=hearing").await.text().await.unwrap();
        assert!(other.contains("周五 10-09 24:00") && !other.contains("从其规定"), "{other}");
    }

    async fn a_record_says_by_which_editions_it_is_judged_and_what_of_what_was_owed_is_done(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let record = inspection(&stage, &device, "first").await;
        sends_lines(&stage, &device, &record).await;
        let page = look(&stage, &format!("/records/{}", record.id)).await.text().await.unwrap();
        for said in ["依据", "当时尚未颁发，依通常的界限", "手机自带的示例", "办法第十七条"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        let done = page.split("已补").nth(1).unwrap().split("</table>").next().unwrap();
        assert!(done.contains("语音说明（时间、地点、执法人员") && done.contains("第十四条"), "{done}");
        assert!(!done.contains("中止原因"), "{done}");
    }

    async fn a_record_that_is_not_there_is_said_so_and_a_page_beyond_the_last_is_empty(stage: Stage) {
        for path in ["/records/00000000000000000000000000000000", "/records/x", "/records/%00"] {
            assert_eq!(look(&stage, path).await.status(), 404, "{path}");
        }
        for path in ["/?page=4294967295", "/?page=x", "/?page=-1"] {
            assert_eq!(look(&stage, path).await.status(), 200, "{path}");
        }
    }

    async fn states_are_listed_for_an_administrator_only_and_narrowed_by_code_and_record(stage: Stage) {
        let ask = async |path: &str, token: &str| {
            let answer = stage.client.get(stage.at(path)).bearer_auth(token).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let token = stage.made.admin_token.clone();
        let agency = stage.app.agency().id.to_string();
        let mut tx = stage.app.db().begin().await.unwrap();
        let record = "ab".repeat(16);
        for (code, record) in [("fork", Some(record.as_str())), ("ledger_gap", None)] {
            let state = quanji_agency::states::State { code, subject: "s", place: "p", record, device: None, expected: "", found: "" };
            quanji_agency::states::list(&mut tx, &agency, &state, 5).await.unwrap();
        }
        tx.commit().await.unwrap();
        let count = async |path: &str| ask(path, &token).await.1.matches("\"code\"").count();
        assert_eq!(count("/v1/admin/states").await, 2);
        assert_eq!(count("/v1/admin/states?code=fork").await, 1);
        assert_eq!(count(&format!("/v1/admin/states?record={record}")).await, 1);
        assert_eq!(count(&format!("/v1/admin/states?code=ledger_gap&record={record}")).await, 0);
        assert_eq!(ask("/v1/admin/states", "wrong").await, (401, "{\"code\":\"token_invalid\"}".into()));
        assert_eq!(ask("/v1/admin/states?record=x", &token).await.0, 400);
        assert_eq!(ask("/v1/admin/states?what=x", &token).await.0, 400);
        let device = Device::enrolled(&stage, "phone").await;
        assert_eq!(ask("/v1/admin/states", &device.token).await.0, 401);
    }

    async fn every_published_path_is_served(stage: Stage) {
        for endpoint in endpoints() {
            let path = endpoint.path.replace("{record}", &"0".repeat(32)).replace("{digest}", &"0".repeat(64));
            let method = Method::from_bytes(endpoint.method.as_bytes()).unwrap();
            let answer = browser().request(method, stage.at(&path)).send().await.unwrap();
            let (status, body) = (answer.status().as_u16(), answer.text().await.unwrap());
            assert!(status != 405 && !body.contains("\"not_found\""), "{} {path}: {status} {body}", endpoint.method);
        }
    }
}
