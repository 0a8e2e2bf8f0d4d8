//! The lists of a seed document: which there are, and how a record of each is written.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::engine::expression::Form;
use crate::engine::workspace::Workspace;
use crate::engine::{time, value};

/// A list of records in a seed document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Section {
    Users,
    Pages,
    Databases,
    DataSources,
    Blocks,
    Views,
    Comments,
    FileUploads,
    CustomEmojis,
}

impl Section {
    /// All lists in the order in which documents have them.
    pub(crate) const ALL: [Self; 9] = [
        Self::Users,
        Self::Pages,
        Self::Databases,
        Self::DataSources,
        Self::Blocks,
        Self::Views,
        Self::Comments,
        Self::FileUploads,
        Self::CustomEmojis,
    ];

    /// The key of the list.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Pages => "pages",
            Self::Databases => "databases",
            Self::DataSources => "data_sources",
            Self::Blocks => "blocks",
            Self::Views => "views",
            Self::Comments => "comments",
            Self::FileUploads => "file_uploads",
            Self::CustomEmojis => "custom_emojis",
        }
    }

    /// The ids of all records, in the order of the document.
    pub(crate) fn ids(self, workspace: &Workspace) -> Vec<Uuid> {
        match self {
            Self::Users => {
                let mut ids = workspace.user_order.clone();
                ids.extend(workspace.guests());
                ids
            }
            Self::Pages => sorted(workspace.pages.values().map(|page| {
                let minute = time::floor_minute(page.created_time);
                (minute.as_second(), page.id)
            })),
            Self::Databases => sorted(
                workspace
                    .databases
                    .values()
                    .map(|database| (database.created_time.as_millisecond(), database.id)),
            ),
            Self::DataSources => sorted(workspace.data_sources.values().map(|source| {
                let minute = time::floor_minute(source.created_time);
                (minute.as_second(), source.id)
            })),
            Self::Blocks => sorted(workspace.blocks.values().map(|block| (0, block.id))),
            Self::Views => {
                let mut views: Vec<_> = workspace.views.values().collect();
                views.sort_by_key(|view| view.made);
                views.iter().map(|view| view.id).collect()
            }
            Self::Comments => {
                let mut comments: Vec<_> = workspace.comments.values().collect();
                comments.sort_by_key(|comment| comment.order());
                comments.iter().map(|comment| comment.id).collect()
            }
            Self::FileUploads => {
                let uploads = workspace.newest_uploads();
                uploads.iter().rev().map(|upload| upload.id).collect()
            }
            Self::CustomEmojis => workspace.all_emojis().iter().map(|emoji| emoji.id).collect(),
        }
    }

    /// A record as it stands in a document, complete; `None` where there is none with this id.
    pub(crate) fn record(self, workspace: &Workspace, id: Uuid) -> Option<Value> {
        match self {
            Self::Users => workspace.users.get(&id).cloned(),
            Self::Pages => {
                let page = workspace.pages.get(&id)?;
                Some(page.to_json(workspace, |column| value::stored(workspace, page, column)))
            }
            Self::Databases => Some(workspace.databases.get(&id)?.to_json(workspace)),
            Self::DataSources => {
                let source = workspace.data_sources.get(&id)?;
                let mut record = source.to_json(workspace, Form::Names);
                // Answers call a source trashed when its database is.
                record["in_trash"] = json!(source.in_trash);
                Some(record)
            }
            Self::Blocks => Some(workspace.blocks.get(&id)?.to_json(workspace)),
            Self::Views => Some(workspace.views.get(&id)?.to_json(workspace)),
            Self::Comments => Some(workspace.comments.get(&id)?.to_seed()),
            Self::FileUploads => Some(workspace.uploads.get(&id)?.to_seed(workspace)),
            Self::CustomEmojis => Some(workspace.emojis.get(&id)?.to_json()),
        }
    }

    /// A number that tells which of two records of the list is older, where the list has an order of its own.
    pub(crate) fn place(self, workspace: &Workspace, id: Uuid) -> u64 {
        let place = match self {
            Self::Pages => workspace.pages.get(&id).map(|page| page.born),
            Self::Views => workspace.views.get(&id).map(|view| view.made),
            Self::Comments => workspace.comments.get(&id).map(|comment| comment.order().1),
            Self::FileUploads => workspace.uploads.get(&id).map(|upload| upload.order().1),
            Self::CustomEmojis => workspace.emojis.get(&id).map(|emoji| emoji.place),
            Self::Users | Self::Databases | Self::DataSources | Self::Blocks => None,
        };
        place.unwrap_or_default()
    }
}

fn sorted(keyed: impl Iterator<Item = (i64, Uuid)>) -> Vec<Uuid> {
    let mut keyed: Vec<_> = keyed.collect();
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, id)| id).collect()
}
