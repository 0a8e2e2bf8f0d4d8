//! A struct that is compared with a snapshot while the program is compiled, and what happens when people change the database.
//!
//! ```console
//! $ cargo run --bin snapshots
//! ```

use jiff::civil::date;
use notion_core::NOTION_VERSION;
use notion_core::prelude::*;
use notion_core::schema::Snapshot;
use notion_examples::{Result, cell, change_columns, heading, workspace};
use serde_json::{Value, json};

/// What `cargo notion pull Tasks` has written.
const SNAPSHOT: &str = include_str!("../notion/tasks.json");

/// Each name, kind and option is in the snapshot, or this does not compile. Try it: call a column differently.
#[derive(Debug, NotionRow)]
#[notion(schema = "notion/tasks.json")]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(name = "Due Date")]
    due: Option<DateOrRange>,
    #[notion(name = "Status")]
    state: State,
    #[notion(name = "Link")]
    link: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, NotionOption)]
enum State {
    #[notion(name = "Not started")]
    Todo,
    #[notion(name = "In progress")]
    Doing,
    Done,
}

#[tokio::main]
async fn main() -> Result {
    let (sim, notion) = workspace().await?;
    sim.seed(&workspace_of(SNAPSHOT)?)?;
    let tasks = notion.table::<Task>("Tasks").await?;
    let source = tasks.id();
    let task = Task {
        name: "Ship it".to_owned(),
        due: Some(date(2026, 12, 1).into()),
        state: State::Doing,
        link: None,
    };
    let row = tasks.insert(&task).await?;

    heading("The snapshot says of which kinds the columns are");
    for column in Task::COLUMNS.iter() {
        println!("{:<9} {}", column.name, cell(column.kind));
    }
    let filter = Task::STATE.ne(State::Done) & Task::LINK.is_empty();
    println!("{}", filter.to_json()?.unwrap_or_default());

    heading("Somebody renames a column: a table that is bound reads on");
    change_columns(&sim, source, json!({"Due Date": {"name": "Deadline"}})).await?;
    println!("due {}", cell(tasks.get(&row).await?.due.as_ref()));

    heading("And so does a program that begins now, since the snapshot has the id");
    let tasks = notion.table::<Task>("Tasks").await?;
    println!("due {}", cell(tasks.get(&row).await?.due.as_ref()));
    for difference in tasks.renamed() {
        println!("{difference}");
    }

    heading("`cargo notion pull Tasks --check` fails, and `cargo notion pull Tasks` leaves this diff");
    let now = Snapshot::new(NOTION_VERSION, notion.data_source(source).await?).to_json();
    for (sign, lines, others) in [('-', SNAPSHOT, &*now), ('+', &*now, SNAPSHOT)] {
        let is_new = |line: &&str| !others.lines().any(|other| other == *line);
        lines
            .lines()
            .filter(is_new)
            .for_each(|line| println!("{sign}{line}"));
    }

    heading("What cannot be read on is refused when the table is bound");
    change_columns(&sim, source, json!({"Link": null, "Deadline": {"rich_text": {}}})).await?;
    println!("{}", notion.table::<Task>("Tasks").await.unwrap_err());
    Ok(())
}

/// A workspace with the database that the snapshot was made of.
fn workspace_of(snapshot: &str) -> Result<Value> {
    let snapshot: Value = serde_json::from_str(snapshot)?;
    let (source, database) = (&snapshot["data_source_id"], &snapshot["database_id"]);
    let title = json!([{"type": "text", "text": {"content": "Tasks"}, "plain_text": "Tasks"}]);
    Ok(json!({
        "format": "notion-sim-seed/1",
        "databases": [{
            "object": "database", "id": database, "title": title,
            "parent": {"type": "workspace", "workspace": true},
            "data_sources": [{"id": source, "name": "Tasks"}],
        }],
        "data_sources": [{
            "object": "data_source", "id": source, "title": title, "properties": snapshot["properties"],
            "parent": {"type": "database_id", "database_id": database},
        }],
    }))
}
