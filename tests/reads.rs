//! What a table reads beside plain queries: by number, counted, narrowed, bound again.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use notion_core::prelude::*;
use notion_core::transport::{Transport, TransportError};
use notion_core::{BoxFuture, Difference, ErrorKind};
use notion_sim::Sim;
use notion_tests::{client, create_database, request, simulator};
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, NotionRow)]
struct Task {
    #[notion(title, name = "Name")]
    name: String,
    #[notion(name = "Points")]
    points: Option<f64>,
    #[notion(name = "Note")]
    note: String,
}

fn task(name: &str, points: f64) -> Task {
    Task {
        name: name.to_owned(),
        points: Some(points),
        note: String::new(),
    }
}

async fn tasks(sim: &Sim, notion: &Notion) -> Table<Task> {
    let columns = json!({
        "Name": {"title": {}}, "Points": {"number": {}}, "Note": {"rich_text": {}}, "ID": {"unique_id": {"prefix": "TASK"}},
    });
    let database = create_database(sim, "Tasks", columns).await;
    notion
        .table(database["data_sources"][0]["id"].as_str().unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_row_is_found_by_its_number_in_one_query() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    tasks.insert(&task("One", 1.0)).await.unwrap();
    let two = tasks.insert(&task("Two", 2.0)).await.unwrap();
    let before = sim.requests().len();
    assert_eq!(tasks.get_by_unique_id(2).await.unwrap(), two);
    assert_eq!(sim.requests().len(), before + 1);
    for id in ["2", "TASK-2", " task-2"] {
        assert_eq!(tasks.get_by_unique_id(id).await.unwrap(), two);
    }
    let before = sim.requests().len();
    for (id, said) in [
        (
            "BUG-2",
            "`BUG-2` is no unique id of `Tasks`, whose ids begin with `TASK-`",
        ),
        ("TASK-", "`TASK-` is no unique id"),
        ("-2", "`-2` is no unique id"),
        ("TASK-+2", "`TASK-+2` is no unique id"),
        ("two", "a prefix, a dash and a number: `TASK-42`"),
    ] {
        let error = tasks.get_by_unique_id(id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(said), "{error}");
    }
    assert_eq!(sim.requests().len(), before);
    let error = tasks.get_by_unique_id(3).await.unwrap_err();
    assert!(
        error.is_not_found() && error.to_string().contains("in the trash or archived"),
        "{error}"
    );

    create_database(
        &sim,
        "Plain",
        json!({"Name": {"title": {}}, "Points": {"number": {}}, "Note": {"rich_text": {}}}),
    )
    .await;
    let error = notion
        .table::<Task>("Plain")
        .await
        .unwrap()
        .get_by_unique_id(1)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the data source `Plain` has no column for unique ids"),
        "{error}"
    );
}

#[tokio::test]
async fn rows_are_counted_with_their_titles_only() {
    let sim = Sim::builder().query_limit(5).start().await.unwrap();
    let notion = client(&sim, sim.token());
    let tasks = tasks(&sim, &notion).await;
    for at in 0..5 {
        tasks.insert(&task(&at.to_string(), f64::from(at))).await.unwrap();
    }
    assert_eq!(tasks.query().count().await.unwrap(), 5);
    assert_eq!(
        tasks
            .query()
            .page_size(2)
            .filter(Task::POINTS.ge(1))
            .count()
            .await
            .unwrap(),
        4
    );
    let answer = sim.requests().last().unwrap().response_body.clone().unwrap();
    assert_eq!(answer["results"][0]["properties"].as_object().unwrap().len(), 1);
    assert_eq!(tasks.query().filter(Filter::any([])).count().await.unwrap(), 0);

    assert!(tasks.query().filter(Task::POINTS.eq(3)).exists().await.unwrap());
    assert!(!tasks.query().filter(Task::POINTS.eq(7)).exists().await.unwrap());
    assert!(!tasks.query().filter(Filter::any([])).exists().await.unwrap());

    tasks.insert(&task("5", 5.0)).await.unwrap();
    assert_eq!(
        tasks.query().count().await.unwrap_err().kind(),
        ErrorKind::Incomplete
    );
    assert!(tasks.query().exists().await.unwrap());
}

