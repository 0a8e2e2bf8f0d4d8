use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(read_only)]
    votes: Option<f64>,
}

fn update(tasks: &Table<Task>, id: PageId) {
    let _ = tasks.update(id).clear(Task::VOTES);
}

fn main() {}
