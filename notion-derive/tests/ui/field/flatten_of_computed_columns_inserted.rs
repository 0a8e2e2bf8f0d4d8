use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(flatten)]
    audit: Audit,
}

#[derive(NotionRow)]
struct Audit {
    #[notion(created_time)]
    created: jiff::Timestamp,
}

fn insert(tasks: &Table<Task>, task: &Task) {
    let _ = tasks.insert(task);
}

fn main() {}
