use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: f64,
    #[notion(date)]
    due: String,
    #[notion(people)]
    who: Vec<String>,
    #[notion(checkbox)]
    done: u8,
    #[notion(formula)]
    total: f64,
}

fn main() {}
