use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/tasks.json")]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(name = "Tags")]
    tags: Vec<Tag>,
}

#[derive(NotionOption)]
enum Tag {
    #[notion(name = "ui")]
    Ui,
}

fn main() {}
