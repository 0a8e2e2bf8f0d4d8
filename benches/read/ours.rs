//! A derived row.

use notion_core::prelude::*;
use notion_core::{DateOrTime, RowPage};

use crate::facts::{Facts, Owner, When};

#[derive(NotionRow)]
pub(crate) struct Task {
    #[notion(title)]
    task: String,
    #[notion(name = "Notes")]
    notes: String,
    #[notion(name = "Points")]
    points: Option<f64>,
    #[notion(select, name = "Priority")]
    priority: Option<String>,
    #[notion(name = "Tags")]
    tags: Vec<String>,
    #[notion(status, name = "Status")]
    status: Option<String>,
    #[notion(name = "Due")]
    due: Option<DateOrRange>,
    #[notion(name = "Done")]
    done: bool,
    #[notion(url, name = "Link")]
    link: Option<String>,
    #[notion(email, name = "Contact")]
    contact: Option<String>,
    #[notion(relation, name = "Related")]
    related: Vec<PageId>,
    #[notion(people, name = "Owners")]
    owners: Vec<UserRef>,
}

pub(crate) fn read(body: &[u8]) -> Result<RowPage<Task>, String> {
    RowPage::from_json(crate::utf8(body)?).map_err(|error| error.to_string())
}

impl From<&Row<Task>> for Facts {
    fn from(row: &Row<Task>) -> Self {
        let when = |date: DateOrTime| match date {
            DateOrTime::Date(day) => When::Day(day),
            _ => When::Moment(date.timestamp().expect("recorded times have an offset")),
        };
        Self {
            id: row.id().to_string(),
            task: row.task.clone(),
            notes: row.notes.clone(),
            points: row.points,
            priority: row.priority.clone(),
            tags: row.tags.clone(),
            status: row.status.clone(),
            due: row.due.as_ref().map(|due| (when(due.start), due.end.map(when))),
            done: row.done,
            link: row.link.clone(),
            contact: row.contact.clone(),
            related: row.related.iter().map(ToString::to_string).collect(),
            owners: row
                .owners
                .iter()
                .map(|user| Owner {
                    id: user.id.to_string(),
                    name: user.name.clone(),
                    email: user.email().map(str::to_owned),
                })
                .collect(),
        }
    }
}
