use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/tasks.json")]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(name = "DueDate")]
    due: Option<DateOrRange>,
    points: Option<f64>,
}

fn main() {}
