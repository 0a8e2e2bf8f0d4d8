use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(flatten, insert = NewStamp)]
    stamp: Stamp,
}

#[derive(NotionRow)]
#[notion(insert = NewStamp)]
struct Stamp {
    by: String,
    #[notion(created_time)]
    at: jiff::Timestamp,
}

fn main() {}
