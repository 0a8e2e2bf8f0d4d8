//! What makes a seed document unusable: values of the wrong type, parents that are not there, things inside themselves.
//!
//! Only keys that are read are checked. `null` is as good as a key that is not there, because answers of the API have it
//! in many places.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::engine::id;
use crate::engine::kind::Kind;
use crate::engine::parent::Parent;
use crate::engine::workspace::Workspace;

type Checked = Result<(), String>;

/// What a value has to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Text,
    Number,
    Flag,
    Time,
    Id,
    List,
    Object,
    /// An object with an `id`.
    Reference,
}

const BOT: [(&str, Shape); 4] = [
    ("id", Shape::Id),
    ("name", Shape::Text),
    ("capabilities", Shape::List),
    ("tokens", Shape::List),
];
const SPACE: [(&str, Shape); 2] = [("id", Shape::Id), ("name", Shape::Text)];
const USER: [(&str, Shape); 3] = [
    ("type", Shape::Text),
    ("name", Shape::Text),
    ("bot", Shape::Object),
];
/// What pages, databases, data sources and blocks have in common.
const RECORD: [(&str, Shape); 15] = [
    ("created_time", Shape::Time),
    ("last_edited_time", Shape::Time),
    ("created_by", Shape::Reference),
    ("last_edited_by", Shape::Reference),
    ("in_trash", Shape::Flag),
    ("archived", Shape::Flag),
    ("is_archived", Shape::Flag),
    ("is_locked", Shape::Flag),
    ("is_inline", Shape::Flag),
    ("has_children", Shape::Flag),
    ("title", Shape::List),
    ("description", Shape::List),
    ("data_sources", Shape::List),
    ("properties", Shape::Object),
    ("url", Shape::Text),
];

const COMMENT: [(&str, Shape); 8] = [
    ("discussion_id", Shape::Id),
    ("created_time", Shape::Time),
    ("last_edited_time", Shape::Time),
    ("created_by", Shape::Reference),
    ("rich_text", Shape::List),
    ("display_name", Shape::Object),
    ("attachments", Shape::List),
    ("resolved", Shape::Flag),
];
const UPLOAD: [(&str, Shape); 13] = [
    ("created_time", Shape::Time),
    ("last_edited_time", Shape::Time),
    ("expiry_time", Shape::Time),
    ("created_by", Shape::Reference),
    ("status", Shape::Text),
    ("filename", Shape::Text),
    ("content_type", Shape::Text),
    ("content_length", Shape::Number),
    ("number_of_parts", Shape::Object),
    ("file_import_result", Shape::Object),
    ("mode", Shape::Text),
    ("external_url", Shape::Text),
    ("parts", Shape::List),
];
const EMOJI: [(&str, Shape); 2] = [("name", Shape::Text), ("url", Shape::Text)];
const VIEW: [(&str, Shape); 13] = [
    ("data_source_id", Shape::Id),
    ("name", Shape::Text),
    ("type", Shape::Text),
    ("created_time", Shape::Time),
    ("created_by", Shape::Reference),
    ("last_edited_time", Shape::Time),
    ("last_edited_by", Shape::Reference),
    ("url", Shape::Text),
    ("filter", Shape::Object),
    ("sorts", Shape::List),
    ("quick_filters", Shape::Object),
    ("configuration", Shape::Object),
    ("dashboard_view_id", Shape::Id),
];

