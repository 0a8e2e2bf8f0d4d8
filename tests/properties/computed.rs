//! What Notion works out, or notes by itself, is what the rows and the seed say.

use std::cell::Cell;
use std::fmt::Debug;

use jiff::{Timestamp, Zoned};
use notion_core::prelude::*;
use notion_core::{Raw, UniqueId, UserId};
use notion_tests::{create_database, request};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::rules;
use crate::values;
use crate::world::World;

#[derive(Debug, NotionRow)]
#[notion(insert = NewTask, insert_derive(Debug, Clone))]
struct Task {
    #[notion(title)]
    name: String,
    text: String,
    number: Option<f64>,
    flag: bool,
    date: Option<DateOrRange>,
    relation: Relation<Task>,
    #[notion(created_time)]
    created: Timestamp,
    #[notion(last_edited_time)]
    edited: Zoned,
    #[notion(created_by)]
    author: UserRef,
    #[notion(last_edited_by)]
    editor: UserId,
    #[notion(unique_id)]
    id: Option<UniqueId>,
    #[notion(button)]
    button: (),
    formula_text: Formula<String>,
    formula_number: Formula<Option<f64>>,
    formula_flag: Formula<bool>,
    formula_date: Formula<Option<DateOrRange>>,
    #[notion(rollup)]
    count: Rollup<u32>,
    #[notion(rollup)]
    all_text: Rollup<Vec<String>>,
    #[notion(rollup)]
    all_number: Rollup<Vec<Option<f64>>>,
    #[notion(rollup)]
    all_flag: Rollup<Vec<bool>>,
    #[notion(rollup)]
    all_date: Rollup<Vec<Option<DateOrRange>>>,
    #[notion(read_only)]
    raw: Raw,
}

/// What Notion notes of a row.
#[derive(Debug, Clone)]
struct Noted {
    created: Timestamp,
    edited: Timestamp,
    author: Uuid,
    editor: Uuid,
    id: Option<u32>,
}

/// A row, the rows before it that it points at, and what is noted of it.
type Entry = (NewTask, Vec<Index>, Noted);

fn entry(users: &[Uuid]) -> impl Strategy<Value = Entry> + use<> {
    let number = values::number().prop_filter("is no number", |number| number.is_finite());
    let date = values::date().prop_filter("is refused", |date| {
        rules::range(&values::range_of(date)).is_some()
    });
    let task = (
        "[a-z é\"]{0,8}",
        option::of(number),
        any::<bool>(),
        option::of(date),
    )
        .prop_map(|(text, number, flag, date)| NewTask {
            name: String::new(),
            text,
            number,
            flag,
            date,
            relation: Relation::new(),
        });
    let time = || (0..4_000_000_000_i64).prop_map(|second| Timestamp::from_second(second).expect("a time"));
    let user = || select(users.to_vec());
    let noted = (time(), time(), user(), user(), option::of(any::<u32>())).prop_map(
        |(created, edited, author, editor, id)| Noted {
            created,
            edited,
            author,
            editor,
            id,
        },
    );
    (task, vec(any::<Index>(), 0..6), noted)
}

/// The columns that Notion works out: formulas of one column each, and what the related rows have there.
fn worked_out(source: &str) -> Value {
    let mut columns = json!({"relation": {"relation": {"data_source_id": source, "single_property": {}}}});
    let mut rollup = |name: &str, of: &str, function: &str| {
        columns[name] = json!({"rollup": {
            "relation_property_name": "relation", "rollup_property_name": of, "function": function,
        }});
    };
    rollup("count", "name", "count");
    for kind in ["text", "number", "flag", "date"] {
        rollup(&format!("all_{kind}"), kind, "show_original");
    }
    for kind in ["text", "number", "flag", "date"] {
        columns[format!("formula_{kind}")] = json!({"formula": {"expression": format!("prop(\"{kind}\")")}});
    }
    columns
}

async fn table(world: &World) -> Table<Task> {
    let columns = json!({
        "name": {"title": {}}, "text": {"rich_text": {}}, "number": {"number": {}}, "flag": {"checkbox": {}}, "date": {"date": {}},
        "created": {"created_time": {}}, "edited": {"last_edited_time": {}}, "author": {"created_by": {}},
        "editor": {"last_edited_by": {}}, "id": {"unique_id": {"prefix": "ROW"}}, "raw": {"place": {}},
    });
    let database = create_database(&world.sim, "Tasks", columns).await;
    let source = database["data_sources"][0]["id"].as_str().unwrap();
    let path = format!("/v1/data_sources/{source}");
    request(
        &world.sim,
        "PATCH",
        &path,
        &json!({"properties": worked_out(source)}),
    )
    .await;
    world.seed(|state| {
        let mut sources = state["data_sources"].as_array_mut().unwrap().iter_mut();
        sources.find(|other| other["id"] == source).unwrap()["properties"]["button"] =
            json!({"id": "button", "name": "button", "description": null, "type": "button", "button": {}});
    });
    world.notion.table(source).await.unwrap()
}

