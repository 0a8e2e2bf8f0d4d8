use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    points: Option<Option<f64>>,
    done: Option<bool>,
}

fn main() {}
