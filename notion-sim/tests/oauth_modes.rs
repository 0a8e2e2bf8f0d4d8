//! What a refresh does in each mode, how tokens end, and how a client that loses answers fares.

mod common;

use std::time::Duration;

use common::oauth::{App, CALLBACK};
use common::{Answer, Client, send, start, text};
use notion_sim::{Fault, OAuthSettings, RefreshMode, Sim};
use serde_json::{Value, json};

const MODES: [(RefreshMode, &str); 5] = [
    (RefreshMode::Strict, "strict"),
    (RefreshMode::Rotate, "rotate"),
    (RefreshMode::Grace, "grace"),
    (RefreshMode::NoRefreshToken, "none"),
    (RefreshMode::SameRefreshToken, "same-token"),
];

fn in_mode(mode: RefreshMode) -> Sim {
    let settings = OAuthSettings::default()
        .refresh_mode(mode)
        .grace(Duration::from_secs(30));
    let builder = Sim::builder().redirect_uri(CALLBACK).auto_approve(true);
    start(builder.oauth_settings(settings))
}

fn control(sim: &Sim, method: &str, name: &str, body: &Value) -> Answer {
    let url = format!("{}/_sim/{name}", sim.base_url());
    send(method, &url, &[], body.to_string().as_bytes()).expect("an answer")
}

fn at(sim: &Sim, seconds: i64) {
    sim.set_now(jiff::Timestamp::from_second(1_780_000_000 + seconds).expect("a time"));
}

fn count(sim: &Sim, what: &str) -> i64 {
    sim.oauth_report()["counters"][what].as_i64().expect("a counter")
}

#[track_caller]
fn refused(answer: &Answer) {
    assert_eq!(
        (answer.status, &answer.json["error"]),
        (400, &json!("invalid_grant")),
        "{}",
        answer.text
    );
}

#[test]
fn rotate_ends_the_old_pair_and_nothing_else() {
    let sim = in_mode(RefreshMode::Rotate);
    let app = App::new(&sim);
    let first = app.grant();
    let second = app.refresh(&first["refresh_token"]).ok();
    for key in ["access_token", "refresh_token"] {
        assert_ne!(first[key], second[key]);
        assert!(!app.is_active(&first[key]) && app.is_active(&second[key]));
    }
    refused(&app.refresh(&first["refresh_token"]));
    assert!(app.works(&second["access_token"]));
    app.refresh(&second["refresh_token"]).ok();
    let counters = ["refreshes", "reused_refresh_tokens", "ended_families"].map(|what| count(&sim, what));
    assert_eq!(counters, [2, 1, 0]);
}

#[test]
fn strict_ends_the_whole_family_when_a_token_comes_twice() {
    let sim = in_mode(RefreshMode::Strict);
    let app = App::new(&sim);
    let (first, other) = (app.grant(), app.grant());
    let second = app.refresh(&first["refresh_token"]).ok();
    let third = app.refresh(&second["refresh_token"]).ok();
    assert!(!app.works(&second["access_token"]) && app.works(&third["access_token"]));
    // Any earlier token of the family does it.
    refused(&app.refresh(&first["refresh_token"]));
    assert!(!app.works(&third["access_token"]) && !app.is_active(&third["refresh_token"]));
    refused(&app.refresh(&third["refresh_token"]));
    assert!(
        app.works(&other["access_token"]),
        "another authorization is another family"
    );
    app.refresh(&other["refresh_token"]).ok();
    assert_eq!(
        (
            count(&sim, "reused_refresh_tokens"),
            count(&sim, "ended_families")
        ),
        (1, 1)
    );
    // What was never a token is no reuse, and a stranger cannot end anything.
    refused(&app.refresh(&json!("nrt_unknown")));
    let stranger = notion_sim::Connection::public("Other", "other", "secret_other").redirect_uri(CALLBACK);
    let builder = Sim::builder()
        .redirect_uri(CALLBACK)
        .auto_approve(true)
        .connection(stranger);
    let settings = OAuthSettings::default().refresh_mode(RefreshMode::Strict);
    let sim = start(builder.oauth_settings(settings));
    let (app, stranger) = (App::new(&sim), App::registered(&sim, "other", "secret_other"));
    let first = app.grant();
    let second = app.refresh(&first["refresh_token"]).ok();
    refused(&stranger.refresh(&first["refresh_token"]));
    assert!(app.works(&second["access_token"]));
    assert_eq!(count(&sim, "reused_refresh_tokens"), 0);
}

