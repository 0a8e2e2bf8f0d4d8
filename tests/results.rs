//! Formulas, rollups, relations and dates against the simulator: what comes out, and what is asked for.

use jiff::civil::{self, date};
use jiff::{Timestamp, Zoned};
use notion_core::ErrorKind;
use notion_core::prelude::*;
use notion_sim::Sim;
use notion_tests::{create_database, request, simulator};
use serde_json::{Value, json};

fn source(database: &Value) -> String {
    database["data_sources"][0]["id"].as_str().unwrap().to_owned()
}

async fn row(sim: &Sim, source: &str, properties: Value) -> PageId {
    let body =
        json!({"parent": {"type": "data_source_id", "data_source_id": source}, "properties": properties});
    let page = request(sim, "POST", "/v1/pages", &body).await;
    page["id"].as_str().unwrap().parse().unwrap()
}

#[derive(Debug, NotionRow)]
struct Computed {
    #[notion(title, name = "Name")]
    name: String,
    #[notion(name = "Twice")]
    twice: Formula<Option<f64>>,
    #[notion(name = "Shout")]
    shout: Formula<String>,
    #[notion(name = "Big")]
    big: Formula<bool>,
    #[notion(name = "Next day")]
    next_day: Formula<Option<civil::Date>>,
}

async fn computed(sim: &Sim) -> String {
    let columns = json!({
        "Name": {"title": {}}, "Points": {"number": {}}, "Due": {"date": {}},
        "Twice": {"formula": {"expression": "prop(\"Points\") * 2"}},
        "Shout": {"formula": {"expression": "upper(prop(\"Name\"))"}},
        "Big": {"formula": {"expression": "prop(\"Points\") > 10"}},
        "Next day": {"formula": {"expression": "dateAdd(prop(\"Due\"), 1, \"days\")"}},
    });
    let source = source(&create_database(sim, "Computed", columns).await);
    for (name, points, due) in [
        ("small", json!(4), "2026-09-14"),
        ("large", json!(40), "2026-09-30"),
    ] {
        let title = json!([{"text": {"content": name}}]);
        let properties =
            json!({"Name": {"title": title}, "Points": {"number": points}, "Due": {"date": {"start": due}}});
        row(sim, &source, properties).await;
    }
    row(sim, &source, json!({})).await;
    source
}

#[tokio::test]
async fn formulas_are_read_as_what_they_result_in() {
    let (sim, notion) = simulator().await;
    let table: Table<Computed> = notion.table(computed(&sim).await).await.unwrap();
    let rows = table.query().sort(Computed::NAME.desc()).all().await.unwrap();
    let read: Vec<_> = rows
        .iter()
        .map(|row| (&row.twice, &row.shout, &row.big, &row.next_day))
        .collect();
    let values = |shout: &str, twice, big, next_day| {
        (
            Formula::Value(Some(twice)),
            Formula::Value(shout.to_owned()),
            Formula::Value(big),
            Formula::Value(next_day),
        )
    };
    // The formula of an empty number makes a 0 of it, and that of an empty date nothing.
    let expected = [
        values("", 0.0, false, None),
        values("SMALL", 8.0, false, Some(date(2026, 9, 15))),
        values("LARGE", 80.0, true, Some(date(2026, 10, 1))),
    ];
    let expected: Vec<_> = expected.iter().map(|(a, b, c, d)| (a, b, c, d)).collect();
    assert_eq!(read, expected);
}

#[tokio::test]
async fn formulas_are_filtered_by_what_they_result_in() {
    let (sim, notion) = simulator().await;
    let table: Table<Computed> = notion.table(computed(&sim).await).await.unwrap();
    for (filter, expected) in [
        (Computed::TWICE.ge(10), "large"),
        (Computed::SHOUT.starts_with("SMA"), "small"),
        (Computed::BIG.is(true), "large"),
        (Computed::NEXT_DAY.before(date(2026, 9, 20)), "small"),
    ] {
        let text = filter.to_string();
        let found = table.query().filter(filter).one().await.unwrap();
        assert_eq!(found.name, expected, "{text}");
    }
}

#[tokio::test]
async fn a_formula_of_another_result_says_which() {
    #[derive(Debug, NotionRow)]
    struct Wrong {
        #[notion(name = "Shout")]
        shout: Formula<f64>,
    }
    let (sim, notion) = simulator().await;
    let table: Table<Wrong> = notion.table(computed(&sim).await).await.unwrap();
    let error = table.query().all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Value);
    assert!(
        error.to_string().contains("is a formula that results in `string`, and the type declares `number`: `Formula<String>` holds it"),
        "{error}"
    );
}

