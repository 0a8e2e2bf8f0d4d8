use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,

}

fn filter() -> Filter<Task> {
    Task::DUE.is_empty()
}

fn main() {}
