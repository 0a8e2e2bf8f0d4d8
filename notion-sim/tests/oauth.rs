//! The authorization-code flow, with a person, without one, and with everything that goes wrong.

mod common;

use common::oauth::{App, CALLBACK, basic, code_in, form, get};
use common::{Answer, Client, send, start, text, titled};
use notion_sim::{OAuthSettings, Sim};
use serde_json::{Value, json};

#[test]
fn a_person_picks_pages_and_the_token_sees_them() {
    let sim = start(Sim::builder().redirect_uri(CALLBACK));
    let internal = Client::new(&sim);
    let parent = sim.parent_page_id();
    let new = |title: &str| {
        let body = json!({"parent": {"page_id": parent}, "properties": {"title": titled(title)}});
        text(&internal.post("/v1/pages", &body).ok()["id"])
    };
    let (picked, other) = (new("Picked <b>&"), new("Other"));
    let (database, source) = internal.database(&parent, "Twitter", &json!({"handle": {"title": {}}}));

    let page = get(&App::new(&sim).authorize_url(CALLBACK, "a%20b%26c"));
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("Picked &lt;b&gt;&amp;"),
        "what is shown is escaped"
    );
    assert!(!page.text.contains("<script"));
    assert!(page.text.contains("Twitter") && page.text.contains(&database));
    let answer = App::new(&sim).decide(
        &page.text,
        "allow",
        &[format!("page={picked}"), format!("page={database}")],
    );
    assert!(
        answer
            .header("location")
            .starts_with(&format!("{CALLBACK}?code="))
    );
    assert!(answer.header("location").ends_with("&state=a%20b%26c"));
    assert_eq!(
        App::new(&sim)
            .decide(&page.text, "allow", &[format!("page={picked}")])
            .status,
        400,
        "the page works once"
    );

    let grant = App::new(&sim).exchange(&code_in(&answer), Some(CALLBACK)).ok();
    assert!(text(&grant["access_token"]).starts_with("ntn_"));
    assert!(text(&grant["refresh_token"]).starts_with("nrt_"));
    assert_eq!(grant["token_type"], "bearer");
    assert_eq!(grant["owner"]["type"], "user");
    assert_eq!(grant["owner"]["user"]["person"]["email"], "ada@example.com");
    for key in ["bot_id", "workspace_id", "workspace_name"] {
        assert!(grant[key].is_string(), "{key}");
    }
    for key in ["workspace_icon", "duplicated_template_id"] {
        assert!(grant.get(key).is_some_and(Value::is_null), "{key}");
    }
    assert!(grant.get("expires_in").is_none());

    let client = Client::with_token(&sim, &text(&grant["access_token"]));
    let me = client.get("/v1/users/me").ok();
    assert_eq!(
        (&me["id"], &me["bot"]["owner"]),
        (&grant["bot_id"], &grant["owner"])
    );
    assert_eq!(client.get(&format!("/v1/pages/{picked}")).status, 200);
    assert_eq!(client.get(&format!("/v1/data_sources/{source}")).status, 200);
    assert_eq!(client.get(&format!("/v1/pages/{other}")).status, 404);
    assert_eq!(client.get(&format!("/v1/pages/{parent}")).status, 404);
    let found = client.post("/v1/search", &json!({})).ok();
    assert_eq!(found["results"].as_array().map(Vec::len), Some(2));
    let own = client
        .post("/v1/pages", &json!({"properties": {"title": titled("Private")}}))
        .ok();
    assert_eq!(own["parent"]["type"], "workspace");
    assert_eq!(client.get(&format!("/v1/pages/{}", text(&own["id"]))).status, 200);
    assert_eq!(
        internal.get(&format!("/v1/pages/{}", text(&own["id"]))).status,
        404
    );

    let secrets = sim
        .requests()
        .iter()
        .any(|entry| format!("{entry:?}").contains(grant["access_token"].as_str().expect("a token")));
    assert!(!secrets, "the journal holds no token");
}

