//! Upserts: by key, only what differs, and with lost answers cleared up.

use std::time::Duration;

use notion_core::prelude::*;
use notion_core::{ErrorKind, KeyedRow, Upserted};
use notion_sim::{Fault, Sim};
use notion_tests::{create_database, request, simulator};
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, NotionRow)]
struct Task {
    #[notion(title, name = "Name")]
    name: String,
    #[notion(key, name = "Ticket")]
    ticket: String,
    #[notion(name = "Part")]
    part: Option<f64>,
    #[notion(name = "Tags")]
    tags: Vec<String>,
    #[notion(name = "Done")]
    done: bool,
}

/// The same row under a key of two columns.
struct Part(Task);

impl InsertRow for Part {
    type Row = Task;

    fn write_columns(&self, row: &mut notion_core::row::RowWriter<'_>) {
        self.0.write_columns(row);
    }
}

impl KeyedRow<Task> for Part {
    fn key(&self) -> Filter<Task> {
        Task::TICKET.eq(&*self.0.ticket) & Task::PART.eq(self.0.part.unwrap_or_default())
    }
}

fn task(ticket: &str) -> Task {
    Task {
        name: format!("Task {ticket}"),
        ticket: ticket.to_owned(),
        part: None,
        tags: vec!["a".to_owned()],
        done: false,
    }
}

async fn tasks(sim: &Sim, notion: &Notion) -> Table<Task> {
    let columns = json!({
        "Name": {"title": {}},
        "Ticket": {"rich_text": {}},
        "Part": {"number": {}},
        "Tags": {"multi_select": {}},
        "Done": {"checkbox": {}},
        "Unmapped": {"rich_text": {}},
    });
    let database = create_database(sim, "Tasks", columns).await;
    notion
        .table(database["data_sources"][0]["id"].as_str().unwrap())
        .await
        .unwrap()
}

fn writes(sim: &Sim) -> usize {
    sim.requests()
        .iter()
        .filter(|request| request.method == "PATCH" || request.path == "/v1/pages")
        .count()
}

#[tokio::test]
async fn a_row_is_inserted_then_changed_where_it_differs_then_left_alone() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let upserted = tasks.upsert(&task("A1")).await.unwrap();
    let Upserted::Inserted(row) = &upserted else {
        panic!("{upserted:?}")
    };
    assert_eq!(**row, task("A1"));

    let changed = Task {
        done: true,
        tags: vec![],
        ..task("A1")
    };
    let upserted = tasks.upsert(&changed).await.unwrap();
    let Upserted::Updated { row, columns, .. } = &upserted else {
        panic!("{upserted:?}")
    };
    assert_eq!((&**row, &**columns), (&changed, &["Tags", "Done"][..]));
    let sent = sim.requests().last().unwrap().request_body.clone().unwrap();
    assert_eq!(sent["properties"].as_object().unwrap().len(), 2, "{sent}");

    let before = sim.requests().len();
    let upserted = tasks.upsert(&changed).await.unwrap();
    assert!(matches!(&upserted, Upserted::Unchanged(same) if same == row));
    assert_eq!(upserted.row().id(), row.id());
    assert_eq!(sim.requests().len(), before + 1);
    assert_eq!(tasks.query().count().await.unwrap(), 1);
}

#[tokio::test]
async fn formatting_that_the_type_does_not_see_is_left_alone() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let row = tasks.upsert(&task("A1")).await.unwrap().into_row();
    let bold = json!({"properties": {"Name": {"title": [
        {"text": {"content": "Task "}}, {"text": {"content": "A1"}, "annotations": {"bold": true}}]}}});
    request(&sim, "PATCH", &format!("/v1/pages/{}", row.id()), &bold).await;
    assert!(matches!(
        tasks.upsert(&task("A1")).await.unwrap(),
        Upserted::Unchanged(_)
    ));
    let upserted = tasks
        .upsert(&Task {
            done: true,
            ..task("A1")
        })
        .await
        .unwrap();
    assert!(matches!(upserted, Upserted::Updated { columns, .. } if columns == ["Done"]));
}

#[tokio::test]
async fn a_key_of_several_columns() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    for part in [1.0, 2.0] {
        let part = Part(Task {
            part: Some(part),
            ..task("A1")
        });
        assert!(matches!(
            tasks.upsert(&part).await.unwrap(),
            Upserted::Inserted(_)
        ));
        assert!(matches!(
            tasks.upsert(&part).await.unwrap(),
            Upserted::Unchanged(_)
        ));
    }
    assert_eq!(tasks.query().count().await.unwrap(), 2);
}

