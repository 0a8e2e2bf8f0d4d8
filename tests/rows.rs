//! Typed rows against the simulator: in, out, changed, asked for.

use jiff::civil::date;
use notion_core::prelude::*;
use notion_core::query::{created_time, last_edited_time};
use notion_core::{Difference, ErrorKind, Parent};
use notion_sim::Sim;
use notion_tests::{create_database, request, simulator};
use serde_json::json;

#[derive(Debug, Clone, PartialEq, NotionRow)]
struct Task {
    #[notion(title, name = "Name")]
    name: String,
    #[notion(name = "Note")]
    note: String,
    #[notion(name = "State")]
    state: Option<State>,
    #[notion(status, name = "Stage")]
    stage: Stage,
    #[notion(name = "Tags")]
    tags: Vec<String>,
    #[notion(name = "Due")]
    due: Option<DateOrRange>,
    #[notion(name = "Points")]
    points: Option<f64>,
    #[notion(name = "Done ✅")]
    done: bool,
    #[notion(url, name = "Link")]
    link: Option<String>,
    #[notion(email, name = "Mail")]
    mail: Option<String>,
    #[notion(name = "Blocks")]
    blocks: Vec<PageId>,
    #[notion(name = "Owner")]
    owner: Vec<UserRef>,
}

#[derive(Debug, Clone, PartialEq, NotionOption)]
enum State {
    #[notion(name = "Not now")]
    NotNow,
    Next,
    #[notion(other)]
    Other(String),
}

#[derive(Debug, Clone, PartialEq, NotionOption)]
enum Stage {
    #[notion(name = "Not started")]
    Todo,
    #[notion(name = "In progress")]
    Doing,
    Done,
}

fn task(name: &str) -> Task {
    Task {
        name: name.to_owned(),
        note: String::new(),
        state: None,
        stage: Stage::Todo,
        tags: Vec::new(),
        due: None,
        points: None,
        done: false,
        link: None,
        mail: None,
        blocks: Vec::new(),
        owner: Vec::new(),
    }
}

async fn tasks(sim: &Sim, notion: &Notion) -> Table<Task> {
    let database = create_database(
        sim,
        "Tasks",
        json!({
            "Name": {"title": {}},
            "Note": {"rich_text": {}},
            "State": {"select": {"options": [{"name": "Not now"}, {"name": "Next"}]}},
            "Stage": {"status": {}},
            "Tags": {"multi_select": {}},
            "Due": {"date": {}},
            "Points": {"number": {}},
            "Done ✅": {"checkbox": {}},
            "Link": {"url": {}},
            "Mail": {"email": {}},
            "Owner": {"people": {}},
            "Untouched": {"phone_number": {}},
        }),
    )
    .await;
    let source = database["data_sources"][0]["id"].as_str().unwrap();
    let relation =
        json!({"properties": {"Blocks": {"relation": {"data_source_id": source, "single_property": {}}}}});
    request(sim, "PATCH", &format!("/v1/data_sources/{source}"), &relation).await;
    notion.table(database["id"].as_str().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_row_goes_in_and_comes_out() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let me = notion.me().await.unwrap();
    let first = tasks.insert(&task("First")).await.unwrap();

    let given = Task {
        name: "Ship \"it\" 🚀".to_owned(),
        note: "long ".repeat(1_000),
        state: Some(State::Other("Soon".to_owned())),
        stage: Stage::Doing,
        tags: vec!["b".to_owned(), "a".to_owned()],
        due: Some(DateOrRange::range(date(2026, 9, 15), date(2026, 9, 20))),
        points: Some(2.5),
        done: true,
        link: Some("https://example.com/?a=1&b=2".to_owned()),
        mail: Some("ada@example.com".to_owned()),
        blocks: vec![first.id()],
        owner: vec![UserRef::new(me.id)],
    };
    let inserted = tasks.insert(&given).await.unwrap();
    let mut expected = given.clone();
    expected.owner.clone_from(&inserted.owner);
    assert_eq!(expected, *inserted);
    assert_eq!(inserted.owner[0].id, me.id);
    assert!(matches!(inserted.page().parent, Parent::DataSource { id, .. } if id == tasks.id()));
    assert!(!inserted.page().in_trash);

    assert_eq!(tasks.get(inserted.id()).await.unwrap(), inserted);
    assert_eq!(
        tasks.query().filter(Task::DONE.is(true)).one().await.unwrap(),
        inserted
    );
    assert_eq!(inserted.into_inner().name, given.name);
}

#[tokio::test]
async fn an_update_sets_clears_and_keeps() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let given = Task {
        points: Some(5.0),
        note: "keep me".to_owned(),
        due: Some(date(2026, 9, 15).into()),
        ..task("One")
    };
    let row = tasks.insert(&given).await.unwrap();

    let changed = tasks
        .update(row.id())
        .set(Task::NAME, "Two")
        .set(Task::STATE, State::Next)
        .set(Task::LINK, None)
        .clear(Task::DUE)
        .send()
        .await
        .unwrap();
    assert_eq!(
        *changed,
        Task {
            name: "Two".to_owned(),
            state: Some(State::Next),
            due: None,
            ..given
        }
    );
    assert_eq!(tasks.update(row.id()).send().await.unwrap(), changed);

    let twice = tasks
        .update(row.id())
        .set(Task::DONE, true)
        .set(Task::DONE, false)
        .send()
        .await
        .unwrap_err();
    assert_eq!(twice.kind(), ErrorKind::InvalidInput);
    assert_eq!(tasks.get(row.id()).await.unwrap(), changed);
}