#[test]
fn refusing_and_wrong_addresses() {
    let sim = start(Sim::builder().redirect_uri(CALLBACK));
    let page = get(&App::new(&sim).authorize_url(CALLBACK, "xyz"));
    let answer = App::new(&sim).decide(&page.text, "cancel", &[]);
    assert_eq!(
        answer.header("location"),
        format!("{CALLBACK}?error=access_denied&state=xyz")
    );

    for url in [
        App::new(&sim).authorize_url("http://localhost:9999/callback/", "x"),
        App::new(&sim).authorize_url("https://evil.example", "x"),
        App::new(&sim)
            .authorize_url(CALLBACK, "x")
            .replace("client_id=", "client_id=x"),
    ] {
        let answer = get(&url);
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{url}");
        assert!(answer.text.contains("Missing or invalid"), "{}", answer.text);
    }
    let answer = get(&App::new(&sim)
        .authorize_url(CALLBACK, "x")
        .replace("response_type=code", "response_type=token"));
    assert_eq!(
        answer.header("location"),
        format!("{CALLBACK}?error=unsupported_response_type&state=x")
    );
    let forged = send(
        "POST",
        &format!("{}/_sim/oauth/consent", sim.base_url()),
        &[],
        b"consent=x&decision=allow",
    );
    assert_eq!(forged.expect("an answer").status, 400);
}

#[test]
fn codes_are_good_once_and_for_ten_minutes() {
    let sim = start(Sim::builder().redirect_uri(CALLBACK).auto_approve(true));
    let code = || code_in(&get(&App::new(&sim).authorize_url(CALLBACK, "x")));
    let refused = |answer: Answer, error: &str, description: &str| {
        assert_eq!(answer.status, 400);
        assert_eq!(
            (
                text(&answer.json["error"]).as_str(),
                text(&answer.json["error_description"]).as_str()
            ),
            (error, description)
        );
        assert!(answer.json["request_id"].is_string());
    };
    let first = code();
    refused(
        App::new(&sim).exchange(&first, Some("http://localhost:1/")),
        "invalid_grant",
        "Invalid redirect_uri: it must be the one of the authorization request.",
    );
    assert_eq!(
        App::new(&sim).exchange(&first, None).json["error"],
        "invalid_request"
    );
    App::new(&sim).exchange(&first, Some(CALLBACK)).ok();
    refused(
        App::new(&sim).exchange(&first, Some(CALLBACK)),
        "invalid_grant",
        "Invalid code: this code has already been used.",
    );
    refused(
        App::new(&sim).exchange("unknown", Some(CALLBACK)),
        "invalid_grant",
        "Invalid code.",
    );
    sim.set_now("2026-01-01T00:00:00Z".parse().expect("a time"));
    let late = code();
    sim.set_now("2026-01-01T00:10:01Z".parse().expect("a time"));
    refused(
        App::new(&sim).exchange(&late, Some(CALLBACK)),
        "invalid_grant",
        "Invalid code: this code has expired.",
    );

    // Without redirect_uri in the address it must not be in the exchange.
    let short = App::new(&sim)
        .authorize_url(CALLBACK, "x")
        .replace(&format!("&redirect_uri={CALLBACK}"), "");
    let code = code_in(&get(&short));
    assert_eq!(
        App::new(&sim).exchange(&code, Some(CALLBACK)).json["error"],
        "invalid_request"
    );
    App::new(&sim).exchange(&code, None).ok();
}

#[test]
fn credentials_come_before_the_body() {
    let sim = start(Sim::builder());
    let client = sim.oauth();
    let url = format!("{}/v1/oauth/token", sim.base_url());
    let wrong = basic(&client.client_id, "wrong");
    for headers in [
        vec![],
        vec![("authorization", "Bearer secret_sim")],
        vec![("authorization", wrong.as_str())],
    ] {
        let answer = send("POST", &url, &headers, b"nonsense").expect("an answer");
        assert_eq!(
            (answer.status, &answer.json["error"]),
            (401, &json!("invalid_client"))
        );
        assert_eq!(answer.header("www-authenticate"), "Basic realm=\"OAuth\"");
    }
    assert_eq!(
        App::new(&sim)
            .call("token", &json!({"grant_type": "password"}))
            .json["error"],
        "unsupported_grant_type"
    );
    assert_eq!(
        App::new(&sim).call("token", &json!({})).json["error"],
        "invalid_request"
    );
    assert_eq!(get(&url).code(), "invalid_request_url");
}

