use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(key = "Ticket")]
    ticket: String,
}

fn main() {}
