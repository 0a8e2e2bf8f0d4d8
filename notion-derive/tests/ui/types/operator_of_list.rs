use notion_core::prelude::*;
use notion_core::{Me, Relation};

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    tags: Vec<String>,
    owner: Vec<UserRef>,
    blocks: Relation<Task>,
}

fn main() {
    let _ = Task::TAGS.eq("x");
    let _ = Task::OWNER.is_any_of([Me]);
    let _ = Task::BLOCKS.starts_with("x");
}