#[test]
fn refresh_rotates_both_and_authorizing_again_keeps_the_bot() {
    let sim = start(Sim::builder().redirect_uri(CALLBACK).auto_approve(true));
    let app = App::new(&sim);
    let first = app.grant();
    let second = app.refresh(&first["refresh_token"]).ok();
    assert_eq!(first["bot_id"], second["bot_id"]);
    assert!(!app.works(&first["access_token"]) && app.works(&second["access_token"]));
    assert_eq!(
        app.refresh(&first["refresh_token"]).json["error"],
        "invalid_grant"
    );
    assert_eq!(
        app.refresh(&second["access_token"]).json["error"],
        "invalid_grant"
    );

    let again = app.grant();
    assert_eq!(again["bot_id"], first["bot_id"]);
    assert_ne!(again["access_token"], second["access_token"]);
    assert!(
        app.works(&second["access_token"]) && app.works(&again["access_token"]),
        "several pairs are good at a time"
    );

    assert!(app.is_active(&again["access_token"]) && app.is_active(&again["refresh_token"]));
    let introspected = app
        .call("introspect", &json!({"token": again["access_token"]}))
        .ok();
    assert!(introspected["iat"].is_number());
    assert_eq!(
        introspected["scope"],
        "read_content update_content insert_content read_comments insert_comments read_user_with_email"
    );
    app.call("revoke", &json!({"token": again["access_token"]})).ok();
    assert!(!app.works(&again["access_token"]) && !app.is_active(&again["access_token"]));
    assert!(app.is_active(&again["refresh_token"]), "its partner stays good");
    app.call("revoke", &json!({"token": "unknown"})).ok();
}

#[test]
fn refusals_name_the_bot_that_asked() {
    let sim = start(Sim::builder().auto_approve(true).redirect_uri(CALLBACK));
    let answer = get(&App::new(&sim).authorize_url(CALLBACK, "s"));
    let grant = App::new(&sim).exchange(&code_in(&answer), Some(CALLBACK)).ok();
    let client = Client::with_token(&sim, &text(&grant["access_token"]));
    let columns = json!({"Name": {"title": {}}, "Who": {"people": {}}});
    let (_, source) = client.database(&sim.parent_page_id(), "T", &columns);
    let nobody = "11111111-1111-4111-8111-111111111111";
    let relation = json!({"Rel": {"relation": {"data_source_id": source, "single_property": {}}}});
    let schema = format!("/v1/data_sources/{source}");
    client.patch(&schema, &json!({"properties": relation})).ok();
    let elsewhere = json!({"Rel": {"relation": {"data_source_id": nobody, "single_property": {}}}});
    let row = |cell: &Value| {
        let body = json!({"parent": {"data_source_id": source}, "properties": cell});
        client.post("/v1/pages", &body)
    };
    for answer in [
        client.get(&format!("/v1/pages/{nobody}")),
        client.patch(&schema, &json!({"properties": elsewhere})),
        row(&json!({"Rel": {"relation": [{"id": nobody}]}})),
        row(&json!({"Who": {"people": [{"id": nobody}]}})),
    ] {
        assert_eq!(answer.status, 404, "{}", answer.text);
        assert_eq!(answer.json["additional_data"]["integration_id"], grant["bot_id"]);
    }
}

#[test]
fn open_consent_pages_are_bounded_and_codes_are_not_in_the_journal() {
    let sim = start(Sim::builder().redirect_uri(CALLBACK));
    sim.set_now("2026-06-27T17:01:00Z".parse().expect("a time"));
    let url = App::new(&sim).authorize_url(CALLBACK, "s");
    let first = get(&url);
    let mut last = None;
    for _ in 0..1000 {
        last = Some(get(&url));
    }
    let last = last.expect("a page");
    assert_eq!(App::new(&sim).decide(&first.text, "allow", &[]).status, 400);
    let answer = App::new(&sim).decide(&last.text, "allow", &[]);
    assert_eq!(answer.status, 302);
    let code = code_in(&answer);
    assert_eq!(
        App::new(&sim).exchange(&code, None).status,
        400,
        "not spent by a mistake"
    );
    let journal = sim.requests();
    let entry = journal.last().expect("a request");
    assert_eq!(entry.request_body.as_ref().expect("a body")["code"], "[redacted]");
    App::new(&sim).exchange(&code, Some(CALLBACK)).ok();
}

