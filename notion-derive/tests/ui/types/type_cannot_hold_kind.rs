use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(date, name = "Due")]
    due: f64,
}

fn main() {}
