//! The headers of every response, and what is logged of a request.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use http::Method;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::browser::{App, Browser, COOKIE_NAME, Shown};
use crate::fake::{self, BOT, CODE, Fake};

/// A request for everything that is answered, with what it is called.
pub(crate) async fn all_responses(app: &App) -> Vec<(&'static str, Shown)> {
    let mut browser = app.browser_of("ada");
    let mut all = Vec::new();
    let start = browser.get("/notion/start").await;
    let state = start.state();
    all.push(("start", start));
    for (name, path) in [
        ("callback", format!("/notion/callback?code={CODE}&state={state}")),
        (
            "callback, forged",
            format!("/notion/callback?code={CODE}&state=guess"),
        ),
        ("callback, broken", "/notion/callback".to_owned()),
        (
            "start, broken",
            "/notion/start?return_to=//evil.example".to_owned(),
        ),
        ("done, expired", "/notion/done?problem=expired".to_owned()),
        ("done, inside", "/notion/done?problem=inside".to_owned()),
        ("disconnect?", format!("/notion/disconnect?bot={BOT}")),
        (
            "disconnect?, not found",
            "/notion/disconnect?bot=other".to_owned(),
        ),
    ] {
        all.push((name, browser.get(&path).await));
    }
    let done = all[1].1.location().to_owned();
    all.push(("done", browser.get(&done).await));
    all.push((
        "disconnect, stale",
        browser.ask(Method::POST, "/notion/disconnect", &[], "").await,
    ));
    for (name, method, path) in [
        ("callback by POST", Method::POST, "/notion/callback"),
        ("callback by HEAD", Method::HEAD, "/notion/callback"),
        ("done by POST", Method::POST, "/notion/done"),
        ("disconnect by DELETE", Method::DELETE, "/notion/disconnect"),
        ("start by PUT", Method::PUT, "/notion/start"),
        ("start by OPTIONS", Method::OPTIONS, "/notion/start"),
    ] {
        all.push((name, browser.ask(method, path, &[], "").await));
    }
    all.push(("start, nobody", app.browser().get("/notion/start").await));
    let ahead = [("sec-purpose", "prefetch")];
    all.push((
        "start, loaded ahead",
        browser.ask(Method::GET, "/notion/start", &ahead, "").await,
    ));
    // A flow that is not over, and one that a code of RFC 6749 has ended.
    let state = browser.start().await;
    let callback = notion_oauth::Callback::parse(&format!("code={CODE}&state={state}")).unwrap();
    let flow = callback.flow_id().unwrap();
    all.push((
        "done, too early",
        browser.get(&format!("/notion/done?flow={flow}")).await,
    ));
    browser
        .come_back(&format!("error=server_error&state={state}"))
        .await;
    all.push((
        "done, failed",
        browser.get(&format!("/notion/done?flow={flow}")).await,
    ));
    let asked = browser.get(&format!("/notion/disconnect?bot={BOT}")).await;
    let (_, token) = asked.body.split_once("name=\"token\" value=\"").unwrap();
    let form = format!("bot={BOT}&token={}", token.split_once('"').unwrap().0);
    all.push((
        "disconnect",
        browser.ask(Method::POST, "/notion/disconnect", &[], &form).await,
    ));
    all
}

/// What an application that goes straight on answers, and one that fails.
async fn more_responses() -> Vec<(&'static str, Shown)> {
    let app = App::with(&Fake::granting(), |web| {
        web.go_straight_on()
            .prepare(|parts, start| match parts.uri.query() {
                Some(_) => Err(notion_oauth::Error::custom(
                    notion_oauth::ErrorKind::Store,
                    "no store",
                    None,
                )),
                None => Ok(start),
            })
    })
    .await;
    let mut browser = app.browser();
    let failed = browser.get("/notion/start?fail").await;
    let state = browser.start().await;
    let on = browser
        .get(&format!("/notion/callback?code={CODE}&state={state}"))
        .await;
    vec![("start, failed", failed), ("callback, straight on", on)]
}

/// The headers without what is random.
fn plain(browser: &Browser, shown: &Shown) -> String {
    let mut text = format!("{}\n", shown.status);
    for (name, value) in &shown.headers {
        let mut value = value.to_str().unwrap().to_owned();
        if name == "content-length" {
            continue;
        }
        if let Some((before, _)) = value.split_once("state=").or_else(|| value.split_once("flow=")) {
            value = format!("{before}…");
        }
        if let Some((before, after)) = value.split_once("'nonce-") {
            let (nonce, after) = after.split_once('\'').unwrap();
            let style = format!("<style nonce=\"{nonce}\">");
            assert!(shown.body.is_empty() || shown.body.contains(&style));
            value = format!("{before}'nonce-…'{after}");
        }
        if let Some(secret) = browser
            .jar
            .get(COOKIE_NAME)
            .filter(|secret| value.contains(*secret))
        {
            value = value.replace(secret, "…");
        }
        if name == "set-cookie" {
            let (before, after) = value.split_once('=').unwrap();
            value = format!("{before}=…;{}", after.split_once(';').unwrap().1);
        }
        writeln!(text, "{name}: {value}").unwrap();
    }
    text
}

#[tokio::test]
async fn t9_t32_every_response_keeps_itself_to_this_browser() {
    let fake = Fake::granting();
    for _ in 0..2 {
        fake.then(fake::reply(200, "{}"));
    }
    let app = App::new(&fake).await;
    let browser = app.browser();
    let mut kinds: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut all = all_responses(&app).await;
    all.extend(more_responses().await);
    for (name, shown) in &all {
        for (header, value) in [
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(shown.headers[header], value, "{name}");
        }
        let policy = shown.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; ") && policy.ends_with("; frame-ancestors 'none'"));
        for loading in ["src=", "url(", "@import", "<script", "<link", "http:", "https:"] {
            assert!(!shown.body.contains(loading), "{name} loads: {loading}");
        }
        kinds.entry(plain(&browser, shown)).or_default().push(name);
    }
    let text: String = kinds
        .iter()
        .map(|(headers, names)| format!("# {}\n{headers}\n", names.join(" · ")))
        .collect();
    insta::assert_snapshot!("headers", text);
}

/// Keeps everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut log = self.0.lock().unwrap();
        let _ = write!(log, "\n{}", span.metadata().name());
        span.record(&mut Fields(&mut log));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Fields(&mut self.0.lock().unwrap()));
    }

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().unwrap();
        let _ = write!(log, "\n{}", event.metadata().level());
        event.record(&mut Fields(&mut log));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn t7_t10_the_log_has_paths_and_no_queries() {
    let fake = Fake::answering(fake::reply(400, r#"{"error":"invalid_grant"}"#));
    let app = App::new(&fake).await;
    let log = Log::default();
    let mut browser = app.browser_of("ada");
    // For the whole program: what one thread alone listens to is lost where another has just made the same call.
    tracing::subscriber::set_global_default(log.clone()).unwrap();
    let state = browser.start().await;
    browser.come_back(&format!("error=CANARY&state={state}")).await;
    let state = browser.start().await;
    browser.allow(&state).await;
    browser.allow("CANARY").await;
    browser.get("/notion/done?problem=CANARY").await;
    browser.get("/notion/start?return_to=//CANARY").await;
    let text = log.0.lock().unwrap().clone();
    assert!(
        text.contains("notion-oauth method=GET path=\"/notion/callback\""),
        "{text}"
    );
    assert!(text.contains("reference="), "{text}");
    for secret in [CODE, &state, "CANARY", &browser.jar[COOKIE_NAME], fake::SECRET] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}
