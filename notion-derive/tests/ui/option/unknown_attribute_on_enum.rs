use notion_core::prelude::*;

#[derive(NotionOption)]
#[notion(rename = "lowercase")]
enum State {
    Done,
}

fn main() {}