#[test]
fn what_is_wrong_with_an_authorization_goes_back_to_the_application() {
    let sim = start(Sim::builder().redirect_uri(CALLBACK));
    let app = App::new(&sim);
    let url = app.authorize_url(CALLBACK, "s");
    let error = |url: &str| {
        let location = get(url).header("location").to_owned();
        let (_, error) = location.split_once("?error=").expect("an error");
        error.to_owned()
    };
    for (url, expected) in [
        (url.replace("&response_type=code", ""), "invalid_request&state=s"),
        (
            url.replace("response_type=code", "response_type="),
            "unsupported_response_type&state=s",
        ),
        (url.replace("&owner=user", ""), "invalid_request&state=s"),
        (
            url.replace("owner=user", "owner=workspace"),
            "invalid_request&state=s",
        ),
        (
            url.replace("&owner=user", "").replace("&state=s", ""),
            "invalid_request&state=",
        ),
    ] {
        assert_eq!(error(&url), expected, "{url}");
    }
    for name in [
        "server_error",
        "temporarily_unavailable",
        "unauthorized_client",
        "invalid_scope",
    ] {
        let settings = send(
            "POST",
            &format!("{}/_sim/oauth", sim.base_url()),
            &[],
            json!({"authorize_error": name}).to_string().as_bytes(),
        );
        assert_eq!(settings.expect("an answer").ok()["authorize_error"], name);
        assert_eq!(error(&url), format!("{name}&state=s"));
    }
    sim.reset();
    app.page();
    // Parameters that nobody knows are left alone.
    assert_eq!(
        get(&format!("{url}&code_challenge=x&scope=y&prompt=z")).status,
        200
    );
}

#[test]
fn errors_come_in_either_envelope() {
    let sim = start(Sim::builder().redirect_uri(CALLBACK).auto_approve(true));
    let app = App::new(&sim);
    let grant = app.grant();
    let stranger = App::registered(&sim, &app.client_id, "wrong");
    let used = app.code();
    app.exchange(&used, Some(CALLBACK)).ok();
    let with = |body: Value| app.call("token", &body);
    let cases = || {
        vec![
            (stranger.call("token", &json!({})), 401, "invalid_client", ""),
            (stranger.call("introspect", &json!({})), 401, "invalid_client", ""),
            (stranger.call("revoke", &json!({})), 401, "invalid_client", ""),
            (
                app.exchange(&used, Some(CALLBACK)),
                400,
                "invalid_grant",
                "Invalid code: this code has already been used.",
            ),
            (
                with(json!({"grant_type": "refresh_token", "refresh_token": "x"})),
                400,
                "invalid_grant",
                "Invalid refresh token.",
            ),
            (
                with(json!({"grant_type": "refresh_token"})),
                400,
                "invalid_request",
                "refresh_token is missing.",
            ),
            (
                with(json!({"grant_type": "refresh_token", "refresh_token": 5})),
                400,
                "invalid_request",
                "refresh_token must be a string.",
            ),
            (
                with(json!({"grant_type": "authorization_code"})),
                400,
                "invalid_request",
                "code is missing.",
            ),
            (
                with(json!({"grant_type": "authorization_code", "code": "x", "scope": "y"})),
                400,
                "invalid_request",
                "scope is not allowed here.",
            ),
            (with(json!({})), 400, "invalid_request", "grant_type is missing."),
            (
                with(json!([])),
                400,
                "invalid_request",
                "The body must be a JSON object.",
            ),
            (
                with(json!({"grant_type": "password"})),
                400,
                "unsupported_grant_type",
                "The grant type must be authorization_code or refresh_token.",
            ),
            (
                app.call("introspect", &json!({})),
                400,
                "invalid_request",
                "token is missing.",
            ),
            (
                app.call("revoke", &json!({"token": 1})),
                400,
                "invalid_request",
                "token must be a string.",
            ),
        ]
    };
    for (answer, status, error, description) in cases() {
        assert_eq!(
            (answer.status, &answer.json["error"]),
            (status, &json!(error)),
            "{}",
            answer.text
        );
        assert_eq!(text(&answer.json["error_description"]), description);
        assert_eq!(answer.json["request_id"], answer.header("x-notion-request-id"));
        assert!(answer.json.get("object").is_none());
        let challenge = if status == 401 {
            "Basic realm=\"OAuth\""
        } else {
            ""
        };
        assert_eq!(answer.header("www-authenticate"), challenge);
    }
    sim.set_oauth_settings(OAuthSettings::default().notion_errors(true));
    for (answer, status, code, message) in cases() {
        let body = &answer.json;
        assert_eq!(
            (answer.status, &body["object"], &body["status"], &body["code"]),
            (status, &json!("error"), &json!(status), &json!(code)),
            "{}",
            answer.text
        );
        let expected = if message.is_empty() {
            "Client authentication failed."
        } else {
            message
        };
        assert_eq!(answer.message(), expected);
        assert!(body["request_id"].is_string() && body.get("error").is_none());
        assert_eq!(answer.header("www-authenticate").is_empty(), status != 401);
    }
    for path in ["token", "introspect", "revoke", "device"] {
        let answer = get(&format!("{}/v1/oauth/{path}", sim.base_url()));
        assert_eq!((answer.status, answer.code()), (400, "invalid_request_url"));
    }
    // A success is the same in both, and a form is as good as JSON.
    assert!(app.works(&grant["access_token"]));
    let url = format!("{}/v1/oauth/token", sim.base_url());
    let refresh = format!(
        "grant_type=refresh_token&refresh_token={}",
        text(&grant["refresh_token"])
    );
    let credentials = basic(&app.client_id, &app.client_secret);
    let refreshed = form(&url, &refresh, Some(&credentials)).ok();
    assert_eq!(refreshed["bot_id"], grant["bot_id"]);
}