/// Checks the types of all values that are read.
pub(super) fn shapes(document: &Map<String, Value>) -> Checked {
    for (key, rules) in [("bot", &BOT[..]), ("workspace", &SPACE[..])] {
        if let Some(value) = given(document, key) {
            fields(&format!("`{key}`"), value, rules)?;
        }
    }
    if let Some(oauth) = given(document, "oauth") {
        let lists = [
            ("authorizations", Shape::List),
            ("tokens", Shape::List),
            ("spent", Shape::List),
        ];
        fields("`oauth`", oauth, &lists)?;
    }
    each(document, "users", |place, user| fields(place, user, &USER))?;
    for key in ["pages", "databases", "data_sources", "blocks"] {
        each(document, key, |place, record| {
            fields(place, record, &RECORD)?;
            parent(place, record)
        })?;
    }
    each(document, "views", |place, view| {
        fields(place, view, &VIEW)?;
        parent(place, view)
    })?;
    each(document, "blocks", |place, block| {
        fields(place, block, &[("type", Shape::Text)])?;
        let kind = block.get("type").and_then(Value::as_str).unwrap_or_default();
        fields(place, block, &[(kind, Shape::Object)])
    })?;
    each(document, "comments", |place, comment| {
        fields(place, comment, &COMMENT)?;
        parent(place, comment)
    })?;
    each(document, "file_uploads", |place, upload| {
        fields(place, upload, &UPLOAD)
    })?;
    each(document, "custom_emojis", |place, emoji| {
        fields(place, emoji, &EMOJI)
    })?;
    each(document, "databases", |place, database| {
        let sources = database.get("data_sources").and_then(Value::as_array);
        for (at, source) in sources.into_iter().flatten().enumerate() {
            expect(&format!("{place}.data_sources[{at}]"), source, Shape::Reference)?;
        }
        Ok(())
    })?;
    each(document, "data_sources", |place, source| {
        properties(place, source, column)
    })?;
    each(document, "pages", |place, page| properties(place, page, cell))
}

/// Checks that every parent is there, and that nothing is inside itself.
pub(super) fn tree(document: &Map<String, Value>, workspace: &Workspace) -> Checked {
    // How each record is called, for the sentence.
    let mut names: HashMap<Uuid, String> = HashMap::new();
    let mut records = Vec::new();
    for key in ["pages", "databases", "data_sources", "blocks", "views"] {
        each(document, key, |place, record| {
            if let Some(id) = record.get("id").and_then(Value::as_str).and_then(id::parse) {
                names.entry(id).or_insert_with(|| place.to_owned());
                records.push(id);
            }
            Ok(())
        })?;
    }
    let name = |id: &Uuid| names.get(id).map_or("", String::as_str);
    for id in &records {
        // A source that is synced from elsewhere may be in no database; that is the nil id.
        let missing = |above: &Uuid| !above.is_nil() && !names.contains_key(above);
        if let Some(above) = workspace.parent_of(*id).filter(missing) {
            return Err(format!(
                "{}.parent is {above}, which the document does not have.",
                name(id)
            ));
        }
    }
    // In which walk upwards a record was met: meeting one of the same walk again is a circle.
    let mut met: HashMap<Uuid, usize> = HashMap::new();
    for (walk, start) in records.iter().enumerate() {
        let mut at = Some(*start);
        while let Some(id) = at {
            match met.insert(id, walk) {
                None => at = workspace.parent_of(id),
                Some(earlier) if earlier == walk => {
                    return Err(format!("{}.parent leads back to itself.", name(&id)));
                }
                Some(_) => break,
            }
        }
    }
    Ok(())
}

/// A value as sentences show it.
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) if text.chars().count() > 60 => "a long text".to_owned(),
        scalar => scalar.to_string(),
    }
}

fn given<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    map.get(key).filter(|value| !value.is_null())
}

fn each(document: &Map<String, Value>, key: &str, mut check: impl FnMut(&str, &Value) -> Checked) -> Checked {
    let items = document.get(key).and_then(Value::as_array).into_iter().flatten();
    for (at, item) in items.enumerate() {
        check(&format!("`{key}[{at}]`"), item)?;
    }
    Ok(())
}

/// Checks the types of an object and of its values under these keys.
pub(super) fn fields(place: &str, value: &Value, rules: &[(&str, Shape)]) -> Checked {
    expect(place, value, Shape::Object)?;
    for (key, shape) in rules {
        if let Some(value) = value.get(key).filter(|value| !value.is_null()) {
            expect(&format!("{place}.{key}"), value, *shape)?;
        }
    }
    Ok(())
}

