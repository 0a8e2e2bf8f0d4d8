use notion_core::prelude::*;

#[derive(NotionOption)]
enum State {
    Done,
    #[notion(other)]
    Other(String),
    #[notion(other, name = "More")]
    More(String),
}

fn main() {}
