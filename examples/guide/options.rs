//! Enums as options: closed and open ones, groups, and options that come into being.
//!
//! ```console
//! $ cargo run --bin options
//! ```

use notion_core::StatusGroup;
use notion_core::prelude::*;
use notion_examples::{Result, change_columns, database, heading, workspace};
use serde_json::json;

#[derive(Debug, NotionRow)]
#[notion(rename_all = "Title Case")]
struct Ticket {
    #[notion(title)]
    title: String,
    priority: Option<Priority>,
    areas: Vec<Area>,
    #[notion(status)]
    state: State,
}

/// A closed enum: there are these priorities and no others.
#[derive(Debug, Clone, Copy, PartialEq, NotionOption)]
enum Priority {
    Low,
    High,
}

/// An open one: people may add options, and they are kept by their names.
#[derive(Debug, Clone, PartialEq, NotionOption)]
enum Area {
    #[notion(name = "API")]
    Api,
    Website,
    #[notion(other)]
    Other(String),
}

#[derive(Debug, Clone, Copy, PartialEq, NotionOption)]
#[notion(rename_all = "Sentence case")]
enum State {
    NotStarted,
    InProgress,
    Done,
}

/// What somebody believes of the database.
#[derive(Debug, NotionRow)]
#[notion(rename_all = "Title Case")]
struct Mistaken {
    #[notion(status)]
    state: Believed,
}

#[derive(Debug, NotionOption)]
enum Believed {
    Todo,
    #[notion(other)]
    Other(String),
}

#[tokio::main]
async fn main() -> Result {
    let (sim, notion) = workspace().await?;
    let columns = json!({
        "Title": {"title": {}}, "Priority": {"select": {"options": [{"name": "Low"}, {"name": "High"}]}},
        "Areas": {"multi_select": {"options": [{"name": "API"}, {"name": "Billing"}]}}, "State": {"status": {}},
    });
    let source = database(&sim, "Tickets", columns).await?;
    let tickets = notion.table::<Ticket>("Tickets").await?;
    let new = |title: &str, priority, areas: &[Area], state| Ticket {
        title: title.to_owned(),
        priority,
        areas: areas.to_vec(),
        state,
    };
    let rows = [
        new(
            "Fix the login",
            Some(Priority::High),
            &[Area::Api, Area::Other("Billing".to_owned())],
            State::InProgress,
        ),
        new(
            "Write the docs",
            Some(Priority::Low),
            &[Area::Website],
            State::NotStarted,
        ),
        new("Say hello", None, &[], State::Done),
    ];
    for row in &rows {
        tickets.insert(row).await?;
    }

    heading("What is read");
    for ticket in tickets.query().sort(Ticket::TITLE.asc()).all().await? {
        println!(
            "{:<15} {:?}, {:?}, {:?}",
            ticket.title, ticket.priority, ticket.areas, ticket.state
        );
    }

    heading("The options of `Areas`: writing `Website` has made it one");
    let schema = notion.data_source(source).await?;
    for option in schema
        .property("Areas")
        .map(|column| &*column.options)
        .unwrap_or_default()
    {
        println!("{}", option.name);
    }

    heading("Filters");
    for filter in [
        Ticket::PRIORITY.is_any_of([Priority::Low, Priority::High]),
        Ticket::PRIORITY.ne(Priority::High), // Also true of what has no priority.
        Ticket::AREAS.contains_any_of([Area::Api, Area::Website]),
        Ticket::STATE.not_in_group(StatusGroup::Complete),
    ] {
        println!("{filter}");
        for ticket in tickets
            .query()
            .filter(filter)
            .sort(Ticket::TITLE.asc())
            .all()
            .await?
        {
            println!("    {}", ticket.title);
        }
    }

    heading("Somebody adds a priority: a closed enum does not fit any more");
    let options = json!([{"name": "Low"}, {"name": "High"}, {"name": "Urgent"}]);
    change_columns(
        &sim,
        source,
        json!({"Priority": {"select": {"options": options}}}),
    )
    .await?;
    println!("{}", notion.table::<Ticket>("Tickets").await.unwrap_err());

    heading("A status has the options that people gave it, and writing makes no others");
    println!("{}", notion.table::<Mistaken>("Tickets").await.unwrap_err());
    Ok(())
}
