//! What strangers send, and what is sent in the wrong browser.

use notion_oauth::Binding;

use crate::browser::{App, COOKIE_NAME, Shown};
use crate::fake::{CODE, Fake};

#[tokio::test]
async fn t1_t2_the_jars_of_two_browsers_are_never_mixed_up() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let (mut attacker, mut victim) = (app.browser_of("mallory"), app.browser_of("ada"));
    let of_attacker = attacker.start().await;
    let of_victim = victim.start().await;
    // T1: the attacker's code in the victim's browser. T2: the victim's code for the attacker's flow.
    victim.allow(&of_attacker).await.is(400, "Not connected");
    attacker.allow(&of_victim).await.is(400, "Not connected");
    // Nor does a browser without any cookie end one, or read how one ended.
    app.browser_of("ada")
        .allow(&of_victim)
        .await
        .is(400, "Not connected");
    for state in ["", "&state=", "&state=guess"] {
        victim
            .come_back(&format!("code={CODE}{state}"))
            .await
            .is(400, "Not connected");
    }
    assert_eq!(fake.requests().len(), 0);
    victim.allow(&of_victim).await.is(200, "Connected");
    let done = victim
        .get(&format!("/notion/callback?code={CODE}&state={of_victim}"))
        .await;
    attacker.get(done.location()).await.is(400, "Not connected");
    app.browser_of("ada")
        .get(done.location())
        .await
        .is(400, "Not connected");
}

#[tokio::test]
async fn t1_the_same_user_has_to_be_logged_in_when_the_flow_ends() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let state = browser.start().await;
    for user in [Some("bob"), None] {
        browser.user = user;
        browser.allow(&state).await.is(400, "Not connected");
    }
    assert_eq!(fake.requests().len(), 0);
    browser.user = Some("ada");
    browser.allow(&state).await.is(200, "Connected");
}

#[tokio::test]
async fn s004_18_a_forged_error_ends_nothing() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let state = browser.start().await;
    for error in ["server_error", "access_denied", "x"] {
        browser
            .come_back(&format!("error={error}&state=guess"))
            .await
            .is(400, "Not connected");
    }
    browser
        .come_back("error=access_denied")
        .await
        .is(200, "Not connected");
    browser.allow(&state).await.is(200, "Connected");
}

#[tokio::test]
async fn t6_cookies_that_others_planted_count_for_nothing() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let planted = Binding::generate().unwrap().expose().to_owned();
    for name in [
        "notion-oauth",
        "__host-notion-oauth",
        "__Secure-notion-oauth",
        "__Host-notion-oauth2",
    ] {
        let mut browser = app.browser_of("ada");
        browser.jar.insert(name.to_owned(), planted.clone());
        let started = browser.get("/notion/start").await;
        assert!(started.headers.contains_key("set-cookie"), "{name}");
        assert_ne!(browser.jar[COOKIE_NAME], planted);
    }
    // What is no secret of this crate, or one of two, is replaced.
    for value in [
        "",
        "short",
        "\"quoted\"",
        &format!("{planted}; {COOKIE_NAME}={}", planted.to_lowercase()),
    ] {
        let mut browser = app.browser_of("ada");
        browser.jar.insert(COOKIE_NAME.to_owned(), value.to_owned());
        browser.start().await;
        assert_eq!(browser.jar[COOKIE_NAME].len(), 43);
        assert_ne!(browser.jar[COOKIE_NAME], planted);
    }
    // A state is made here: one that the start is given is no such thing.
    let mut browser = app.browser_of("ada");
    let state = browser.get("/notion/start?state=fixed").await.state();
    assert_eq!(state.len(), 43);
}

/// A subdomain can plant a cookie too, if not this one, and browsers send its bytes as they are.
#[tokio::test]
async fn t6_a_cookie_that_is_no_ascii_hides_none_of_ours() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    browser.jar.insert("name".to_owned(), "Jürgen".to_owned());
    let state = browser.start().await;
    let secret = browser.jar[COOKIE_NAME].clone();
    browser.allow(&state).await.is(200, "Connected");
    browser.start().await;
    assert_eq!(browser.jar[COOKIE_NAME], secret);

    // A server that takes what Unicode calls space off a name takes another's cookie for ours.
    let mut browser = app.browser_of("ada");
    let planted = Binding::generate().unwrap().expose().to_owned();
    for space in ["\u{a0}", "\u{2000}", "\u{85}"] {
        browser
            .jar
            .insert(format!("{space}{COOKIE_NAME}"), planted.clone());
    }
    browser.start().await;
    assert_ne!(browser.jar[COOKIE_NAME], planted);
}

