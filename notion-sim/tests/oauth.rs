//! The authorization-code flow, with a person, without one, and with everything that goes wrong.

mod common;

use common::{Answer, Client, send, start, text, titled};
use notion_sim::Sim;
use serde_json::{Value, json};

const CALLBACK: &str = "http://localhost:9999/callback";

fn get(url: &str) -> Answer {
    send("GET", url, &[], b"").expect("an answer")
}

fn authorize_url(sim: &Sim, redirect: &str, state: &str) -> String {
    let client = sim.oauth().client_id;
    format!(
        "{}/v1/oauth/authorize?client_id={client}&redirect_uri={redirect}&response_type=code&owner=user&state={state}",
        sim.base_url()
    )
}

/// Fills in the consent page and sends it.
fn decide(sim: &Sim, page: &str, decision: &str, picked: &[&str]) -> Answer {
    let (_, rest) = page
        .split_once("name=\"consent\" value=\"")
        .expect("a consent page");
    let (consent, _) = rest.split_once('"').expect("an id");
    let mut form = format!("consent={consent}&decision={decision}");
    for id in picked {
        form.push_str(&format!("&page={id}"));
    }
    let url = format!("{}/_sim/oauth/consent", sim.base_url());
    send(
        "POST",
        &url,
        &[("content-type", "application/x-www-form-urlencoded")],
        form.as_bytes(),
    )
    .expect("an answer")
}

fn basic(id: &str, secret: &str) -> String {
    use base64::Engine as _;
    format!(
        "Basic {}",
        base64::prelude::BASE64_STANDARD.encode(format!("{id}:{secret}"))
    )
}

fn oauth(sim: &Sim, path: &str, body: &Value) -> Answer {
    let client = sim.oauth();
    let credentials = basic(&client.client_id, &client.client_secret);
    let headers = [
        ("authorization", credentials.as_str()),
        ("content-type", "application/json"),
    ];
    send(
        "POST",
        &format!("{}/v1/oauth/{path}", sim.base_url()),
        &headers,
        body.to_string().as_bytes(),
    )
    .expect("an answer")
}

fn exchange(sim: &Sim, code: &str, redirect: Option<&str>) -> Answer {
    let mut body = json!({"grant_type": "authorization_code", "code": code});
    if let Some(redirect) = redirect {
        body["redirect_uri"] = json!(redirect);
    }
    oauth(sim, "token", &body)
}

fn code_in(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{}", answer.text);
    let location = answer.header("location");
    let (_, rest) = location.split_once("code=").expect("a code");
    rest.split('&').next().unwrap_or_default().to_owned()
}

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

    let page = get(&authorize_url(&sim, CALLBACK, "a%20b%26c"));
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("Picked &lt;b&gt;&amp;"),
        "what is shown is escaped"
    );
    assert!(!page.text.contains("<script"));
    assert!(page.text.contains("Twitter") && page.text.contains(&database));
    let answer = decide(&sim, &page.text, "allow", &[&picked, &database]);
    assert!(
        answer
            .header("location")
            .starts_with(&format!("{CALLBACK}?code="))
    );
    assert!(answer.header("location").ends_with("&state=a%20b%26c"));
    assert_eq!(
        decide(&sim, &page.text, "allow", &[&picked]).status,
        400,
        "the page works once"
    );

    let grant = exchange(&sim, &code_in(&answer), Some(CALLBACK)).ok();
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
    let page = get(&authorize_url(&sim, CALLBACK, "xyz"));
    let answer = decide(&sim, &page.text, "cancel", &[]);
    assert_eq!(
        answer.header("location"),
        format!("{CALLBACK}?error=access_denied&state=xyz")
    );

    for url in [
        authorize_url(&sim, "http://localhost:9999/callback/", "x"),
        authorize_url(&sim, "https://evil.example", "x"),
        authorize_url(&sim, CALLBACK, "x").replace("client_id=", "client_id=x"),
    ] {
        let answer = get(&url);
        assert_eq!((answer.status, answer.header("location")), (400, ""), "{url}");
        assert!(answer.text.contains("Missing or invalid"), "{}", answer.text);
    }
    let answer =
        get(&authorize_url(&sim, CALLBACK, "x").replace("response_type=code", "response_type=token"));
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
    let code = || code_in(&get(&authorize_url(&sim, CALLBACK, "x")));
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
        exchange(&sim, &first, Some("http://localhost:1/")),
        "invalid_grant",
        "Invalid redirect_uri: it must be the one of the authorization request.",
    );
    assert_eq!(exchange(&sim, &first, None).json["error"], "invalid_request");
    exchange(&sim, &first, Some(CALLBACK)).ok();
    refused(
        exchange(&sim, &first, Some(CALLBACK)),
        "invalid_grant",
        "Invalid code: this code has already been used.",
    );
    refused(
        exchange(&sim, "unknown", Some(CALLBACK)),
        "invalid_grant",
        "Invalid code.",
    );
    sim.set_now("2026-01-01T00:00:00Z".parse().expect("a time"));
    let late = code();
    sim.set_now("2026-01-01T00:10:01Z".parse().expect("a time"));
    refused(
        exchange(&sim, &late, Some(CALLBACK)),
        "invalid_grant",
        "Invalid code: this code has expired.",
    );

    // Without redirect_uri in the address it must not be in the exchange.
    let short = authorize_url(&sim, CALLBACK, "x").replace(&format!("&redirect_uri={CALLBACK}"), "");
    let code = code_in(&get(&short));
    assert_eq!(
        exchange(&sim, &code, Some(CALLBACK)).json["error"],
        "invalid_request"
    );
    exchange(&sim, &code, None).ok();
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
        oauth(&sim, "token", &json!({"grant_type": "password"})).json["error"],
        "unsupported_grant_type"
    );
    assert_eq!(oauth(&sim, "token", &json!({})).json["error"], "invalid_request");
    assert_eq!(get(&url).code(), "invalid_request_url");
}

