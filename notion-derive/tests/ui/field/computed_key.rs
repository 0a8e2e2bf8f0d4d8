use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(key, created_time)]
    created: jiff::Timestamp,
}

fn main() {}
