use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(name = "Name", name = "Title")]
    name: String,
}

fn main() {}
