//! Flows that go as they should, or nearly so.

use std::sync::{Arc, Mutex};

use http::Method;
use notion_core::BoxFuture;
use notion_oauth::web::Web;
use notion_oauth::{Hooks, Installing, Origins, Verdict, Workspaces};
use serde_json::json;

use crate::browser::{App, COOKIE_NAME, bot, logged_in, open, path};
use crate::fake::{self, CODE, Fake, GRANTED};

#[tokio::test]
async fn s004_5_s000_13_a_user_connects_and_goes_on() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let started = browser.get("/notion/start?return_to=/boards%3Fx%3D1").await;
    let pairs = fake::pairs(started.location());
    let pair = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(pair("redirect_uri"), Some("https://example.com/notion/callback"));
    assert_eq!(pair("owner"), Some("user"));
    assert!(
        !started.location().contains("boards"),
        "what it is for stays here"
    );

    let shown = browser.allow(&started.state()).await;
    shown.is(200, "Connected");
    assert!(shown.body.contains("Acme is connected.") && shown.body.contains("href=\"/boards?x=1\""));
    let installation = &app
        .workspaces
        .tenant(&"ada".parse().unwrap())
        .list()
        .await
        .unwrap()[0];
    assert_eq!(installation.bot_id(), &bot());
    let log = app.workspaces.audit(&bot()).await.unwrap();
    assert_eq!(log[0].actor.as_deref(), Some("ada"));
}

#[tokio::test]
async fn t3_a_reload_of_either_page_shows_how_it_ended() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let state = browser.start().await;
    let callback = format!("/notion/callback?code={CODE}&state={state}");
    let done = browser.get(&callback).await.location().to_owned();
    for _ in 0..2 {
        browser.get(&done).await.is(200, "Connected");
        assert_eq!(browser.get(&callback).await.location(), done);
    }
    assert_eq!(fake.requests().len(), 1);
    // When it has been removed since, the page says so instead.
    fake.then(fake::reply(200, "{}"));
    app.workspaces.forget(&bot()).await.unwrap();
    browser.get(&done).await.is(200, "Disconnected");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t3_of_fifty_equal_callbacks_one_is_exchanged_and_all_show_it() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let state = browser.start().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (mut browser, state) = (browser.clone(), state.clone());
        tasks.spawn(async move { browser.allow(&state).await });
    }
    for shown in tasks.join_all().await {
        shown.is(200, "Connected");
    }
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn tabs_of_a_browser_share_its_cookie_and_end_in_any_order() {
    let fake = Fake::granting();
    fake.then(fake::reply(200, GRANTED.replace(fake::BOT, "bot-2")));
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let one = browser.get("/notion/start?return_to=/one").await;
    let cookie = browser.jar[COOKIE_NAME].clone();
    let two = browser.get("/notion/start?return_to=/two").await;
    assert!(!two.headers.contains_key("set-cookie"));
    assert_eq!(browser.jar[COOKIE_NAME], cookie);
    assert_ne!(one.state(), two.state());
    for (started, on) in [(two, "/two"), (one, "/one")] {
        let shown = browser.allow(&started.state()).await;
        shown.is(200, "Connected");
        assert!(shown.body.contains(&format!("href=\"{on}\"")));
    }
}

#[tokio::test]
async fn t23_a_browser_that_begins_too_often_keeps_its_newest() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let first = browser.start().await;
    let mut last = String::new();
    for _ in 0..16 {
        last = browser.start().await;
    }
    browser.allow(&first).await.is(400, "Not connected");
    assert_eq!(fake.requests().len(), 0);
    browser.allow(&last).await.is(200, "Connected");
}

