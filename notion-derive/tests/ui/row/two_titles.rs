use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(title, name = "Headline")]
    headline: String,
}

fn main() {}
