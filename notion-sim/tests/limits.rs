//! Rate limits, and the clock that their windows follow.

mod common;

use std::time::{Duration, Instant};

use base64::Engine as _;
use common::{Answer, Client, send, start, text};
use jiff::Timestamp;
use notion_sim::{Clock, RateLimit, Sim};
use serde_json::{Value, json};

const ME: &str = "/v1/users/me";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

/// A simulator whose clock stands still, twelve seconds into a minute.
fn limited(limit: RateLimit) -> Sim {
    start(Sim::builder().clock(at("2026-06-27T17:01:12Z")).rate_limit(limit))
}

fn control(sim: &Sim, name: &str, body: &Value) -> Answer {
    let url = format!("{}/_sim/{name}", sim.base_url());
    send("POST", &url, &[], body.to_string().as_bytes()).expect("an answer")
}

/// Lets somebody authorize the public connection; a client with its token.
fn authorized(sim: &Sim) -> Client {
    let oauth = sim.oauth();
    let url = format!(
        "{}/v1/oauth/authorize?client_id={}&redirect_uri={}&response_type=code&owner=user",
        sim.base_url(),
        oauth.client_id,
        oauth.redirect_uri
    );
    let sent_to = send("GET", &url, &[], b"").expect("an answer");
    let location = sent_to.header("location").to_owned();
    let (_, code) = location.split_once("code=").expect("a code");
    let code = code.split('&').next().unwrap_or_default();
    let credentials = format!("{}:{}", oauth.client_id, oauth.client_secret);
    let basic = format!("Basic {}", base64::prelude::BASE64_STANDARD.encode(credentials));
    let body = json!({"grant_type": "authorization_code", "code": code, "redirect_uri": oauth.redirect_uri});
    let url = format!("{}/v1/oauth/token", sim.base_url());
    let headers = [("authorization", basic.as_str())];
    let granted = send("POST", &url, &headers, body.to_string().as_bytes())
        .expect("an answer")
        .ok();
    Client::with_token(sim, &text(&granted["access_token"]))
}

#[test]
fn a_connection_that_is_too_fast_is_told_when_to_come_back() {
    let sim = limited(RateLimit::per_connection(2));
    let client = Client::new(&sim);
    client.get(ME).ok();
    client.get("/v1/users").ok();
    let answer = client.get(ME);
    assert_eq!(
        (answer.status, answer.code(), answer.header("retry-after")),
        (429, "rate_limited", "48")
    );
    assert_eq!(
        answer.json["additional_data"],
        json!({"rate_limit_reason": "public_api_request_rate_limit", "retry_after": "48"})
    );
    assert_eq!(answer.header("x-notion-request-id"), answer.json["request_id"]);
    sim.advance(Duration::from_millis(47_999));
    assert_eq!(client.get(ME).header("retry-after"), "1");
    sim.advance(Duration::from_millis(1));
    client.get(ME).ok();
    client.get(ME).ok();
    assert_eq!(client.get(ME).header("retry-after"), "60");
}

#[test]
fn only_requests_with_a_valid_credential_count() {
    let sim = limited(RateLimit::per_connection(2));
    let client = Client::new(&sim);
    let stranger = Client::with_token(&sim, "secret_wrong");
    for _ in 0..3 {
        assert_eq!(stranger.get(ME).status, 401);
        assert_eq!(client.get("/v1/nonsense").status, 400, "no such address");
    }
    // What comes after the credential counts, whether it succeeds or not.
    assert_eq!(Client::at_version(&sim, "1999-01-01").get(ME).status, 400);
    assert_eq!(client.get("/v1/pages/nonsense").status, 400);
    assert_eq!(client.get(ME).status, 429);
    assert_eq!(Client::at_version(&sim, "1999-01-01").get(ME).status, 429);
    assert_eq!(stranger.get(ME).status, 401);
}

#[test]
fn connections_have_budgets_of_their_own_and_share_that_of_the_workspace() {
    let sim = start(
        Sim::builder()
            .clock(at("2026-06-27T17:01:12Z"))
            .auto_approve(true)
            .rate_limit(RateLimit::per_connection(2).workspace_window(3, Duration::from_secs(300))),
    );
    let (one, other) = (Client::new(&sim), authorized(&sim));
    let reason = |answer: &Answer| text(&answer.json["additional_data"]["rate_limit_reason"]);
    one.get(ME).ok();
    one.get(ME).ok();
    assert_eq!(reason(&one.get(ME)), "public_api_request_rate_limit");
    other.get(ME).ok();
    let answer = other.get(ME);
    assert_eq!(reason(&answer), "public_api_space_request_rate_limit");
    assert_eq!(answer.header("retry-after"), "228", "longer than a minute");
    sim.advance(Duration::from_secs(60));
    assert_eq!(reason(&one.get(ME)), "public_api_space_request_rate_limit");
    sim.advance(Duration::from_secs(168));
    one.get(ME).ok();
}