/// Puts into the rows what no request can put there.
fn note(world: &World, rows: &[(PageId, &Noted)]) {
    let user = |id: &Uuid| json!({"object": "user", "id": id});
    world.seed(|state| {
        for page in state["pages"].as_array_mut().unwrap() {
            let Some((_, noted)) = rows.iter().find(|(id, _)| page["id"] == *id.to_string()) else {
                continue;
            };
            page["created_time"] = json!(noted.created.to_string());
            page["last_edited_time"] = json!(noted.edited.to_string());
            page["created_by"] = user(&noted.author);
            page["last_edited_by"] = user(&noted.editor);
            page["properties"]["id"]["unique_id"] = json!({"prefix": "ROW", "number": noted.id});
        }
    });
}

#[test]
fn computed_values_are_read_as_they_stand() {
    let runtime = Runtime::new().unwrap();
    let world = runtime.block_on(World::new());
    let tasks = runtime.block_on(table(&world));
    let rows = Cell::new(0);
    let entries = vec(entry(&world.known.users), 20..30);
    crate::runner(6)
        .run(&entries, |entries| {
            rows.set(rows.get() + entries.len());
            runtime.block_on(check(&world, &tasks, entries))
        })
        .unwrap();
    println!("{} rows with each kind that is only read", rows.get());
}

async fn check(world: &World, tasks: &Table<Task>, entries: Vec<Entry>) -> Result<(), TestCaseError> {
    let mut ids: Vec<PageId> = Vec::new();
    let mut stored: Vec<(NewTask, Vec<usize>)> = Vec::new();
    for (mut task, links, _) in entries.clone() {
        let mut links: Vec<_> = if ids.is_empty() {
            Vec::new()
        } else {
            links.iter().map(|link| link.index(ids.len())).collect()
        };
        links = rules::references(&links).expect("few links");
        task.relation = links.iter().map(|link| ids[*link]).collect();
        ids.push(tasks.insert(&task).await.unwrap().id());
        stored.push((task, links));
    }
    let noted: Vec<_> = ids
        .iter()
        .copied()
        .zip(entries.iter().map(|(.., noted)| noted))
        .collect();
    note(world, &noted);
    for (at, row) in tasks.get_many(ids.clone()).await.into_iter().enumerate() {
        let row = row.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let ((task, links), noted) = (&stored[at], noted[at].1);
        let number = |task: &NewTask| task.number.and_then(|number| rules::number(&number));
        let date = |task: &NewTask| {
            task.date
                .as_ref()
                .and_then(|date| rules::range(&values::range_of(date)))
        };
        same(&row.formula_text, &Formula::Value(task.text.clone()))?;
        same(&row.formula_number, &Formula::Value(number(task)))?;
        same(&row.formula_flag, &Formula::Value(task.flag))?;
        let result = row
            .formula_date
            .value()
            .map(|date| date.as_ref().map(values::range_of).map(rules::in_utc));
        same(&result, &Some(date(task).map(rules::in_utc)))?;
        let of = |links: &[usize]| Vec::from_iter(links.iter().map(|link| stored[*link].0.clone()));
        let linked = of(links);
        same(&row.count, &Rollup::Value(links.len() as u32))?;
        same(
            &row.all_text,
            &Rollup::Value(linked.iter().map(|task| task.text.clone()).collect()),
        )?;
        same(
            &row.all_number,
            &Rollup::Value(linked.iter().map(number).collect()),
        )?;
        same(
            &row.all_flag,
            &Rollup::Value(linked.iter().map(|task| task.flag).collect()),
        )?;
        let dates = row
            .all_date
            .value()
            .map(|dates| Vec::from_iter(dates.iter().map(|date| date.as_ref().map(values::range_of))));
        same(&dates, &Some(linked.iter().map(date).collect()))?;
        same(&Some(row.created), &rules::instant(&noted.created))?;
        same(
            &Some(values::moment_of(&row.edited)),
            &rules::moment(&(noted.edited, 0)),
        )?;
        same(&Uuid::from(row.author.id), &noted.author)?;
        same(&row.author.email(), &Some("kim@example.com"))?;
        same(&Uuid::from(row.editor), &noted.editor)?;
        same(
            &row.id,
            &noted.id.map(|id| UniqueId::new(id.into()).with_prefix("ROW")),
        )?;
        same(&(&*row.raw.type_name, row.raw.value()), &("place", "null"))?;
    }
    Ok(())
}

fn same<T: Debug>(read: &T, said: &T) -> Result<(), TestCaseError> {
    // Shown, so that zero has a sign.
    prop_assert_eq!(format!("{read:?}"), format!("{said:?}"));
    Ok(())
}