#[tokio::test]
async fn a_row_goes_to_the_trash_and_back() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let row = tasks.insert(&task("One")).await.unwrap();
    assert!(tasks.trash(row.id()).await.unwrap().page().in_trash);
    assert!(tasks.query().all().await.unwrap().is_empty());
    assert!(tasks.get(row.id()).await.unwrap().page().in_trash);
    assert!(!tasks.restore(row.id()).await.unwrap().page().in_trash);
    assert_eq!(tasks.query().all().await.unwrap().len(), 1);
}

#[tokio::test]
async fn queries_filter_and_sort() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    for (name, points, state, due) in [
        ("Anna", Some(3.0), Some(State::Next), Some(date(2026, 9, 1))),
        ("Bert", None, Some(State::NotNow), Some(date(2026, 9, 2))),
        ("Cleo", Some(1.0), None, None),
        ("Anton", Some(2.0), Some(State::Next), Some(date(2026, 9, 3))),
    ] {
        let due = due.map(DateOrRange::from);
        tasks
            .insert(&Task {
                points,
                state,
                due,
                tags: vec![name[..1].to_owned()],
                ..task(name)
            })
            .await
            .unwrap();
    }
    let names = async |filter: Filter<Task>| {
        let rows = tasks
            .query()
            .filter(filter)
            .sort(Task::NAME.asc())
            .all()
            .await
            .unwrap();
        rows.iter()
            .map(|row| row.name.clone())
            .collect::<Vec<_>>()
            .join(" ")
    };

    assert_eq!(names(Task::NAME.starts_with("an")).await, "Anna Anton");
    assert_eq!(names(!Task::NAME.contains("an")).await, "Bert Cleo");
    assert_eq!(names(Task::POINTS.gt(1)).await, "Anna Anton");
    assert_eq!(names(!Task::POINTS.gt(1)).await, "Bert Cleo");
    assert_eq!(names(Task::POINTS.is_any_of([1, 3])).await, "Anna Cleo");
    assert_eq!(names(Task::POINTS.is_none_of([1, 3])).await, "Anton Bert");
    assert_eq!(names(Task::STATE.ne(State::Next)).await, "Bert Cleo");
    assert_eq!(
        names(Task::STATE.eq(&State::Next) & Task::POINTS.lt(2.5)).await,
        "Anton"
    );
    assert_eq!(
        names(Task::STATE.is_empty() | Task::DUE.before(date(2026, 9, 2))).await,
        "Anna Cleo"
    );
    assert_eq!(names(Task::DUE.ne(date(2026, 9, 2))).await, "Anna Anton Cleo");
    assert_eq!(names(!Task::DUE.on_or_after(date(2026, 9, 2))).await, "Anna Cleo");
    assert_eq!(
        names(Task::STAGE.eq(Stage::Todo) & Task::TAGS.does_not_contain("A")).await,
        "Bert Cleo"
    );
    assert_eq!(
        names(Task::TAGS.contains("A") & !Task::DONE.is(true)).await,
        "Anna Anton"
    );
    assert_eq!(
        names(created_time().past_week() & last_edited_time().on_or_after(RelativeDate::Yesterday)).await,
        "Anna Anton Bert Cleo"
    );
    // Three levels are brought down to two.
    let deep = Task::STAGE.eq(Stage::Todo)
        & (Task::POINTS.is_empty()
            | (Task::STATE.eq(State::Next) & !(Task::POINTS.lt(3) | Task::NAME.eq("Cleo"))));
    assert_eq!(names(deep).await, "Anna Bert");
    let raw = Filter::raw(r#"{"property": "Points", "number": {"less_than": 2}}"#);
    assert_eq!(names(raw | Task::NAME.eq("Bert")).await, "Bert Cleo");
    assert_eq!(names(Filter::all([])).await, "Anna Anton Bert Cleo");
    assert_eq!(names(Task::POINTS.is_any_of([0; 0])).await, "");
    assert_eq!(
        names(Task::POINTS.is_none_of([0; 0]) & Task::POINTS.is_any_of(0..150)).await,
        "Anna Anton Cleo"
    );
    assert_eq!(names(!Task::DONE & Task::NAME.eq("Anna")).await, "Anna");
    assert_eq!(names(Task::NAME.eq("Anna") & Task::DONE | Task::DONE).await, "");
    assert!(
        tasks
            .query()
            .filter(Task::DONE)
            .one_or_none()
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(
        tasks.query().filter(Task::DONE).one().await.unwrap_err().kind(),
        ErrorKind::NotFound
    );

    let sorted = tasks
        .query()
        .sort(Task::STATE.asc())
        .sort(Task::POINTS.desc())
        .filter(Task::STATE.is_not_empty());
    let sorted: Vec<_> = sorted
        .all()
        .await
        .unwrap()
        .iter()
        .map(|row| row.name.clone())
        .collect();
    assert_eq!(sorted, ["Bert", "Anna", "Anton"]);
    let first = tasks
        .query()
        .sort(Task::NAME.desc())
        .first()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(first.name, "Cleo");
    let many = tasks.query().one().await.unwrap_err();
    assert!(
        many.to_string().contains("expected one row, found more"),
        "{many}"
    );
}

#[tokio::test]
async fn streams_read_page_by_page_and_only_mapped_columns() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    for at in 0..5 {
        tasks.insert(&task(&format!("Task {at}"))).await.unwrap();
    }
    let before = sim.requests().len();
    let mut rows = tasks.query().page_size(2).sort(Task::NAME.asc()).stream();
    let mut names = Vec::new();
    while let Some(row) = rows.try_next().await.unwrap() {
        names.push(row.into_inner().name);
    }
    assert_eq!(names, ["Task 0", "Task 1", "Task 2", "Task 3", "Task 4"]);
    let requests = sim.requests();
    assert_eq!(requests.len() - before, 3);
    let answer = requests.last().unwrap().response_body.as_ref().unwrap();
    let properties = answer["results"][0]["properties"].as_object().unwrap();
    assert_eq!(properties.len(), Task::COLUMNS.len());
    assert!(!properties.contains_key("Untouched"));

    let page = tasks.query().page_size(3).page().await.unwrap();
    assert_eq!(page.rows.len(), 3);
    let rest = tasks
        .query()
        .start_cursor(page.next_cursor.unwrap())
        .page()
        .await
        .unwrap();
    assert_eq!(rest.rows.len(), 2);
    assert!(rest.next_cursor.is_none());
}

