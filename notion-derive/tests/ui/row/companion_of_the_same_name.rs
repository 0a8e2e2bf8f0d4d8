use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(insert = Task)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(created_time)]
    created: jiff::Timestamp,
}

fn main() {}
