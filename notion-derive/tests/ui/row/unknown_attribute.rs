use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(titel)]
    name: String,
    #[notion(column = "Due")]
    due: Option<DateOrRange>,
}

fn main() {}
