use ::notion_core as notion;

mod reexport {
    pub use notion_core as n;
}

#[derive(notion::NotionRow)]
#[notion(crate = "reexport::n")]
struct Task {
    #[notion(title)]
    name: String,
    state: State,
}

#[derive(notion::NotionOption)]
#[notion(crate = "crate::reexport::n")]
enum State {
    Done,
}

fn main() {}
