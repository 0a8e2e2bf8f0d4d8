//! What leaves the server: what browsers are given, and what is asked for.

use std::sync::atomic::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use http::Method;
use notion_oauth::{Connection, Start};

use crate::browser::{App, bot};
use crate::fake::{self, BOT, CLIENT_ID, Fake, GRANTED, SECRET};
use crate::headers::all_responses;

#[tokio::test]
async fn s000_12_no_browser_is_given_the_secret_or_a_token() {
    let app = App::new(&Fake::granting()).await;
    let mut given = Vec::new();
    for (name, shown) in all_responses(&app).await {
        given.push((name, format!("{:?}\n{}", shown.headers, shown.body)));
    }
    let is_done = |(name, text): &(_, String)| *name == "done" && text.contains("Acme is connected.");
    assert!(given.iter().any(is_done), "a code was exchanged");
    let started = app.workspaces.start(Start::new(), None).await.unwrap();
    given.push(("authorization URL", started.url().to_owned()));
    given.push(("cookie", started.binding().expose().to_owned()));
    let pending = app.workspaces.connection().authorize().unwrap();
    given.push(("authorization URL without a store", pending.url().to_owned()));
    let link = Connection::add_to_notion_link("/notion/start", "Add to Notion").unwrap();
    given.push(("link", link));

    let credential = format!("{CLIENT_ID}:{SECRET}");
    let secrets = [
        SECRET.to_owned(),
        STANDARD.encode(SECRET),
        STANDARD.encode(&credential),
        URL_SAFE.encode(&credential),
        "ntn_".to_owned(),
        "nrt_".to_owned(),
        "CANARY".to_owned(),
    ];
    for (name, text) in given {
        for secret in &secrets {
            assert!(!text.contains(secret), "{name} has {secret}: {text}");
        }
    }
}

/// Neither by the program, which stands within a network, nor by a browser, which would tell who looks.
#[tokio::test]
async fn t12_no_address_that_notion_sends_is_fetched() {
    let elsewhere = fake::serve("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let address = &elsewhere.base_url;
    let granted = GRANTED
        .replace("🦀", &format!("{address}/icon.png"))
        .replace(
            r#""avatar_url":null"#,
            &format!(r#""avatar_url":"{address}/ada.png""#),
        )
        .replace(
            r#""duplicated_template_id":null"#,
            &format!(r#""duplicated_template_id":"{address}/page""#),
        );
    let fake = Fake::answering(fake::reply(200, granted));
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let state = browser.start().await;
    let done = browser.allow(&state).await;
    done.is(200, "Connected");
    let installation = app.workspaces.get(&bot()).await.unwrap();
    assert_eq!(
        installation.workspace_icon(),
        Some(&*format!("{address}/icon.png"))
    );
    app.workspaces.client(&bot()).await.unwrap();
    let asked = browser.get(&format!("/notion/disconnect?bot={BOT}")).await;
    asked.is(200, "Disconnect Acme?");
    let (_, token) = asked.body.split_once("name=\"token\" value=\"").unwrap();
    let form = format!("bot={BOT}&token={}", token.split_once('"').unwrap().0);
    for _ in 0..2 {
        fake.then(fake::reply(200, "{}"));
    }
    let pressed = browser.ask(Method::POST, "/notion/disconnect", &[], &form).await;
    let gone = browser.get(pressed.location()).await;
    gone.is(200, "Disconnected");
    for shown in [done, asked, pressed, gone] {
        let text = format!("{:?}\n{}", shown.headers, shown.body);
        assert!(!text.contains(address), "{text}");
    }
    let paths = Vec::from_iter(
        fake.requests()
            .iter()
            .map(|request| request.uri().path().to_owned()),
    );
    assert_eq!(paths, ["/v1/oauth/token", "/v1/oauth/revoke", "/v1/oauth/revoke"]);
    assert_eq!(elsewhere.hits.load(Ordering::Relaxed), 0);
}
