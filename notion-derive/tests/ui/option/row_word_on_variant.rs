use notion_core::prelude::*;

#[derive(NotionOption)]
enum State {
    #[notion(status)]
    Done,
}

fn main() {}
