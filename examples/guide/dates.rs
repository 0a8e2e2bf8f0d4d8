//! Days, moments, ranges and time zones: what is written, what comes back, and what filters make of it.
//!
//! ```console
//! $ cargo run --bin dates
//! ```

use jiff::civil::date;
use jiff::{ToSpan, Zoned};
use notion_core::prelude::*;
use notion_core::query::created_time;
use notion_examples::{Result, cell, database, heading, table, workspace};
use serde_json::json;

#[derive(Debug, NotionRow)]
#[notion(rename_all = "Title Case")]
struct Event {
    #[notion(title)]
    name: String,
    when: Option<DateOrRange>,
    doors_open: Option<Zoned>,
}

/// The same column in a type that holds days alone.
#[derive(Debug, NotionRow)]
struct Day {
    #[notion(name = "When")]
    when: Option<jiff::civil::Date>,
}

#[tokio::main]
async fn main() -> Result {
    let (sim, notion) = workspace().await?;
    let columns = json!({"Name": {"title": {}}, "When": {"date": {}}, "Doors Open": {"date": {}}});
    database(&sim, "Events", columns).await?;
    let events = notion.table::<Event>("Events").await?;
    let new = |name: &str, when: Option<DateOrRange>, doors_open| Event {
        name: name.to_owned(),
        when,
        doors_open,
    };
    let nine = date(2026, 11, 24).at(9, 0, 0, 0);
    let doors_open: Zoned = "2026-12-05T18:30:45[Europe/Berlin]".parse()?;
    let new = [
        new(
            "Holiday",
            Some(DateOrRange::range(date(2026, 12, 24), date(2027, 1, 1))),
            None,
        ),
        new(
            "Meeting",
            Some(DateOrRange::range(nine, nine + 90.minutes()).in_zone("America/New_York")),
            None,
        ),
        new("Concert", Some(date(2026, 12, 5).into()), Some(doors_open)),
        new("Release", Some(date(2026, 11, 16).into()), None),
        new("Someday", None, None),
    ];

    heading("What is written, and what comes back: minutes, and an offset in the place of a zone");
    let mut shown = table(["Event", "written", "read"]);
    for event in &new {
        let row = events.insert(event).await?;
        shown.add_row([
            event.name.clone(),
            cell(event.when.as_ref()),
            cell(row.when.as_ref()),
        ]);
        if let Some(doors_open) = &row.doors_open {
            shown.add_row([
                "  doors open".to_owned(),
                cell(event.doors_open.as_ref()),
                doors_open.to_string(),
            ]);
        }
    }
    println!("{shown}");

    heading("Filters, on Friday, 20 November 2026");
    for filter in [
        Event::WHEN.this_week(),
        Event::WHEN.next_week(),
        Event::WHEN.next_month() & !Event::WHEN.next_week(),
        Event::WHEN.before(RelativeDate::Today),
        Event::WHEN.on_or_after(date(2026, 12, 5)),
        Event::DOORS_OPEN.eq(date(2026, 12, 5)),
        Event::WHEN.is_empty() & created_time().past_week(),
    ] {
        let shown = filter.to_string();
        match events.query().filter(filter).sort(Event::WHEN.asc()).all().await {
            Ok(rows) => {
                let names: Vec<_> = rows.iter().map(|row| &*row.name).collect();
                println!("{shown}\n    {}", names.join(", "));
            }
            Err(error) => println!("{shown}\n    {error}"),
        }
    }

    heading("A type that holds days alone: each row that has more is an error, and the others are read");
    let mut days = events.project::<Day>()?.query().sort(Day::WHEN.asc()).stream();
    let (mut good, mut bad) = (0, Vec::new());
    loop {
        match days.try_next().await {
            Ok(Some(_)) => good += 1,
            Ok(None) => break,
            Err(error) => bad.push(error.to_string()),
        }
    }
    println!("{good} rows were read, and {} were not:", bad.len());
    for error in bad {
        let (_, what) = error.split_once(" is ").unwrap_or(("", &error));
        println!("    … is {what}");
    }

    heading("A range that ends before it begins");
    let backwards = DateOrRange::range(date(2026, 12, 5), date(2026, 12, 4));
    let concert = events.query().filter(Event::NAME.eq("Concert")).one().await?;
    println!(
        "{}",
        events
            .update(&concert)
            .set(Event::WHEN, backwards)
            .await
            .unwrap_err()
    );
    Ok(())
}
