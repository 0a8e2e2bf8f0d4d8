use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema = "notion/tasks.json")]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(name = "Status")]
    state: Option<State>,
}

#[derive(NotionOption)]
enum State {
    #[notion(name = "Not started")]
    Todo,
}

fn main() {}
