//! Relations between rows of two types, and what Notion works out of them: rollups and formulas.
//!
//! ```console
//! $ cargo run --bin relations
//! ```

use jiff::civil::date;
use notion_core::prelude::*;
use notion_examples::{Result, cell, database, heading, table, workspace};
use serde_json::json;

#[derive(Debug, NotionRow)]
#[notion(insert = NewTask, rename_all = "Title Case")]
struct Task {
    #[notion(title)]
    name: String,
    hours: Option<f64>,
    due: Option<DateOrRange>,
    price: Formula<Option<f64>>,
}

#[derive(Debug, NotionRow)]
#[notion(insert = NewProject, rename_all = "Title Case")]
struct Project {
    #[notion(title)]
    name: String,
    tasks: Relation<Task>,
    first_task: Option<Related<Task>>,
    total: Rollup<f64>,
    last_due: Rollup<Option<DateOrRange>>,
    names: Rollup<Vec<String>>,
}

#[tokio::main]
async fn main() -> Result {
    let (sim, notion) = workspace().await?;
    let columns = json!({
        "Name": {"title": {}}, "Hours": {"number": {}}, "Due": {"date": {}},
        "Price": {"formula": {"expression": "prop(\"Hours\") * 120"}},
    });
    let source = database(&sim, "Tasks", columns).await?.to_string();
    let relation = json!({"relation": {"data_source_id": source, "single_property": {}}});
    let rollup = |column: &str, function: &str| json!({"rollup": {"relation_property_name": "Tasks", "rollup_property_name": column, "function": function}});
    let columns = json!({
        "Name": {"title": {}}, "Tasks": relation, "First Task": relation, "Total": rollup("Hours", "sum"),
        "Last Due": rollup("Due", "latest_date"), "Names": rollup("Name", "show_original"),
    });
    database(&sim, "Projects", columns).await?;
    let tasks = notion.table::<Task>("Tasks").await?;
    let projects = notion.table::<Project>("Projects").await?;

    let task = |name: &str, hours, day| NewTask {
        name: name.to_owned(),
        hours: Some(hours),
        due: Some(date(2026, 12, day).into()),
    };
    let plan = tasks.insert(&task("Plan", 2.0, 1)).await?;
    let build = tasks.insert(&task("Build", 30.5, 12)).await?;
    let launch = tasks.insert(&task("Launch", 1.5, 20)).await?;
    let new = |name: &str, tasks: &[&Row<Task>]| NewProject {
        name: name.to_owned(),
        tasks: tasks.iter().copied().collect(),
        first_task: tasks.first().map(|&task| task.into()),
    };
    projects.insert(&new("Rocket", &[&plan, &build])).await?;
    projects.insert(&new("Shed", &[&build])).await?;
    projects.insert(&new("Idea", &[])).await?;

    heading("Tasks, and the formula `Price`");
    let mut shown = table(["Task", "Hours", "Price"]);
    for task in tasks.query().sort(Task::DUE.asc()).all().await? {
        let price = task.price.value().copied().flatten();
        shown.add_row([task.name.clone(), cell(task.hours), cell(price)]);
    }
    println!("{shown}");

    heading("Projects, and what their rollups come to");
    let mut shown = table(["Project", "Total", "Last due", "Names", "First task"]);
    for project in projects.query().sort(Project::NAME.asc()).all().await? {
        // From a relation to the row: one request.
        let first = match project.first_task {
            Some(task) => Some(task.load(&tasks).await?),
            None => None,
        };
        shown.add_row([
            project.name.clone(),
            cell(project.total.value()),
            cell(project.last_due.value().and_then(Option::as_ref)),
            format!("{:?}", project.names.value().map_or(&[][..], |names| names)),
            cell(first.as_ref().map(|task| &task.name)),
        ]);
    }
    println!("{shown}");

    heading("Filters by related rows, and by how many of their values pass");
    for filter in [
        Project::TASKS.contains(&build),
        Project::TASKS.is_empty(),
        Project::TOTAL.gt(31),
        Project::NAMES.any().starts_with("pl"),
        Project::NAMES.every().eq("Build"),
        !Project::NAMES.any().contains("build"),
    ] {
        let shown = filter.to_string().replace(&build.id().to_string(), "id of Build");
        let rows = projects
            .query()
            .filter(filter)
            .sort(Project::NAME.asc())
            .all()
            .await?;
        let names: Vec<_> = rows.iter().map(|row| &*row.name).collect();
        println!("{shown}\n    {}", names.join(", "));
    }

    heading("A list is added to and taken from, and read in its order");
    let rocket = projects.query().filter(Project::NAME.eq("Rocket")).one().await?;
    let rocket = projects
        .update(&rocket)
        .append(Project::TASKS, [&launch])
        .remove(Project::TASKS, [&plan])
        .await?;
    for task in rocket.tasks.load(&tasks).await? {
        println!("{}, {} hours", task.name, cell(task.hours));
    }
    println!("The total is {} hours now.", cell(rocket.total.value()));
    Ok(())
}
