use notion_core::prelude::*;
use notion_core::{Formula, Rollup, UserRef};

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    state: Formula<State>,
    owners: Formula<Vec<UserRef>>,
    done: Rollup<bool>,
    total: Rollup<Formula<f64>>,
}

#[derive(NotionOption)]
enum State {
    Todo,
    Done,
}

fn main() {}
