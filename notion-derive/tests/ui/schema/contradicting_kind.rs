use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/tasks.json")]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(url, name = "Due Date")]
    due: String,
    #[notion(title, name = "Link")]
    link: String,
}

fn main() {}
