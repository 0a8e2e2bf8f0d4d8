use notion_core::StatusGroup;
use notion_core::prelude::*;

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    size: Size,
    #[notion(status)]
    state: Size,
}

#[derive(NotionOption)]
enum Size {
    S,
    L,
}

fn main() {
    let _ = Task::SIZE.in_group(StatusGroup::Complete);
    let _ = Task::STATE.contains(Size::S);
}
