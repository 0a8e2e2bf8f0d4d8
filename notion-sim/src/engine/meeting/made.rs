//! Notes that a recording is made into.
//!
//! Notion transcribes the recording and sums it up after it has answered. Here nobody listens to it: the notes are ready right
//! after the answer was made, with sections in which there is nothing.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::engine::access::Caller;
use crate::engine::block::{self, Block};
use crate::engine::parent::Parent;
use crate::engine::rich_text::RichText;
use crate::engine::workspace::Workspace;
use crate::engine::{media, upload};
use crate::refusal::Refusal;

/// Where the recording is, and where its notes go.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    parent: Parent,
    /// The block with the recording, which the notes go behind.
    block: Option<Uuid>,
    upload: Option<Uuid>,
}

impl Source {
    /// An upload whose notes go to the end of a page.
    pub(crate) fn upload(
        workspace: &Workspace,
        caller: &Caller,
        upload: Uuid,
        page: Uuid,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let file = upload::usable(workspace, caller, upload, now)?;
        admit(file.content_type())?;
        Ok(Self {
            parent: Parent::Page(page),
            block: None,
            upload: Some(upload),
        })
    }

    /// The file of a block.
    pub(crate) fn block(workspace: &Workspace, id: Uuid) -> Result<Self, Refusal> {
        let block = workspace.blocks.get(&id);
        let Some(block) = block.filter(|block| ["audio", "video", "file"].contains(&&*block.kind)) else {
            return Err(Refusal::invalid(format!(
                "Block {id} is not an audio, video, or file block."
            )));
        };
        let payload = Value::Object(block.payload.clone());
        let upload = upload::referenced(&payload);
        let file = upload.and_then(|upload| workspace.uploads.get(&upload));
        match file {
            Some(file) => admit(file.content_type())?,
            // A file that came with a seed has nothing but its address.
            None if payload.get("file").is_some() => {}
            None => {
                return Err(Refusal::invalid(format!(
                    "Block {id} has no audio or video file that is hosted by Notion."
                )));
            }
        }
        Ok(Self {
            parent: block.parent.clone(),
            block: Some(id),
            upload,
        })
    }
}

/// Adds notes that are being worked on.
pub(crate) fn begin(
    workspace: &mut Workspace,
    source: Source,
    title: &str,
    by: Uuid,
    now: Timestamp,
) -> Uuid {
    let mut payload = Map::new();
    payload.insert("title".into(), RichText::plain(title).to_json());
    payload.insert("status".into(), json!("transcription_in_progress"));
    if let Some(upload) = source.upload {
        upload::attach(workspace, [&upload::reference(upload)]);
    }
    let above = source.parent.id();
    let notes = Block::new(source.parent, "meeting_notes", payload, by, now);
    let id = notes.id;
    workspace.blocks.insert(id, notes);
    workspace.attach(id);
    if let Some((above, block)) = above.zip(source.block) {
        workspace.put_after(above, id, block);
    }
    block::note_content(workspace, id, by, now);
    id
}

/// Ends the work on notes. Whether there is a summary is up to the request.
pub(crate) fn finish(workspace: &mut Workspace, id: Uuid, has_summary: bool, by: Uuid, now: Timestamp) {
    let sections = ["summary", "notes", "transcript"];
    let mut ids = Map::new();
    for section in sections
        .into_iter()
        .filter(|section| has_summary || *section != "summary")
    {
        let payload = json!({"rich_text": [], "icon": null, "color": "default"});
        let payload = payload.as_object().cloned().unwrap_or_default();
        let block = Block::new(Parent::Block(id), "paragraph", payload, by, now);
        ids.insert(format!("{section}_block_id"), json!(block.id));
        let child = block.id;
        workspace.blocks.insert(child, block);
        workspace.attach(child);
    }
    if let Some(notes) = workspace.blocks.get_mut(&id) {
        notes.payload.insert("status".into(), json!("notes_ready"));
        notes.payload.insert("children".into(), Value::Object(ids));
    }
}

/// Refuses a file in which nobody can be heard.
fn admit(content_type: &str) -> Result<(), Refusal> {
    let heard = ["audio", "video"].contains(&media::category(content_type));
    if heard && !media::same_type(content_type, "audio/webm") {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "A file with a content type of `{content_type}` cannot be made into meeting notes, which need audio or video."
    )))
}
