use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    due: Option<DateOrRange>,
    points: Option<f64>,
    done: bool,
}

fn query(table: &Table<Task>) {
    let _ = table.query().filter(Task::DUE);
    let _ = table.query().filter(Task::DONE & Task::POINTS);
    let _ = table.query().filter(!Task::NAME);
}

fn main() {}
