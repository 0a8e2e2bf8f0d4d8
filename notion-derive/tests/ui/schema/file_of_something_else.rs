use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/other.json")]
struct Task {
    #[notion(title)]
    name: String,
}

fn main() {}
