#![deny(warnings, missing_docs, unreachable_pub)]
//! Types that are seen from nowhere else.

mod inner {
    use notion_core::prelude::*;

    #[derive(NotionRow)]
    #[notion(insert = NewTask, insert_derive(Debug, Clone, Default, PartialEq))]
    pub(crate) struct Task {
        /// What to do.
        #[notion(title)]
        pub(crate) name: String,
        #[notion(name = "State", default)]
        pub(super) state: Option<State>,
        #[notion(flatten)]
        part: Part,
        #[notion(with = "length")]
        length: std::time::Duration,
        #[notion(created_time)]
        created: jiff::Timestamp,
    }

    pub(super) fn new(task: &Task) -> NewTask {
        NewTask {
            name: format!("{} {}", task.name, task.created),
            state: task.state.clone(),
            part: task.part.clone(),
            length: task.length,
        }
    }

    #[derive(Debug, Clone, Default, PartialEq, NotionRow)]
    struct Part {
        points: Option<f64>,
    }

    #[derive(Debug, Clone, PartialEq, NotionOption)]
    pub(super) enum State {
        Done,
    }

    mod length {
        use std::time::Duration;

        pub(super) type Value = f64;

        pub(super) fn read(seconds: f64) -> Result<Duration, std::time::TryFromFloatSecsError> {
            Duration::try_from_secs_f64(seconds)
        }

        pub(super) fn write(duration: &Duration) -> f64 {
            duration.as_secs_f64()
        }
    }
}

fn main() {
    let new = inner::NewTask::default();
    assert_eq!((new.clone().state, &*new.name), (None, ""));
    let _: fn(&inner::Task) -> inner::NewTask = inner::new;
    assert_eq!(inner::Task::NAME.name(), "title");
}
