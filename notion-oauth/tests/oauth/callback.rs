use notion_oauth::{AuthorizationError, Callback, ErrorKind};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::fake::{self, Fake};

#[test]
fn s004_12_a_code_is_found_wherever_it_stands() {
    let fake = Fake::default();
    let pending = fake::connection(&fake).authorize().unwrap();
    let state = fake::state(&pending);
    for text in [
        format!("code=abc&state={state}"),
        format!("state={state}&code=abc"),
        format!("?state={state}&code=abc"),
        format!("/auth/notion/callback?code=abc&state={state}"),
        format!("https://example.com/auth/notion/callback?code=abc&state={state}"),
        format!("HTTPS://example.com/auth?tenant=1&code=abc&state={state}&extra=%F0%9F%A6%80#_=_"),
        format!("  http://localhost:8080/callback?&&code=abc&&state={state}\n"),
        format!("\"http://localhost:8080/callback?code=abc&state={state}\"\n"),
        format!(" <https://example.com/cb?code=abc&state={state}>"),
        format!("'code=abc&state={state}'"),
        format!("c%6Fde=abc&st%61te={state}"),
        format!("flag&code=a%20b%2Bc+d&state={state}&iss=https%3A%2F%2Fapi.notion.com"),
        format!("code=abc?def&state={state}"),
        format!("code={}&state={state}", "x".repeat(512)),
    ] {
        let callback = Callback::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert!(pending.is_answered_by(&callback), "{text}");
        assert_eq!(callback.error(), None);
    }
}

#[test]
fn errors_are_known_by_their_codes() {
    for (code, error) in [
        ("access_denied", AuthorizationError::AccessDenied),
        ("invalid_request", AuthorizationError::InvalidRequest),
        ("unauthorized_client", AuthorizationError::UnauthorizedClient),
        (
            "unsupported_response_type",
            AuthorizationError::UnsupportedResponseType,
        ),
        ("invalid_scope", AuthorizationError::InvalidScope),
        ("server_error", AuthorizationError::ServerError),
        (
            "temporarily_unavailable",
            AuthorizationError::TemporarilyUnavailable,
        ),
        ("<script>", AuthorizationError::Other("<script>".to_owned())),
        (
            "ACCESS_DENIED",
            AuthorizationError::Other("ACCESS_DENIED".to_owned()),
        ),
    ] {
        for state in ["", "&state=", "&state=x"] {
            let callback = Callback::parse(&format!("?error={code}{state}")).unwrap();
            assert_eq!(callback.error(), Some(&error));
            assert_eq!(error.as_str(), code);
            assert!(!error.message().contains('<'));
        }
    }
}

#[test]
fn s004_12_t22_what_is_no_answer_is_refused() {
    let long = "x".repeat(513);
    let many = "a=1&".repeat(16);
    let huge = format!("code=a&x={}", "y".repeat(4096));
    for text in [
        "",
        " ",
        "?",
        "e202e8c9-0990-40af-855f-ff8f872b1ec6",
        "https://example.com/callback",
        "https://example.com/callback#code=a&state=b",
        "https://example.com/callback?state=b",
        "state=b",
        "code=&state=b",
        "code&state=b",
        "error=&state=b",
        "code=a&code=b",
        "code=a&c%6fde=b",
        "state=a&state=b&code=c",
        "state=&state=b&code=c",
        "error=a&error=b",
        "error=a&error_description=x&error_description=y",
        "code=a&iss=x&iss=y",
        "code=a&error=access_denied&state=b",
        "code=&error=access_denied",
        "code=a&error=",
        "code=a%0d%0aSet-Cookie:x",
        "code=a%00",
        "code=%c3%a9",
        "code=%ff",
        "code=a&x=%ff%fe",
        "code=%zz",
        "code=a%2",
        "code=a%",
        "code=a%+1",
        "code=é",
        "code=a&state=%7f",
        &format!("code={long}"),
        &format!("code=a&state={long}"),
        &format!("error={}", &long[..65]),
        &format!("{many}code=a"),
        &huge,
    ] {
        let error = Callback::parse(text).expect_err(text);
        assert_eq!(error.kind(), ErrorKind::InvalidCallback, "{text}");
        assert!(!error.to_string().contains("e202e8c9"));
    }
    assert!(Callback::parse(&format!("{}code=a", "a=1&".repeat(15))).is_ok());
}

/// Queries of keys that mean something and of others, with values of all kinds, encoded or not.
fn queries() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        4 => prop::sample::select(vec!["code", "state", "error", "iss"]),
        1 => prop::sample::select(vec!["error_description", "x", "CODE", "c%6fde", ""]),
    ];
    let encoded = any::<String>()
        .prop_map(|text| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>());
    let value =
        prop_oneof![3 => "[a-z0-9._~-]{1,20}", 1 => encoded, 1 => "[%+!-\"$-%'-~]{0,9}", 1 => "x{500,520}"];
    prop::collection::vec((key, value), 0..5)
        .prop_map(|pairs| Vec::from_iter(pairs.iter().map(|(key, value)| format!("{key}={value}"))).join("&"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_096, ..ProptestConfig::default() })]

    /// What is taken says what it says to any other reader of queries, which mends where this one refuses.
    #[test]
    fn t22_what_is_taken_is_what_stands_there(query in queries()) {
        if let Ok(callback) = Callback::parse(&format!("?{query}")) {
            let read: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).collect();
            let all = |name: &str| Vec::from_iter(read.iter().filter(|(key, _)| key == name).map(|(_, value)| value));
            let (codes, errors, states) = (all("code"), all("error"), all("state"));
            prop_assert_eq!(codes.len() + errors.len(), 1, "{}", query);
            prop_assert_eq!(callback.error().map(AuthorizationError::as_str), errors.first().map(|error| &***error));
            let state = states.first().filter(|state| !state.is_empty());
            let hex = |state: &str| Sha256::digest(state).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            let digest = state.map(|state| hex(state));
            let flow = callback.flow_id();
            prop_assert_eq!(flow.as_ref().map(notion_oauth::FlowId::as_str), digest.as_deref());
            prop_assert!(states.len() <= 1 && all("iss").len() <= 1);
            for value in codes.iter().chain(&errors).chain(state.iter().copied()) {
                prop_assert!((1..=512).contains(&value.len()) && value.bytes().all(|byte| matches!(byte, b' '..=b'~')));
            }
        }
    }
}

/// Random texts over the alphabet of queries: nothing panics, and what is taken keeps the limits.
#[test]
fn t22_no_text_breaks_the_parser() {
    const PARTS: [&str; 28] = [
        "code",
        "state",
        "error",
        "access_denied",
        "=",
        "=",
        "=",
        "&",
        "&",
        "&",
        "?",
        "#",
        "%",
        "%2",
        "%20",
        "%ff",
        "%C3%A9",
        "+",
        "é",
        "🦀",
        "\r\n",
        "\0",
        "https://",
        "/",
        "a",
        "iss",
        "error_description",
        ";",
    ];
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let mut taken = 0;
    for _ in 0..200_000 {
        let text: String = (0..next(14)).map(|_| PARTS[next(PARTS.len())]).collect();
        if let Ok(callback) = Callback::parse(&text) {
            taken += 1;
            assert!(text.contains("code") || text.contains("error"), "{text:?}");
            if let Some(error) = callback.error() {
                assert!(
                    error.as_str().bytes().all(|byte| matches!(byte, b' '..=b'~')),
                    "{text:?}"
                );
            }
        }
    }
    assert!(taken > 100, "the corpus reaches the success path: {taken}");
}
