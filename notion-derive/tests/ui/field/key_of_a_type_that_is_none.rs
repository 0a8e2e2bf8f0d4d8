use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(key)]
    tags: Vec<String>,
}

fn main() {}
