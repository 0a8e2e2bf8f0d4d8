use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/conflict.json")]
struct Task {
    #[notion(title)]
    name: String,
}

fn main() {}