#[tokio::test]
async fn columns_outlive_a_renaming() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let row = tasks
        .insert(&Task {
            points: Some(1.0),
            ..task("One")
        })
        .await
        .unwrap();
    let path = format!("/v1/data_sources/{}", tasks.id());
    request(
        &sim,
        "PATCH",
        &path,
        &json!({"properties": {"Points": {"name": "Effort"}, "Name": {"name": "What"}}}),
    )
    .await;

    assert!(tasks.renamed().is_empty());
    // A table that is bound goes by ids.
    assert_eq!(*tasks.get(row.id()).await.unwrap(), *row);
    let changed = tasks
        .update(row.id())
        .set(Task::POINTS, 2.0)
        .send()
        .await
        .unwrap();
    assert_eq!(changed.points, Some(2.0));
    assert_eq!(
        tasks
            .query()
            .filter(Task::POINTS.eq(2))
            .sort(Task::POINTS.asc())
            .all()
            .await
            .unwrap()
            .len(),
        1
    );
    // The title is found by its id also when it is bound anew; any other column needs its id for that.
    let error = notion.table::<Task>(tasks.id()).await.unwrap_err();
    let [Difference::Missing { column, .. }] = error.differences() else {
        panic!("{error}")
    };
    assert_eq!(column, "Points");
}

