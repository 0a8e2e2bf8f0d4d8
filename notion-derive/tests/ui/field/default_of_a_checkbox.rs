use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(checkbox, default)]
    done: bool,
}

fn main() {}
