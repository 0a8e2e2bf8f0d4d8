use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(insert = NewTask)]
struct Task {
    #[notion(created_time)]
    created: jiff::Timestamp,
    #[notion(read_only)]
    votes: f64,
}

fn main() {}
