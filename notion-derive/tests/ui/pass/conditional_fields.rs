#![deny(warnings)]

use notion_core::prelude::*;

#[derive(Debug, NotionRow)]
#[notion(insert = NewTask)]
#[cfg_attr(all(), notion(rename_all = "Title Case"))]
pub struct Task {
    #[notion(title)]
    pub name: String,
    #[cfg(any())]
    pub gone: NoSuchType,
    #[cfg(all())]
    #[cfg_attr(all(), notion(name = "There"))]
    pub there: bool,
    #[notion(created_time)]
    pub created: jiff::Timestamp,
}

#[derive(Debug, Clone, PartialEq, NotionOption)]
pub enum State {
    Todo,
    #[cfg(any())]
    Gone,
    #[cfg_attr(all(), notion(name = "Done ✅"))]
    Done,
}

fn main() {
    assert_eq!(Task::COLUMNS.len(), 3);
    assert_eq!(Task::THERE.name(), "There");
    assert_eq!(State::OPTIONS.len(), 2);
    let new = NewTask {
        name: "Ship it".to_owned(),
        there: true,
    };
    assert!(new.there && !new.name.is_empty());
}
