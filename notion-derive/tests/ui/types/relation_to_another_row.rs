use notion_core::prelude::*;
use notion_core::{Related, Relation};

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    project: Option<Related<Project>>,
    blocks: Relation<Task>,
}

#[derive(NotionRow)]
struct Project {
    #[notion(title)]
    name: String,
}

fn main() {}

async fn with(tasks: Table<Task>, projects: Table<Project>, task: Row<Task>, project: Row<Project>) {
    let _ = Task::PROJECT.contains(&task);
    let _ = tasks.update(&task).set(Task::PROJECT, &task);
    let _ = tasks.update(&task).append(Task::BLOCKS, [&project]);
    let _ = Relation::<Task>::from(&project);
    let _ = task.blocks.load(&projects).await;
}
