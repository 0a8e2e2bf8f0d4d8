use notion_core::prelude::*;

#[derive(NotionRow)]
#[notion(insert = NewTask)]
struct Task<'a> {
    #[notion(title)]
    name: &'a str,
}

fn insert(tasks: &Table<Task<'static>>, task: &Task<'static>) {
    let _ = (tasks.insert(task), Task::NAME.contains("a"));
}

fn main() {}
