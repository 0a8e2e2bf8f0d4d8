use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    done: bool,
    late: bool,
}

fn query(tasks: &Table<Task>) {
    let _ = tasks.query().filter(Task::DONE && Task::LATE);
}

fn main() {}
