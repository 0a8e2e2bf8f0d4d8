use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(parse, date)]
    due: Due,
}

struct Due;

fn main() {}