#[test]
fn uninstalling_ends_everything_without_a_word() {
    let sim = start(Sim::builder().redirect_uri(CALLBACK).auto_approve(true));
    let app = App::new(&sim);
    let (first, open) = (app.grant(), app.code());
    let second = app.grant();
    let bot = text(&first["bot_id"]);
    let client = Client::with_token(&sim, &text(&second["access_token"]));
    let made = client
        .post("/v1/pages", &json!({"properties": {"title": titled("Private")}}))
        .ok();
    assert!(sim.uninstall(&bot));
    for grant in [&first, &second] {
        assert!(!app.works(&grant["access_token"]) && !app.is_active(&grant["refresh_token"]));
        assert_eq!(
            app.refresh(&grant["refresh_token"]).json["error"],
            "invalid_grant"
        );
    }
    let answer = client.get("/v1/users/me");
    assert_eq!((answer.status, answer.message()), (401, "API token is invalid."));
    assert_eq!(
        app.exchange(&open, Some(CALLBACK)).json["error_description"],
        "Invalid code: this code has been revoked."
    );
    let internal = Client::new(&sim);
    let listed = internal.get("/v1/users").ok();
    assert!(
        !listed.to_string().contains(&bot),
        "the bot is in no list any more"
    );
    assert!(sim.share(&text(&made["id"])));
    let page = internal.get(&format!("/v1/pages/{}", text(&made["id"]))).ok();
    assert_eq!(page["created_by"]["id"], bot, "what it made stays");

    let again = app.grant();
    assert_ne!(again["bot_id"], first["bot_id"]);
    let uninstall = |body: Value| {
        let url = format!("{}/_sim/oauth/uninstall", sim.base_url());
        send("POST", &url, &[], body.to_string().as_bytes())
            .expect("an answer")
            .status
    };
    assert_eq!(uninstall(json!({"bot_id": again["bot_id"]})), 200);
    assert!(!app.works(&again["access_token"]));
    assert_eq!(uninstall(json!({"bot_id": again["bot_id"]})), 404);
    let me = internal.get("/v1/users/me").ok();
    assert_eq!(
        uninstall(json!({"bot_id": me["id"]})),
        404,
        "internal connections are not authorized"
    );
    assert_eq!(uninstall(json!({})), 400);
    assert!(!sim.uninstall("x"));
}
