use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(flatten)]
    audit: Audit,
}

#[derive(NotionRow)]
struct Audit {
    reviewed: bool,
}

fn query(tasks: &Table<Task>) {
    let _ = tasks.query().filter(Audit::REVIEWED);
}

fn main() {}
