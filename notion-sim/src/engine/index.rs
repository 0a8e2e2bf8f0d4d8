//! The search index, which may lag behind: what was made, renamed, trashed or restored a moment ago it knows as it was.

use std::collections::VecDeque;

use jiff::Timestamp;
use uuid::Uuid;

use super::change::Changes;
use super::workspace::Workspace;

/// How many changes are remembered.
const MAX_ENTRIES: usize = 4096;

/// The latest changes that search has to do with, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    entries: VecDeque<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    id: Uuid,
    at: Timestamp,
    /// As it was until then.
    before: Known,
}

/// What the index knows of a page or data source.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    pub(crate) title: String,
    pub(crate) in_trash: bool,
}

/// The index as it is at a moment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Index<'a> {
    /// The changes that it may have missed, and when it was last brought up to date. `None` is up to date.
    behind: Option<(&'a History, Timestamp)>,
}

impl History {
    /// Remembers what changed.
    pub(crate) fn note(&mut self, changes: &Changes, workspace: &Workspace) {
        for (id, before) in &changes.pages {
            let (Some(page), Some(before)) = (workspace.pages.get(id), before) else {
                continue;
            };
            let known = Known {
                title: before.title_text(),
                in_trash: before.in_trash,
            };
            if known.title != page.title_text() || known.in_trash != page.in_trash {
                self.add(*id, page.last_edited_time, known);
            }
        }
        for (id, before) in &changes.data_sources {
            let (Some(source), Some(before)) = (workspace.data_sources.get(id), before) else {
                continue;
            };
            let known = Known {
                title: before.title.text(),
                in_trash: before.in_trash,
            };
            if known.title != source.title.text() || known.in_trash != source.in_trash {
                let database = workspace.databases.get(&source.database);
                // A data source that was renamed with its database is not edited itself.
                let at = database.map_or(source.last_edited_time, |database| {
                    database.last_edited_time.max(source.last_edited_time)
                });
                self.add(*id, at, known);
            }
        }
        for (id, before) in &changes.databases {
            let (Some(database), Some(before)) = (workspace.databases.get(id), before) else {
                continue;
            };
            if database.in_trash == before.in_trash {
                continue;
            }
            for source in &database.data_sources {
                if let Some(source) = workspace.data_sources.get(source) {
                    let known = Known {
                        title: source.title.text(),
                        in_trash: before.in_trash,
                    };
                    self.add(source.id, database.last_edited_time, known);
                }
            }
        }
    }

    fn add(&mut self, id: Uuid, at: Timestamp, before: Known) {
        if self.entries.len() == MAX_ENTRIES {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry { id, at, before });
    }
}

impl<'a> Index<'a> {
    /// An index that knows everything.
    pub(crate) const fn current() -> Self {
        Self { behind: None }
    }

    /// An index that knows nothing of what happened after `since`.
    pub(crate) fn as_of(history: &'a History, since: Timestamp) -> Self {
        Self {
            behind: Some((history, since)),
        }
    }

    /// What it knows of something that was made at `created` and is `now`. `None` where it does not know it yet.
    pub(crate) fn look_up(&self, id: Uuid, created: Timestamp, now: Known) -> Option<Known> {
        let Some((history, since)) = self.behind else {
            return Some(now);
        };
        if created > since {
            return None;
        }
        let mut missed = history.entries.iter().filter(|entry| entry.at > since);
        let first = missed.find(|entry| entry.id == id);
        Some(first.map_or(now, |entry| entry.before.clone()))
    }
}
