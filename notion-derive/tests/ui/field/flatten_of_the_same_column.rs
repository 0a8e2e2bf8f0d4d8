use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    reviewed: bool,
    #[notion(flatten)]
    audit: Audit,
}

#[derive(NotionRow)]
struct Audit {
    reviewed: bool,
}

fn main() {}