#[tokio::test]
async fn keys_that_differ_in_case_are_those_of_two_rows() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let upper = tasks.upsert(&task("A1")).await.unwrap().into_row();
    let lower = tasks.upsert(&task("a1")).await.unwrap();
    assert!(matches!(&lower, Upserted::Inserted(_)), "{lower:?}");
    assert_eq!(*tasks.get(&upper).await.unwrap(), *upper);

    // It is the same for one and for many.
    for row in [task("A1"), task("a1")] {
        assert!(matches!(
            tasks.upsert(&row).await.unwrap(),
            Upserted::Unchanged(_)
        ));
    }
    let results = tasks.upsert_all([task("a1"), task("A1")]).await;
    let ids: Vec<_> = results
        .iter()
        .map(|result| result.as_ref().unwrap().row().id())
        .collect();
    assert_eq!(ids, [lower.row().id(), upper.id()]);
    assert_eq!(tasks.query().count().await.unwrap(), 2);
}

#[tokio::test]
async fn a_key_that_two_rows_have_or_that_is_empty_is_refused() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let one = tasks.insert(&task("A1")).await.unwrap();
    let two = tasks.insert(&task("A1")).await.unwrap();
    let before = writes(&sim);
    let error = tasks
        .upsert(&Task {
            done: true,
            ..task("A1")
        })
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotUnique);
    let text = error.to_string();
    assert!(
        text.contains("more than one row has the key `Ticket.eq(\"A1\")`"),
        "{text}"
    );
    assert!(
        text.contains(&one.id().to_string()) && text.contains(&*two.page().url),
        "{text}"
    );

    let error = tasks.upsert(&task("")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error
            .to_string()
            .contains("is empty in column `Ticket`. Nothing was sent."),
        "{error}"
    );
    let error = tasks
        .upsert(&Task {
            tags: vec!["a,b".to_owned()],
            ..task("A2")
        })
        .await
        .unwrap_err();
    assert!(error.to_string().contains("column `Tags`"), "{error}");
    assert_eq!(writes(&sim), before);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_cleared_up() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    // Stored, and found by the id that Notion names.
    sim.fault(Fault::on("POST", "/v1/pages").after_commit().status(503));
    assert!(matches!(
        tasks.upsert(&task("A1")).await.unwrap(),
        Upserted::Inserted(_)
    ));
    // Stored, and found by the key.
    sim.fault(Fault::on("POST", "/v1/pages").after_commit().reset());
    assert!(matches!(
        tasks.upsert(&task("A2")).await.unwrap(),
        Upserted::Inserted(_)
    ));
    // Changed, and found so.
    sim.fault(Fault::on("PATCH", "/v1/pages/*").after_commit().status(504));
    let upserted = tasks
        .upsert(&Task {
            done: true,
            ..task("A2")
        })
        .await
        .unwrap();
    assert!(matches!(upserted, Upserted::Updated { row, columns, .. } if row.done && columns == ["Done"]));

    // Neither stored nor changed: that is what a second call is for.
    for (fault, row) in [
        (Fault::on("POST", "/v1/pages").reset(), task("A3")),
        (
            Fault::on("PATCH", "/v1/pages/*").reset(),
            Task {
                done: true,
                ..task("A1")
            },
        ),
    ] {
        sim.fault(fault);
        let error = tasks.upsert(&row).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        assert!(
            error.to_string().contains("Call `upsert` again after a minute"),
            "{error}"
        );
        assert!(!matches!(
            tasks.upsert(&row).await.unwrap(),
            Upserted::Unchanged(_)
        ));
    }
    assert_eq!(tasks.query().count().await.unwrap(), 3);
}

#[tokio::test]
async fn an_insert_whose_answer_was_lost_is_not_sent_again() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    for fault in [
        Fault::on("POST", "/v1/pages").after_commit().status(503),
        Fault::on("POST", "/v1/pages").after_commit().status(500),
        Fault::on("POST", "/v1/pages").after_commit().reset(),
        Fault::on("POST", "/v1/pages")
            .after_commit()
            .hang(Duration::from_millis(50)),
    ] {
        let before = writes(&sim);
        sim.fault(fault);
        let error = tasks.insert(&task("A1")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(writes(&sim), before + 1);
    }
    sim.fault(Fault::on("POST", "/v1/pages").after_commit().status(503));
    let error = tasks.insert(&task("A2")).await.unwrap_err();
    let stored = tasks.query().filter(Task::TICKET.eq("A2")).one().await.unwrap();
    assert_eq!(error.committed_ids(), [stored.id().to_string()]);
}

