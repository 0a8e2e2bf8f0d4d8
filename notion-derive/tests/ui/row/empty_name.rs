use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(name = "")]
    due: Option<DateOrRange>,
}

fn main() {}
