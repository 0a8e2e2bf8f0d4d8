//! What a check-up finds.

use notion_core::{Notion, Token};
use notion_oauth::doctor::{Diagnosis, Verdict, examine};

use crate::fake::{self, Answer, Fake, SECRET, reply, reply_with};

const INACTIVE: &str = r#"{"active":false}"#;
const ACTIVE: &str = r#"{"active":true,"scope":"read_content","iat":1764000000}"#;
const ME: &str = r#"{"object":"user","id":"b3414d65-1224-5a3c-9ab5-d3f5d0b6c3a1","name":"Sync","type":"bot","bot":{"workspace_id":"w","workspace_name":"Ac\u001b[31mme"}}"#;
const SHARED: &str = r#"{"object":"list","results":[{"object":"page"},{"object":"data_source"},{"object":"page"}],"has_more":true,"next_cursor":"c"}"#;
const NOTHING: &str = r#"{"object":"list","results":[],"has_more":false,"next_cursor":null}"#;

fn now() -> String {
    let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
    printer
        .timestamp_to_rfc9110_string(&jiff::Timestamp::now())
        .unwrap()
}

async fn diagnosed(answer: Answer) -> Diagnosis {
    let fake = Fake::answering(answer);
    let diagnosis = fake::connection(&fake).doctor().await;
    assert_eq!(fake.requests().len(), 1);
    let shown = format!("{diagnosis} {diagnosis:?}");
    assert!(!shown.contains(SECRET) && !shown.contains("CANARY"), "{shown}");
    diagnosis
}

async fn diagnosed_token(answers: Vec<Answer>) -> Diagnosis {
    let fake = Fake::answering(reply(200, INACTIVE));
    answers.into_iter().for_each(|answer| fake.then(answer));
    let token = Token::new("ntn_CANARY").unwrap();
    let diagnosis = fake::connection(&fake).doctor_of(&token).await;
    assert!(!diagnosis.to_string().contains("CANARY"));
    diagnosis
}

#[tokio::test]
async fn s002_4_a_connection_that_is_set_up_right() {
    let diagnosis = diagnosed(reply_with(200, &[("date", &now())], INACTIVE)).await;
    assert!(diagnosis.is_well());
    assert_eq!(
        diagnosis.to_string(),
        "✓ Notion can be reached at https://api.notion.com\n\
         ✓ The client id 463558a3-725e-4f37-b6d3-0889894f68de and the client secret belong together\n\
         ✓ The clock is right\n\
         ✓ The redirect URI https://example.com/auth/notion/callback may be registered\n\
         ? Notion does not tell which redirect URIs are registered\n    \
         Compare them with the Configuration tab of the connection, character by character.\n"
    );
}

#[tokio::test]
async fn s002_4_what_is_wrong_comes_with_the_next_step() {
    for (answer, expected) in [
        (
            reply(401, r#"{"error":"invalid_client"}"#),
            "✗ Notion does not know this client id with this client secret (401 invalid_client)\n    Copy both from the \
             Configuration tab of the connection; if the secret is shown no more, make a new one there.\n",
        ),
        (
            Answer::NotSent,
            "✗ Notion could not be reached\n    Check the network",
        ),
        (
            reply(200, "<html>"),
            "✗ The token endpoint answered, but not with a JSON object (200)\n    Is the base URL right",
        ),
    ] {
        let diagnosis = diagnosed(answer).await;
        assert!(!diagnosis.is_well());
        assert!(diagnosis.to_string().contains(expected), "{diagnosis}");
    }
    let busy = diagnosed(reply(529, "")).await;
    assert!(
        busy.is_well() && busy.to_string().contains("Notion is busy"),
        "{busy}"
    );
    let late = diagnosed(reply_with(
        200,
        &[("date", "Wed, 21 Oct 2015 07:28:00 GMT")],
        INACTIVE,
    ))
    .await;
    assert!(late.to_string().contains("seconds fast"), "{late}");
}

#[tokio::test]
async fn redirect_uris_that_are_registered_and_do_not_work_are_named() {
    for (uri, expected) in [
        (
            "http://localhost:8080/callback",
            "✓ The redirect URI http://localhost:8080/callback may",
        ),
        (
            "http://127.0.0.1:8080/callback",
            "? The redirect URI http://127.0.0.1:8080/callback has an address",
        ),
        ("http://localhost:0/callback", "stands for any port"),
        ("https://localhost/callback", "by https"),
        ("https://10.0.0.7/callback", "private network"),
    ] {
        let fake = Fake::answering(reply(200, INACTIVE));
        let diagnosis = fake::builder_to(&fake, uri).build().unwrap().doctor().await;
        assert!(diagnosis.to_string().contains(expected), "{diagnosis}");
    }
}

#[tokio::test]
async fn s000_4_a_token_is_good_and_what_it_sees_is_counted() {
    let good = diagnosed_token(vec![reply(200, ACTIVE), reply(200, ME), reply(200, SHARED)]).await;
    assert!(good.is_well());
    for expected in [
        "✓ The token is good, since 2025-11-24T16:00:00Z\n",
        "✓ Its capabilities are: read_content\n",
        "✓ The token acts as Sync in Ac[31mme\n",
        "✓ Shared with the connection: at least 2 pages, 1 data sources\n",
    ] {
        assert!(good.to_string().contains(expected), "{good}");
    }
    let dead = diagnosed_token(vec![reply(200, INACTIVE)]).await;
    assert!(!dead.is_well());
    assert_eq!(dead.findings().last().unwrap().verdict(), Verdict::Bad);
}

#[tokio::test]
async fn s003_7_s004_10_where_nothing_is_shared_it_says_how_to_share() {
    let empty = diagnosed_token(vec![reply(200, ACTIVE), reply(200, ME), reply(200, NOTHING)]).await;
    let last = empty.findings().last().unwrap();
    assert_eq!(last.verdict(), Verdict::Doubtful);
    assert!(last.next().unwrap().contains("Content access tab"));
    assert!(last.next().unwrap().contains("full access"));

    // An internal connection has no client id to look at.
    let fake = Fake::answering(reply(200, ME));
    fake.then(reply(200, NOTHING));
    let notion = Notion::builder()
        .token(Token::new("ntn_CANARY").unwrap())
        .transport(fake.clone())
        .build()
        .unwrap();
    let diagnosis = examine(&notion).await;
    assert!(diagnosis.to_string().contains("Nothing is shared"), "{diagnosis}");
    fake.then(reply(
        401,
        r#"{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}"#,
    ));
    let diagnosis = examine(&notion).await;
    assert!(!diagnosis.is_well());
    assert!(diagnosis.to_string().contains("Configuration tab"), "{diagnosis}");
}
