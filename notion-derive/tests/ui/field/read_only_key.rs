use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(key, read_only)]
    ticket: String,
}

fn main() {}
