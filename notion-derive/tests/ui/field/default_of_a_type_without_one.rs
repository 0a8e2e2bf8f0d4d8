use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(default)]
    state: State,
}

#[derive(NotionOption)]
enum State {
    Done,
}

fn main() {}
