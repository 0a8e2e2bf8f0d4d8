use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(default = "0.0 + 1.0")]
    points: f64,
}

fn main() {}
