use notion_core::prelude::*;

#[derive(NotionOption)]
enum State {
    Todo,
    Other(String),
}

fn main() {}