#[derive(Debug, PartialEq, NotionRow)]
struct Task {
    #[notion(title, name = "Name")]
    name: String,
    #[notion(name = "Project")]
    project: Option<Related<Project>>,
    #[notion(name = "Blocks")]
    blocks: Relation<Task>,
    #[notion(name = "Start")]
    start: Option<Zoned>,
    #[notion(name = "Due")]
    due: Option<DateOrRange>,
}

#[derive(Debug, PartialEq, NotionRow)]
struct Project {
    #[notion(title, name = "Name")]
    name: String,
}

#[derive(Debug, NotionRow)]
struct Overview {
    #[notion(name = "Last")]
    last: Rollup<Option<DateOrRange>>,
    #[notion(name = "Starts")]
    starts: Rollup<Vec<Option<Timestamp>>>,
    #[notion(name = "Tasks")]
    tasks: Relation<Task>,
}

async fn tasks(sim: &Sim, notion: &Notion) -> (Table<Task>, Table<Project>) {
    let projects = source(&create_database(sim, "Projects", json!({"Name": {"title": {}}})).await);
    let columns = json!({
        "Name": {"title": {}}, "Start": {"date": {}}, "Due": {"date": {}},
        "Project": {"relation": {"data_source_id": projects, "dual_property": {}}},
    });
    let tasks = source(&create_database(sim, "Tasks", columns).await);
    let blocks =
        json!({"properties": {"Blocks": {"relation": {"data_source_id": tasks, "single_property": {}}}}});
    request(sim, "PATCH", &format!("/v1/data_sources/{tasks}"), &blocks).await;
    (
        notion.table(&tasks).await.unwrap(),
        notion.table(&projects).await.unwrap(),
    )
}

fn task(name: &str) -> Task {
    Task {
        name: name.to_owned(),
        project: None,
        blocks: Relation::new(),
        start: None,
        due: None,
    }
}

#[tokio::test]
async fn relations_are_written_compared_and_followed() {
    let (sim, notion) = simulator().await;
    let (tasks, projects) = tasks(&sim, &notion).await;
    let project = projects
        .insert(&Project {
            name: "Rocket".to_owned(),
        })
        .await
        .unwrap();
    let first = tasks
        .insert(&Task {
            project: Some((&project).into()),
            ..task("First")
        })
        .await
        .unwrap();
    let second = tasks
        .insert(&Task {
            blocks: Relation::from(&first),
            ..task("Second")
        })
        .await
        .unwrap();

    let related = first.project.unwrap();
    assert_eq!(related.load(&projects).await.unwrap(), project);
    assert_eq!(
        second.blocks.load(&tasks).await.unwrap(),
        [tasks.get(first.id()).await.unwrap()]
    );
    let of_project = tasks
        .query()
        .filter(Task::PROJECT.contains(&project))
        .one()
        .await
        .unwrap();
    assert_eq!(of_project.id(), first.id());
    let blocking = tasks
        .query()
        .filter(Task::BLOCKS.contains(first.id()))
        .one()
        .await
        .unwrap();
    assert_eq!(blocking.id(), second.id());
    let without = tasks
        .query()
        .filter(Task::PROJECT.is_empty())
        .one()
        .await
        .unwrap();
    assert_eq!(without.id(), second.id());

    let changed = tasks
        .update(&second)
        .set(Task::PROJECT, &project)
        .append(Task::BLOCKS, [&second])
        .await
        .unwrap();
    assert_eq!(changed.project, Some(Related::from(&project)));
    assert_eq!(*changed.blocks, [first.id(), second.id()]);
    let changed = tasks
        .update(&second)
        .clear(Task::PROJECT)
        .remove(Task::BLOCKS, [first.id()])
        .await
        .unwrap();
    assert_eq!((changed.project, &*changed.blocks), (None, &[second.id()][..]));
}

