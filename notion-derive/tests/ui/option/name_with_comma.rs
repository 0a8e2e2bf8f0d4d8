use notion_core::prelude::*;

#[derive(NotionOption)]
enum State {
    #[notion(name = "Done, really")]
    Done,
    #[notion(name = "")]
    Empty,
}

fn main() {}
