use notion_core::prelude::*;

#[derive(NotionOption)]
struct State {
    name: String,
}

fn main() {}