#[test]
fn refresh_rotates_both_and_authorizing_again_keeps_the_bot() {
    let sim = start(Sim::builder().redirect_uri(CALLBACK).auto_approve(true));
    let grant = || {
        exchange(
            &sim,
            &code_in(&get(&authorize_url(&sim, CALLBACK, "x"))),
            Some(CALLBACK),
        )
        .ok()
    };
    let refresh = |token: &Value| {
        oauth(
            &sim,
            "token",
            &json!({"grant_type": "refresh_token", "refresh_token": token}),
        )
    };
    let works = |token: &Value| Client::with_token(&sim, &text(token)).get("/v1/users/me").status == 200;
    let active = |token: &Value| oauth(&sim, "introspect", &json!({"token": token})).ok()["active"] == true;

    let first = grant();
    let second = refresh(&first["refresh_token"]).ok();
    assert_eq!(first["bot_id"], second["bot_id"]);
    assert!(!works(&first["access_token"]) && works(&second["access_token"]));
    assert_eq!(refresh(&first["refresh_token"]).json["error"], "invalid_grant");
    assert_eq!(refresh(&second["access_token"]).json["error"], "invalid_grant");

    let again = grant();
    assert_eq!(again["bot_id"], first["bot_id"]);
    assert_ne!(again["access_token"], second["access_token"]);
    assert!(
        works(&second["access_token"]) && works(&again["access_token"]),
        "several pairs are good at a time"
    );

    assert!(active(&again["access_token"]) && active(&again["refresh_token"]));
    let introspected = oauth(&sim, "introspect", &json!({"token": again["access_token"]})).ok();
    assert!(introspected["iat"].is_number() && introspected["scope"].is_string());
    oauth(&sim, "revoke", &json!({"token": again["access_token"]})).ok();
    assert!(!works(&again["access_token"]) && !active(&again["access_token"]));
    oauth(&sim, "revoke", &json!({"token": "unknown"})).ok();
}

#[test]
fn refusals_name_the_bot_that_asked() {
    let sim = start(Sim::builder().auto_approve(true).redirect_uri(CALLBACK));
    let answer = get(&authorize_url(&sim, CALLBACK, "s"));
    let grant = exchange(&sim, &code_in(&answer), Some(CALLBACK)).ok();
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
    let url = authorize_url(&sim, CALLBACK, "s");
    let first = get(&url);
    let mut last = None;
    for _ in 0..1000 {
        last = Some(get(&url));
    }
    let last = last.expect("a page");
    assert_eq!(decide(&sim, &first.text, "allow", &[]).status, 400);
    let answer = decide(&sim, &last.text, "allow", &[]);
    assert_eq!(answer.status, 302);
    let code = code_in(&answer);
    assert_eq!(exchange(&sim, &code, None).status, 400, "not spent by a mistake");
    let journal = sim.requests();
    let entry = journal.last().expect("a request");
    assert_eq!(entry.request_body.as_ref().expect("a body")["code"], "[redacted]");
    exchange(&sim, &code, Some(CALLBACK)).ok();
}