#[test]
fn grace_gives_the_same_new_pair_again_for_a_while() {
    let sim = in_mode(RefreshMode::Grace);
    let app = App::new(&sim);
    at(&sim, 0);
    let first = app.grant();
    let second = app.refresh(&first["refresh_token"]).ok();
    at(&sim, 29);
    assert!(app.works(&first["access_token"]) && app.works(&second["access_token"]));
    let again = app.refresh(&first["refresh_token"]).ok();
    for key in ["access_token", "refresh_token"] {
        assert_eq!(again[key], second[key], "{key}");
    }
    let third = app.refresh(&second["refresh_token"]).ok();
    assert_ne!(third["refresh_token"], second["refresh_token"]);
    at(&sim, 30);
    assert!(!app.works(&first["access_token"]) && !app.is_active(&first["refresh_token"]));
    refused(&app.refresh(&first["refresh_token"]));
    assert!(app.works(&second["access_token"]), "its own time has not passed");
    at(&sim, 60);
    assert!(!app.works(&second["access_token"]) && app.works(&third["access_token"]));
    let counters = [
        "refreshes",
        "repeated_refreshes",
        "reused_refresh_tokens",
        "ended_families",
    ];
    assert_eq!(counters.map(|what| count(&sim, what)), [2, 1, 1, 0]);
}

#[test]
fn without_refresh_tokens_there_is_none_to_be_had() {
    let sim = in_mode(RefreshMode::NoRefreshToken);
    let app = App::new(&sim);
    let grant = app.grant();
    assert_eq!(grant.get("refresh_token"), Some(&Value::Null));
    assert!(app.works(&grant["access_token"]));
    refused(&app.refresh(&grant["access_token"]));
    let null = app.refresh(&grant["refresh_token"]);
    assert_eq!(null.json["error"], "invalid_request");
    assert_eq!(count(&sim, "refresh_tokens"), 0);
}

#[test]
fn the_same_refresh_token_can_stay() {
    let sim = in_mode(RefreshMode::SameRefreshToken);
    let app = App::new(&sim);
    let mut grant = app.grant();
    for _ in 0..3 {
        let next = app.refresh(&grant["refresh_token"]).ok();
        assert_eq!(next["refresh_token"], grant["refresh_token"]);
        assert_ne!(next["access_token"], grant["access_token"]);
        assert!(!app.works(&grant["access_token"]) && app.works(&next["access_token"]));
        grant = next;
    }
    assert_eq!(
        (count(&sim, "access_tokens"), count(&sim, "refresh_tokens")),
        (4, 1)
    );
}

#[test]
fn settings_come_from_rust_from_the_control_endpoint_and_from_seeds() {
    for (mode, name) in MODES {
        let sim = in_mode(mode);
        assert_eq!(sim.oauth_report()["settings"]["refresh_mode"], name);
    }
    let sim = in_mode(RefreshMode::Strict);
    let app = App::new(&sim);
    let grant = app.grant();
    let set = |body: Value| control(&sim, "POST", "oauth", &body);
    let settings = set(json!({"refresh_mode": "grace", "access_token_lifetime_ms": 5000})).ok();
    assert_eq!(
        settings,
        json!({"refresh_mode": "grace", "grace_ms": 30000, "access_token_lifetime_ms": 5000,
               "errors": "rfc", "authorize_error": null})
    );
    let wrong = set(json!({"refresh_mode": "lenient"}));
    assert_eq!(wrong.status, 400);
    assert!(text(&wrong.json["error"]).contains("`refresh_mode` should be one of strict, rotate"));
    let seed = sim.state();
    assert_eq!(seed["oauth"]["settings"], settings);
    sim.reset();
    assert_eq!(
        sim.oauth_report()["settings"]["refresh_mode"],
        "strict",
        "as it was started"
    );
    assert!(!app.works(&grant["access_token"]));
    sim.seed(&seed).expect("a seed");
    assert_eq!(sim.oauth_report()["settings"], settings);
    sim.set_oauth_settings(OAuthSettings::default());
    assert_eq!(sim.oauth_report()["settings"]["refresh_mode"], "rotate");
}

#[test]
fn access_tokens_end_by_the_clock_and_on_demand() {
    let sim = in_mode(RefreshMode::Rotate);
    let app = App::new(&sim);
    at(&sim, 0);
    control(
        &sim,
        "POST",
        "oauth",
        &json!({"access_token_lifetime_ms": 60_000}),
    )
    .ok();
    let first = app.grant();
    at(&sim, 59);
    assert!(app.works(&first["access_token"]));
    at(&sim, 60);
    let answer = Client::with_token(&sim, &text(&first["access_token"])).get("/v1/users/me");
    assert_eq!((answer.status, answer.message()), (401, "API token is invalid."));
    assert!(!app.is_active(&first["access_token"]) && app.is_active(&first["refresh_token"]));
    let second = app.refresh(&first["refresh_token"]).ok();
    assert!(app.works(&second["access_token"]));

    let third = app.grant();
    let expired = |body: Value| control(&sim, "POST", "oauth/expire", &body).ok()["expired"].clone();
    let nobody = "11111111-1111-4111-8111-111111111111";
    assert_eq!(expired(json!({"bot_id": nobody})), 0);
    assert_eq!(expired(json!({"bot_id": third["bot_id"]})), 2);
    for grant in [&second, &third] {
        assert!(!app.works(&grant["access_token"]));
        assert!(app.works(&app.refresh(&grant["refresh_token"]).ok()["access_token"]));
    }
    assert_eq!(sim.expire_access_tokens(Some("x")), 0);
    assert_eq!(sim.expire_access_tokens(None), 2);
    assert_eq!(expired(json!({})), 0);
    assert_eq!(
        control(&sim, "POST", "oauth/expire", &json!({"bot_id": 5})).status,
        400
    );
    assert_eq!(
        Client::new(&sim).get("/v1/users/me").status,
        200,
        "an internal token does not end"
    );
}

