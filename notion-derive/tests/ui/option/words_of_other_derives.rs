use notion_core::prelude::*;

#[derive(NotionOption)]
enum State {
    #[notion(rename = "Not started")]
    Todo,
    #[notion(colour = "red")]
    Late,
    #[notion(skip)]
    Hidden,
    #[notion(default)]
    Other(String),
}

fn main() {}
