use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(insert = NewTask)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(created_time)]
    created: jiff::Timestamp,
}

fn new() -> NewTask {
    NewTask {
        name: String::new(),
        created: jiff::Timestamp::UNIX_EPOCH,
    }
}

fn main() {}
