use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(insert = NewTask)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(flatten)]
    audit: Audit,
}

#[derive(NotionRow)]
struct Audit {
    #[notion(created_time)]
    created: jiff::Timestamp,
}

fn main() {}
