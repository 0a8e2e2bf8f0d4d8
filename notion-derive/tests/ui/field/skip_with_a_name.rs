use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(skip, name = "Seen", key)]
    seen: bool,
}

fn main() {}
