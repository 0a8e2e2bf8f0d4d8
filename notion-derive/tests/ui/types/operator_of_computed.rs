use jiff::Timestamp;
use notion_core::prelude::*;
use notion_core::{Formula, Rollup};

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    #[notion(created_time)]
    created: Timestamp,
    #[notion(formula)]
    overdue: Formula<bool>,
    #[notion(formula)]
    end: Formula<DateOrRange>,
    #[notion(rollup)]
    hours: Rollup<f64>,
    #[notion(rollup)]
    owners: Rollup<Vec<String>>,
}

fn main() {
    let _ = Task::CREATED.is_empty();
    let _ = Task::OVERDUE.is_not_empty();
    let _ = Task::END.gt(1);
    let _ = Task::HOURS.before(RelativeDate::Today);
    let _ = Task::OWNERS.contains("Kim");
    let _ = Task::OWNERS.any().gt(1);
}
