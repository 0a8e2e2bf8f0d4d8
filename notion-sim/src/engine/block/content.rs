//! The payload of a block in a request: checked first, then filled in with what only the workspace knows.

use serde_json::{Map, Value, json};

use super::super::file;
use super::super::rich_text::{self, Item};
use super::super::value;
use super::super::workspace::Workspace;
use super::super::{color, id};
use super::check::Limits;
use super::kind::{BlockType, Children, Field, Need, Take};
use super::language::LANGUAGES;
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};

/// The longest address.
const MAX_URL: usize = 2000;
/// The longest expression.
const MAX_EXPRESSION: usize = 1000;

/// What the payload is for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Purpose {
    /// Making a block, below which so many levels of children are possible.
    New {
        levels: usize,
    },
    Change,
}

/// A payload whose shape is right, in the order in which it reads back.
#[derive(Debug, Clone)]
pub(super) struct Content {
    parts: Vec<(&'static str, Part)>,
}

#[derive(Debug, Clone)]
enum Part {
    Value(Value),
    /// What is linked to: a key that says the kind, and the id under that kind.
    Target(Value),
    Text(Vec<Item>),
    Cells(Vec<Vec<Item>>),
    Icon(Value),
    File(Value),
    /// `None` where the request leaves it to the address.
    FileName(Option<String>),
}

impl Content {
    /// Checks a payload against its type.
    pub(super) fn check(
        kind: &BlockType,
        payload: &Fields<'_>,
        purpose: Purpose,
        limits: &Limits,
    ) -> Result<Self, Refusal> {
        let mut parts = Vec::new();
        let mut known = Vec::new();
        for field in kind.fields {
            let found = field.keys.iter().find(|key| payload.get(key).is_some());
            known.extend(found);
            if matches!(field.take, Take::File | Take::Target) {
                known.push("type");
            }
            let fixed = field.need == Need::Once && purpose == Purpose::Change;
            match found {
                Some(key) if fixed => return Err(payload.place(key).should("not present", payload.get(key))),
                Some(key) => parts.push((field.keys[0], field.check(key, payload, limits)?)),
                None if field.needed(purpose) => return Err(undefined(field, payload)),
                None if purpose == Purpose::Change => {}
                None => parts.extend(field.default().map(|part| (field.keys[0], part))),
            }
        }
        if takes_children(kind, payload, purpose) {
            known.push("children");
        }
        payload.only(&known)?;
        Ok(Self { parts })
    }

    /// The payload as it reads back: what was there before, and in its place what the request says.
    pub(super) fn fill(&self, mut payload: Map<String, Value>, workspace: &Workspace) -> Map<String, Value> {
        for (key, part) in &self.parts {
            let value = match part {
                Part::Value(value) => value.clone(),
                Part::Target(target) => {
                    put(&mut payload, target.clone());
                    continue;
                }
                Part::Text(items) => rich_text::resolve(items, workspace).to_json(),
                Part::Cells(cells) => cells
                    .iter()
                    .map(|items| rich_text::resolve(items, workspace).to_json())
                    .collect(),
                Part::Icon(icon) => icon.clone(),
                Part::File(file) => {
                    put(&mut payload, file.clone());
                    continue;
                }
                Part::FileName(name) => json!(file_name(workspace, &payload, name.as_deref())),
            };
            payload.insert((*key).to_owned(), value);
        }
        payload
    }

    /// What is wrong with the addresses in it, in sentences. Notion looks at them only once everything else is right.
    pub(super) fn problems(&self, kind: &BlockType) -> Vec<String> {
        let of_text = |items: &[Item]| {
            let bad = items.iter().any(Item::has_bad_link);
            bad.then(|| "Invalid URL for link.".to_owned())
        };
        self.parts
            .iter()
            .filter_map(|(_, part)| match part {
                Part::Text(items) => of_text(items),
                Part::Cells(cells) => cells.iter().find_map(|items| of_text(items)),
                Part::File(file) if !file::is_reachable(file) => Some(format!("Invalid {} url.", kind.name)),
                _ => None,
            })
            .collect()
    }

    /// Whether a block gets an icon that the request chose.
    pub(super) fn has_icon(&self) -> bool {
        self.parts.iter().any(|(_, part)| matches!(part, Part::Icon(_)))
    }
}

impl Field {
    fn needed(&self, purpose: Purpose) -> bool {
        match self.need {
            Need::Always => true,
            Need::New | Need::Once => purpose != Purpose::Change,
            Need::Never => false,
        }
    }

    /// What a new block has that the request does not speak of.
    fn default(&self) -> Option<Part> {
        Some(match self.take {
            Take::Text => Part::Text(Vec::new()),
            Take::Color => Part::Value(json!("default")),
            Take::Icon(icon) => {
                Part::Value(icon.map_or(Value::Null, |emoji| json!({"type": "emoji", "emoji": emoji})))
            }
            Take::Flag => Part::Value(json!(false)),
            Take::FileName => Part::FileName(None),
            Take::Language
            | Take::Expression
            | Take::Url
            | Take::File
            | Take::Ratio
            | Take::Width
            | Take::Cells
            | Take::Target
            | Take::Source => return None,
        })
    }

