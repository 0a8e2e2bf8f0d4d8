use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/tasks.json")]
struct Task {
    #[notion(title)]
    name: bool,
    #[notion(name = "Due Date")]
    due: f64,
    #[notion(name = "Points")]
    points: Option<String>,
    #[notion(name = "Tags")]
    tags: Option<String>,
    #[notion(name = "Total")]
    total: f64,
}

fn main() {}