#[tokio::test]
async fn values_are_completed_beyond_25_references() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let mut ids = Vec::new();
    for at in 0..30 {
        ids.push(tasks.insert(&task(&at.to_string())).await.unwrap().id());
    }
    let row = tasks
        .insert(&Task {
            blocks: ids.clone(),
            ..task("All")
        })
        .await
        .unwrap();
    assert_eq!(row.blocks, ids);
    let read = tasks
        .query()
        .filter(Task::BLOCKS.contains(ids[0]))
        .one()
        .await
        .unwrap();
    assert_eq!(read.blocks, ids);
}

#[tokio::test]
async fn a_capped_result_is_an_error_and_not_an_end() {
    let sim = Sim::builder().query_limit(3).start().await.unwrap();
    let notion = notion_tests::client(&sim, sim.token());
    let tasks = tasks(&sim, &notion).await;
    for at in 0..4 {
        tasks.insert(&task(&at.to_string())).await.unwrap();
    }
    let mut rows = tasks.query().stream();
    for _ in 0..3 {
        assert!(rows.try_next().await.unwrap().is_some());
    }
    let error = rows.try_next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    assert!(rows.try_next().await.unwrap().is_none());
    assert_eq!(
        tasks.query().all().await.unwrap_err().kind(),
        ErrorKind::Incomplete
    );
}

#[tokio::test]
async fn one_unreadable_row_does_not_cost_the_others() {
    #[derive(Debug, NotionRow)]
    struct Strict {
        #[notion(title)]
        name: String,
        #[notion(name = "Points")]
        points: u8,
    }
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    for points in [Some(1.0), None, Some(2.5), Some(3.0)] {
        tasks
            .insert(&Task {
                points,
                ..task(&format!("{points:?}"))
            })
            .await
            .unwrap();
    }
    let strict = notion.table::<Strict>("Tasks").await.unwrap();
    let page = strict.query().sort(Strict::NAME.asc()).page().await.unwrap();
    let read: Vec<_> = page
        .rows
        .iter()
        .map(|row| row.as_ref().map_err(ToString::to_string).map(|row| row.points))
        .collect();
    assert_eq!(
        read.iter()
            .filter_map(|row| row.as_ref().ok())
            .collect::<Vec<_>>(),
        [&1, &3]
    );
    let errors: Vec<_> = read.iter().filter_map(|row| row.as_ref().err()).collect();
    assert!(
        errors[0].contains("column `Points` of row") && errors[0].contains("is empty"),
        "{}",
        errors[0]
    );
    assert!(
        errors[1].contains("is 2.5, which does not fit in `u8`"),
        "{}",
        errors[1]
    );
    assert!(strict.query().all().await.is_err());
}

#[tokio::test]
async fn a_column_that_is_renamed_under_its_id_is_reported() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    #[derive(Debug, NotionRow)]
    struct ById {
        #[notion(title, name = "What")]
        name: String,
    }
    let bound = notion.table::<ById>(tasks.id()).await.unwrap();
    let [Difference::Renamed { column, name, .. }] = bound.renamed() else {
        panic!("{:?}", bound.renamed())
    };
    assert_eq!((&**column, &**name), ("What", "Name"));
}