    /// Checks what the request has under a key of this field.
    fn check(&self, key: &'static str, payload: &Fields<'_>, limits: &Limits) -> Result<Part, Refusal> {
        let path = payload.place(key);
        let value = payload.required(key)?;
        let text = |limit: usize| -> Result<Part, Refusal> {
            let text = payload.string(key)?;
            validate::max_text(&path, text, limit)?;
            Ok(Part::Value(json!(text)))
        };
        Ok(match self.take {
            Take::Text => Part::Text(rich_text::check_up_to(value, &path, limits.items)?),
            Take::Color => Part::Value(json!(payload.optional_enum(key, &color::TEXT_COLORS)?)),
            Take::Icon(_) => Part::Icon(file::check_icon(&Fields::of(value, path)?, "emoji")?),
            Take::Flag => Part::Value(json!(payload.optional_bool(key)?)),
            Take::Language => Part::Value(json!(payload.word(key, &LANGUAGES)?)),
            Take::Expression => text(MAX_EXPRESSION)?,
            Take::Url => text(MAX_URL)?,
            Take::File => Part::File(file::check_media(key, payload)?),
            Take::FileName => Part::FileName(Some(payload.string(key)?.to_owned())),
            Take::Ratio => Part::Value(check_ratio(value, &path)?),
            Take::Width => Part::Value(check_width(value, &path)?),
            Take::Cells => Part::Cells(check_cells(value, &path, limits)?),
            Take::Target => Part::Target(json!({"type": key, key: payload.uuid(key)?})),
            Take::Source if value.is_null() => Part::Value(Value::Null),
            Take::Source => {
                let source = Fields::of(value, path)?;
                source.only(&["type", "block_id"])?;
                Part::Value(json!({"type": "block_id", "block_id": source.uuid("block_id")?}))
            }
        })
    }
}

/// Whether a payload may have `children`. A change may have an empty list of them, except where the list means something.
fn takes_children(kind: &BlockType, payload: &Fields<'_>, purpose: Purpose) -> bool {
    match purpose {
        Purpose::New { levels } => kind.children != Children::None && levels > 0,
        Purpose::Change => {
            kind.children == Children::Any
                && kind.name != "paragraph"
                && payload
                    .get("children")
                    .is_some_and(|children| *children == json!([]))
        }
    }
}

fn undefined(field: &Field, payload: &Fields<'_>) -> Refusal {
    // Of the files, the refusal names the external one alone.
    let keys = if field.take == Take::File {
        &field.keys[..1]
    } else {
        field.keys
    };
    match keys {
        [key] => payload.place(key).should("defined", None),
        keys => {
            let paths: Vec<Path> = keys.iter().map(|key| payload.place(key)).collect();
            validate::either(&paths)
        }
    }
}

fn check_ratio(value: &Value, path: &Path) -> Result<Value, Refusal> {
    let Some(ratio) = value.as_f64() else {
        return Err(path.should("a number or `undefined`", Some(value)));
    };
    if ratio <= 0.0 {
        return Err(path.should("> `0`", Some(value)));
    }
    Ok(json!(value::number(ratio)))
}

fn check_width(value: &Value, path: &Path) -> Result<Value, Refusal> {
    let width = value.as_f64().filter(|width| width.fract() == 0.0);
    let Some(width) = width else {
        return Err(path.should("an integer", Some(value)));
    };
    if width < 1.0 {
        return Err(path.should("≥ `1`", Some(value)));
    }
    if width > validate::MAX_ITEMS as f64 {
        return Err(path.should("≤ `100`", Some(value)));
    }
    Ok(json!(value::number(width)))
}

fn check_cells(value: &Value, path: &Path, limits: &Limits) -> Result<Vec<Vec<Item>>, Refusal> {
    let Some(cells) = value.as_array() else {
        return Err(path.should("an array", Some(value)));
    };
    validate::max_length(path, cells.len())?;
    cells
        .iter()
        .enumerate()
        .map(|(at, cell)| rich_text::check_up_to(cell, &path.at(at), limits.items))
        .collect()
}

/// Puts a file or a link in place of the one that is there. A name is the last key of a payload.
fn put(payload: &mut Map<String, Value>, new: Value) {
    let name = payload.shift_remove("name");
    for key in [
        "type",
        "external",
        "file",
        "file_upload",
        "page_id",
        "database_id",
        "comment_id",
    ] {
        payload.shift_remove(key);
    }
    if let Value::Object(new) = new {
        payload.extend(new);
    }
    if let Some(name) = name {
        payload.insert("name".into(), name);
    }
}

/// The name of a file. A request can change it, but not its ending.
fn file_name(workspace: &Workspace, payload: &Map<String, Value>, given: Option<&str>) -> String {
    let before = payload.get("name").and_then(Value::as_str);
    let address = || {
        let url = ["external", "file"]
            .iter()
            .find_map(|key| payload.get(*key)?.get("url")?.as_str())?;
        let path = url.split(['?', '#']).next().unwrap_or(url);
        path.rsplit('/').next().map(id::decode)
    };
    let uploaded = || {
        let id = payload
            .get("file_upload")?
            .get("id")?
            .as_str()
            .and_then(id::parse)?;
        Some(workspace.uploads.get(&id)?.name().to_owned())
    };
    let Some(given) = given else {
        return uploaded().or_else(address).unwrap_or_default();
    };
    let ending = before
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, ending)| format!(".{ending}"));
    match ending {
        Some(ending) if !given.ends_with(&ending) => format!("{given}{ending}"),
        _ => given.to_owned(),
    }
}
