//! Removing an installation: by its owner, from the page that asks, and not by any other way.

use http::Method;
use notion_oauth::{ErrorKind, Status};

use crate::browser::{App, Browser, COOKIE_NAME, Shown, bot};
use crate::fake::{self, BOT, Fake};

async fn connected(fake: &Fake) -> (App, Browser) {
    let app = App::new(fake).await;
    let mut browser = app.browser_of("ada");
    let state = browser.start().await;
    browser.allow(&state).await.is(200, "Connected");
    (app, browser)
}

/// The form of the page that asks, filled in.
async fn form(browser: &mut Browser) -> String {
    let shown = browser.get(&format!("/notion/disconnect?bot={BOT}")).await;
    shown.is(200, "Disconnect Acme?");
    let policy = shown.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action 'self'"), "{policy}");
    let (_, after) = shown.body.split_once("name=\"token\" value=\"").unwrap();
    format!("bot={BOT}&token={}", after.split_once('"').unwrap().0)
}

async fn press(browser: &mut Browser, form: &str, headers: &[(&str, &str)]) -> Shown {
    let answer = browser
        .ask(Method::POST, "/notion/disconnect", headers, form)
        .await;
    let location = answer.location().to_owned();
    browser.get(&location).await
}

#[tokio::test]
async fn t32_the_owner_disconnects_from_the_page_that_asks() {
    let fake = Fake::granting();
    let (app, mut browser) = connected(&fake).await;
    let form = form(&mut browser).await;
    assert!(
        app.workspaces.get(&bot()).await.is_ok(),
        "looking changes nothing"
    );
    for _ in 0..2 {
        fake.then(fake::reply(200, "{}"));
    }
    press(
        &mut browser,
        &form,
        &[("sec-fetch-site", "same-origin"), ("origin", "null")],
    )
    .await
    .is(200, "Disconnected");
    assert_eq!(
        app.workspaces.get(&bot()).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert!(fake.requests()[1].uri().path().ends_with("/oauth/revoke"));
    press(&mut browser, &form, &[])
        .await
        .is(404, "Nothing to disconnect");
}

#[tokio::test]
async fn t32_a_browser_that_has_no_cookie_yet_is_given_one() {
    let fake = Fake::granting();
    let (app, _) = connected(&fake).await;
    let mut browser = app.browser_of("ada");
    let form = form(&mut browser).await;
    assert_eq!(browser.jar[COOKIE_NAME].len(), 43);
    for _ in 0..2 {
        fake.then(fake::reply(200, "{}"));
    }
    press(&mut browser, &form, &[]).await.is(200, "Disconnected");
}

#[tokio::test]
async fn t32_t18_nobody_else_disconnects() {
    let fake = Fake::granting();
    let (app, mut browser) = connected(&fake).await;
    let good = form(&mut browser).await;
    // Other sites, other forms.
    for site in ["cross-site", "same-site", "none"] {
        press(&mut browser, &good, &[("sec-fetch-site", site)])
            .await
            .is(403, "Please try again");
    }
    let long = format!("{good}&x={}", "x".repeat(5_000));
    for form in [
        "",
        &format!("bot={BOT}"),
        &format!("bot={BOT}&token="),
        &good[..good.len() - 1],
        &long,
        "token=%ff",
    ] {
        press(&mut browser, form, &[]).await.is(403, "Please try again");
    }
    let get = browser.get(&format!("/notion/disconnect?{good}")).await;
    get.is(200, "Disconnect Acme?");
    // Another user finds no such installation, with whatever token, and another browser has no such token.
    let mut other = app.browser_of("bob");
    other
        .get(&format!("/notion/disconnect?bot={BOT}"))
        .await
        .is(404, "Nothing to disconnect");
    press(&mut other, &good, &[]).await.is(403, "Please try again");
    other.jar.clone_from(&browser.jar);
    press(&mut other, &good, &[]).await.is(403, "Please try again");
    let mut elsewhere = app.browser_of("ada");
    elsewhere.start().await;
    press(&mut elsewhere, &good, &[])
        .await
        .is(403, "Please try again");
    browser.user = None;
    press(&mut browser, &good, &[]).await.is(401, "Please log in");
    assert_eq!(
        app.workspaces.get(&bot()).await.unwrap().status(),
        Status::Healthy
    );
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn t11_the_token_of_a_form_is_taken_as_a_whole() {
    let fake = Fake::granting();
    let (app, mut browser) = connected(&fake).await;
    let good = form(&mut browser).await;
    let (start, token) = good.split_once("token=").unwrap();
    let (first, last) = (&token[..1], &token[token.len() - 1..]);
    for wrong in [
        String::new(),
        first.to_owned(),
        token[..token.len() - 1].to_owned(),
        token[1..].to_owned(),
        format!("{token}A"),
        format!("{token}{token}"),
        format!("{}{}", if first == "A" { "B" } else { "A" }, &token[1..]),
        format!(
            "{}{}",
            &token[..token.len() - 1],
            if last == "A" { "B" } else { "A" }
        ),
        token.to_lowercase(),
        "A".repeat(token.len()),
    ] {
        press(&mut browser, &format!("{start}token={wrong}"), &[])
            .await
            .is(403, "Please try again");
    }
    assert_eq!(
        app.workspaces.get(&bot()).await.unwrap().status(),
        Status::Healthy
    );
    assert_eq!(fake.requests().len(), 1);
    for _ in 0..2 {
        fake.then(fake::reply(200, "{}"));
    }
    press(&mut browser, &good, &[]).await.is(200, "Disconnected");
}

#[tokio::test]
async fn t18_where_nobody_logs_in_nobody_disconnects() {
    let fake = Fake::granting();
    let app = App::with(&fake, |web| web).await;
    let mut browser = app.browser();
    let state = browser.start().await;
    browser.allow(&state).await.is(200, "Connected");
    browser
        .get(&format!("/notion/disconnect?bot={BOT}"))
        .await
        .is(404, "Nothing to disconnect");
}

#[tokio::test]
async fn what_notion_cannot_be_told_yet_is_given_to_nobody_any_more() {
    let fake = Fake::granting();
    let (app, mut browser) = connected(&fake).await;
    let form = form(&mut browser).await;
    let shown = press(&mut browser, &form, &[]).await;
    shown.is(200, "Disconnected");
    assert!(shown.body.contains("could not be told yet"));
    assert!(app.workspaces.client(&bot()).await.is_err());
}
