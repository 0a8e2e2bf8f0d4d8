use notion_core::prelude::*;

#[derive(NotionOption)]
enum State {
    Done,
    #[notion(name = "done")]
    Finished,
}

fn main() {}
