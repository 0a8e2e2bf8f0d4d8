use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(insert = NewTask)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(insert = NewStamp)]
    stamp: String,
}

fn main() {}