#[tokio::test]
async fn a_struct_with_fewer_fields_asks_for_less() {
    #[derive(Debug, NotionRow)]
    struct Short {
        #[notion(title)]
        name: String,
    }
    #[derive(Debug, NotionRow)]
    struct Wrong {
        #[notion(name = "Points")]
        points: String,
    }
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let one = tasks.insert(&task("One", 1.0)).await.unwrap();
    tasks.insert(&task("Two", 2.0)).await.unwrap();

    let before = sim.requests().len();
    let short = tasks.project::<Short>().unwrap();
    assert_eq!(sim.requests().len(), before);
    assert_eq!(short.get(&one).await.unwrap().name, "One");
    let asked = sim.requests().last().unwrap().query.clone();
    assert_eq!(asked, [("filter_properties".to_owned(), "title".to_owned())]);

    // The filter is of columns that the rows do not have.
    let rows = tasks
        .query()
        .filter(Task::POINTS.gt(1))
        .sort(Task::NOTE.asc())
        .select::<Short>()
        .unwrap();
    assert_eq!(rows.clone().one().await.unwrap().name, "Two");
    let answer = sim.requests().last().unwrap().response_body.clone().unwrap();
    assert_eq!(answer["results"][0]["properties"].as_object().unwrap().len(), 1);
    assert_eq!(rows.stream().try_next().await.unwrap().unwrap().name, "Two");

    let error = tasks.project::<Wrong>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SchemaMismatch);
    assert!(tasks.query().select::<Wrong>().is_err());
}

#[tokio::test]
async fn a_column_that_is_renamed_keeps_working_and_is_reported() {
    #[derive(Debug, NotionRow)]
    struct Points {
        #[notion(name = "Points")]
        points: Option<f64>,
    }

    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let row = tasks.insert(&task("One", 1.0)).await.unwrap();
    let path = format!("/v1/data_sources/{}", tasks.id());
    request(
        &sim,
        "PATCH",
        &path,
        &json!({"properties": {"Points": {"name": "Effort"}}}),
    )
    .await;

    assert_eq!(*tasks.get(&row).await.unwrap(), *row);
    let bound = tasks.rebind().await.unwrap();
    let [Difference::Renamed { column, name, .. }] = bound.renamed() else {
        panic!("{:?}", bound.renamed())
    };
    assert_eq!((&**column, &**name), ("Points", "Effort"));
    let narrow: Vec<Row<Points>> = bound.query().select().unwrap().all().await.unwrap();
    assert_eq!(narrow[0].points, Some(1.0));
    let row = bound.update(&row).set(Task::POINTS, 2.0).await.unwrap();
    assert_eq!(bound.query().filter(Task::POINTS.eq(2)).one().await.unwrap(), row);

    // A column of another kind is told by the name that it has, too.
    let retyped = json!({"properties": {"Effort": {"rich_text": {}}}});
    request(&sim, "PATCH", &path, &retyped).await;
    let error = bound.rebind().await.unwrap_err();
    assert!(matches!(
        error.differences(),
        [Difference::Renamed { name, .. }, Difference::OtherKind { column, .. }] if name == "Effort" && column == "Points"
    ));

    // A column that is gone is missed, and one that comes back under its name is taken.
    request(&sim, "PATCH", &path, &json!({"properties": {"Effort": null}})).await;
    let error = bound.rebind().await.unwrap_err();
    assert!(matches!(error.differences(), [Difference::Missing { column, .. }] if column == "Points"));
    request(
        &sim,
        "PATCH",
        &path,
        &json!({"properties": {"Points": {"number": {}}}}),
    )
    .await;
    let bound = bound.rebind().await.unwrap();
    assert_eq!(bound.get(&row).await.unwrap().points, None);
}