#[test]
fn the_report_counts_and_names_tokens_by_their_hash_only() {
    let sim = in_mode(RefreshMode::Rotate);
    let app = App::new(&sim);
    let first = app.grant();
    let second = app.refresh(&first["refresh_token"]).ok();
    refused(&app.refresh(&first["refresh_token"]));
    app.call("revoke", &json!({"token": second["access_token"]})).ok();
    let report = control(&sim, "GET", "oauth", &Value::Null).ok();
    assert_eq!(report, sim.oauth_report());
    assert_eq!(
        report["counters"],
        json!({"codes": 1, "exchanges": 1, "refreshes": 1, "repeated_refreshes": 0, "reused_refresh_tokens": 1,
               "ended_families": 0, "revocations": 1, "access_tokens": 2, "refresh_tokens": 2})
    );
    assert_eq!(report["live"], json!({"access_tokens": 0, "refresh_tokens": 1}));
    let [authorization] = report["authorizations"].as_array().expect("a list").as_slice() else {
        panic!("one authorization");
    };
    assert_eq!(authorization["bot_id"], first["bot_id"]);
    let [token] = authorization["tokens"].as_array().expect("a list").as_slice() else {
        panic!("one token");
    };
    assert_eq!(token["use"], "refresh");
    assert_eq!(token["sha256"].as_str().map(str::len), Some(64));
    let shown = report.to_string();
    assert!(!shown.contains("nrt_") && !shown.contains("ntn_"));

    // The journal, too: which requests were about the same token.
    app.call("introspect", &json!({"token": second["refresh_token"]}))
        .ok();
    let entries = sim.requests().into_iter();
    let found: Vec<_> = entries.filter_map(|entry| entry.token_sha256).collect();
    let [first, again, revoked, introspected] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(first == again && first != revoked && first != introspected);
    assert_eq!(token["sha256"], **introspected);
}

/// What a client is left with when the answer to a refresh is lost after the server has done it, and the client sends the
/// same refresh token again.
#[test]
fn a_lost_answer_ends_as_the_mode_says() {
    for (mode, name) in MODES {
        let sim = in_mode(mode);
        let app = App::new(&sim);
        let grant = app.grant();
        let refresh = &grant["refresh_token"];
        let body = json!({"grant_type": "refresh_token", "refresh_token": refresh}).to_string();
        let credentials = common::oauth::basic(&app.client_id, &app.client_secret);
        let headers = [("authorization", credentials.as_str())];
        let url = format!("{}/v1/oauth/token", sim.base_url());
        if refresh.is_null() {
            continue;
        }
        // Before the change nothing is lost in any mode.
        sim.fault(Fault::on("POST", "/v1/oauth/token").times(1).reset());
        assert!(send("POST", &url, &headers, body.as_bytes()).is_err());
        assert!(app.works(&grant["access_token"]), "{name}");
        sim.clear_faults();
        sim.fault(
            Fault::on("POST", "/v1/oauth/token")
                .times(1)
                .after_commit()
                .reset(),
        );
        assert!(send("POST", &url, &headers, body.as_bytes()).is_err());
        assert_eq!(count(&sim, "refreshes"), 1, "{name}");
        let again = app.refresh(refresh);
        let live = &sim.oauth_report()["live"];
        match mode {
            RefreshMode::Strict => {
                refused(&again);
                assert_eq!(live, &json!({"access_tokens": 0, "refresh_tokens": 0}));
            }
            RefreshMode::Rotate => {
                refused(&again);
                assert_eq!(
                    live,
                    &json!({"access_tokens": 1, "refresh_tokens": 1}),
                    "a pair that nobody knows"
                );
            }
            _ => assert!(app.works(&again.ok()["access_token"]), "{name}"),
        }
    }
    // The same with a code: it is spent, and nobody has the tokens.
    let sim = in_mode(RefreshMode::Rotate);
    let app = App::new(&sim);
    let code = app.code();
    sim.fault(
        Fault::on("POST", "/v1/oauth/token")
            .times(1)
            .after_commit()
            .status(500),
    );
    assert_eq!(app.exchange(&code, Some(CALLBACK)).status, 500);
    refused(&app.exchange(&code, Some(CALLBACK)));
    assert_eq!(count(&sim, "exchanges"), 1);
}

