use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(name = Due)]
    due: Option<DateOrRange>,
    #[notion(name("Points"))]
    points: f64,
}

fn main() {}
