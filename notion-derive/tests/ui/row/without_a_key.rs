use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,

}

fn key(task: &Task) -> Filter<Task> {
    notion_core::KeyedRow::key(task)
}

fn main() {}
