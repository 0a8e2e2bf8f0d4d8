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

async fn insert(table: &Table<Task>, task: &Task) {
    let _ = table.insert(task).await;
}

fn main() {}
