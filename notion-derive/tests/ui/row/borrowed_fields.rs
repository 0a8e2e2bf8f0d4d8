use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task<'a> {
    #[notion(title)]
    name: &'a str,
}

fn main() {}
