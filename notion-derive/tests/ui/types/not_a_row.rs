use notion_core::prelude::*;

struct Task {
    name: String,
}

async fn bind(notion: &Notion) {
    let _ = notion.table::<Task>("Tasks").await;
}

fn main() {}
