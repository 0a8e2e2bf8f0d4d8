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
    let _ = Task::DUE.starts_with("2026");
    let _ = Task::POINTS.contains("5");
    let _ = Task::NAME.before(RelativeDate::Today);
    let _ = Task::STATE.gt(5);
    let _ = Task::DONE.is_empty();
}
