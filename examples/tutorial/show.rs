//! What the tutorial prints.

use std::time::Instant;

use comfy_table::{Table, presets};
use notion_core::Row;

use crate::Tweet;

/// Prints each step with the time that it took.
pub(crate) struct Steps {
    count: usize,
    since: Instant,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self {
            count: 0,
            since: Instant::now(),
        }
    }

    pub(crate) fn done(&mut self, what: &str, detail: &str) {
        self.count += 1;
        let took = format!("{} ms", self.since.elapsed().as_millis());
        println!("{:>2}  {what:<11} {took:>8}  {detail}", self.count);
        self.since = Instant::now();
    }
}

pub(crate) fn table(rows: &[Row<Tweet>]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    table.set_header(["handle", "tweet", "mood", "posted", "likes", "pinned", "link"]);
    for row in rows {
        table.add_row([
            row.handle.clone(),
            row.tweet.clone(),
            row.mood.map(|mood| format!("{mood:?}")).unwrap_or_default(),
            row.posted.map(|date| date.to_string()).unwrap_or_default(),
            row.likes.map(|likes| likes.to_string()).unwrap_or_default(),
            (if row.pinned { "yes" } else { "" }).to_owned(),
            row.link.clone().unwrap_or_default(),
        ]);
    }
    table
}
