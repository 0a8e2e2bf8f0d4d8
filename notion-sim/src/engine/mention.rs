//! What rich text can mention besides text: people, pages, days.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::date::DateValue;
use super::id;
use super::page::Page;
use super::workspace::Workspace;
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};

/// What an item of a request mentions.
#[derive(Debug, Clone)]
pub(crate) enum Mention {
    User(Uuid),
    Page(Uuid),
    Database(Uuid),
    Date(DateValue),
    /// Who or what day it is will be known when the template is used: the key and its word.
    Template(&'static str, String),
    CustomEmoji {
        id: Uuid,
        name: Option<String>,
        url: Option<String>,
    },
}

/// The kinds in the order in which messages list them.
const KINDS: [&str; 6] = [
    "user",
    "date",
    "page",
    "database",
    "template_mention",
    "custom_emoji",
];

/// The words of template mentions, by key.
const TEMPLATES: [(&str, &[&str]); 2] = [
    ("template_mention_date", &["today", "now"]),
    ("template_mention_user", &["me"]),
];

/// How somebody is called who has no name, and a page without a title.
const ANONYMOUS: &str = "@Anonymous";
const UNTITLED: &str = "Untitled";

impl Mention {
    /// Checks what an item mentions.
    pub(crate) fn check(mention: &Fields<'_>) -> Result<Self, Refusal> {
        let Some(kind) = KINDS.into_iter().find(|kind| mention.get(kind).is_some()) else {
            return Err(validate::either(&KINDS.map(|kind| mention.place(kind))));
        };
        mention.only(&["type", kind])?;
        let inner = mention.object(kind)?;
        Ok(match kind {
            "user" => Self::User(inner.uuid("id")?),
            "page" => Self::Page(inner.uuid("id")?),
            "database" => Self::Database(inner.uuid("id")?),
            "date" => Self::Date(DateValue::check(&inner)?),
            "template_mention" => {
                let found = TEMPLATES.iter().find(|(key, _)| inner.get(key).is_some());
                let Some((key, words)) = found else {
                    let places: Vec<Path> = TEMPLATES.iter().map(|(key, _)| inner.place(key)).collect();
                    return Err(validate::either(&places));
                };
                inner.only(&["type", key])?;
                Self::Template(key, inner.word(key, words)?.to_owned())
            }
            _ => {
                let text = |key: &str| inner.optional_string(key).map(|text| text.map(str::to_owned));
                Self::CustomEmoji {
                    id: inner.uuid("id")?,
                    name: text("name")?,
                    url: text("url")?,
                }
            }
        })
    }

    /// What stands under `mention`, the text without formatting, and the address, as they read back.
    pub(crate) fn show(&self, workspace: &Workspace) -> (Value, String, Option<String>) {
        match self {
            Self::User(id) => (
                json!({"type": "user", "user": workspace.user_json(*id)}),
                user_text(workspace, *id).unwrap_or_else(|| ANONYMOUS.to_owned()),
                None,
            ),
            Self::Page(id) => (
                json!({"type": "page", "page": {"id": id}}),
                page_text(workspace, *id).unwrap_or_else(|| UNTITLED.to_owned()),
                Some(address(*id)),
            ),
            Self::Database(id) => (
                json!({"type": "database", "database": {"id": id}}),
                database_text(workspace, *id).unwrap_or_else(|| UNTITLED.to_owned()),
                Some(address(*id)),
            ),
            Self::Date(date) => {
                let plain = match &date.end {
                    Some(end) => format!("{} → {}", date.start.text, end.text),
                    None => date.start.text.clone(),
                };
                (json!({"type": "date", "date": date.to_json()}), plain, None)
            }
            Self::Template(key, word) => (
                json!({"type": "template_mention", "template_mention": {"type": key, *key: word}}),
                match word.as_str() {
                    "me" => "@Me",
                    "now" => "@Now",
                    _ => "@Today",
                }
                .to_owned(),
                None,
            ),
            Self::CustomEmoji { id, name, url } => {
                let emoji = match workspace.emojis.get(id) {
                    Some(known) => known.to_json(),
                    None => json!({"id": id, "name": name, "url": url}),
                };
                let plain = format!(":{}:", emoji["name"].as_str().unwrap_or_default());
                (
                    json!({"type": "custom_emoji", "custom_emoji": emoji}),
                    plain,
                    None,
                )
            }
        }
    }
}

/// Gives every mention in a value the name that the mentioned record has now.
pub(crate) fn refresh_all(value: &mut Value, workspace: &Workspace) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| refresh_all(item, workspace)),
        Value::Object(item) if item.contains_key("mention") => refresh(item, workspace),
        Value::Object(map) => map.values_mut().for_each(|value| refresh_all(value, workspace)),
        _ => {}
    }
}

/// Gives the items of a text the names that mentioned records have now, for at most `most` different records. What is beyond
/// stays without a name.
pub(crate) fn refresh_some(items: &mut [Value], workspace: &Workspace, most: usize) {
    let mut named = HashSet::new();
    for item in items.iter_mut().filter_map(Value::as_object_mut) {
        let Some((kind, id)) = mentioned(item) else {
            continue;
        };
        if named.contains(&id) || named.len() < most {
            named.insert(id);
            refresh(item, workspace);
        } else {
            item["plain_text"] = json!(if kind == "user" { ANONYMOUS } else { UNTITLED });
            if kind == "user" {
                item["mention"]["user"] = json!({"object": "user", "id": id});
            }
        }
    }
}

/// A record that came with a seed may have no name there although the mention knows one, which then stays.
fn refresh(item: &mut Map<String, Value>, workspace: &Workspace) {
    let Some((kind, id)) = mentioned(item) else {
        return;
    };
    let text = match kind {
        "user" => user_text(workspace, id),
        "page" => page_text(workspace, id),
        _ => database_text(workspace, id),
    };
    let Some(text) = text else {
        return;
    };
    if kind == "user" {
        item["mention"]["user"] = workspace.user_json(id);
    }
    item.insert("plain_text".into(), json!(text));
}

/// The record an item mentions, if it is of a kind that has a name.
fn mentioned(item: &Map<String, Value>) -> Option<(&'static str, Uuid)> {
    let mention = item.get("mention")?;
    ["user", "page", "database"].into_iter().find_map(|kind| {
        let id = mention.get(kind)?.get("id")?.as_str()?;
        Some((kind, id::parse(id)?))
    })
}

fn user_text(workspace: &Workspace, id: Uuid) -> Option<String> {
    Some(workspace.user_name(id))
        .filter(|name| !name.is_empty())
        .map(|name| format!("@{name}"))
}

fn page_text(workspace: &Workspace, id: Uuid) -> Option<String> {
    let title = workspace.pages.get(&id).map(Page::title_text);
    title.filter(|title| !title.is_empty())
}

fn database_text(workspace: &Workspace, id: Uuid) -> Option<String> {
    let title = workspace.databases.get(&id).map(|database| database.title.text());
    title.filter(|title| !title.is_empty())
}

fn address(id: Uuid) -> String {
    format!("https://app.notion.com/p/{}", id::undashed(id))
}
