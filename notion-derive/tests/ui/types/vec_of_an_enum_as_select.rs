use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(select)]
    tags: Vec<Tag>,
}

#[derive(NotionOption)]
enum Tag {
    Ui,
}

fn main() {}
