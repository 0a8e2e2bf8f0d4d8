use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: &'static str,
    notes: Option<&'static str>,
}

fn main() {}
