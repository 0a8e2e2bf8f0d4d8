use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(crate = "not a path")]
struct Task {
    #[notion(title)]
    name: String,
}

fn main() {}