#[tokio::test]
async fn s004_11_s004_18_who_cancels_reads_so_and_can_try_again() {
    let app = App::new(&Fake::default()).await;
    let mut browser = app.browser_of("ada");
    let state = browser.get("/notion/start?return_to=/boards").await.state();
    // Notion may leave the state out, and then nothing is used up.
    for query in ["error=access_denied", "error=access_denied&state="] {
        let shown = browser.come_back(query).await;
        shown.is(200, "Not connected");
        assert!(shown.body.contains("href=\"/notion/start\""));
    }
    let shown = browser
        .come_back(&format!("error=access_denied&state={state}"))
        .await;
    shown.is(200, "Not connected");
    assert!(shown.body.contains("Nothing was shared"));
    assert!(
        shown.body.contains("href=\"/notion/start?return_to=%2Fboards\""),
        "{}",
        shown.body
    );
    assert!(shown.body.contains("href=\"/boards\""));
}

#[tokio::test]
async fn s004_18_each_code_of_an_error_has_its_text_status_and_way_on() {
    let app = App::new(&Fake::default()).await;
    let mut browser = app.browser_of("ada");
    for (code, status, can_try_again) in [
        ("access_denied", 200, true),
        ("invalid_request", 500, false),
        ("unauthorized_client", 500, false),
        ("unsupported_response_type", 500, false),
        ("invalid_scope", 500, false),
        ("server_error", 502, true),
        ("temporarily_unavailable", 503, true),
        ("something_else", 502, false),
    ] {
        let state = browser.start().await;
        let shown = browser.come_back(&format!("error={code}&state={state}")).await;
        shown.is(status, "Not connected");
        assert_eq!(shown.body.contains("Try again"), can_try_again, "{code}");
        assert_eq!(shown.body.contains("Reference <code>"), status >= 500, "{code}");
        assert!(!shown.body.contains(code), "{code} is no word for people");
    }
}

