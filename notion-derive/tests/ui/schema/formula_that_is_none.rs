use notion_core::Formula;
use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/tasks.json")]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(name = "Points")]
    points: Formula<f64>,
}

fn main() {}
