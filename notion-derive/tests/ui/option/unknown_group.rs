use notion_core::prelude::*;

#[derive(NotionOption)]
enum State {
    #[notion(group = "todo")]
    Todo,
    #[notion(group = "finished")]
    Done,
}

fn main() {}
