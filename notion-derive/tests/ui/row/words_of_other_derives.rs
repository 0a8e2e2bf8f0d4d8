use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(rename = "Name")]
    name: String,
    #[notion(skip)]
    cache: u32,
}

fn main() {}
