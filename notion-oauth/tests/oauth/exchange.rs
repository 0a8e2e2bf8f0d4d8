//! What is sent to the token endpoint, and what its refusals become.

use std::time::Duration;

use notion_oauth::{Error, ErrorKind};

use crate::fake::{self, Answer, CODE, Fake, SECRET, reply, reply_with};

const REQUEST_ID: &str = "1d1e52f2-4d3b-4f27-a5c9-2d3bba0b3f7e";

async fn refused(answer: Answer) -> Error {
    let fake = Fake::answering(answer);
    let pending = fake::connection(&fake).authorize().unwrap();
    let error = pending.finish(fake::allowed(&pending)).await.unwrap_err();
    assert_eq!(fake.requests().len(), 1, "a code is sent once");
    let again = pending.finish(fake::allowed(&pending)).await.unwrap_err();
    assert_eq!(again.kind(), ErrorKind::AlreadyUsed);
    error
}

#[tokio::test]
async fn s004_13_s002_6_s002_10_the_request_is_the_one_of_notions_guide() {
    let fake = Fake::granting();
    let pending = fake::connection(&fake).authorize().unwrap();
    pending.finish(fake::allowed(&pending)).await.unwrap();
    let request = fake.requests().remove(0);

    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://api.notion.com/v1/oauth/token");
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
        ]
    );
    assert!(request.headers()["authorization"].is_sensitive());
    assert_eq!(
        std::str::from_utf8(request.body()).unwrap(),
        r#"{"grant_type":"authorization_code","code":"e202e8c9-0990-40af-855f-ff8f872b1ec6","redirect_uri":"https://example.com/auth/notion/callback"}"#
    );
}

#[tokio::test]
async fn s002_2_s002_7_the_redirect_uri_is_in_the_body_if_it_was_in_the_url() {
    let fake = Fake::granting();
    let connection = fake::builder(&fake).omit_redirect_uri().build().unwrap();
    let pending = connection.authorize().unwrap();
    assert!(!pending.url().contains("redirect_uri"));
    pending.finish(fake::allowed(&pending)).await.unwrap();
    assert_eq!(
        std::str::from_utf8(fake.requests()[0].body()).unwrap(),
        r#"{"grant_type":"authorization_code","code":"e202e8c9-0990-40af-855f-ff8f872b1ec6"}"#
    );
    // Where several are registered, Notion needs it.
    let several = fake::builder(&fake)
        .redirect_uri("http://localhost:8080/callback".parse().unwrap())
        .omit_redirect_uri();
    assert!(several.build().unwrap_err().is_configuration());
}

#[tokio::test]
async fn s002_6_the_credential_is_plain_base64() {
    use base64::Engine as _;

    let fake = Fake::granting();
    let connection = notion_oauth::Connection::builder(
        "client".parse().unwrap(),
        notion_oauth::ClientSecret::new("secret_a+b/c=d:e%20f").unwrap(),
        "https://example.com/cb".parse().unwrap(),
    )
    .transport(fake.clone())
    .build()
    .unwrap();
    let pending = connection.authorize().unwrap();
    pending.finish(fake::allowed(&pending)).await.unwrap();
    let sent = fake.requests()[0].headers()["authorization"]
        .to_str()
        .unwrap()
        .to_owned();
    let pair = base64::engine::general_purpose::STANDARD
        .decode(sent.strip_prefix("Basic ").unwrap())
        .unwrap();
    assert_eq!(pair, b"client:secret_a+b/c=d:e%20f");
}

