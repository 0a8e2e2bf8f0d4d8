use notion_core::prelude::*;

#[derive(NotionOption)]
#[notion(rename_all = "Title Case")]
enum State {
    InProgress,
    #[notion(name = "In progress")]
    Doing,
}

fn main() {}