#[tokio::test]
async fn rows_with_one_key_are_not_upserted_at_the_same_time() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    tasks.insert(&task("A2")).await.unwrap();
    let rows = [
        task("A1"),
        task("A2"),
        task("A1"),
        task(""),
        Task {
            done: true,
            ..task("A3")
        },
    ];
    let results = tasks.upsert_all(&rows).await;
    let shown: Vec<Value> = results
        .iter()
        .map(|result| match result {
            Ok(Upserted::Inserted(row)) => json!(["inserted", row.ticket]),
            Ok(Upserted::Unchanged(row)) => json!(["unchanged", row.ticket]),
            Ok(_) => json!("updated"),
            Err(error) => json!(error.kind() == ErrorKind::InvalidInput),
        })
        .collect();
    assert_eq!(
        shown,
        [
            json!(["inserted", "A1"]),
            json!(["unchanged", "A2"]),
            json!(true),
            json!(true),
            json!(["inserted", "A3"])
        ]
    );
    let twin = results[2].as_ref().unwrap_err().to_string();
    assert!(
        twin.contains("the key `Ticket.eq(\"A1\")` is that of the row at index 0"),
        "{twin}"
    );
    // An iterator of rows will do.
    let again = tasks.upsert_all(rows.into_iter().skip(4)).await;
    assert!(matches!(&*again, [Ok(Upserted::Unchanged(_))]));
}

#[tokio::test]
async fn rows_that_are_stored_already_cost_few_requests() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion).await;
    let mut rows: Vec<_> = (0..60).map(|at| task(&format!("T-{at}"))).collect();
    let inserted = tasks.upsert_all(&rows).await;
    assert!(
        inserted
            .iter()
            .all(|row| matches!(row, Ok(Upserted::Inserted(_))))
    );

    rows[7].done = true;
    let before = sim.requests().len();
    let results = tasks.upsert_all(&rows).await;
    assert_eq!(sim.requests().len() - before, 3 + 1);
    for (at, (result, given)) in results.iter().zip(&rows).enumerate() {
        let result = result.as_ref().unwrap();
        assert_eq!(&**result.row(), given);
        assert_eq!(matches!(result, Upserted::Updated { .. }), at == 7);
    }

    // A key that is not unique costs its own row and no other.
    let twin = tasks.insert(&rows[3]).await.unwrap();
    let results = tasks.upsert_all(&rows[..30]).await;
    for (at, result) in results.iter().enumerate() {
        match result {
            Ok(result) => assert!(at != 3 && matches!(result, Upserted::Unchanged(_))),
            Err(error) => {
                assert_eq!((at, error.kind()), (3, ErrorKind::NotUnique));
                assert!(error.to_string().contains(&twin.id().to_string()), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn what_notion_keeps_in_another_form_is_no_change() {
    #[derive(Debug, Clone, PartialEq, NotionRow)]
    struct Event {
        #[notion(title, key)]
        name: String,
        doors_open: Option<jiff::Zoned>,
        sent: Option<jiff::Timestamp>,
        when: Option<DateOrRange>,
        #[notion(select)]
        room: Option<String>,
        tags: Vec<String>,
        next: Vec<PageId>,
    }

    let (sim, notion) = simulator().await;
    let columns = json!({
        "name": {"title": {}}, "doors_open": {"date": {}}, "sent": {"date": {}}, "when": {"date": {}},
        "room": {"select": {"options": [{"name": "Red"}]}}, "tags": {"multi_select": {"options": [{"name": "Big"}]}},
    });
    let database = create_database(&sim, "Events", columns).await;
    let source = database["data_sources"][0]["id"].as_str().unwrap();
    let next =
        json!({"properties": {"next": {"relation": {"data_source_id": source, "single_property": {}}}}});
    request(&sim, "PATCH", &format!("/v1/data_sources/{source}"), &next).await;
    let events = notion.table::<Event>(source).await.unwrap();

    let event = Event {
        name: "Launch".to_owned(),
        doors_open: Some("2026-12-01T18:30:45[Europe/Berlin]".parse().unwrap()),
        sent: Some("2026-11-20T09:00:15Z".parse().unwrap()),
        when: Some(DateOrRange::from(jiff::civil::date(2026, 12, 1).at(9, 0, 0, 0))),
        room: Some("red".to_owned()),
        tags: vec!["big".to_owned()],
        next: Vec::new(),
    };
    let first = events.upsert(&event).await.unwrap().into_row();
    assert_eq!(
        (first.room.as_deref(), &*first.tags),
        (Some("Red"), &["Big".to_owned()][..])
    );
    let again = Event {
        next: vec![first.id(), first.id()],
        ..event
    };
    let upserted = events.upsert(&again).await.unwrap();
    assert!(
        matches!(&upserted, Upserted::Updated { columns, .. } if columns == &["next"]),
        "{upserted:?}"
    );
    let upserted = events.upsert(&again).await.unwrap();
    assert!(matches!(&upserted, Upserted::Unchanged(_)), "{upserted:?}");
}
