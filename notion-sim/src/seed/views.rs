//! What belongs to data sources besides rows: views and templates.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use uuid::Uuid;

use super::check;
use super::load::{Loader, Read};
use crate::engine::id;
use crate::engine::parent::Parent;
use crate::engine::template::Template;
use crate::engine::view::View;
use crate::engine::workspace::Workspace;

impl Loader<'_> {
    /// Reads the views. `seen` are the ids that are used already.
    pub(super) fn views(&self, workspace: &mut Workspace, seen: &mut HashSet<Uuid>) -> Read<()> {
        for (place, id, value) in self.objects("views", "view")? {
            if !seen.insert(id) {
                return Err(format!("{place}: the id {id} is used twice."));
            }
            let source = value.get("data_source_id").and_then(Value::as_str);
            let source = source
                .and_then(id::parse)
                .and_then(|id| workspace.data_sources.get(&id));
            let columns = source.map(|source| &*source.columns).unwrap_or_default();
            let mut view = View::from_json(id, value, columns, self.now);
            view.made = workspace.next_tick();
            workspace.views.insert(id, view);
        }
        Ok(())
    }

    /// Views into the tab bars of their databases. A database of which no view is known has those it was made with.
    pub(super) fn tabs(&self, workspace: &mut Workspace) {
        let mut tabs: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        let mut views: Vec<&View> = workspace.views.values().collect();
        views.sort_by_key(|view| view.made);
        for view in views.iter().filter(|view| view.dashboard.is_none()) {
            if let Parent::Database(database) = view.parent {
                tabs.entry(database).or_default().push(view.id);
            }
        }
        let mut databases: Vec<(Uuid, Vec<Uuid>)> = workspace
            .databases
            .values()
            .map(|database| (database.id, database.data_sources.clone()))
            .collect();
        databases.sort_unstable();
        for (database, sources) in databases {
            match tabs.remove(&database) {
                Some(mut list) => {
                    let rank = self.rank(&database.to_string());
                    list.sort_by_key(|id| rank.get(id).copied().unwrap_or(usize::MAX));
                    workspace.tabs.insert(database, list);
                }
                None => {
                    for source in sources {
                        let made = workspace.data_sources.get(&source);
                        let made = made.map(|source| (source.created_by, source.created_time));
                        if let Some((by, at)) = made {
                            workspace.add_default_view(source, by, at);
                        }
                    }
                }
            }
        }
    }

    /// Which pages are templates, and of which data source.
    pub(super) fn templates(&self, workspace: &mut Workspace) -> Read<()> {
        for (at, value) in self.list("templates")?.iter().enumerate() {
            let place = format!("`templates[{at}]`");
            let id = |key: &str| {
                let found = value.get(key).unwrap_or(&Value::Null);
                let id = found.as_str().and_then(id::parse);
                id.ok_or_else(|| format!("{place}.{key} should be a UUID, found {}.", check::found(found)))
            };
            let (source, page) = (id("data_source_id")?, id("page_id")?);
            let parent = workspace.pages.get(&page).map(|page| &page.parent);
            if !matches!(parent, Some(Parent::DataSource { data_source, .. }) if *data_source == source) {
                return Err(format!(
                    "{place}.page_id should be a page whose parent is the data source {source}, found {page}."
                ));
            }
            let is_default = value.get("is_default").and_then(Value::as_bool).unwrap_or(false);
            let all = workspace.templates.or_default(source);
            if all
                .iter()
                .any(|other| other.page == page || (other.is_default && is_default))
            {
                return Err(format!(
                    "{place} repeats a template, or is the second default one of its data source."
                ));
            }
            all.push(Template { page, is_default });
        }
        Ok(())
    }
}
