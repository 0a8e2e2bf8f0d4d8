use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(crat = "notion_core")]
struct Task {
    #[notion(titel)]
    name: String,
    #[notion(url, number)]
    link: Option<String>,
    #[notion(name = "")]
    due: Option<DateOrRange>,
}

// What stands in for the row keeps these lines from being reported as well.
async fn use_it(table: Table<Task>) -> notion_core::Result<()> {
    table.query().filter(Task::DUE.this_week()).sort(Task::NAME.asc()).all().await?;
    Ok(())
}

fn main() {}
