use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(with = "minutes")]
    took: std::time::Duration,
}

fn main() {}
