use notion_core::prelude::*;

#[derive(NotionOption)]
enum State {
    Done,
    #[notion(other)]
    Other(u8),
}

fn main() {}