#[tokio::test]
async fn s004_20_what_becomes_of_the_code_has_a_page() {
    let oauth = |error: &str| format!(r#"{{"error":"{error}"}}"#);
    for (answer, status, text, can_try_again) in [
        (fake::reply(400, oauth("invalid_grant")), 400, "too old", true),
        (
            fake::reply(401, oauth("invalid_client")),
            500,
            "not set up right",
            false,
        ),
        (fake::reply(503, ""), 503, "cannot be reached", true),
        (fake::reply(429, ""), 503, "cannot be reached", true),
        (fake::Answer::NotSent, 503, "cannot be reached", true),
        (fake::Answer::Lost, 502, "was lost on the way", true),
        (fake::reply(200, "<html>"), 502, "", true),
    ] {
        let fake = Fake::answering(answer);
        let app = App::new(&fake).await;
        let mut browser = app.browser_of("ada");
        let state = browser.start().await;
        for _ in 0..2 {
            let shown = browser.allow(&state).await;
            shown.is(status, "Not connected");
            assert!(shown.body.contains(text), "{}", shown.body);
            assert_eq!(shown.body.contains("Try again"), can_try_again);
        }
        assert_eq!(fake.requests().len(), 1, "a code is sent once");
        assert!(app.workspaces.list().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn t19_another_account_than_the_expected_one_changes_nothing() {
    let fake = Fake::granting();
    fake.then(fake::reply(200, "{}"));
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let state = browser
        .get("/notion/start?bot=bot-1&return_to=/boards")
        .await
        .state();
    let shown = browser.allow(&state).await;
    shown.is(409, "Another account");
    assert!(shown.body.contains("You chose Acme in Notion"));
    assert!(
        shown
            .body
            .contains("href=\"/notion/start?return_to=%2Fboards&amp;bot=bot-1\""),
        "{}",
        shown.body
    );
    assert!(app.workspaces.list().await.unwrap().is_empty());
}

struct Choosy;

impl Hooks for Choosy {
    fn may_install<'a>(&'a self, _: &'a Installing) -> BoxFuture<'a, Verdict> {
        Box::pin(async { Verdict::Refuse("Your plan has <one> workspace.".to_owned()) })
    }
}

#[tokio::test]
async fn s000_2_what_the_application_refuses_is_said_in_its_words() {
    let fake = Fake::granting();
    fake.then(fake::reply(200, "{}"));
    let connection = fake::builder_to(&fake, "https://example.com/notion/callback")
        .build()
        .unwrap();
    let builder = Workspaces::builder(connection).in_memory().hooks(Choosy);
    let workspaces = builder.open().await.unwrap();
    let router = notion_oauth::web::router(Web::new(workspaces.clone()).unwrap());
    let router = axum::Router::new().nest("/notion", router);
    let mut browser = App { workspaces, router }.browser();
    let state = browser.start().await;
    let shown = browser.allow(&state).await;
    shown.is(403, "Not connected");
    assert!(shown.body.contains("Your plan has &lt;one&gt; workspace."));
}

#[tokio::test]
async fn who_comes_back_too_late_can_begin_the_same_again() {
    let fake = Fake::granting();
    let connection = fake::builder_to(&fake, "https://example.com/notion/callback")
        .flow_lifetime(std::time::Duration::from_millis(1))
        .build()
        .unwrap();
    let workspaces = Workspaces::builder(connection).in_memory().open().await.unwrap();
    let web = Web::new(workspaces.clone()).unwrap().subject(logged_in);
    let router = axum::Router::new().nest("/notion", notion_oauth::web::router(web));
    let app = App { workspaces, router };
    let mut browser = app.browser_of("ada");
    let state = browser
        .get("/notion/start?return_to=/boards&bot=bot-1")
        .await
        .state();
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    for query in [format!("code={CODE}"), "error=access_denied".to_owned()] {
        let shown = browser.come_back(&format!("{query}&state={state}")).await;
        shown.is(410, "That took too long");
        assert!(
            shown
                .body
                .contains("href=\"/notion/start?return_to=%2Fboards&amp;bot=bot-1\""),
            "{}",
            shown.body
        );
        assert!(shown.body.contains("href=\"/boards\""));
    }
    // Whoever else has the address reads nothing of it.
    let late = browser
        .get(&format!("/notion/callback?code={CODE}&state={state}"))
        .await;
    let mut bob = browser.clone();
    bob.user = Some("bob");
    for mut other in [app.browser_of("ada"), bob] {
        let shown = other.get(late.location()).await;
        shown.is(400, "Not connected");
        assert!(!shown.body.contains("boards"));
    }
    assert_eq!(fake.requests().len(), 0);
}

/// W-1: what a browser loads ahead, because its user may ask for it.
#[tokio::test]
async fn a_page_that_is_loaded_ahead_begins_and_ends_nothing() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    for purpose in [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "prefetch"),
    ] {
        let headers = [purpose, ("sec-fetch-dest", "document")];
        let ahead = browser.ask(Method::GET, "/notion/start", &headers, "").await;
        ahead.is(503, "Not ready yet");
        assert!(browser.jar.is_empty(), "no cookie, so no flow");
    }
    let state = browser.start().await;
    let callback = format!("/notion/callback?code={CODE}&state={state}");
    let ahead = browser
        .ask(Method::GET, &callback, &[("sec-purpose", "prefetch")], "")
        .await;
    ahead.is(503, "Not ready yet");
    // Nor does a scanner that follows links, which has no cookie.
    app.browser().get(&callback).await;
    assert_eq!(fake.requests().len(), 0);
    browser.allow(&state).await.is(200, "Connected");
}

/// W-1: the cookie is lost on the way, or never taken.
#[tokio::test]
async fn a_browser_that_keeps_no_cookie_reads_why_it_does_not_work() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    for _ in 0..2 {
        let state = browser.start().await;
        browser.jar.clear();
        let shown = browser.allow(&state).await;
        shown.is(400, "Not connected");
        assert!(
            shown.body.contains("takes the cookies of this site"),
            "{}",
            shown.body
        );
        assert!(shown.body.contains("href=\"/notion/start\""));
    }
    assert_eq!(fake.requests().len(), 0);
}

#[tokio::test]
async fn a_flow_whose_end_is_not_known_yet_says_so() {
    let app = App::new(&Fake::default()).await;
    let mut browser = app.browser_of("ada");
    let state = browser.start().await;
    let callback = notion_oauth::Callback::parse(&format!("code={CODE}&state={state}")).unwrap();
    let flow = callback.flow_id().unwrap();
    let shown = browser.get(&format!("/notion/done?flow={flow}")).await;
    shown.is(503, "Not ready yet");
    assert!(
        shown
            .body
            .contains(&format!("<code>{}</code>", &flow.as_str()[..8]))
    );
}

#[tokio::test]
async fn an_application_may_go_on_at_once_and_add_to_flows() {
    let fake = Fake::granting();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let paths = Arc::clone(&seen);
    let app = App::with(&fake, |web| {
        web.go_straight_on()
            .home(path("/home"))
            .prepare(move |parts, start| {
                paths.lock().unwrap().push(parts.uri.query().map(str::to_owned));
                start.payload(&json!({"plan": "pro"}))
            })
    })
    .await;
    let mut browser = app.browser();
    let state = browser.get("/notion/start?plan=pro").await.state();
    let back = browser
        .get(&format!("/notion/callback?code={CODE}&state={state}"))
        .await;
    assert_eq!(back.location(), "/home");
    assert_eq!(*seen.lock().unwrap(), [Some("plan=pro".to_owned())]);
}

#[tokio::test]
async fn what_fails_in_the_application_is_not_told_to_the_user() {
    let app = App::with(&Fake::default(), |web| {
        web.prepare(|_, _| {
            Err(notion_oauth::Error::custom(
                notion_oauth::ErrorKind::Store,
                "CANARY",
                None,
            ))
        })
    })
    .await;
    let shown = app.browser().get("/notion/start").await;
    shown.is(500, "Something went wrong");
    assert!(!shown.body.contains("CANARY"));
}

#[tokio::test]
async fn a_start_may_be_a_link_or_a_form_but_no_picture() {
    let app = App::new(&Fake::default()).await;
    let mut browser = app.browser_of("ada");
    let form = browser
        .ask(
            Method::POST,
            "/notion/start",
            &[("sec-fetch-dest", "document")],
            "",
        )
        .await;
    assert!(
        form.location()
            .starts_with("https://api.notion.com/v1/oauth/authorize?")
    );
    for destination in ["image", "iframe", "empty"] {
        let shown = browser
            .ask(
                Method::GET,
                "/notion/start",
                &[("sec-fetch-dest", destination)],
                "",
            )
            .await;
        shown.is(400, "This link does not work");
    }
}

#[tokio::test]
async fn who_is_not_logged_in_begins_nothing() {
    let app = App::with(&Fake::default(), |web| {
        web.subject(logged_in).log_in(path("/log-in?then=notion"))
    })
    .await;
    let shown = app.browser().get("/notion/start").await;
    shown.is(401, "Please log in");
    assert!(shown.body.contains("href=\"/log-in?then=notion\""));
    assert!(!shown.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn the_redirect_uri_decides_how_the_callback_is_called() {
    let fake = Fake::granting();
    let workspaces = open(&fake, "http://localhost:3000/back").await;
    let web = Web::new(workspaces.clone())
        .unwrap()
        .origins(Origins::new(["http://localhost:3001"]).unwrap());
    let mut browser = App {
        workspaces,
        router: notion_oauth::web::router(web),
    }
    .browser();
    let started = browser.get("/start?return_to=http://localhost:3001/app").await;
    // Browsers refuse `__Host-` and `Secure` without https, even on this machine.
    let cookie = started.headers["set-cookie"].to_str().unwrap();
    assert!(
        cookie.starts_with("notion-oauth=") && !cookie.contains("Secure"),
        "{cookie}"
    );
    let back = browser
        .get(&format!("/back?code={CODE}&state={}", started.state()))
        .await;
    let done = back.location().to_owned();
    let shown = browser.get(&done).await;
    shown.is(200, "Connected");
    assert!(shown.body.contains("href=\"http://localhost:3001/app\""));
}
