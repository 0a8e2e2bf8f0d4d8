use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(flatten)]
    audit: Audit,
}

struct Audit {
    reviewed: bool,
}

fn main() {}
