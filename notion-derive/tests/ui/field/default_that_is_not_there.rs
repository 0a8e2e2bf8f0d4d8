use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(default = "no_points")]
    points: f64,
}

fn main() {}
