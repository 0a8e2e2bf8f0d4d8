//! One file upload: its record, and how it reads back.

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::engine::workspace::Workspace;
use crate::engine::{id, time};

/// How long an upload waits to be used before it expires.
const LIFE: SignedDuration = SignedDuration::from_hours(1);

/// A file upload. Its bytes are records of their own, so that a part that arrives is all that has to be written.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) id: Uuid,
    pub(crate) created_by: Uuid,
    /// What kind of user that is: `bot`, where a seed does not say otherwise.
    pub(super) author: String,
    pub(super) created_time: Timestamp,
    pub(super) last_edited_time: Timestamp,
    pub(crate) mode: Mode,
    /// The status without regard to the time; see [`status`](Self::status).
    pub(super) status: Status,
    /// When it expires; `None` as soon as it is used somewhere.
    pub(super) expires: Option<Timestamp>,
    pub(super) filename: Option<String>,
    pub(super) content_type: Option<String>,
    pub(super) content_length: Option<u64>,
    /// What arrived so far, by part number. A file that came in one piece is its part 1.
    pub(super) parts: BTreeMap<u32, Part>,
    /// What became of an import.
    pub(super) import_result: Option<Value>,
    pub(super) in_trash: bool,
    /// Grows with every upload: which one is newer, although times have minutes only.
    pub(super) place: u64,
}

/// How the file comes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Mode {
    SinglePart,
    MultiPart {
        total: u32,
    },
    /// From this address.
    ExternalUrl(String),
}

/// Where an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Pending,
    Uploaded,
    Expired,
    Failed,
}

/// A piece of the file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    /// The record with the bytes.
    pub(crate) content: Uuid,
    pub(crate) length: u64,
}

impl Upload {
    /// A new upload without a file.
    pub(crate) fn new(mode: Mode, by: Uuid, now: Timestamp, tick: u64) -> Self {
        let expires = time::floor_minute(now).checked_add(LIFE);
        Self {
            id: id::fresh(),
            created_by: by,
            author: "bot".to_owned(),
            created_time: now,
            last_edited_time: now,
            mode,
            status: Status::Pending,
            expires: Some(expires.unwrap_or(now)),
            filename: None,
            content_type: None,
            content_length: None,
            parts: BTreeMap::new(),
            import_result: None,
            in_trash: false,
            place: tick,
        }
    }

    /// The same upload with a name and a content type.
    pub(crate) fn of_file(self, filename: Option<String>, content_type: Option<String>) -> Self {
        Self {
            filename,
            content_type,
            ..self
        }
    }

    /// Where it stands at this time.
    pub(crate) fn status(&self, now: Timestamp) -> Status {
        match self.status {
            Status::Pending | Status::Uploaded if self.expires.is_some_and(|at| at <= now) => Status::Expired,
            status => status,
        }
    }

    /// Where it stands if time does not count.
    pub(crate) fn settled(&self) -> Status {
        self.status
    }

    /// What became of an import.
    pub(crate) fn import_result(&self) -> Option<&Value> {
        self.import_result.as_ref()
    }

    /// When it was made, for the order of uploads.
    pub(crate) fn order(&self) -> (Timestamp, u64) {
        (time::floor_minute(self.created_time), self.place)
    }

    /// The name of the file, also where nobody gave it one.
    pub(crate) fn name(&self) -> &str {
        self.filename.as_deref().unwrap_or("untitled")
    }

    /// The content type of the file; empty as long as it is not known.
    pub(crate) fn content_type(&self) -> &str {
        self.content_type.as_deref().unwrap_or_default()
    }

    /// The bytes of the whole file; `None` where a seed did not bring them.
    pub(crate) fn bytes(&self, workspace: &Workspace) -> Option<Bytes> {
        let mut pieces = self
            .parts
            .values()
            .map(|part| workspace.contents.get(&part.content));
        let first = pieces.next()??;
        if self.parts.len() == 1 {
            return Some(first.clone());
        }
        let mut all = BytesMut::from(first.clone());
        for piece in pieces {
            all.extend_from_slice(piece?);
        }
        Some(all.freeze())
    }

    /// Notes that an import is over, and where its bytes are.
    pub(crate) fn imported(&mut self, content: Uuid, length: u64, now: Timestamp) {
        self.parts.insert(1, Part { content, length });
        self.content_length = Some(length);
        self.status = Status::Uploaded;
        self.last_edited_time = now;
        self.import_result = Some(json!({
            "imported_time": time::minute_z(now),
            "type": "success",
            "success": {},
        }));
    }

    /// Notes that an import did not succeed. `error` is its `type`, `code`, `message`, `parameter` and `status_code`.
    pub(crate) fn failed(&mut self, error: &Value, now: Timestamp) {
        self.status = Status::Failed;
        self.last_edited_time = now;
        self.import_result = Some(json!({
            "imported_time": time::minute_z(now),
            "type": "error",
            "error": error,
        }));
    }

    /// The upload as the newest API version returns it, still without the addresses for the next steps.
    pub(crate) fn to_json(&self, status: Status) -> Map<String, Value> {
        let mut out = Map::new();
        out.insert("object".into(), json!("file_upload"));
        out.insert("id".into(), json!(self.id));
        out.insert("created_time".into(), json!(time::minute_z(self.created_time)));
        out.insert(
            "created_by".into(),
            json!({"id": self.created_by, "type": self.author}),
        );
        out.insert(
            "last_edited_time".into(),
            json!(time::minute_z(self.last_edited_time)),
        );
        out.insert("expiry_time".into(), json!(self.expires.map(time::minute_z)));
        out.insert("in_trash".into(), json!(self.in_trash));
        out.insert("status".into(), json!(status.name()));
        out.insert("filename".into(), json!(self.filename));
        out.insert("content_type".into(), json!(self.content_type));
        out.insert("content_length".into(), json!(self.content_length));
        if let Mode::MultiPart { total } = self.mode {
            let parts = json!({"total": total, "sent": self.parts.len()});
            out.insert("number_of_parts".into(), parts);
        }
        if let Some(result) = &self.import_result {
            out.insert("file_import_result".into(), result.clone());
        }
        out
    }
}

impl Status {
    /// All words for it.
    pub(crate) const NAMES: [&str; 4] = ["pending", "uploaded", "expired", "failed"];

    /// The word for it in the API.
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The status with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Pending, Self::Uploaded, Self::Expired, Self::Failed]
            .into_iter()
            .find(|status| status.name() == name)
    }
}
