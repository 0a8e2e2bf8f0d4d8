use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/tasks.json")]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(name = "Status")]
    state: State,
}

#[derive(NotionOption)]
enum State {
    #[notion(name = "Todo")]
    Todo,
    Done,
    #[notion(other)]
    Other(String),
}

fn main() {}
