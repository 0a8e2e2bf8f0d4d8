use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(kind = "url")]
    link: Option<String>,
}

fn main() {}
