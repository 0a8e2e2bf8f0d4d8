use jiff::Timestamp;
use notion_core::prelude::*;
use notion_core::{Relation, UniqueId};

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    due: Option<DateOrRange>,
    points: Option<f64>,
    state: State,
    done: bool,
    #[notion(created_time)]
    created: Timestamp,
    blocks: Relation<Task>,
    owner: Vec<UserRef>,
    id: UniqueId,
}

#[derive(NotionRow)]
struct Project {
    #[notion(title)]
    name: String,
}

#[derive(NotionOption)]
enum State {
    Todo,
    Done,
}

fn related(project: &Row<Project>) {
    let _ = Task::BLOCKS.contains(project);
}

fn main() {
    let _ = Task::STATE.eq("Done");
    let _ = Task::POINTS.gt("5");
    let _ = Task::DUE.before("2026-09-15");
    let _ = Task::NAME.contains(5);
    let _ = Task::OWNER.contains("Kim");
    let _ = Task::ID.eq(true);
    let _ = Task::POINTS.eq(Some(5));
}
