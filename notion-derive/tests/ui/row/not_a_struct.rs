use notion_core::prelude::*;

#[derive(NotionRow)]
enum State {
    Done,
}

#[derive(NotionRow)]
struct Pair(String, bool);

#[derive(NotionRow)]
struct Nothing;

fn main() {}
