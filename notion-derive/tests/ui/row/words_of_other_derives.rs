use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(rename = "Name")]
    name: String,
}

fn main() {}
