use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(flatten, name = "Audit")]
    audit: Audit,
}

#[derive(NotionRow)]
struct Audit {
    #[notion(name = "Reviewed")]
    reviewed: bool,
}

fn main() {}
