use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(krate = "notion_core", table = "Tasks")]
struct Task {
    #[notion(title)]
    name: String,
}

fn main() {}
