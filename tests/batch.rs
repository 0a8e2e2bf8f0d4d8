//! Many at once: a result for each row, in order, at the pace that Notion allows.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use notion_core::prelude::*;
use notion_core::transport::{Transport, TransportError};
use notion_core::{BoxFuture, ErrorKind};
use notion_sim::{Fault, Sim};
use notion_tests::{create_database, simulator};
use serde_json::{Value, json};
use tokio::time::Instant;

#[derive(Debug, Clone, PartialEq, NotionRow)]
struct Task {
    #[notion(title, name = "Name")]
    name: String,
    #[notion(name = "Done")]
    done: bool,
}

fn task(number: u32) -> Task {
    Task {
        name: number.to_string(),
        done: false,
    }
}

async fn tasks(sim: &Sim, notion: &Notion) -> Table<Task> {
    let database = create_database(
        sim,
        "Tasks",
        json!({"Name": {"title": {}}, "Done": {"checkbox": {}}}),
    )
    .await;
    notion
        .table(database["data_sources"][0]["id"].as_str().unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn there_is_a_result_for_each_row_whatever_becomes_of_the_others() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    sim.fault(Fault::on("POST", "/v1/pages").nth(4).status(400));
    sim.fault(Fault::on("POST", "/v1/pages").nth(8).after_commit().reset());
    // The first answers come last.
    sim.fault(
        Fault::on("POST", "/v1/pages")
            .times(2)
            .delay(Duration::from_millis(100)),
    );
    let new: Vec<_> = (0..20).map(task).collect();
    let results = tasks.insert_all(&new).await;
    assert_eq!(results.len(), 20);
    let mut failed = Vec::new();
    for (given, result) in new.iter().zip(&results) {
        match result {
            Ok(row) => assert_eq!(**row, *given),
            Err(error) => failed.push(error.kind()),
        }
    }
    failed.sort_by_key(|kind| format!("{kind:?}"));
    assert_eq!(failed, [ErrorKind::OutcomeUnknown, ErrorKind::Validation]);
    assert_eq!(tasks.query().count().await.unwrap(), 19);

    let rows: Vec<_> = results.into_iter().flatten().collect();
    let done = tasks
        .update_all(rows.iter().map(|row| tasks.update(row).set(Task::DONE, true)))
        .await;
    assert!(
        done.iter()
            .zip(&rows)
            .all(|(done, row)| done.as_ref().is_ok_and(|done| done.done && done.id() == row.id()))
    );
    let nobody: PageId = "00000000-0000-4000-8000-000000000000".parse().unwrap();
    let ids = rows[..3].iter().map(Row::id).chain([nobody]);
    let trashed = tasks.trash_all(ids.clone()).await;
    assert_eq!(
        trashed.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [true, true, true, false]
    );
    let got = tasks.get_many(ids).await;
    assert!(got[..3].iter().zip(&rows).all(|(got, row)| {
        got.as_ref()
            .is_ok_and(|got| got.page().in_trash && got.id() == row.id())
    }));
    assert!(got[3].as_ref().is_err_and(notion_core::Error::is_not_found));
    let restored = tasks.restore_all(&rows[..3]).await;
    assert!(
        restored
            .iter()
            .all(|row| row.as_ref().is_ok_and(|row| !row.page().in_trash))
    );
    assert!(tasks.insert_all(Vec::<Task>::new()).await.is_empty());
}

#[tokio::test]
async fn results_come_as_they_are_finished_and_a_stop_loses_none() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    sim.fault(
        Fault::on("POST", "/v1/pages")
            .times(1)
            .delay(Duration::from_millis(300)),
    );
    let mut batch = tasks.insert_all((0..10).map(task)).concurrency(2);
    let mut finished = Vec::new();
    // Whoever loses patience asks again.
    while finished.len() < 4 {
        if let Ok(Some((at, result))) = tokio::time::timeout(Duration::from_millis(5), batch.next()).await {
            assert_eq!(result.unwrap().name, at.to_string());
            finished.push(at);
        }
    }
    batch.stop();
    let (mut stored, mut stopped) = (finished.len(), 0);
    while let Some((at, result)) = batch.next().await {
        finished.push(at);
        match result {
            Ok(row) => {
                assert_eq!(row.name, at.to_string());
                stored += 1;
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Stopped);
                stopped += 1;
            }
        }
    }
    assert_eq!(stored, tasks.query().count().await.unwrap());
    assert_eq!(stored + stopped, 10);
    assert!(stopped >= 4);
    finished.sort_unstable();
    assert_eq!(finished, (0..10).collect::<Vec<_>>());
}

