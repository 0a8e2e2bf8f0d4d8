use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/tasks.json")]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(name = "Created")]
    created: jiff::Timestamp,
}

fn insert(tasks: &Table<Task>, task: &Task) {
    let _ = tasks.insert(task);
}

fn main() {}
