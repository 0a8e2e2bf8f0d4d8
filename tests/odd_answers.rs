//! Answers that Notion should not give, and what the client makes of them. A scripted transport gives them.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use notion_core::prelude::*;
use notion_core::transport::{Transport, TransportError};
use notion_core::{BoxFuture, ErrorKind, RowPage, Token};
use serde_json::{Value, json};

#[derive(Debug, NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(name = "Points")]
    points: Option<f64>,
    #[notion(name = "Blocks")]
    blocks: Vec<PageId>,
}

const SOURCE: &str = "9d2f3e40-5b6c-4d7e-8f80-1b2c3d4e5f60";
const PAGE: &str = "b55c9c91-384d-452b-81db-d1ef79372b75";

/// Answers with what it was given, in turn.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

/// Status, `Retry-After`, body.
type Answer = (u16, Option<&'static str>, String);

impl Script {
    fn then(&self, status: u16, retry_after: Option<&'static str>, body: impl Into<String>) {
        self.answers
            .lock()
            .unwrap()
            .push_back((status, retry_after, body.into()));
    }
}

impl Transport for Script {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let next = self.answers.lock().unwrap().pop_front();
        Box::pin(async move {
            let (status, retry_after, body) =
                next.unwrap_or_else(|| panic!("{} was not expected", request.uri()));
            let mut answer = http::Response::new(body.into());
            *answer.status_mut() = http::StatusCode::from_u16(status).unwrap();
            if let Some(after) = retry_after {
                answer
                    .headers_mut()
                    .insert("retry-after", http::HeaderValue::from_static(after));
            }
            Ok(answer)
        })
    }
}

async fn tasks() -> (Script, Table<Task>) {
    let script = Script::default();
    let notion = Notion::builder()
        .token(Token::new("ntn_x").unwrap())
        .transport(script.clone())
        .build()
        .unwrap();
    let properties = json!({
        "Name": {"id": "title", "name": "Name", "type": "title", "title": {}},
        "Points": {"id": "pts", "name": "Points", "type": "number", "number": {}},
        "Blocks": {"id": "blk", "name": "Blocks", "type": "relation", "relation": {}},
    });
    script.then(
        200,
        None,
        json!({"id": SOURCE, "title": [], "data_sources": [{"id": SOURCE, "name": "Tasks"}]}).to_string(),
    );
    script.then(200, None, json!({"object": "data_source", "id": SOURCE, "title": null, "description": null, "properties": properties}).to_string());
    let tasks = notion.table(SOURCE).await.unwrap();
    (script, tasks)
}

fn page() -> Value {
    json!({
        "object": "page", "id": PAGE, "created_time": "2026-11-20T09:00:00.000Z", "last_edited_time": "2026-11-20T09:00:00.000Z",
        "parent": {"type": "data_source_id", "data_source_id": SOURCE}, "in_trash": false, "url": "https://app.notion.com/p/x",
        "properties": {
            "Name": {"id": "title", "type": "title", "title": [{"plain_text": "One"}]},
            "Points": {"id": "pts", "type": "number", "number": 5},
            "Blocks": {"id": "blk", "type": "relation", "relation": [], "has_more": false},
        },
    })
}

fn task() -> Task {
    Task {
        name: "One".to_owned(),
        points: Some(5.0),
        blocks: Vec::new(),
    }
}

#[tokio::test]
async fn a_row_that_was_stored_is_not_reported_as_a_failure_to_store_it() {
    let mut cut = page();
    cut["properties"]["Blocks"]["has_more"] = json!(true);
    let mut misfit = page();
    misfit["properties"]["Points"]["number"] = json!("five");
    let whole = page().to_string();
    for (answers, said) in [
        (
            vec![(200, cut.to_string()), (400, "{}".to_owned())],
            "that is not Notion's",
        ),
        (
            vec![
                (200, cut.to_string()),
                (200, json!({"object": "list"}).to_string()),
            ],
            "not what the API promises",
        ),
        (
            vec![(200, whole[..whole.len() - 20].to_owned())],
            "not what the API promises",
        ),
        (
            vec![(200, json!({"object": "page", "id": PAGE}).to_string())],
            "may write content, but not read it",
        ),
        (vec![(200, misfit.to_string())], "column `Points` of row"),
    ] {
        let (script, tasks) = tasks().await;
        for (status, body) in answers {
            script.then(status, None, body);
        }
        let error = tasks.insert(&task()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Stored, "{error}");
        assert_eq!(error.committed_ids(), [PAGE], "{error}");
        assert!(!error.is_retryable());
        let text = error.to_string();
        assert!(
            text.contains("Do not send it again") && text.contains(said),
            "{text}"
        );
    }
}

