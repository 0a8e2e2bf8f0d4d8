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

fn main() {
    let _ = Task::STATE.eq("Done");
    let _ = Task::POINTS.gt("5");
    let _ = Task::DUE.before("2026-09-15");
    let _ = Task::NAME.contains(5);
}
