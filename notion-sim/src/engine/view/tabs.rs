//! Where views are: in the tab bar of a database, or in a dashboard.

use jiff::Timestamp;
use uuid::Uuid;

use super::dashboard::Placement;
use super::record::{LAYOUTS, View};
use crate::engine::parent::Parent;
use crate::engine::workspace::Workspace;
use crate::refusal::Refusal;

/// The name of the view that a data source has from the beginning.
const DEFAULT_NAME: &str = "Default view";

/// Where a new view goes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Position {
    Start,
    End,
    After(Uuid),
    Widget(Uuid, Placement),
}

impl Workspace {
    /// The views in the tab bar of a database.
    pub(crate) fn views_of(&self, database: Uuid) -> &[Uuid] {
        self.tabs.get(&database).map(Vec::as_slice).unwrap_or_default()
    }

    /// Refuses a place that is not there.
    pub(crate) fn admit_view(&self, database: Uuid, position: Position) -> Result<(), Refusal> {
        match position {
            Position::After(other) if !self.views_of(database).contains(&other) => {
                Err(Refusal::invalid(format!(
                    "View {other} is not a view of database {database}, so nothing can be placed after it."
                )))
            }
            Position::Widget(dashboard, placement) => {
                let grid = self.views.get(&dashboard).map(|view| &view.grid);
                grid.map_or(Ok(()), |grid| grid.admit(placement))
            }
            Position::Start | Position::End | Position::After(_) => Ok(()),
        }
    }

    /// Adds a view at a place that was found to be there.
    pub(crate) fn add_view(&mut self, mut view: View, position: Position) {
        view.made = self.next_tick();
        if let Position::Widget(dashboard, placement) = position {
            view.dashboard = Some(dashboard);
            if let Some(dashboard) = self.views.get_mut(&dashboard) {
                dashboard.grid.add(view.id, placement);
            }
        } else if let Parent::Database(database) = view.parent {
            let tabs = self.tabs.or_default(database);
            let at = match position {
                Position::Start => 0,
                Position::After(other) => tabs
                    .iter()
                    .position(|id| *id == other)
                    .map_or(tabs.len(), |at| at + 1),
                Position::End | Position::Widget(..) => tabs.len(),
            };
            tabs.insert(at, view.id);
        }
        self.views.insert(view.id, view);
    }

    /// Gives a data source its first view, a table.
    pub(crate) fn add_default_view(&mut self, source: Uuid, by: Uuid, now: Timestamp) {
        let Some(source) = self.data_sources.get(&source) else {
            return;
        };
        let parent = Parent::Database(source.database);
        let view = View::new(parent, source.id, LAYOUTS[0], DEFAULT_NAME, by, now);
        self.add_view(view, Position::End);
    }

    /// Whether a view is the last one in the tab bar of its database.
    pub(crate) fn is_last_view(&self, view: &View) -> bool {
        let database = view.parent.id().unwrap_or_default();
        self.views_of(database) == [view.id]
    }

    /// Takes a view away, and with a dashboard all that is in it.
    pub(crate) fn remove_view(&mut self, id: Uuid) {
        let Some(view) = self.views.remove(&id) else {
            return;
        };
        for widget in view.grid.views() {
            self.views.remove(&widget);
        }
        if let Some(dashboard) = view.dashboard.and_then(|id| self.views.get_mut(&id)) {
            dashboard.grid.remove(id);
        } else if let Parent::Database(database) = view.parent {
            self.tabs.or_default(database).retain(|tab| *tab != id);
        }
    }
}
