use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/tasks.json")]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(key, name = "Created")]
    created: jiff::Timestamp,
}

fn main() {}
