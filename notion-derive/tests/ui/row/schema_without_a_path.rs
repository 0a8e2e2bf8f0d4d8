use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(schema)]
struct Task {
    #[notion(title)]
    name: String,

}

fn main() {}