#[test]
fn limits_change_while_it_runs_and_a_reset_brings_the_first_ones_back() {
    let sim = limited(RateLimit::off());
    let client = Client::new(&sim);
    for _ in 0..200 {
        client.get(ME).ok();
    }
    let endpoints = json!({"endpoints": {"GET /v1/users/{id}": 1}, "phase_ms": 20_000});
    control(&sim, "rate-limit", &endpoints).ok();
    client.get(ME).ok();
    let answer = client.get(ME);
    assert_eq!(
        answer.json["additional_data"]["rate_limit_reason"],
        "public_api_endpoint_rate_limit"
    );
    assert_eq!(answer.header("retry-after"), "8");
    client.get("/v1/users").ok();
    control(&sim, "rate-limit", &json!({"blocked": true})).ok();
    let answer = client.get(ME);
    assert_eq!(
        (
            answer.status,
            answer.header("retry-after"),
            &answer.json["additional_data"]
        ),
        (
            429,
            "",
            &json!({"rate_limit_reason": "public_api_request_blocked"})
        )
    );
    control(&sim, "rate-limit", &json!("notion")).ok();
    for _ in 0..180 {
        client.get(ME).ok();
    }
    assert_eq!(client.get(ME).status, 429);
    control(&sim, "rate-limit", &json!(1)).ok();
    assert_eq!((client.get(ME).status, client.get(ME).status), (200, 429));
    let refused = control(&sim, "rate-limit", &json!({"conection": 1}));
    assert_eq!(refused.status, 400);
    assert!(
        text(&refused.json["error"]).contains("conection"),
        "{}",
        refused.text
    );
    assert_eq!(client.get(ME).status, 429, "as before");
    sim.reset();
    assert_eq!((client.get(ME).status, client.get(ME).status), (200, 200));
    sim.set_rate_limit(RateLimit::per_connection(0));
    assert_eq!(client.get(ME).status, 429);
}

#[test]
fn the_clock_stands_runs_and_is_moved_on() {
    let sim = start(Sim::builder().clock(at("2026-06-27T17:01:12Z")));
    let shown = |body: Value| text(&control(&sim, "clock", &body).ok()["now"]);
    assert_eq!(shown(json!({"advance_ms": 61_500})), "2026-06-27T17:02:13.500Z");
    assert_eq!(sim.now(), at("2026-06-27T17:02:13.5Z"));
    let start_at = json!({"now": "2026-01-01T00:00:00Z", "speed": 3600, "advance_ms": 60_000});
    assert!(at(&shown(start_at)) >= at("2026-01-01T00:01:00Z"));
    // What this thread waits for in between may only make the real time longer.
    let (real, before) = (Instant::now(), sim.now());
    std::thread::sleep(Duration::from_millis(20));
    let (passed, really) = (sim.now().duration_since(before), real.elapsed());
    assert!(passed.as_secs_f64() >= 72.0, "{passed:?}");
    assert!(
        passed.as_secs_f64() <= really.as_secs_f64() * 3600.0 + 0.001,
        "{passed:?} in {really:?}"
    );
    sim.set_speed(0.0);
    assert_eq!(sim.now(), sim.now());
    control(&sim, "clock", &json!({"now": null})).ok();
    assert!(sim.now().duration_since(Timestamp::now()).as_secs() < 2);
    for body in [
        json!({}),
        json!([]),
        json!({"now": "soon"}),
        json!({"speed": -1}),
        json!({"speed": 1e9}),
        json!({"advance_ms": -5}),
        json!({"advance_ms": 5, "spede": 1}),
    ] {
        let before = sim.now();
        let answer = control(&sim, "clock", &body);
        assert_eq!(answer.status, 400, "{body}");
        assert!(
            text(&answer.json["error"]).contains("advance_ms"),
            "{}",
            answer.text
        );
        assert!(
            sim.now().duration_since(before).as_secs() < 2,
            "it stays as it is"
        );
    }
    sim.reset();
    assert_eq!(sim.now(), at("2026-06-27T17:01:12Z"));
}

#[test]
fn records_follow_the_clock_from_the_start() {
    let clock: Clock = "2031-03-03T03:03:03Z".parse().expect("a clock");
    let sim = start(Sim::builder().clock(clock));
    let client = Client::new(&sim);
    let parent = client.get(&format!("/v1/pages/{}", sim.parent_page_id())).ok();
    assert_eq!(parent["created_time"], "2031-03-03T03:03:00.000Z");
    sim.advance(Duration::from_secs(86_400));
    let body = json!({"parent": {"page_id": sim.parent_page_id()}});
    assert_eq!(
        client.post("/v1/pages", &body).ok()["created_time"],
        "2031-03-04T03:03:00.000Z"
    );
}

#[test]
fn windows_pass_faster_on_a_fast_clock() {
    let clock = Clock::running(at("2026-06-27T17:01:00Z"), 60.0);
    let sim = start(
        Sim::builder()
            .clock(clock)
            .rate_limit(RateLimit::per_connection(1)),
    );
    let client = Client::new(&sim);
    // A minute of the simulator's takes a second.
    assert!((0..100).any(|_| client.get(ME).status == 429));
    std::thread::sleep(Duration::from_millis(1010));
    client.get(ME).ok();
}

#[test]
fn no_time_is_too_far_away() {
    for now in [Timestamp::MAX, Timestamp::MIN] {
        let sim = start(Sim::builder().clock(now).rate_limit(RateLimit::notion()));
        sim.advance(Duration::MAX);
        let client = Client::new(&sim);
        let columns = json!({"Name": {"title": {}}, "D": {"date": {}}});
        let (_, source) = client.database(&sim.parent_page_id(), "T", &columns);
        client.row(&source, &json!({"D": {"date": {"start": "2026-01-01"}}}));
        for span in ["past_week", "next_year", "this_week"] {
            let query = json!({"filter": {"property": "D", "date": {span: {}}}});
            client.titles(&source, &query);
        }
        sim.set_speed(1e300);
        client.get(ME).ok();
    }
}
