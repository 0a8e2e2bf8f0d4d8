use notion_core::prelude::*;
use notion_core::{Formula, Rollup};

#[derive(NotionRow)]
struct Task {
    #[notion(title)]
    name: String,
    overdue: Formula<bool>,
    cost: Formula<Option<f64>>,
    hours: Rollup<f64>,
    names: Rollup<Vec<String>>,
}

fn main() {
    let _ = Task::OVERDUE.gt(1);
    let _ = Task::COST.starts_with("1");
    let _ = Task::HOURS.any().gt(1);
    let _ = Task::NAMES.contains("x");
    let _ = Task::NAMES.any().gt(1);
}
