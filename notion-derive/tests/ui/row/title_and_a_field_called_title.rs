use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    title: String,
}

fn main() {}
