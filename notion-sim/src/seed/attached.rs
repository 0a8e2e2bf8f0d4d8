//! What hangs on pages and blocks: comments, file uploads and custom emojis.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::load::{Loader, Read};
use crate::engine::comment::Comment;
use crate::engine::emoji::CustomEmoji;
use crate::engine::parent::Parent;
use crate::engine::time;
use crate::engine::upload::Upload;
use crate::engine::workspace::Workspace;

impl Loader<'_> {
    /// Puts the comments into a workspace whose pages and blocks are there.
    pub(super) fn comments(&self, workspace: &mut Workspace) -> Read<()> {
        let mut comments = self.objects("comments", "comment")?;
        comments.sort_by_key(|(_, _, value)| created(value, self.now));
        for (place, id, value) in comments {
            let tick = workspace.next_tick();
            let comment = Comment::from_json(id, value, self.now, tick);
            let known = match &comment.parent {
                Parent::Page(above) => workspace.pages.contains_key(above),
                Parent::Block(above) => workspace.blocks.contains_key(above),
                _ => true,
            };
            if !known {
                return Err(format!(
                    "{place}.parent is {}, which the document does not have.",
                    comment.parent.id().unwrap_or_default()
                ));
            }
            workspace.comments.insert(id, comment);
        }
        Ok(())
    }

    /// Puts the uploads into a workspace, with the bytes that the document has of them.
    pub(super) fn uploads(&self, workspace: &mut Workspace) -> Read<()> {
        let mut uploads = self.objects("file_uploads", "file_upload")?;
        // Lists have the newest first, and times have minutes only.
        let rank = self.rank("file_uploads");
        let place = |id: &Uuid| Reverse(rank.get(id).copied().unwrap_or(usize::MAX));
        uploads.sort_by_key(|(_, id, value)| (created(value, self.now), place(id)));
        for (at, id, value) in uploads {
            let tick = workspace.next_tick();
            let (upload, contents) =
                Upload::from_seed(id, value, self.now, tick).map_err(|problem| format!("{at}{problem}"))?;
            for (content, bytes) in contents {
                workspace.contents.insert(content, bytes);
            }
            workspace.uploads.insert(id, upload);
        }
        Ok(())
    }

    /// Puts the custom emojis into a workspace.
    pub(super) fn emojis(&self, workspace: &mut Workspace) -> Read<()> {
        for (_, id, value) in self.objects("custom_emojis", "custom_emoji")? {
            let place = workspace.next_tick();
            workspace
                .emojis
                .insert(id, CustomEmoji::from_json(id, value, place));
        }
        Ok(())
    }
}

fn created(value: &Value, now: Timestamp) -> Timestamp {
    time::floor_minute(time::read(value.get("created_time"), now))
}
