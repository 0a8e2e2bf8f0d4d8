use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(insert = NewTask, insert_derive("Debug"))]
struct Task {
    #[notion(title)]
    name: String,

}

fn main() {}
