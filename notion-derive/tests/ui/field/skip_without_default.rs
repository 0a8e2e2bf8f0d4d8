use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(skip)]
    seen: Seen,
}

struct Seen;

fn main() {}
