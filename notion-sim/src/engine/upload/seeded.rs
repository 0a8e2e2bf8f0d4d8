//! Uploads in seed documents: objects of the API, with three keys of our own.
//!
//! `mode` (`"single_part"`, `"multi_part"` or `"external_url"`), `external_url`, and `parts`: a list of
//! `{"part_number", "content"}` with the bytes in Base64.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::record::{Mode, Part, Status, Upload};
use crate::engine::workspace::Workspace;
use crate::engine::{id, seeded, time};

/// The bytes of the parts of an upload, by the records they belong in.
type Contents = Vec<(Uuid, Bytes)>;

impl Upload {
    /// Reads an upload, whose place in the order of uploads is `tick`.
    ///
    /// # Errors
    ///
    /// What is wrong, after the place of the upload: `.status should be …`.
    pub(crate) fn from_seed(
        id: Uuid,
        value: &Value,
        now: Timestamp,
        tick: u64,
    ) -> Result<(Self, Contents), String> {
        let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let created_time = time::read(value.get("created_time"), now);
        let status = text("status").unwrap_or_else(|| Status::Uploaded.name().to_owned());
        let status = Status::named(&status).ok_or_else(|| {
            format!(
                ".status should be one of {}, found \"{status}\".",
                Status::NAMES.join(", ")
            )
        })?;
        let (parts, contents) = read_parts(value)?;
        let length = value.get("content_length").and_then(Value::as_u64);
        let arrived = (!parts.is_empty()).then(|| parts.values().map(|part| part.length).sum());
        let author = value.get("created_by").and_then(|by| by.get("type")?.as_str());
        let upload = Self {
            id,
            created_by: seeded::user(value, "created_by"),
            author: author.unwrap_or("bot").to_owned(),
            created_time,
            last_edited_time: time::read(value.get("last_edited_time"), created_time),
            mode: read_mode(value),
            status,
            expires: text("expiry_time").and_then(|at| at.parse().ok()),
            filename: text("filename"),
            content_type: text("content_type"),
            content_length: arrived.or(length),
            parts,
            import_result: value
                .get("file_import_result")
                .filter(|result| result.is_object())
                .cloned(),
            in_trash: seeded::in_trash(value),
            place: tick,
        };
        Ok((upload, contents))
    }

    /// The upload for a seed document.
    pub(crate) fn to_seed(&self, workspace: &Workspace) -> Value {
        self.with_parts(|number, part| {
            let content = STANDARD.encode(workspace.contents.get(&part.content)?);
            Some(json!({"part_number": number, "content": content}))
        })
    }

    /// The upload for the data file, which keeps bytes apart: parts have a `content_id`. See [`Self::embed`].
    pub(crate) fn to_record(&self) -> Value {
        self.with_parts(|number, part| Some(json!({"part_number": number, "content_id": part.content})))
    }

    /// Turns what [`Self::to_record`] gave into what a seed document has.
    pub(crate) fn embed(record: &mut Value, bytes: impl Fn(&str) -> Option<Vec<u8>>) {
        let parts = record.get_mut("parts").and_then(Value::as_array_mut);
        for part in parts.into_iter().flatten() {
            let content = part.get("content_id").and_then(Value::as_str).and_then(&bytes);
            *part = json!({
                "part_number": part.get("part_number"),
                "content": STANDARD.encode(content.unwrap_or_default()),
            });
        }
    }

    fn with_parts(&self, show: impl Fn(u32, &Part) -> Option<Value>) -> Value {
        let mut out = self.to_json(self.status);
        let (mode, url) = match &self.mode {
            Mode::SinglePart => ("single_part", None),
            Mode::MultiPart { .. } => ("multi_part", None),
            Mode::ExternalUrl(url) => ("external_url", Some(url)),
        };
        out.insert("mode".into(), json!(mode));
        if let Some(url) = url {
            out.insert("external_url".into(), json!(url));
        }
        let parts = self.parts.iter().filter_map(|(number, part)| show(*number, part));
        out.insert("parts".into(), parts.collect());
        Value::Object(out)
    }
}

fn read_mode(value: &Value) -> Mode {
    let total = value
        .get("number_of_parts")
        .and_then(|parts| parts.get("total")?.as_u64())
        .and_then(|total| u32::try_from(total).ok());
    let mode = value.get("mode").and_then(Value::as_str).unwrap_or_default();
    let url = value.get("external_url").and_then(Value::as_str);
    let imported = mode == "external_url" || value.get("file_import_result").is_some_and(Value::is_object);
    match (total, url) {
        (Some(total), _) => Mode::MultiPart { total },
        (None, None) if !imported => Mode::SinglePart,
        (None, url) => Mode::ExternalUrl(url.unwrap_or_default().to_owned()),
    }
}

fn read_parts(value: &Value) -> Result<(BTreeMap<u32, Part>, Contents), String> {
    let mut parts = BTreeMap::new();
    let mut contents = Vec::new();
    let items = value.get("parts").and_then(Value::as_array).into_iter().flatten();
    for (at, item) in items.enumerate() {
        let number = item.get("part_number").and_then(Value::as_u64);
        let number = number
            .and_then(|number| u32::try_from(number).ok())
            .ok_or_else(|| format!(".parts[{at}].part_number should be a number."))?;
        let content = item.get("content").and_then(Value::as_str);
        let bytes = content
            .and_then(|content| STANDARD.decode(content).ok())
            .ok_or_else(|| format!(".parts[{at}].content should be Base64."))?;
        let part = Part {
            content: id::fresh(),
            length: bytes.len() as u64,
        };
        contents.push((part.content, Bytes::from(bytes)));
        parts.insert(number, part);
    }
    Ok((parts, contents))
}
