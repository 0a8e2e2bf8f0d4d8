use notion_core::prelude::*;

enum State {
    Done,
}

#[derive(NotionRow)]
struct Task {
    #[notion(status)]
    state: State,
}

fn main() {}