#[tokio::test]
async fn a_second_page_does_not_fit_in_a_single_one() {
    #[derive(Debug, NotionRow)]
    struct Narrow {
        #[notion(name = "Blocks")]
        blocks: Option<Related<Task>>,
    }
    let (sim, notion) = simulator().await;
    let (tasks, _) = tasks(&sim, &notion).await;
    let first = tasks.insert(&task("First")).await.unwrap();
    let blocks: Relation<Task> = [&first].into_iter().collect();
    let second = tasks
        .insert(&Task {
            blocks,
            ..task("Second")
        })
        .await
        .unwrap();
    let narrow: Table<Narrow> = notion.table(tasks.id()).await.unwrap();
    assert_eq!(
        narrow.get(&second).await.unwrap().blocks,
        Some(Related::from(&first))
    );
    tasks
        .update(&second)
        .append(Task::BLOCKS, [&second])
        .await
        .unwrap();
    let error = narrow.get(second.id()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("points at 2 pages, and the type holds one"),
        "{error}"
    );
}

#[tokio::test]
async fn dates_come_back_as_notion_keeps_them() {
    let (sim, notion) = simulator().await;
    let (tasks, _) = tasks(&sim, &notion).await;
    let start: Zoned = "2026-09-15T09:00:30+02:00[Europe/Berlin]".parse().unwrap();
    let nine = date(2026, 9, 15).at(9, 0, 0, 0);
    let due = DateOrRange::range(nine, date(2026, 9, 16).at(10, 30, 0, 0)).in_zone("America/New_York");
    let row = tasks
        .insert(&Task {
            start: Some(start.clone()),
            due: Some(due),
            ..task("One")
        })
        .await
        .unwrap();
    // Seconds are cut off, and the zone has become an offset.
    assert_eq!(
        row.start.as_ref().unwrap().to_string(),
        "2026-09-15T09:00:00+02:00[+02:00]"
    );
    assert_eq!(
        row.due.as_ref().unwrap().to_string(),
        "2026-09-15T09:00:00-04:00/2026-09-16T10:30:00-04:00"
    );
    let found = tasks.query().filter(Task::START.eq(&start)).one().await.unwrap();
    assert_eq!(found.id(), row.id());

    let before = sim.requests().len();
    let backwards = DateOrRange::range(date(2026, 9, 16), date(2026, 9, 15));
    let error = tasks.update(&row).set(Task::DUE, backwards).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error
            .to_string()
            .contains("`Due` is 2026-09-16/2026-09-15, which ends before it begins"),
        "{error}"
    );
    assert_eq!(sim.requests().len(), before);
}

#[tokio::test]
async fn rollups_of_dates_are_read_and_filtered() {
    let (sim, notion) = simulator().await;
    let (tasks, projects) = tasks(&sim, &notion).await;
    let schema = notion.data_source(projects.id()).await.unwrap();
    let relation = schema
        .properties
        .iter()
        .find(|property| property.type_name == "relation")
        .unwrap();
    let rollup = |property: &str, function: &str| {
        json!({"rollup": {
            "relation_property_name": "Tasks", "rollup_property_name": property, "function": function,
        }})
    };
    let columns = json!({"properties": {
        relation.name.clone(): {"name": "Tasks"},
    }});
    let path = format!("/v1/data_sources/{}", projects.id());
    request(&sim, "PATCH", &path, &columns).await;
    let columns = json!({"properties": {
        "Last": rollup("Due", "latest_date"), "Starts": rollup("Start", "show_original"),
    }});
    request(&sim, "PATCH", &path, &columns).await;

    let project = projects
        .insert(&Project {
            name: "Rocket".to_owned(),
        })
        .await
        .unwrap();
    for day in 1..=26 {
        let start = date(2026, 9, day)
            .at(9, 0, 0, 0)
            .to_zoned(jiff::tz::TimeZone::UTC)
            .unwrap();
        tasks
            .insert(&Task {
                project: Some((&project).into()),
                start: (day != 1).then_some(start),
                due: Some(date(2026, 9, day).into()),
                ..task("One")
            })
            .await
            .unwrap();
    }
    let overview: Table<Overview> = notion.table(projects.id()).await.unwrap();
    let row = overview.get(&project).await.unwrap();
    assert_eq!(row.last, Rollup::Value(Some(date(2026, 9, 26).into())));
    let starts = row.starts.value().unwrap();
    assert_eq!((starts.len(), starts[0]), (26, None));
    assert_eq!(starts[25].unwrap().to_string(), "2026-09-26T09:00:00Z");
    assert_eq!(row.tasks.len(), 26);
    let late = Overview::LAST.on_or_after(date(2026, 9, 26)) & Overview::STARTS.any().is_empty();
    assert_eq!(overview.query().filter(late).all().await.unwrap().len(), 1);
}