#[tokio::test]
async fn writes_can_be_tasks_of_their_own() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let one = tokio::spawn(tasks.insert(&task(1)).send())
        .await
        .unwrap()
        .unwrap();
    let update = tasks.update(&one).set(Task::DONE, true).if_unchanged_since(&one);
    assert!(tokio::spawn(update.send()).await.unwrap().unwrap().done);
    let all = tasks.insert_all((2..5).map(task));
    let all = tokio::spawn(async move { all.await }).await.unwrap();
    assert!(all.iter().all(Result::is_ok));
}

/// A Notion that takes its time and counts requests as Notion does, in windows of a minute that begin when they like.
#[derive(Clone, Default)]
struct Counting {
    windows: Arc<Mutex<VecDeque<(Instant, usize)>>>,
    under_way: Arc<AtomicUsize>,
    most_under_way: Arc<AtomicUsize>,
    refused: Arc<AtomicUsize>,
}

const SOURCE: &str = "9d2f3e40-5b6c-4d7e-8f80-1b2c3d4e5f60";
const BUDGET: usize = 180;

impl Counting {
    /// Whether this request is one too many in its window.
    fn count(&self) -> bool {
        let now = Instant::now();
        let mut windows = self.windows.lock().unwrap();
        match windows.back_mut() {
            Some((began, count)) if now < *began + Duration::from_secs(60) => *count += 1,
            _ => windows.push_back((now, 1)),
        }
        windows.back().unwrap().1 > BUDGET
    }

    fn answer(path: &str) -> Value {
        let properties = json!({
            "Name": {"id": "title", "type": "title", "title": []},
            "Done": {"id": "done", "type": "checkbox", "checkbox": false},
        });
        if path.starts_with("/v1/databases/") {
            return json!({"id": SOURCE, "data_sources": [{"id": SOURCE, "name": "Tasks"}]});
        }
        if path.starts_with("/v1/data_sources/") {
            return json!({"object": "data_source", "id": SOURCE, "properties": properties});
        }
        json!({
            "object": "page", "id": SOURCE, "created_time": "2026-11-20T09:00:00.000Z", "last_edited_time": "2026-11-20T09:00:00.000Z",
            "parent": {"type": "data_source_id", "data_source_id": SOURCE}, "properties": properties,
        })
    }
}

impl Transport for Counting {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let under_way = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_under_way.fetch_max(under_way, Ordering::SeqCst);
            let refused = self.count();
            tokio::time::sleep(Duration::from_millis(500)).await;
            self.under_way.fetch_sub(1, Ordering::SeqCst);
            let mut answer = http::Response::new(Self::answer(request.uri().path()).to_string().into());
            if refused {
                self.refused.fetch_add(1, Ordering::SeqCst);
                *answer.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
            }
            Ok(answer)
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_batch_keeps_to_the_rate_limit_and_uses_it_up() {
    let counting = Counting::default();
    let notion = Notion::builder()
        .token(Token::new("ntn_x").unwrap())
        .transport(counting.clone())
        .build()
        .unwrap();
    let tasks = notion.table::<Task>(SOURCE).await.unwrap();
    let start = Instant::now();
    let results = tasks.insert_all((0..1_000).map(task)).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(counting.refused.load(Ordering::SeqCst), 0);
    assert_eq!(counting.most_under_way.load(Ordering::SeqCst), 6);
    // 176 requests a minute: the first 880 in five minutes, and the rest in what ten a second take.
    let seconds = start.elapsed().as_secs();
    assert!((300..330).contains(&seconds), "{seconds}");
}
