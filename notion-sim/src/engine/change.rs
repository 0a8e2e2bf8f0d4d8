//! What a request changed, told by the tables themselves.

use bytes::Bytes;
use uuid::Uuid;

use super::block::Block;
use super::comment::Comment;
use super::container::{DataSource, Database};
use super::emoji::CustomEmoji;
use super::page::Page;
use super::template::Template;
use super::upload::Upload;
use super::view::View;
use super::workspace::Workspace;

/// Ids of records of one kind, and the records as they were before; `None` where there was nothing.
pub(crate) type Changed<T> = Vec<(Uuid, Option<T>)>;

/// All records that changed.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) users: Changed<serde_json::Value>,
    pub(crate) pages: Changed<Page>,
    pub(crate) databases: Changed<Database>,
    pub(crate) data_sources: Changed<DataSource>,
    pub(crate) blocks: Changed<Block>,
    pub(crate) children: Changed<Vec<Uuid>>,
    pub(crate) comments: Changed<Comment>,
    pub(crate) uploads: Changed<Upload>,
    pub(crate) contents: Changed<Bytes>,
    pub(crate) emojis: Changed<CustomEmoji>,
    pub(crate) views: Changed<View>,
    pub(crate) tabs: Changed<Vec<Uuid>>,
    pub(crate) templates: Changed<Vec<Template>>,
}

impl Changes {
    /// What changed in a workspace since this was last asked.
    pub(crate) fn take(workspace: &mut Workspace) -> Self {
        Self {
            users: workspace.users.take_changes(),
            pages: workspace.pages.take_changes(),
            databases: workspace.databases.take_changes(),
            data_sources: workspace.data_sources.take_changes(),
            blocks: workspace.blocks.take_changes(),
            children: workspace.children.take_changes(),
            comments: workspace.comments.take_changes(),
            uploads: workspace.uploads.take_changes(),
            contents: workspace.contents.take_changes(),
            emojis: workspace.emojis.take_changes(),
            views: workspace.views.take_changes(),
            tabs: workspace.tabs.take_changes(),
            templates: workspace.templates.take_changes(),
        }
    }

    /// Whether nothing changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.users.is_empty()
            && self.pages.is_empty()
            && self.databases.is_empty()
            && self.data_sources.is_empty()
            && self.blocks.is_empty()
            && self.children.is_empty()
            && self.comments.is_empty()
            && self.uploads.is_empty()
            && self.contents.is_empty()
            && self.emojis.is_empty()
            && self.views.is_empty()
            && self.tabs.is_empty()
            && self.templates.is_empty()
    }
}
