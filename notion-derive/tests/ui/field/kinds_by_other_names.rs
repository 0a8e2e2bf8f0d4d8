use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(text)]
    name: String,
    #[notion(boolean)]
    done: bool,
    #[notion(phone)]
    phone: String,
    #[notion(readonly)]
    votes: f64,
    #[notion(nullable)]
    points: f64,
    #[notion(primary_key)]
    ticket: String,
}

fn main() {}
