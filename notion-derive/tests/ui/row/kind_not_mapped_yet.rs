use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(formula)]
    overdue: bool,
}

fn main() {}
