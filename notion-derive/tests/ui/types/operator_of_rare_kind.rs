use notion_core::prelude::*;
use notion_core::{FileRef, Place, Raw, UniqueId, Verification};

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    id: UniqueId,
    files: Vec<FileRef>,
    check: Verification,
    place: Option<Place>,
    #[notion(button)]
    press: (),
    #[notion(raw)]
    rank: Raw,
}

fn main() {
    let _ = Task::ID.starts_with("TASK-");
    let _ = Task::FILES.starts_with("a.pdf");
    let _ = Task::CHECK.is_empty();
    let _ = Task::PLACE.is_empty();
    let _ = Task::PRESS.is_empty();
    let _ = Task::RANK.gt(4);
}