#[tokio::test]
async fn an_odd_value_costs_its_row_and_no_other() {
    let odd = |path: &str, value: Value| {
        let mut page = page();
        *page.pointer_mut(path).unwrap() = value;
        page
    };
    let lines = [
        (
            odd("/properties/Name/title", json!(null)),
            Some("column `Name` of row"),
        ),
        (
            odd("/properties/Points/number", json!("1")),
            Some("column `Points` of row"),
        ),
        (
            odd("/properties/Blocks/relation", json!(null)),
            Some("column `Blocks` of row"),
        ),
        (
            odd("/properties/Blocks/relation", json!([{}])),
            Some("holds a page without `id`"),
        ),
        (odd("/properties/Points/type", json!("mood")), None),
        (
            odd(
                "/properties/Points",
                json!({"id": "pts", "type": "mood", "mood": 1}),
            ),
            Some("is of kind `mood` now"),
        ),
        (
            odd("/properties/Points", json!({"id": null})),
            Some("column `Points` of row"),
        ),
        (odd("/in_trash", json!(null)), None),
        (odd("/url", json!(null)), None),
        (odd("/parent", json!(null)), None),
        (odd("/created_time", json!("soon")), Some("is no time")),
        (odd("/properties", json!(null)), Some("page b55c9c91")),
    ];
    for (odd, said) in lines {
        let (script, tasks) = tasks().await;
        script.then(200, None, json!({"object": "list", "results": [page(), odd, page()], "next_cursor": null, "has_more": false}).to_string());
        let rows = tasks.query().page().await.unwrap().rows;
        assert_eq!(rows.len(), 3);
        assert!(rows[0].is_ok() && rows[2].is_ok());
        match (&rows[1], said) {
            (Ok(_), None) => {}
            (Err(error), Some(said)) => {
                assert!(error.to_string().contains(said), "{error} should say {said}");
            }
            (row, said) => panic!("{odd:#} gave {row:?}, not {said:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_cut_off_is_an_error() {
    let (script, tasks) = tasks().await;
    script.then(
        200,
        None,
        json!({"results": [page()], "has_more": true, "next_cursor": null}).to_string(),
    );
    assert_eq!(
        tasks.query().all().await.unwrap_err().kind(),
        ErrorKind::Incomplete
    );
    for _ in 0..2 {
        script.then(
            200,
            None,
            json!({"results": [page()], "has_more": true, "next_cursor": "a"}).to_string(),
        );
    }
    assert!(
        tasks
            .query()
            .all()
            .await
            .unwrap_err()
            .to_string()
            .contains("does not move")
    );
    script.then(200, None, format!("{} trailing", json!({"results": []})));
    assert_eq!(tasks.query().all().await.unwrap_err().kind(), ErrorKind::Response);
    script.then(200, None, "<html>");
    assert!(
        tasks
            .query()
            .all()
            .await
            .unwrap_err()
            .to_string()
            .contains("proxy")
    );
    assert!(RowPage::<Task>::from_json("{}").is_err());
}

#[tokio::test(start_paused = true)]
async fn any_retry_after_is_survived() {
    let start = tokio::time::Instant::now();
    for (after, said) in [
        ("18446744073709551615", "rate"),
        ("86400", "rate"),
        ("soon", ""),
        ("-5", ""),
    ] {
        let (script, tasks) = tasks().await;
        script.then(
            429,
            Some(after),
            json!({"code": "rate_limited", "message": "rate"}).to_string(),
        );
        script.then(200, None, page().to_string());
        let read = tasks.get(PAGE.parse::<PageId>().unwrap()).await;
        match said {
            "" => assert!(read.is_ok(), "{after}"),
            said => {
                assert!(read.unwrap_err().to_string().contains(said), "{after}");
                let next = tasks.get(PAGE.parse::<PageId>().unwrap()).await;
                // Later requests are told at once, too, where the pause can be kept.
                assert!(next.is_ok() || next.unwrap_err().is_rate_limited(), "{after}");
            }
        }
    }
    assert!(start.elapsed() < Duration::from_secs(300));
}