#[tokio::test]
async fn rows_past_the_limit_are_all_read_once() {
    let sim = Sim::builder().query_limit(5).start().await.unwrap();
    sim.set_now("2026-11-20T09:00:30Z".parse().unwrap());
    let notion = client(&sim, sim.token());
    let tasks = tasks(&sim, &notion).await;
    // Two rows a minute, so that each result ends within a minute.
    for at in 0..16 {
        tasks
            .insert(&task(&format!("{at:02}"), f64::from(at)))
            .await
            .unwrap();
        sim.advance(Duration::from_secs(30));
    }
    let names = async |query: notion_core::Query<Task>| {
        let mut rows = query.stream_past_limit().unwrap();
        let mut names = Vec::new();
        while let Some(row) = rows.try_next().await.unwrap() {
            names.push(row.into_inner().name);
        }
        // Within a minute the order is open.
        names.sort();
        names.join(" ")
    };
    let all = "00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15";
    assert_eq!(names(tasks.query()).await, all);
    assert_eq!(names(tasks.query().page_size(2)).await, all);
    assert_eq!(
        names(tasks.query().filter(Task::POINTS.ge(9) | Task::POINTS.lt(1))).await,
        format!("00 {}", &all[27..])
    );
    assert_eq!(names(tasks.query().filter(Filter::any([]))).await, "");

    let error = tasks
        .query()
        .sort(Task::NAME.asc())
        .stream_past_limit()
        .unwrap_err();
    assert!(error.to_string().contains("Leave out the sorts"), "{error}");
    // Six rows of one minute are more than a result holds.
    for at in 0..6 {
        tasks.insert(&task(&at.to_string(), 0.0)).await.unwrap();
    }
    let mut rows = tasks.query().stream_past_limit().unwrap();
    let error = loop {
        match rows.try_next().await {
            Ok(row) => assert!(row.is_some(), "rows were lost"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Incomplete);
}

/// Answers as a wiki does, and keeps the bodies of the queries.
#[derive(Clone, Default)]
struct Wiki {
    queries: Arc<Mutex<Vec<Value>>>,
}

impl Transport for Wiki {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let id = "9d2f3e40-5b6c-4d7e-8f80-1b2c3d4e5f60";
        let answer = match request.uri().path() {
            path if path.ends_with("/query") => {
                self.queries
                    .lock()
                    .unwrap()
                    .push(serde_json::from_slice(request.body()).unwrap());
                json!({"results": [{"object": "data_source", "id": id}], "has_more": false, "next_cursor": null})
            }
            path if path.starts_with("/v1/databases") => {
                json!({"id": id, "data_sources": [{"id": id, "name": "Wiki"}]})
            }
            _ => json!({"object": "data_source", "id": id, "properties": {
                "Page": {"id": "title", "type": "title", "title": {}},
                "Verification": {"id": "verification", "type": "verification", "verification": {}},
            }}),
        };
        Box::pin(async move { Ok(http::Response::new(answer.to_string().into())) })
    }
}

#[tokio::test]
async fn a_wiki_is_asked_for_its_pages() {
    #[derive(Debug, NotionRow)]
    struct Page {
        #[notion(title)]
        name: String,
    }
    let wiki = Wiki::default();
    let notion = Notion::builder()
        .token(Token::new("ntn_x").unwrap())
        .transport(wiki.clone())
        .build()
        .unwrap();
    let pages = notion
        .table::<Page>("9d2f3e40-5b6c-4d7e-8f80-1b2c3d4e5f60")
        .await
        .unwrap();
    // A data source that comes all the same is no row.
    assert!(pages.query().all().await.unwrap().is_empty());
    assert_eq!(pages.query().count().await.unwrap(), 0);
    let asked = wiki.queries.lock().unwrap().clone();
    assert!(
        asked
            .iter()
            .all(|body| *body == json!({"page_size": 100, "result_type": "page"})),
        "{asked:?}"
    );
}
