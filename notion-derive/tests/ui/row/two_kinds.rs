use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(url, email)]
    link: Option<String>,
}

fn main() {}
