//! Refresh, introspection and revocation: what is sent, and what the answers become.

use std::time::Duration;

use notion_core::Token;
use notion_oauth::{Connection, Error, ErrorKind, Grant, Result};

use crate::fake::{self, Answer, Fake, GRANTED, SECRET, reply, reply_with};

const ACCESS: &str = "ntn_CANARYACCESS";
const REFRESH: &str = "nrt_CANARYREFRESH";

async fn grant(connection: &Connection) -> Grant {
    let pending = connection.authorize().unwrap();
    let outcome = pending.finish(fake::allowed(&pending)).await.unwrap();
    outcome.into_grant().unwrap()
}

/// A connection that has a grant, and answers once more.
async fn granted(answer: Answer) -> (Fake, Connection, Grant) {
    let fake = Fake::granting();
    let connection = fake::connection(&fake);
    let grant = grant(&connection).await;
    fake.then(answer);
    (fake, connection, grant)
}

async fn refreshed(answer: Answer) -> Result<Grant> {
    let (fake, connection, grant) = granted(answer).await;
    let result = connection.refresh(&grant).await;
    assert_eq!(fake.requests().len(), 2, "a refresh token is sent once");
    result
}

fn renewed() -> String {
    GRANTED
        .replace(ACCESS, "ntn_CANARYSECOND")
        .replace(REFRESH, "nrt_CANARYSECOND")
}

fn is_silent(error: &Error) {
    let shown = format!("{error} {error:?} {error:#?}");
    assert!(
        !shown.contains("CANARY") && !shown.contains(SECRET) && !shown.contains("ntn_"),
        "{shown}"
    );
}

