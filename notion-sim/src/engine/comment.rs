//! Comments and the discussions they are in.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::parent::Parent;
use super::rich_text::RichText;
use super::workspace::Workspace;
use super::{id, media, seeded, time, upload};

/// The keys of a comment object that this program has rules for.
const KNOWN: [&str; 12] = [
    "object",
    "id",
    "parent",
    "discussion_id",
    "created_time",
    "last_edited_time",
    "created_by",
    "rich_text",
    "display_name",
    "attachments",
    "resolved",
    "request_id",
];

/// A comment on a page or a block.
#[derive(Debug, Clone)]
pub(crate) struct Comment {
    pub(crate) id: Uuid,
    pub(crate) parent: Parent,
    pub(crate) discussion: Uuid,
    pub(crate) created_by: Uuid,
    created_time: Timestamp,
    last_edited_time: Timestamp,
    text: RichText,
    display_name: Value,
    attachments: Vec<Value>,
    /// Whether its discussion is closed. Nothing in the API does that, so it comes with a seed.
    resolved: bool,
    /// Keys of a seeded comment that this program has no rules for.
    extra: Map<String, Value>,
    /// Grows with every comment: which one is newer, although times have minutes only.
    place: u64,
}

/// What somebody says.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) text: RichText,
    /// Under which name, as the API returns it.
    pub(crate) display_name: Value,
    /// As [`attachment`] makes them.
    pub(crate) attachments: Vec<Value>,
}

impl Comment {
    /// A new comment.
    pub(crate) fn new(
        parent: Parent,
        discussion: Uuid,
        words: Words,
        by: Uuid,
        now: Timestamp,
        tick: u64,
    ) -> Self {
        Self {
            id: id::fresh(),
            parent,
            discussion,
            created_by: by,
            created_time: now,
            last_edited_time: now,
            text: words.text,
            display_name: words.display_name,
            attachments: words.attachments,
            resolved: false,
            extra: Map::new(),
            place: tick,
        }
    }

    /// Reads a comment as the API returned it.
    pub(crate) fn from_json(id: Uuid, value: &Value, now: Timestamp, tick: u64) -> Self {
        let created_time = time::read(value.get("created_time"), now);
        let discussion = value.get("discussion_id").and_then(Value::as_str);
        let attachments = value.get("attachments").and_then(Value::as_array);
        Self {
            id,
            parent: Parent::from_json(&seeded::any(value, "parent")),
            discussion: discussion.and_then(id::parse).unwrap_or_else(id::fresh),
            created_by: seeded::user(value, "created_by"),
            created_time,
            last_edited_time: time::read(value.get("last_edited_time"), created_time),
            text: RichText::from_json(&seeded::any(value, "rich_text")),
            display_name: seeded::any(value, "display_name"),
            attachments: attachments.cloned().unwrap_or_default(),
            resolved: seeded::flag(value, "resolved"),
            extra: seeded::unknown(value, &KNOWN),
            place: tick,
        }
    }

    /// The comment as the API returns it.
    pub(crate) fn to_json(&self) -> Value {
        let mut out = Map::new();
        out.insert("object".into(), json!("comment"));
        out.insert("id".into(), json!(self.id));
        out.insert("parent".into(), self.parent.to_json());
        out.insert("discussion_id".into(), json!(self.discussion));
        out.insert("created_time".into(), json!(time::minute_z(self.created_time)));
        out.insert(
            "last_edited_time".into(),
            json!(time::minute_z(self.last_edited_time)),
        );
        out.insert(
            "created_by".into(),
            json!({"object": "user", "id": self.created_by}),
        );
        out.insert("rich_text".into(), self.text.to_json());
        if !self.attachments.is_empty() {
            out.insert("attachments".into(), json!(self.attachments));
        }
        out.insert("display_name".into(), self.display_name.clone());
        out.extend(self.extra.clone());
        Value::Object(out)
    }

    /// The comment for a seed document.
    pub(crate) fn to_seed(&self) -> Value {
        let mut out = self.to_json();
        if self.resolved {
            out["resolved"] = json!(true);
        }
        out
    }

    /// Puts another text in place of this one.
    pub(crate) fn rewrite(&mut self, text: RichText, now: Timestamp) {
        self.text = text;
        self.last_edited_time = now;
    }

    /// When it was said, for the order of comments.
    pub(crate) fn order(&self) -> (Timestamp, u64) {
        (time::floor_minute(self.created_time), self.place)
    }
}

/// An upload as it is attached to a comment.
pub(crate) fn attachment(file: &upload::Upload) -> Value {
    json!({"category": media::category(file.content_type()), "file_upload": {"id": file.id}})
}

/// A comment that is not in a closed discussion.
pub(crate) fn open(workspace: &Workspace, id: Uuid) -> Option<&Comment> {
    let comment = workspace.comments.get(&id)?;
    (!closed(workspace).contains(&comment.discussion)).then_some(comment)
}

/// The open comments on a page or a block itself, oldest first.
pub(crate) fn about<'a>(workspace: &'a Workspace, parent: &Parent) -> Vec<&'a Comment> {
    let closed = closed(workspace);
    let mut found: Vec<&Comment> = workspace
        .comments
        .values()
        .filter(|comment| comment.parent == *parent && !closed.contains(&comment.discussion))
        .collect();
    found.sort_by_key(|comment| comment.order());
    found
}

/// What an open discussion is about. Its comments are all about the same.
pub(crate) fn discussion(workspace: &Workspace, id: Uuid) -> Option<&Parent> {
    let mut comments = workspace.comments.values();
    let any = comments.find(|comment| comment.discussion == id)?;
    (!closed(workspace).contains(&id)).then_some(&any.parent)
}

/// A discussion is closed as soon as one of its comments says so.
fn closed(workspace: &Workspace) -> HashSet<Uuid> {
    let comments = workspace.comments.values();
    comments
        .filter(|comment| comment.resolved)
        .map(|comment| comment.discussion)
        .collect()
}
