//! How the records of a seed hang together: what is in what, and in which order.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::load::Loader;
use crate::engine::container::StillIndexed;
use crate::engine::id;
use crate::engine::parent::Parent;
use crate::engine::value::PropertyValue;
use crate::engine::workspace::Workspace;

impl Loader<'_> {
    /// Rows into their data sources, children into what contains them, edits into their order.
    pub(super) fn link(&self, workspace: &mut Workspace) {
        let mut rows: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        // A page or database may be listed once more, as a block.
        let mut placed: HashSet<Uuid> = HashSet::new();
        let mut children: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        let ids = |key: &str| {
            self.list(key)
                .unwrap_or_default()
                .iter()
                .filter_map(|value| value.get("id")?.as_str())
        };
        for id in ids("pages")
            .chain(ids("databases"))
            .chain(ids("blocks"))
            .filter_map(id::parse)
            .filter(|id| placed.insert(*id))
        {
            let parent = workspace.pages.get(&id).map(|page| &page.parent);
            let parent = parent.or_else(|| workspace.databases.get(&id).map(|database| &database.parent));
            match parent.or_else(|| workspace.blocks.get(&id).map(|block| &block.parent)) {
                Some(Parent::DataSource { data_source, .. }) if workspace.is_template(id, *data_source) => {}
                Some(Parent::DataSource { data_source, .. }) => {
                    rows.entry(*data_source).or_default().push(id);
                }
                Some(Parent::Page(above) | Parent::Block(above)) => {
                    children.entry(*above).or_default().push(id);
                }
                _ => {}
            }
        }
        for (above, mut list) in children {
            let rank = self.rank(&above.to_string());
            let created = |id: &Uuid| workspace.pages.get(id).map(|page| page.created_time);
            list.sort_by_key(|id| (rank.get(id).copied().unwrap_or(usize::MAX), created(id)));
            workspace.children.insert(above, list);
        }
        for (source, list) in rows {
            self.order_rows(workspace, source, list);
        }
        self.tabs(workspace);
    }

    /// Brings the rows of a data source into their order.
    fn order_rows(&self, workspace: &mut Workspace, source: Uuid, mut list: Vec<Uuid>) {
        // Lists of rows have the newest first, and times have minutes only. An order that names every row is the order
        // they were made in, even if the clock was set back between.
        let rank = self.rank(&source.to_string());
        let complete = list.iter().all(|id| rank.contains_key(id));
        let created = |id: &Uuid| {
            let page = workspace.pages.get(id).filter(|_| !complete);
            page.map(|page| page.created_time)
        };
        list.sort_by_key(|id| (created(id), Reverse(rank.get(id).copied().unwrap_or(usize::MAX))));
        let last = workspace.data_sources.get(&source).map(|source| {
            let number = |id: &Uuid| {
                let page = workspace.pages.get(id)?;
                source
                    .columns
                    .iter()
                    .filter_map(|column| match page.value(&column.id) {
                        Some(PropertyValue::UniqueId(number)) => Some(*number),
                        _ => None,
                    })
                    .max()
            };
            list.iter().filter_map(number).max().unwrap_or(0)
        });
        for row in &list {
            let tick = workspace.next_tick();
            if let Some(page) = workspace.pages.get_mut(row) {
                page.born = tick;
            }
        }
        workspace.set_rows(source, list, last.unwrap_or(0));
    }

    /// Search lists by time of the last edit; the recorded order decides within a minute.
    pub(super) fn order_edits(&self, workspace: &mut Workspace) {
        let rank = self.rank("search");
        let place = |id: &Uuid| Reverse(rank.get(id).copied().unwrap_or(usize::MAX));
        let pages = workspace
            .pages
            .values()
            .map(|page| (page.last_edited_time, page.id));
        let sources = workspace
            .data_sources
            .values()
            .map(|source| (source.last_edited_time, source.id));
        let mut all: Vec<_> = pages
            .chain(sources)
            .map(|(at, id)| (at, place(&id), id))
            .collect();
        all.sort_unstable();
        let newest = all.last().map(|(at, ..)| *at);
        let last_tick = workspace.tick() + all.len() as u64;
        for (at, _, id) in all {
            let tick = workspace.next_tick();
            let trashed = workspace.trashed(id);
            if let Some(page) = workspace.pages.get_mut(&id) {
                page.edited = tick;
            } else if let Some(source) = workspace.data_sources.get_mut(&id) {
                source.edited = tick;
                source.still_indexed = match trashed && rank.contains_key(&id) {
                    false => StillIndexed::No,
                    // Times have minutes only, so "just before" is the last minute there is or the one before.
                    true if newest.is_some_and(|newest| newest.duration_since(at).as_secs() <= 60) => {
                        StillIndexed::Until(last_tick)
                    }
                    true => StillIndexed::Stuck,
                };
            }
        }
    }
}
