use notion_core::prelude::*;

#[derive(NotionOption)]
enum State {}

fn main() {}
