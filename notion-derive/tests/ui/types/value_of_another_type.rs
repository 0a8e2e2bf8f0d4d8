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

fn update(table: &Table<Task>, id: PageId) {
    let _ = table.update(id).set(Task::POINTS, "5");
}

fn main() {}
