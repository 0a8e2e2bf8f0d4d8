use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title, name)]
    name: String,
    #[notion(name = 5)]
    due: Option<DateOrRange>,
    #[notion(url = "yes")]
    link: Option<String>,
}

fn main() {}
