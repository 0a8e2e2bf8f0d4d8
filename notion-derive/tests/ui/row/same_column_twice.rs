use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(name = "Due")]
    due: Option<DateOrRange>,
    #[notion(name = "Due")]
    deadline: Option<DateOrRange>,
    #[notion(id = "a%3Ab")]
    one: bool,
    #[notion(id = "a%3Ab")]
    two: bool,
}

fn main() {}
