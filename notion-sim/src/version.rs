//! API versions, and what an answer looks like in each.

use serde_json::{Map, Value, json};

use crate::engine::block::Position;
use crate::refusal::Refusal;
use crate::validate::Fields;

/// A published version of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// Everything before data sources.
    V2022June,
    V2025September,
    V2026March,
}

/// All versions the server knows, as the error message lists them.
const PUBLISHED: [&str; 7] = [
    "2021-05-11",
    "2021-05-13",
    "2021-08-16",
    "2022-02-22",
    "2022-06-28",
    "2025-09-03",
    "2026-03-11",
];

impl Version {
    /// Reads the `Notion-Version` header.
    ///
    /// # Errors
    ///
    /// A missing header or an unknown version.
    pub(crate) fn read(header: Option<&str>) -> Result<Self, Refusal> {
        let refuse = |expectation: String, found: String| {
            Refusal::new(
                400,
                "missing_version",
                format!(
                    "Notion-Version header failed validation: Notion-Version header should be {expectation}, instead was `{found}`."
                ),
            )
        };
        match header {
            None => Err(refuse("defined".into(), "undefined".into())),
            Some("2026-03-11") => Ok(Self::V2026March),
            Some("2025-09-03") => Ok(Self::V2025September),
            Some(version) if PUBLISHED.contains(&version) => Ok(Self::V2022June),
            Some(other) => Err(refuse(
                crate::validate::alternatives(&PUBLISHED, false),
                json!(other).to_string(),
            )),
        }
    }

    /// Whether a request moves something into the trash or out of it: `in_trash`, which was `archived`.
    pub(crate) fn trash_flag(self, body: &Fields<'_>) -> Result<Option<bool>, Refusal> {
        let flag = body.optional_bool("in_trash")?;
        match body.get("archived") {
            Some(value) if self == Self::V2026March => {
                Err(body.place("archived").should("not present", Some(value)))
            }
            Some(_) => Ok(flag.or(body.optional_bool("archived")?)),
            None => Ok(flag),
        }
    }

    /// Where new blocks go: `position`, which was `after` and the id of a block. The older versions take both.
    pub(crate) fn position(self, body: &Fields<'_>) -> Result<Position, Refusal> {
        let position = body.optional_object("position")?;
        match (position, body.get("after")) {
            (None, None) => Ok(Position::End),
            (Some(position), None) => Position::check(&position, "start", "end"),
            (None, Some(_)) if self < Self::V2026March => Ok(Position::After(body.uuid("after")?)),
            (_, after) => Err(body.place("after").should("not present", after)),
        }
    }
}

/// Turns an answer in the shape of the newest version into that of `version`.
pub(crate) fn adapt(answer: &mut Value, version: Version) {
    if version == Version::V2026March {
        return;
    }
    match answer {
        Value::Object(map) => {
            if let Some(results) = map.get_mut("results").and_then(Value::as_array_mut) {
                results.iter_mut().for_each(|item| adapt(item, version));
            }
            if version == Version::V2022June
                && map.get("type").is_some_and(|kind| kind == "page_or_data_source")
            {
                map.insert("type".into(), json!("page_or_database"));
                rename(map, "page_or_data_source", "page_or_database");
            }
            adapt_object(map, version);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| adapt(item, version)),
        _ => {}
    }
}

fn adapt_object(map: &mut Map<String, Value>, version: Version) {
    let object = map.get("object").and_then(Value::as_str).unwrap_or_default();
    if !["page", "database", "data_source", "block", "file_upload"].contains(&object) {
        return;
    }
    let is_block = object == "block";
    if version == Version::V2022June {
        if map.get("object").is_some_and(|object| object == "data_source") {
            to_database(map);
        }
        let database = map
            .get("parent")
            .and_then(|parent| parent.get("database_id"))
            .cloned();
        if let Some(database) = database {
            map.insert(
                "parent".into(),
                json!({"type": "database_id", "database_id": database}),
            );
        }
    }
    // Payloads go by the name of the type, and this type was renamed in 2026-03-11.
    if is_block && map.get("type").is_some_and(|kind| kind == "meeting_notes") {
        map.insert("type".into(), json!("transcription"));
        rename(map, "meeting_notes", "transcription");
    }
    // `in_trash` is there in every version; `archived` repeats it at the end in the older ones.
    if let Some(trashed) = map.get("in_trash").cloned() {
        map.insert("archived".into(), trashed);
    }
}

/// Before data sources, what is a data source now was all there was to a database.
fn to_database(map: &mut Map<String, Value>) {
    map.insert("object".into(), json!("database"));
    if let Some(id) = map
        .get("parent")
        .and_then(|parent| parent.get("database_id"))
        .cloned()
    {
        map.insert("id".into(), id);
    }
    if let Some(parent) = map.shift_remove("database_parent") {
        map.insert("parent".into(), parent);
    }
    let columns = map.get_mut("properties").and_then(Value::as_object_mut);
    for (_, column) in columns.into_iter().flatten() {
        if let Some(relation) = column.get_mut("relation").and_then(Value::as_object_mut) {
            relation.shift_remove("data_source_id");
        }
    }
}

/// Renames a key, which stays where it is.
fn rename(map: &mut Map<String, Value>, old: &str, new: &str) {
    *map = std::mem::take(map)
        .into_iter()
        .map(|(key, value)| (if key == old { new.to_owned() } else { key }, value))
        .collect();
}
