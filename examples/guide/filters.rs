//! Filters: the code, what is sent for it, and the rows that pass.
//!
//! ```console
//! $ cargo run --bin filters
//! ```

use jiff::civil::date;
use notion_core::UniqueId;
use notion_core::prelude::*;
use notion_core::query::{IntoFilter, created_time};
use notion_examples::{Result, database, heading, workspace};
use serde_json::json;

#[derive(Debug, NotionRow)]
#[notion(insert = NewTask, rename_all = "Title Case")]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(name = "ID")]
    id: UniqueId,
    size: Option<Size>,
    points: Option<f64>,
    due: Option<DateOrRange>,
    done: bool,
}

#[derive(Debug, Clone, Copy, NotionOption)]
enum Size {
    S,
    L,
}

#[tokio::main]
async fn main() -> Result {
    let (sim, notion) = workspace().await?;
    let columns = json!({
        "Name": {"title": {}}, "ID": {"unique_id": {"prefix": "TASK"}}, "Points": {"number": {}}, "Due": {"date": {}},
        "Size": {"select": {"options": [{"name": "S"}, {"name": "L"}]}}, "Done": {"checkbox": {}}, "Rank": {"number": {}},
    });
    database(&sim, "Tasks", columns).await?;
    let tasks = notion.table::<Task>("Tasks").await?;
    for (name, size, points, day, done) in [
        ("Draw a plan", Some(Size::S), Some(1.0), Some(16), true),
        ("Build it", Some(Size::L), Some(8.0), Some(24), false),
        ("Ship it", Some(Size::S), None, Some(30), false),
        ("Celebrate", None, None, None, false),
    ] {
        let due = day.map(|day| date(2026, 11, day).into());
        tasks
            .insert(&NewTask {
                name: name.to_owned(),
                size,
                points,
                due,
                done,
            })
            .await?;
    }

    heading("One condition");
    show(&tasks, Task::NAME.ends_with("IT")).await?;
    show(&tasks, Task::POINTS.ge(5)).await?;
    show(&tasks, Task::SIZE.is_any_of([Size::S, Size::L])).await?;
    show(&tasks, Task::DUE.before(RelativeDate::OneWeekFromNow)).await?;
    show(&tasks, Task::ID.gt(2)).await?;
    show(&tasks, Task::ID.eq("TASK-2")).await?;
    show(&tasks, Task::DONE).await?;

    heading("More of them");
    show(
        &tasks,
        !Task::DONE & (Task::POINTS.is_empty() | Task::SIZE.eq(Size::L)),
    )
    .await?;
    show(&tasks, Filter::any((1..4).map(|number| Task::ID.eq(number)))).await?;
    show(&tasks, Task::NAME.contains("i") & created_time().past_week()).await?;
    show(
        &tasks,
        Task::NAME.contains("i") & Filter::raw(r#"{"property": "Rank", "number": {"is_empty": true}}"#),
    )
    .await?;

    heading("What Notion has no words for is put into others, and means the same");
    show(&tasks, !Task::POINTS.ge(5)).await?;
    show(&tasks, !(Task::DONE | Task::NAME.contains("plan"))).await?;
    show(&tasks, Task::DUE.ne(date(2026, 11, 24))).await?;
    show(
        &tasks,
        Task::DONE
            | (Task::SIZE.eq(Size::S)
                & (Task::POINTS.is_empty() | (Task::POINTS.gt(3) & Task::DUE.is_empty()))),
    )
    .await?;
    show(&tasks, Task::POINTS.is_any_of::<f64>([])).await?;

    heading("Or refused before it is sent");
    show(&tasks, !Task::NAME.starts_with("Ship")).await?;

    heading("Sorted, counted, one");
    let sorted = tasks.query().sort(Task::SIZE.desc()).sort(Task::NAME.asc());
    println!("{:?}", names(&sorted.clone().all().await?));
    println!(
        "{:?}",
        names(&sorted.filter(Task::POINTS.is_not_empty()).all().await?)
    );
    println!(
        "{} rows are not done",
        tasks.query().filter(!Task::DONE).count().await?
    );
    println!(
        "{}",
        tasks.query().filter(Task::SIZE.eq(Size::L)).one().await?.name
    );
    println!(
        "{}",
        tasks
            .query()
            .filter(Task::NAME.eq("Sleep"))
            .one()
            .await
            .unwrap_err()
    );
    Ok(())
}

/// The code of a filter, what is sent for it, and the rows that pass.
async fn show(tasks: &Table<Task>, filter: impl IntoFilter<Task>) -> Result {
    let filter = filter.into_filter();
    println!("\n{filter}");
    match filter.to_json() {
        Ok(json) => println!("  → {}", json.as_deref().unwrap_or("nothing: all rows pass")),
        Err(error) => println!("  → {error}"),
    }
    match tasks.query().filter(filter).sort(Task::ID.asc()).all().await {
        Ok(rows) if rows.is_empty() => println!("  = no rows"),
        Ok(rows) => println!("  = {}", names(&rows).join(", ")),
        Err(_) => println!("  = no request was sent"),
    }
    Ok(())
}

fn names(rows: &[Row<Task>]) -> Vec<&str> {
    rows.iter().map(|row| &*row.name).collect()
}