#[tokio::test]
async fn s004_13_s002_6_the_requests_are_those_of_notions_reference() {
    let fake = Fake::granting();
    let connection = fake::connection(&fake);
    let grant = grant(&connection).await;
    fake.then(reply(200, renewed()));
    fake.then(reply(200, r#"{"active":true}"#));
    fake.then(reply(200, "{}"));
    connection.refresh(&grant).await.unwrap();
    connection.introspect(grant.token()).await.unwrap();
    connection.revoke(grant.token()).await.unwrap();

    let expected = [
        (
            "https://api.notion.com/v1/oauth/token",
            r#"{"grant_type":"refresh_token","refresh_token":"nrt_CANARYREFRESH"}"#,
        ),
        (
            "https://api.notion.com/v1/oauth/introspect",
            r#"{"token":"ntn_CANARYACCESS"}"#,
        ),
        (
            "https://api.notion.com/v1/oauth/revoke",
            r#"{"token":"ntn_CANARYACCESS"}"#,
        ),
    ];
    for (request, (uri, body)) in fake.requests()[1..].iter().zip(expected) {
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri(), uri);
        assert_eq!(std::str::from_utf8(request.body()).unwrap(), body);
        let mut headers: Vec<_> = request
            .headers()
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        headers.sort();
        assert_eq!(
            headers,
            [
                "accept: application/json",
                "authorization: Basic NDYzNTU4YTMtNzI1ZS00ZjM3LWI2ZDMtMDg4OTg5NGY2OGRlOnNlY3JldF95b3VfZm91bmRfbXlfZmFrZV9zZWNyZXQ=",
                "content-type: application/json",
                "notion-version: 2026-03-11",
            ],
            "{uri}"
        );
        assert!(request.headers()["authorization"].is_sensitive());
    }
}

#[tokio::test]
async fn a_refresh_gives_a_pair_of_the_same_bot() {
    let (_, connection, grant) = granted(reply(200, renewed())).await;
    let new = connection.refresh(&grant).await.unwrap();
    assert_eq!(new.bot_id(), grant.bot_id());
    assert_ne!(new.id(), grant.id());
    assert_eq!(new.token().expose(), "ntn_CANARYSECOND");
    assert_eq!(new.expose_raw(), renewed());
    // Notion may leave it out.
    let without = renewed().replace(r#""nrt_CANARYSECOND""#, "null");
    assert_eq!(
        refreshed(reply(200, without)).await.unwrap().refresh_token(),
        None
    );
}

#[tokio::test]
async fn t29_tokens_of_another_bot_are_refused() {
    for (field, other) in [
        (fake::BOT, "b0000000-0000-0000-0000-000000000000"),
        (
            "8a1bfc55-9b1f-4f4e-8e3f-8f1f1f6b1b1a",
            "80000000-0000-0000-0000-000000000000",
        ),
    ] {
        let error = refreshed(reply(200, renewed().replace(field, other)))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response);
        assert!(error.to_string().contains("another bot"));
        is_silent(&error);
    }
}

#[tokio::test]
async fn what_cannot_be_refreshed_is_not_sent() {
    let fake = Fake::answering(reply(200, GRANTED.replace(r#""nrt_CANARYREFRESH""#, "null")));
    let connection = fake::connection(&fake);
    let legacy = grant(&connection).await;
    let error = connection.refresh(&legacy).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NeedsReauthorization);
    let other = Connection::new("another", "secret", fake::REDIRECT_URI).unwrap();
    assert!(other.refresh(&legacy).await.unwrap_err().is_configuration());
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn s004_20_refusals_of_a_refresh_tell_a_dead_token_from_the_rest() {
    for (status, code, kind) in [
        (400, "invalid_grant", ErrorKind::InvalidGrant),
        (401, "invalid_grant", ErrorKind::InvalidGrant),
        (401, "invalid_client", ErrorKind::Configuration),
        (401, "unauthorized", ErrorKind::Configuration),
        (400, "invalid_request", ErrorKind::Configuration),
        (400, "unsupported_grant_type", ErrorKind::Configuration),
        (400, "validation_error", ErrorKind::Configuration),
        (403, "restricted_resource", ErrorKind::Configuration),
        (404, "object_not_found", ErrorKind::Configuration),
        (409, "conflict_error", ErrorKind::Unavailable),
        (429, "rate_limited", ErrorKind::RateLimited),
        (500, "internal_server_error", ErrorKind::Unavailable),
        (502, "bad_gateway", ErrorKind::Unavailable),
        (503, "service_unavailable", ErrorKind::Unavailable),
        (504, "gateway_timeout", ErrorKind::Unavailable),
        (529, "service_overload", ErrorKind::RateLimited),
    ] {
        let oauth = format!(r#"{{"error":"{code}","error_description":"{REFRESH}"}}"#);
        let notion = format!(
            r#"{{"object":"error","status":{status},"code":"{code}","message":"{REFRESH} {SECRET}"}}"#
        );
        for (content_type, body) in [
            ("application/json", oauth.clone()),
            ("text/html", oauth),
            ("application/json", notion),
        ] {
            let error = refreshed(reply_with(
                status,
                &[("content-type", content_type)],
                body.clone(),
            ))
            .await
            .unwrap_err();
            assert_eq!(error.kind(), kind, "{body}");
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert_eq!(error.code(), Some(code));
            assert_eq!(
                error.needs_new_flow(),
                kind == ErrorKind::InvalidGrant,
                "only a dead token needs the user: {body}"
            );
            assert!(error.hint().is_some());
            is_silent(&error);
        }
    }
    for (status, body, kind) in [
        (400, "", ErrorKind::Configuration),
        (401, "", ErrorKind::Configuration),
        (403, "<html>CANARY</html>", ErrorKind::Configuration),
        (502, "<html>CANARY</html>", ErrorKind::Unavailable),
        (302, "", ErrorKind::Response),
        (400, r#"{"error":["invalid_grant"]}"#, ErrorKind::Configuration),
        (400, r#"{"error":"nrt_CANARYREFRESH"}"#, ErrorKind::Configuration),
    ] {
        let error = refreshed(reply(status, body)).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, None), "{status} {body}");
        assert!(!error.needs_new_flow());
        is_silent(&error);
    }
}

#[tokio::test]
async fn t29_a_success_that_is_none_gives_no_grant() {
    for body in [
        "".into(),
        "null".into(),
        "[]".into(),
        "<html>CANARY</html>".into(),
        format!("\u{feff}{}", renewed()),
        renewed().replace("bearer", "mac"),
        renewed().replace("ntn_CANARYSECOND", ""),
        renewed().replace("ntn_CANARYSECOND", "ntn_CANARY\\r\\nX: y"),
        renewed().replace(r#""bot_id""#, r#""access_token":"ntn_CANARYTHIRD","bot_id""#),
        format!("{}{}", renewed(), " ".repeat(70_000)),
    ] {
        let shown: String = body.chars().take(80).collect();
        let error = refreshed(reply(200, body)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response, "{shown}");
        assert_eq!(error.status().unwrap(), 200, "{shown}");
        is_silent(&error);
    }
    let utf16: Vec<u8> = renewed().encode_utf16().flat_map(u16::to_le_bytes).collect();
    for body in [utf16, b"\x1f\x8b\x08\x00".to_vec()] {
        let error = refreshed(reply(200, body)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response);
    }
}

#[tokio::test]
async fn a_lost_answer_is_not_a_refusal() {
    let error = refreshed(Answer::Lost).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.is_retryable() && !error.needs_new_flow(), "{error}");
    let error = refreshed(Answer::NotSent).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    assert!(!error.needs_new_flow());
    let error = refreshed(reply_with(429, &[("retry-after", "90")], ""))
        .await
        .unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(90)));
}

#[tokio::test]
async fn an_unknown_token_is_inactive_and_no_error() {
    let token = Token::new(ACCESS).unwrap();
    let asked = async |answer| {
        let fake = Fake::answering(answer);
        fake::connection(&fake).introspect(&token).await
    };
    let body = r#"{"active":true,"scope":"read_content insert_content","iat":1764000000,"aura":7}"#;
    let active = asked(reply(200, body)).await.unwrap();
    assert!(active.is_active());
    assert_eq!(active.scope(), Some("read_content insert_content"));
    assert_eq!(active.issued_at().unwrap().to_string(), "2025-11-24T16:00:00Z");
    assert_eq!(active.expose_raw(), body);
    assert!(
        !asked(reply(200, r#"{"active":false}"#))
            .await
            .unwrap()
            .is_active()
    );
    for (status, body, kind) in [
        (401, r#"{"error":"invalid_client"}"#, ErrorKind::Configuration),
        (200, "{}", ErrorKind::Response),
        (200, r#"{"active":"ntn_CANARYACCESS"}"#, ErrorKind::Response),
        (200, "<html>ntn_CANARYACCESS</html>", ErrorKind::Response),
        (429, "", ErrorKind::RateLimited),
        (500, "", ErrorKind::Unavailable),
    ] {
        let error = asked(reply(status, body)).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status} {body}");
        assert!(!error.needs_new_flow());
        is_silent(&error);
    }
}

#[tokio::test]
async fn a_token_that_is_dead_already_is_revoked() {
    let token = Token::new(ACCESS).unwrap();
    let asked = async |answers: Vec<Answer>| {
        let fake = Fake::default();
        let count = answers.len();
        answers.into_iter().for_each(|answer| fake.then(answer));
        let result = fake::connection(&fake).revoke(&token).await;
        assert_eq!(fake.requests().len(), count);
        result
    };
    let inactive = || reply(200, r#"{"active":false}"#);
    for body in ["{}", r#"{"request_id":"7a9d1a9c-5f8e-4c1e-9e55-2f9d5a6b7c8d"}"#] {
        asked(vec![reply(200, body)]).await.unwrap();
    }
    for (status, body) in [
        (400, r#"{"error":"invalid_grant"}"#),
        (
            400,
            r#"{"object":"error","status":400,"code":"validation_error","message":"x"}"#,
        ),
        (
            401,
            r#"{"object":"error","status":401,"code":"unauthorized","message":"x"}"#,
        ),
        (404, ""),
    ] {
        asked(vec![reply(status, body), inactive()]).await.unwrap();
        let error = asked(vec![reply(status, body), reply(200, r#"{"active":true}"#)])
            .await
            .unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
    }
    for (status, body, kind) in [
        (401, r#"{"error":"invalid_client"}"#, ErrorKind::Configuration),
        (500, "", ErrorKind::Unavailable),
        (429, "", ErrorKind::RateLimited),
        (200, "<html>", ErrorKind::Response),
    ] {
        let error = asked(vec![reply(status, body)]).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status}");
        is_silent(&error);
    }
    assert_eq!(
        asked(vec![Answer::Lost]).await.unwrap_err().kind(),
        ErrorKind::OutcomeUnknown
    );
}