fn expect(place: &str, value: &Value, shape: Shape) -> Checked {
    let (fits, wanted) = match shape {
        Shape::Text => (value.is_string(), "a text"),
        Shape::Number => (value.is_number(), "a number"),
        Shape::Flag => (value.is_boolean(), "true or false"),
        Shape::Time => (
            value
                .as_str()
                .is_some_and(|text| text.parse::<Timestamp>().is_ok()),
            "a time",
        ),
        Shape::Id => (value.as_str().and_then(id::parse).is_some(), "a UUID"),
        Shape::List => (value.is_array(), "a list"),
        Shape::Object => (value.is_object(), "an object"),
        Shape::Reference => {
            let id = value.get("id").and_then(Value::as_str);
            (id.and_then(id::parse).is_some(), "an object with an id")
        }
    };
    if fits {
        return Ok(());
    }
    Err(format!("{place} should be {wanted}, found {}.", found(value)))
}

/// A parent of a kind that is known must say which record it is.
fn parent(place: &str, record: &Value) -> Checked {
    let Some(parent) = record.get("parent").filter(|parent| !parent.is_null()) else {
        return Err(format!("{place}.parent is missing."));
    };
    expect(&format!("{place}.parent"), parent, Shape::Object)?;
    let kind = parent.get("type").and_then(Value::as_str).unwrap_or_default();
    let known = ["page_id", "block_id", "database_id", "data_source_id"].contains(&kind);
    if known && matches!(Parent::from_json(parent), Parent::Other(_)) {
        let id = parent.get(kind).unwrap_or(&Value::Null);
        return expect(&format!("{place}.parent.{kind}"), id, Shape::Id);
    }
    Ok(())
}

fn properties(place: &str, record: &Value, check: fn(&str, &Value, &str) -> Checked) -> Checked {
    let properties = record.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let place = format!("{place}.properties[\"{name}\"]");
        expect(&place, property, Shape::Object)?;
        let kind = property.get("type").unwrap_or(&Value::Null);
        expect(&format!("{place}.type"), kind, Shape::Text)?;
        check(&place, property, kind.as_str().unwrap_or_default())?;
    }
    Ok(())
}

fn column(place: &str, column: &Value, kind: &str) -> Checked {
    let id = column.get("id").unwrap_or(&Value::Null);
    expect(&format!("{place}.id"), id, Shape::Text)?;
    if Kind::known(kind).is_none() {
        return Ok(());
    }
    fields(place, column, &[(kind, Shape::Object)])?;
    match column.get(kind).filter(|config| !config.is_null()) {
        None => Ok(()),
        Some(config) => {
            let lists = [("options", Shape::List), ("groups", Shape::List)];
            fields(&format!("{place}.{kind}"), config, &lists)
        }
    }
}

fn cell(place: &str, cell: &Value, kind: &str) -> Checked {
    let shape = match Kind::any(kind) {
        Kind::Title | Kind::RichText | Kind::MultiSelect | Kind::People | Kind::Files | Kind::Relation => {
            Shape::List
        }
        Kind::Number => Shape::Number,
        Kind::Select | Kind::Status | Kind::Date | Kind::UniqueId | Kind::Formula | Kind::Rollup => {
            Shape::Object
        }
        Kind::Checkbox => Shape::Flag,
        Kind::Url | Kind::Email | Kind::PhoneNumber => Shape::Text,
        Kind::CreatedTime
        | Kind::CreatedBy
        | Kind::LastEditedTime
        | Kind::LastEditedBy
        | Kind::Place
        | Kind::Button
        | Kind::Verification
        | Kind::Other(_) => return Ok(()),
    };
    fields(place, cell, &[("id", Shape::Text), (kind, shape)])
}
