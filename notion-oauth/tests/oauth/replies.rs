//! What may call itself a success of the token endpoint.

use notion_oauth::{ErrorKind, Grant, Owner, Result};

use crate::fake::{self, Fake, GRANTED, reply};

async fn exchanged(body: impl Into<bytes::Bytes>) -> Result<Grant> {
    let fake = Fake::answering(reply(200, body));
    let pending = fake::connection(&fake).authorize().unwrap();
    pending.finish(fake::allowed(&pending)).await?.into_grant()
}

/// The least that makes a grant, with some of it replaced.
fn body(replace: &[(&str, &str)]) -> String {
    let fields = [
        ("access_token", r#""ntn_CANARY""#),
        ("token_type", r#""bearer""#),
        ("bot_id", r#""bot""#),
        ("workspace_id", r#""workspace""#),
    ];
    let kept = fields
        .iter()
        .filter(|(name, _)| replace.iter().all(|(other, _)| other != name));
    let all = kept.chain(replace).filter(|(_, value)| !value.is_empty());
    let all: Vec<_> = all.map(|(name, value)| format!("\"{name}\": {value}")).collect();
    format!("{{{}}}", all.join(", "))
}

#[tokio::test]
async fn s004_14_s004_15_what_a_grant_can_be_without_is_never_a_reason_to_lose_it() {
    let least = exchanged(body(&[])).await.unwrap();
    assert_eq!(least.refresh_token(), None);
    assert_eq!(least.owner(), &Owner::Unknown);
    for (name, value) in [
        ("refresh_token", "null"),
        ("token_type", r#""Bearer""#),
        ("token_type", r#""BEARER""#),
        ("workspace_name", "null"),
        ("workspace_name", "7"),
        ("workspace_icon", "null"),
        ("workspace_icon", r#""🦀""#),
        ("workspace_icon", r#""/icons/a.svg""#),
        ("workspace_icon", r#"{"type": "emoji"}"#),
        ("owner", "null"),
        ("owner", r#"[]"#),
        ("owner", r#"{"type": "galaxy"}"#),
        ("duplicated_template_id", r#""not a uuid""#),
        ("request_id", "17"),
        ("expires_in", "3600"),
        ("future", r#"{"deep": [1, 2.50, {"x": null}]}"#),
    ] {
        let body = body(&[(name, value)]);
        let grant = exchanged(body.clone())
            .await
            .unwrap_or_else(|error| panic!("{body}: {error}"));
        assert_eq!(grant.expose_raw(), body);
    }
    let icon = exchanged(body(&[("workspace_icon", r#""/icons/a.svg""#)]))
        .await
        .unwrap();
    assert_eq!(icon.workspace_icon(), Some("/icons/a.svg"));
    let template = r#""b55c9c91-384d-452b-81db-d1ef79372b75""#;
    let grant = exchanged(body(&[("duplicated_template_id", template)]))
        .await
        .unwrap();
    assert_eq!(
        grant.duplicated_template().unwrap().to_string(),
        template.trim_matches('"')
    );
}

#[tokio::test]
async fn t29_anything_else_is_refused_without_repeating_it() {
    let long = format!("\"ntn_{}\"", "A".repeat(2048));
    let mut bodies: Vec<Vec<u8>> = [
        body(&[("access_token", "")]),
        body(&[("access_token", "null")]),
        body(&[("access_token", "\"\"")]),
        body(&[("access_token", "[\"ntn_CANARY\"]")]),
        body(&[("access_token", "\"ntn CANARY\"")]),
        body(&[("access_token", "\"ntn_CANARY\\r\\nX: y\"")]),
        body(&[("access_token", "\"ntn_CANÄRY\"")]),
        body(&[("access_token", &long)]),
        body(&[("refresh_token", "\"\"")]),
        body(&[("refresh_token", "7")]),
        body(&[("refresh_token", "\"nrt_CANARY\\n\"")]),
        body(&[("refresh_token", &long)]),
        body(&[("token_type", "")]),
        body(&[("token_type", "\"mac\"")]),
        body(&[("bot_id", "")]),
        body(&[("bot_id", "{\"CANARY\": 1}")]),
        body(&[("bot_id", "\"\"")]),
        body(&[("workspace_id", "")]),
        body(&[("workspace_id", "null")]),
        body(&[
            ("x", "1"),
            (
                "access_token",
                "\"ntn_CANARY\", \"access_token\": \"ntn_CANARY2\"",
            ),
        ]),
        format!("[{GRANTED}]"),
        format!("\u{feff}{GRANTED}"),
        format!("{GRANTED} {GRANTED}"),
        GRANTED[..GRANTED.len() - 1].to_owned(),
        "<html>CANARY</html>".to_owned(),
        String::new(),
        "null".to_owned(),
        "\"ntn_CANARY\"".to_owned(),
        body(&[("padding", &format!("\"{}\"", "CANARY ".repeat(10_000)))]),
        body(&[("owner", &format!("{}{}", "[".repeat(5_000), "]".repeat(5_000)))]),
    ]
    .map(String::into_bytes)
    .to_vec();
    bodies.push(GRANTED.encode_utf16().flat_map(u16::to_le_bytes).collect());
    bodies.push([&GRANTED.as_bytes()[..20], b"\xff\xfe", &GRANTED.as_bytes()[20..]].concat());
    bodies.push(b"\x1f\x8b\x08\x00\x00\x00".to_vec());
    for body in bodies {
        let shown: String = String::from_utf8_lossy(&body).chars().take(200).collect();
        let error = exchanged(body).await.expect_err(&shown);
        assert_eq!(error.kind(), ErrorKind::Response, "{shown}");
        assert!(error.needs_new_flow());
        let text = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(!text.contains("CANARY") && !text.contains("ntn_"), "{text}");
    }
}