#[tokio::test]
async fn s004_20_both_envelopes_become_one_error() {
    for (status, code, kind) in [
        (400, "invalid_grant", ErrorKind::InvalidGrant),
        (401, "invalid_client", ErrorKind::Configuration),
        (400, "invalid_client", ErrorKind::Configuration),
        (400, "invalid_request", ErrorKind::Configuration),
        (400, "unauthorized_client", ErrorKind::Configuration),
        (400, "unsupported_grant_type", ErrorKind::Configuration),
        (400, "invalid_scope", ErrorKind::Configuration),
        (400, "validation_error", ErrorKind::Configuration),
        (400, "invalid_request_url", ErrorKind::Configuration),
        (403, "test_env_error", ErrorKind::Configuration),
        (429, "rate_limited", ErrorKind::RateLimited),
        (409, "conflict_error", ErrorKind::Unavailable),
        (529, "service_overload", ErrorKind::RateLimited),
        (500, "internal_server_error", ErrorKind::Unavailable),
        (503, "service_unavailable", ErrorKind::Unavailable),
    ] {
        let oauth = format!(
            r#"{{"error":"{code}","error_description":"CANARY {CODE}","request_id":"{REQUEST_ID}"}}"#
        );
        let notion = format!(
            r#"{{"object":"error","status":{status},"code":"{code}","message":"CANARY {CODE}","additional_data":{{}},"request_id":"{REQUEST_ID}"}}"#
        );
        for body in [oauth, notion] {
            let error = refused(reply(status, body.clone())).await;
            assert_eq!(error.kind(), kind, "{body}");
            assert_eq!(error.status().unwrap().as_u16(), status);
            assert_eq!(error.code(), Some(code));
            assert_eq!(error.request_id(), Some(REQUEST_ID));
            assert!(error.hint().is_some());
            assert_eq!(error.is_configuration(), kind == ErrorKind::Configuration);
            assert_eq!(error.needs_new_flow(), kind != ErrorKind::Configuration);
            let shown = format!("{error} {error:?} {error:#?}");
            assert!(!shown.contains("CANARY") && !shown.contains(CODE), "{shown}");
        }
    }
}

#[tokio::test]
async fn s002_4_a_wrong_secret_says_where_to_get_the_right_one() {
    let body = format!(r#"{{"error":"invalid_client","request_id":"{REQUEST_ID}"}}"#);
    let error = refused(reply(401, body)).await;
    assert_eq!(
        error.to_string(),
        "Notion does not know this client id with this client secret (401 invalid_client, request id \
         1d1e52f2-4d3b-4f27-a5c9-2d3bba0b3f7e). Copy both from the Configuration tab of the connection; if the secret \
         is shown no more, make a new one there."
    );
}

#[tokio::test]
async fn answers_of_somebody_else_are_errors_too() {
    for (status, body, kind) in [
        (401, "", ErrorKind::Configuration),
        (403, "<html>denied by proxy</html>", ErrorKind::Configuration),
        (404, "not found", ErrorKind::Configuration),
        (400, "[]", ErrorKind::Configuration),
        (400, r#"{"error":{"nested":true}}"#, ErrorKind::Configuration),
        (502, "<html>Bad Gateway</html>", ErrorKind::Unavailable),
        (504, "\u{feff}{}", ErrorKind::Unavailable),
        (302, "", ErrorKind::Response),
    ] {
        let error = refused(reply_with(status, &[("location", "https://evil.example/")], body)).await;
        assert_eq!(error.kind(), kind, "{status} {body}");
        assert_eq!(error.code(), None);
        assert!(!error.to_string().contains("evil"));
    }
}

#[tokio::test]
async fn patience_that_notion_asks_for_is_passed_on() {
    for (value, seconds) in [
        ("0", Some(0)),
        ("1", Some(1)),
        ("90", Some(90)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", Some(0)),
        ("", None),
        ("soon", None),
        ("-1", None),
    ] {
        for status in [429, 503, 529] {
            let error = refused(reply_with(status, &[("retry-after", value)], "{}")).await;
            assert_eq!(error.retry_after(), seconds.map(Duration::from_secs), "{value}");
            assert!(error.is_retryable());
        }
    }
}

#[tokio::test]
async fn without_an_answer_the_error_says_whether_it_was_sent() {
    let error = refused(Answer::NotSent).await;
    assert_eq!(error.kind(), ErrorKind::Network);
    let error = refused(Answer::Lost).await;
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(error.is_retryable() && error.needs_new_flow());
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn t07_a_server_cannot_put_secrets_into_the_error() {
    for body in [
        format!(r#"{{"error":"{SECRET}"}}"#),
        format!(r#"{{"error":"x_{SECRET}"}}"#),
        format!(r#"{{"error":"{CODE}","request_id":"{CODE}"}}"#),
        format!(r#"{{"code":"{CODE}","request_id":"a {CODE}"}}"#),
        format!(r#"{{"error":"invalid_grant\r\n{SECRET}"}}"#),
    ] {
        let error = refused(reply_with(400, &[("x-notion-request-id", CODE)], body)).await;
        let shown = format!("{error} {error:#?}");
        assert!(!shown.contains(SECRET) && !shown.contains(CODE), "{shown}");
    }
    let error = refused(reply_with(400, &[("x-notion-request-id", REQUEST_ID)], "")).await;
    assert_eq!(error.request_id(), Some(REQUEST_ID));
}
