use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/tasks.json")]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(name = "Points", id = "abc")]
    points: Option<f64>,
    #[notion(name = "Effort", id = "abd")]
    effort: Option<f64>,
}

fn main() {}