#[tokio::test]
async fn t6_the_cookie_is_for_this_host_alone() {
    let app = App::new(&Fake::default()).await;
    let mut browser = app.browser_of("ada");
    let started = browser.get("/notion/start").await;
    let cookie = started.headers["set-cookie"].to_str().unwrap();
    let secret = browser.jar[COOKIE_NAME].clone();
    assert_eq!(
        cookie.replace(&secret, "…"),
        "__Host-notion-oauth=…; Path=/; Secure; HttpOnly; SameSite=Lax"
    );
    assert!(started.headers["set-cookie"].is_sensitive() && started.headers["location"].is_sensitive());
    assert!(!started.location().contains(&secret));
}

#[tokio::test]
async fn t5_nobody_is_sent_to_another_site() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    for evil in [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "%09//evil.example",
        "/%0d%0aSet-Cookie:%20x=1",
        "https://example.com@evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/%2F/evil.example",
        "",
        "/a&return_to=/b",
    ] {
        let shown = browser.get(&format!("/notion/start?return_to={evil}")).await;
        shown.is(400, "This link does not work");
        assert!(
            !shown.body.contains("evil") && !shown.headers.contains_key("location"),
            "{evil}"
        );
    }
    // The callback and the pages after it ask nobody where to go on.
    let state = browser.get("/notion/start?return_to=/boards").await.state();
    let shown = browser
        .come_back(&format!(
            "code={CODE}&state={state}&return_to=https://evil.example"
        ))
        .await;
    assert!(shown.body.contains("href=\"/boards\"") && !shown.body.contains("evil"));
    let shown = browser
        .get("/notion/done?problem=cancelled&return_to=//evil.example")
        .await;
    assert!(!shown.body.contains("evil"));
}

/// No callback of Notion, whatever else it may be.
fn is_broken(shown: &Shown) {
    shown.is(400, "This link does not work");
}

#[tokio::test]
async fn t20_t21_t22_what_is_no_callback_gets_our_page_and_ends_nothing() {
    let fake = Fake::granting();
    let app = App::new(&fake).await;
    let mut browser = app.browser_of("ada");
    let state = browser.start().await;
    let good = format!("code={CODE}&state={state}");
    let long = "x".repeat(60_000);
    let many = "&a=1".repeat(20);
    for bad in [
        String::new(),
        "x".to_owned(),
        format!("{good}&x={long}"),
        format!("{good}{many}"),
        format!("{good}&code=other"),
        format!("{good}&state={state}"),
        format!("{good}&error=access_denied"),
        format!("{good}&x=%ff%fe"),
        format!("{good}&x=%c3"),
        format!("{good}&x=%zz"),
        format!("{good}&x=%"),
        format!("code=a%0d%0aSet-Cookie:%20x=1&state={state}"),
        format!("code=%00&state={state}"),
        format!("code=%e2%80%ae&state={state}"),
        format!("code=&state={state}"),
        format!("code={}&state={state}", "x".repeat(513)),
        format!("error={}&state={state}", "x".repeat(65)),
        format!("/callback?{good}"),
        format!("https://example.com/notion/callback?{good}"),
    ] {
        is_broken(&browser.come_back(&bad).await);
    }
    for bad in [
        "/notion/done",
        "/notion/done?problem=<script>",
        "/notion/done?problem=connected",
        "/notion/done?flow=guess",
        "/notion/done?flow=%0d%0a",
        "/notion/done?problem=expired&problem=expired",
        "/notion/done?problem=expired&flow=x",
        "/notion/start?return_to=%ff",
        "/notion/start?bot=a%20b",
        "/notion/start?bot=a&bot=b",
        "/notion/disconnect",
        "/notion/disconnect?bot=%0d%0a",
        &format!("/notion/start?x={long}"),
    ] {
        let bad = bad.replace("<script>", "%3Cscript%3E");
        let shown = browser.get(&bad).await;
        is_broken(&shown);
        assert!(!shown.body.contains("script"));
    }
    assert_eq!(fake.requests().len(), 0);
    browser.allow(&state).await.is(200, "Connected");
}
