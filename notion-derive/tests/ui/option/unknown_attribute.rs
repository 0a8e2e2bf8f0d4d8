use notion_core::prelude::*;

#[derive(NotionOption)]
enum State {
    #[notion(nam = "Done")]
    Done,
}

fn main() {}
