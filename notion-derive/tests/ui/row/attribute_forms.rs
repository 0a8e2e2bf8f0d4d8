use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion]
struct Bare {
    #[notion = "Name"]
    name: String,
}

#[derive(NotionRow)]
#[notion()]
struct Odd {
    #[notion(schema::title)]
    name: String,
    #[notion("Due")]
    due: Option<DateOrRange>,
    #[notion(name = "A" url)]
    link: String,
}

fn main() {}
