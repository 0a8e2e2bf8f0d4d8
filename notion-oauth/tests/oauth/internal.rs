//! Internal connections: a static token, the same client, no flow.

use notion_core::{ErrorKind, Notion, Token, TokenFile, TokenProvider};

use crate::fake::{Fake, reply, reply_with};

const REFUSED: &str =
    r#"{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}"#;
const ME: &str = r#"{"object":"user","id":"b3414d65-1224-5a3c-9ab5-d3f5d0b6c3a1","name":"Sync","type":"bot","bot":{"owner":{"type":"workspace","workspace":true},"workspace_id":"w1","workspace_name":"Acme"}}"#;
const PAGE: &str = "b55c9c91384d452b81dbd1ef79372b75";

fn client(fake: &Fake, token: impl TokenProvider) -> Notion {
    Notion::builder()
        .token(token)
        .transport(fake.clone())
        .build()
        .unwrap()
}

fn token(text: &str) -> Token {
    Token::new(text).unwrap()
}

fn sent(fake: &Fake) -> Vec<String> {
    let requests = fake.requests();
    let header = |request: &http::Request<bytes::Bytes>| {
        assert!(request.headers()["authorization"].is_sensitive());
        request.headers()["authorization"].to_str().unwrap().to_owned()
    };
    requests.iter().map(header).collect()
}

#[tokio::test]
async fn s003_1_s003_8_a_refused_static_token_is_renewed_in_the_dashboard() {
    let fake = Fake::answering(reply(401, REFUSED));
    let error = client(&fake, token("ntn_CANARY")).me().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert_eq!(fake.requests().len(), 1, "there is nothing to refresh it with");
    let shown = error.to_string();
    assert!(
        shown.contains("installation access token") && shown.contains("Configuration tab"),
        "{shown}"
    );
    assert!(!shown.contains("CANARY"));
    assert_eq!(token("ntn_a").renew(&token("ntn_a")).await.unwrap(), None);
}

#[tokio::test]
async fn s003_3_every_request_bears_the_token() {
    let fake = Fake::answering(reply(200, ME));
    fake.then(reply(200, ME));
    let notion = client(&fake, token("ntn_a"));
    notion.me().await.unwrap();
    notion.clone().me().await.unwrap();
    assert_eq!(sent(&fake), ["Bearer ntn_a", "Bearer ntn_a"]);
}

#[tokio::test]
async fn s003_4_s004_3_a_token_in_a_file_is_changed_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "ntn_CANARYONE\n").unwrap();
    let fake = Fake::answering(reply(200, ME));
    let file = TokenFile::new(&path).unwrap();
    assert!(!format!("{file:?}").contains("CANARY"));
    let notion = client(&fake, file);
    notion.me().await.unwrap();
    // It was refreshed in the dashboard, and the secret manager has mounted the new one.
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    mount(&path, "ntn_CANARYTWO\n", later);
    fake.then(reply(200, ME));
    notion.me().await.unwrap();
    // And again, within one tick of the clock of files: only a refusal shows that.
    mount(&path, "ntn_CANARYTHREE\n", later);
    fake.then(reply(401, REFUSED));
    fake.then(reply(200, ME));
    notion.me().await.unwrap();
    let words = ["ONE", "TWO", "TWO", "THREE"];
    assert_eq!(sent(&fake), words.map(|word| format!("Bearer ntn_CANARY{word}")));
}

/// Another token may be that of another workspace, of which nothing was asked yet.
#[tokio::test]
async fn s004_3_a_pause_that_notion_asks_for_ends_with_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    mount(&path, "ntn_one", std::time::UNIX_EPOCH);
    let fake = Fake::answering(reply_with(429, &[("retry-after", "3600")], ""));
    let notion = client(&fake, TokenFile::new(&path).unwrap());
    for _ in 0..2 {
        let error = notion.me().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited);
        assert_eq!(sent(&fake), ["Bearer ntn_one"]);
    }
    mount(&path, "ntn_two", std::time::SystemTime::now());
    fake.then(reply(200, ME));
    notion.me().await.unwrap();
    assert_eq!(sent(&fake), ["Bearer ntn_one", "Bearer ntn_two"]);
}

/// As a secret manager does, at that time.
fn mount(path: &std::path::Path, token: &str, time: std::time::SystemTime) {
    std::fs::write(path, token).unwrap();
    let file = std::fs::File::options().append(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

#[tokio::test]
async fn s003_6_which_workspace_it_is_for_is_known_by_asking() {
    let fake = Fake::answering(reply(200, ME));
    let bot = client(&fake, token("ntn_a")).me().await.unwrap();
    assert_eq!(bot.workspace_id.as_deref(), Some("w1"));
    assert_eq!(bot.workspace_name.as_deref(), Some("Acme"));
}

#[tokio::test]
async fn s003_7_what_is_not_shared_says_how_to_share_it() {
    for (status, code, expected) in [
        (404, "object_not_found", "hare"),
        (403, "restricted_resource", "capabilities"),
    ] {
        let body =
            format!(r#"{{"object":"error","status":{status},"code":"{code}","message":"Could not."}}"#);
        let fake = Fake::answering(reply(status, body));
        let error = client(&fake, token("ntn_a"))
            .page(PAGE.parse().unwrap())
            .await
            .unwrap_err();
        let hint = error.hint().unwrap();
        assert!(hint.contains(expected) && hint.contains("onnection"), "{hint}");
    }
}
