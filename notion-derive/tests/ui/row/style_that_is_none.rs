use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(rename_all = "Title case")]
struct Task {
    #[notion(title)]
    name: String,

}
#[derive(NotionRow)]
#[notion(rename_all = "shouting")]
struct Other {
    #[notion(title)]
    name: String,

}

fn main() {}
