use notion_core::prelude::*;

#[derive(NotionOption)]
enum State {
    #[notion(color = "grey")]
    Todo,
    #[notion(color = "turquoise")]
    Done,
}

fn main() {}