#[test]
fn of_many_refreshes_at_once_one_is_first() {
    for (mode, winners, refreshes) in [
        (RefreshMode::Strict, 1, 1),
        (RefreshMode::Rotate, 1, 1),
        (RefreshMode::Grace, 8, 1),
        (RefreshMode::SameRefreshToken, 8, 8),
    ] {
        let sim = in_mode(mode);
        let grant = App::new(&sim).grant();
        let answers: Vec<Answer> = std::thread::scope(|scope| {
            let refresh = || App::new(&sim).refresh(&grant["refresh_token"]);
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(refresh)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().expect("an answer"))
                .collect()
        });
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!(
            (won.len(), count(&sim, "refreshes")),
            (winners, refreshes),
            "{mode:?}"
        );
        let works = App::new(&sim).works(&won[0].json["access_token"]);
        match mode {
            RefreshMode::Strict => assert!(!works, "the losers ended the family"),
            RefreshMode::SameRefreshToken => {}
            _ => assert!(works),
        }
    }
}

#[test]
fn tokens_survive_a_restart_in_every_mode() {
    for (mode, name) in MODES {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = OAuthSettings::default().refresh_mode(mode);
        let builder = || {
            Sim::builder()
                .redirect_uri(CALLBACK)
                .auto_approve(true)
                .data_file(folder.path().join("state.json"))
                .oauth_settings(settings.clone())
        };
        let sim = start(builder());
        at(&sim, 0);
        let first = App::new(&sim).grant();
        let second = match first["refresh_token"].is_null() {
            true => first.clone(),
            false => App::new(&sim).refresh(&first["refresh_token"]).ok(),
        };
        drop(sim);
        let sim = start(builder());
        at(&sim, 1);
        let app = App::new(&sim);
        assert!(app.works(&second["access_token"]), "{name}");
        if mode == RefreshMode::NoRefreshToken {
            continue;
        }
        let again = app.refresh(&first["refresh_token"]);
        match mode {
            RefreshMode::Strict => {
                refused(&again);
                assert!(
                    !app.works(&second["access_token"]),
                    "reuse is recognized after a restart"
                );
            }
            RefreshMode::Rotate => {
                refused(&again);
                assert!(app.works(&second["access_token"]));
            }
            RefreshMode::Grace => assert_eq!(again.ok()["access_token"], second["access_token"]),
            _ => assert_eq!(again.ok()["refresh_token"], first["refresh_token"]),
        }
    }
}

#[test]
fn nonsense_is_refused_in_a_sentence() {
    let sim = in_mode(RefreshMode::Rotate);
    let before = sim.oauth_report();
    let url = |name: &str| format!("{}/_sim/{name}", sim.base_url());
    for (method, name, body, status) in [
        ("POST", "oauth", "", 400),
        ("POST", "oauth", "[1", 400),
        ("POST", "oauth", "5", 400),
        ("POST", "oauth", "{\"grace_ms\": 1e40}", 400),
        ("POST", "oauth/expire", "nonsense", 400),
        ("POST", "oauth/uninstall", "[]", 400),
        ("POST", "share", "", 400),
        ("POST", "auto-approve", "{\"on\": 1}", 400),
        ("GET", "oauth/expire", "", 404),
        ("GET", "oauth/uninstall", "", 404),
        ("PUT", "oauth", "{}", 404),
        ("POST", "oauth/nothing", "{}", 404),
    ] {
        let answer = send(method, &url(name), &[], body.as_bytes()).expect("an answer");
        assert_eq!(answer.status, status, "{method} {name} {body}: {}", answer.text);
        assert!(answer.json["error"].is_string(), "{method} {name} {body}");
    }
    for query in ["", "?consent=x", "?consent=%F0%9F&workspace=5&user=x"] {
        let answer = common::oauth::get(&url(&format!("oauth/consent{query}")));
        assert_eq!(answer.status, 400);
        assert!(answer.text.contains("used already or is too old"));
    }
    assert_eq!(sim.oauth_report(), before);
    // The longest times there are do not overflow.
    let settings = OAuthSettings::default()
        .refresh_mode(RefreshMode::Grace)
        .grace(Duration::MAX)
        .access_token_lifetime(Some(Duration::MAX));
    sim.set_oauth_settings(settings);
    let app = App::new(&sim);
    let grant = app.grant();
    app.refresh(&grant["refresh_token"]).ok();
    assert!(app.works(&grant["access_token"]));
    let seed = sim.state();
    sim.seed(&seed).expect("a seed");
}
