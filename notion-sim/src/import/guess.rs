//! Objects that nobody saw, as well as they can be guessed.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::record::{Kind, Records, parent_of};
use crate::engine::rich_text::RichText;
use crate::engine::time;

type Object = Map<String, Value>;

/// The attributes of a block that the page it stands for has as well.
const OF_BLOCK: [&str; 7] = [
    "created_time",
    "last_edited_time",
    "created_by",
    "last_edited_by",
    "parent",
    "in_trash",
    "archived",
];
/// The attributes of a data source that are those of its database.
const OF_SOURCE: [&str; 6] = [
    "title",
    "description",
    "is_inline",
    "created_time",
    "url",
    "public_url",
];

/// The parent of what is at the top of the workspace.
pub(super) fn workspace() -> Value {
    json!({"type": "workspace", "workspace": true})
}

/// The least that makes an object of this kind. It is as old as can be, so that it never is before anything real in a list.
pub(super) fn stub(kind: Kind, id: Uuid, oldest: Option<Timestamp>) -> Object {
    if kind == Kind::User {
        return object(kind, id, json!({}));
    }
    let mut stub = object(kind, id, json!({"parent": workspace(), "in_trash": false}));
    if let Some(at) = oldest {
        for key in ["created_time", "last_edited_time"] {
            stub.insert(key.to_owned(), json!(time::minute_z(at)));
        }
    }
    stub.extend(match kind {
        Kind::Page => fields(json!({"properties": titled("")})),
        Kind::Database => fields(json!({"title": [], "data_sources": []})),
        Kind::DataSource => {
            let title = json!({"id": "title", "name": "Name", "type": "title", "title": {}});
            fields(json!({"title": [], "properties": {"Name": title}}))
        }
        Kind::Block => {
            let paragraph = json!({"rich_text": [], "color": "default"});
            fields(json!({"has_children": false, "type": "paragraph", "paragraph": paragraph}))
        }
        _ => Object::new(),
    });
    stub
}

/// Whether a page or a database shows as this block.
pub(super) fn kind_of_child(block: &Object) -> Kind {
    if block.contains_key("child_page") {
        Kind::Page
    } else {
        Kind::Database
    }
}

/// A page or a database, from the block it shows as among the children of another one.
pub(super) fn from_child_block(id: Uuid, block: &Object) -> Option<Object> {
    let kind = kind_of_child(block);
    let title = block.get(&format!("child_{}", kind.object()))?.get("title");
    let title = title.and_then(Value::as_str).unwrap_or_default();
    let mut guessed = stub(kind, id, None);
    guessed.extend(copied(block, &OF_BLOCK));
    match kind {
        Kind::Page => guessed.insert("properties".to_owned(), titled(title)),
        _ => guessed.insert("title".to_owned(), RichText::plain(title).to_json()),
    };
    Some(guessed)
}

/// A data source, from the cells of its rows.
pub(super) fn source_from_rows(id: Uuid, records: &Records) -> Option<Object> {
    let is_row = |state: &&Object| parent_of(state) == Some((Kind::DataSource, id));
    let rows: Vec<&Object> = records
        .values()
        .map(|record| &record.state)
        .filter(is_row)
        .collect();
    let first = rows.first()?;
    let mut columns = Object::new();
    let cells = rows
        .iter()
        .filter_map(|row| row.get("properties")?.as_object())
        .flatten();
    for (name, cell) in cells {
        let Some(kind) = cell.get("type").and_then(Value::as_str) else {
            continue;
        };
        let column = columns.entry(name).or_insert_with(|| {
            let mut column = fields(json!({"id": cell["id"], "name": name, "type": kind}));
            column.insert(kind.to_owned(), settings(kind, &cell[kind]));
            Value::Object(column)
        });
        if let Some(options) = column
            .get_mut(kind)
            .and_then(|settings| settings.get_mut("options")?.as_array_mut())
        {
            let chosen = match &cell[kind] {
                Value::Array(many) => many.iter().collect(),
                Value::Null => Vec::new(),
                one => vec![one],
            };
            for option in chosen {
                if !options.contains(option) {
                    options.push(option.clone());
                }
            }
        }
    }
    let mut guessed = stub(Kind::DataSource, id, None);
    guessed.insert("properties".to_owned(), Value::Object(columns));
    let database = first.get("parent").and_then(|parent| parent.get("database_id"));
    if let Some(database) = database {
        let parent = json!({"type": "database_id", "database_id": database});
        guessed.insert("parent".to_owned(), parent);
    }
    Some(guessed)
}

/// A database, from the first data source in it.
pub(super) fn database_from_source(id: Uuid, records: &Records) -> Option<Object> {
    let is_inside = |state: &Object| parent_of(state) == Some((Kind::Database, id));
    let is_source = |kind: Kind| kind == Kind::DataSource;
    let (source, record) = records
        .iter()
        .find(|(_, record)| is_source(record.kind) && is_inside(&record.state))?;
    let mut guessed = stub(Kind::Database, id, None);
    guessed.extend(copied(&record.state, &OF_SOURCE));
    if let Some(above) = record
        .state
        .get("database_parent")
        .filter(|above| above.is_object())
    {
        guessed.insert("parent".to_owned(), above.clone());
    }
    let name = RichText::from_json(&guessed["title"]).text();
    guessed.insert("data_sources".to_owned(), json!([{"id": source, "name": name}]));
    Some(guessed)
}

/// What a column of this kind is set to, as far as a cell tells.
fn settings(kind: &str, cell: &Value) -> Value {
    match kind {
        "select" | "multi_select" => json!({"options": []}),
        "status" => json!({"options": [], "groups": []}),
        "number" => json!({"format": "number"}),
        "unique_id" => json!({"prefix": cell.get("prefix")}),
        _ => json!({}),
    }
}

fn titled(title: &str) -> Value {
    json!({"title": {"id": "title", "type": "title", "title": RichText::plain(title).to_json()}})
}

fn object(kind: Kind, id: Uuid, attributes: Value) -> Object {
    let mut object = fields(json!({"object": kind.object(), "id": id}));
    object.extend(fields(attributes));
    object
}

fn copied<'a>(from: &'a Object, keys: &'a [&str]) -> impl Iterator<Item = (String, Value)> + 'a {
    keys.iter()
        .filter_map(|key| Some(((*key).to_owned(), from.get(*key)?.clone())))
}

fn fields(value: Value) -> Object {
    match value {
        Value::Object(map) => map,
        _ => Object::new(),
    }
}
