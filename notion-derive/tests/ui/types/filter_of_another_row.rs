use jiff::Timestamp;
use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    due: Option<DateOrRange>,
    points: Option<f64>,
    state: State,
    done: bool,
    #[notion(created_time)]
    created: Timestamp,
}

#[derive(NotionOption)]
enum State {
    Todo,
    Done,
}

#[derive(NotionRow)]
struct Project {
    #[notion(title)]
    name: String,
}

fn query(table: &Table<Task>) {
    let _ = table.query().filter(Project::NAME.contains("x"));
    let _ = table.query().sort(Project::NAME.asc());
}

fn main() {}
