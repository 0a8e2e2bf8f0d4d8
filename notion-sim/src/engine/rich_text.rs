//! Rich text: what a write means and how it reads back.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::date::DateValue;
use super::emoji::CustomEmoji;
use super::workspace::Workspace;
use super::{id, time};
use crate::refusal::Refusal;
use crate::validate::{self, Fields, Path};

/// The longest `text.content`.
const MAX_CONTENT: usize = 2000;
/// The longest address.
const MAX_URL: usize = 2000;
/// The longest expression.
const MAX_EXPRESSION: usize = 1000;
const ANNOTATIONS: [&str; 5] = ["bold", "italic", "strikethrough", "underline", "code"];

/// Formatted text: the items as the API returns them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RichText {
    pub(crate) items: Vec<Value>,
}

impl RichText {
    /// One plain item, or none for an empty text.
    pub(crate) fn plain(text: &str) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        Self {
            items: vec![text_item(text, None, &Map::new())],
        }
    }

    /// Items as the API returned them.
    pub(crate) fn from_json(value: &Value) -> Self {
        Self {
            items: value.as_array().cloned().unwrap_or_default(),
        }
    }

    /// The items as the API returns them.
    pub(crate) fn to_json(&self) -> Value {
        Value::Array(self.items.clone())
    }

    /// The text without its formatting.
    pub(crate) fn text(&self) -> String {
        self.items
            .iter()
            .filter_map(|item| item.get("plain_text").and_then(Value::as_str))
            .collect()
    }
}

/// One item of a write, checked but without what only the workspace knows.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    Text {
        content: String,
        link: Option<String>,
        annotations: Map<String, Value>,
    },
    Equation {
        expression: String,
        annotations: Map<String, Value>,
    },
    Mention {
        mention: Mention,
        annotations: Map<String, Value>,
    },
}

/// What an item mentions.
#[derive(Debug, Clone)]
pub(crate) enum Mention {
    User(Uuid),
    Page(Uuid),
    Database(Uuid),
    Date(DateValue),
    Template(Value),
    CustomEmoji(Value),
    /// A link preview or link mention that came back as it was read.
    Link(Value),
}

/// Checks a list of rich text items.
pub(crate) fn check(value: &Value, path: &Path) -> Result<Vec<Item>, Refusal> {
    let Some(items) = value.as_array() else {
        return Err(path.should("an array", Some(value)));
    };
    validate::max_length(path, items.len())?;
    items
        .iter()
        .enumerate()
        .map(|(at, item)| check_item(&Fields::of(item, path.at(at))?))
        .collect()
}

fn check_item(item: &Fields<'_>) -> Result<Item, Refusal> {
    item.only(&[
        "type",
        "text",
        "mention",
        "equation",
        "annotations",
        "plain_text",
        "href",
    ])?;
    let kind = item.optional_enum("type", &["text", "mention", "equation"])?;
    let annotations = check_annotations(item)?;
    let kind = kind.unwrap_or_else(|| {
        ["mention", "equation"]
            .into_iter()
            .find(|key| item.get(key).is_some())
            .unwrap_or("text")
    });
    match kind {
        "mention" => Ok(Item::Mention {
            mention: check_mention(&item.object("mention")?)?,
            annotations,
        }),
        "equation" => {
            let equation = item.object("equation")?;
            let expression = equation.string("expression")?;
            validate::max_text(&equation.place("expression"), expression, MAX_EXPRESSION)?;
            Ok(Item::Equation {
                expression: expression.to_owned(),
                annotations,
            })
        }
        _ => {
            let text = item.object("text")?;
            text.only(&["content", "link"])?;
            let content = text.string("content")?;
            validate::max_text(&text.place("content"), content, MAX_CONTENT)?;
            let link = match text.get("link") {
                None | Some(Value::Null) => None,
                Some(link) => {
                    let link = Fields::of(link, text.place("link"))?;
                    let url = link.string("url")?;
                    validate::max_text(&link.place("url"), url, MAX_URL)?;
                    Some(url.to_owned())
                }
            };
            Ok(Item::Text {
                content: content.to_owned(),
                link,
                annotations,
            })
        }
    }
}

fn check_annotations(item: &Fields<'_>) -> Result<Map<String, Value>, Refusal> {
    let Some(annotations) = item.optional_object("annotations")? else {
        return Ok(Map::new());
    };
    annotations.only(&["bold", "italic", "strikethrough", "underline", "code", "color"])?;
    for key in ANNOTATIONS {
        annotations.optional_bool(key)?;
    }
    annotations.optional_string("color")?;
    Ok(annotations.map.clone())
}

fn check_mention(mention: &Fields<'_>) -> Result<Mention, Refusal> {
    let kinds = [
        "user",
        "page",
        "database",
        "date",
        "template_mention",
        "custom_emoji",
        "link_preview",
        "link_mention",
    ];
    let Some(kind) = kinds.into_iter().find(|kind| mention.get(kind).is_some()) else {
        return Err(mention.place("user").should("defined", None));
    };
    let inner = mention.object(kind)?;
    Ok(match kind {
        "user" => Mention::User(inner.uuid("id")?),
        "page" => Mention::Page(inner.uuid("id")?),
        "database" => Mention::Database(inner.uuid("id")?),
        "date" => Mention::Date(DateValue::check(&inner)?),
        "template_mention" => Mention::Template(Value::Object(inner.map.clone())),
        "custom_emoji" => {
            inner.uuid("id")?;
            Mention::CustomEmoji(Value::Object(inner.map.clone()))
        }
        _ => Mention::Link(Value::Object(mention.map.clone())),
    })
}

/// The items as they will read back. Empty texts vanish, mentions get the name of what they point at.
pub(crate) fn resolve(items: &[Item], workspace: &Workspace) -> RichText {
    let items = items.iter().filter_map(|item| match item {
        Item::Text { content, .. } if content.is_empty() => None,
        Item::Text {
            content,
            link,
            annotations,
        } => Some(text_item(content, link.as_deref(), annotations)),
        Item::Equation {
            expression,
            annotations,
        } => Some(json!({
            "type": "equation",
            "equation": {"expression": expression},
            "annotations": all_annotations(annotations),
            "plain_text": expression,
            "href": null,
        })),
        Item::Mention { mention, annotations } => Some(mention_item(mention, annotations, workspace)),
    });
    RichText {
        items: items.collect(),
    }
}

fn text_item(content: &str, link: Option<&str>, annotations: &Map<String, Value>) -> Value {
    json!({
        "type": "text",
        "text": {"content": content, "link": link.map(|url| json!({"url": url}))},
        "annotations": all_annotations(annotations),
        "plain_text": content,
        "href": link,
    })
}

fn mention_item(mention: &Mention, annotations: &Map<String, Value>, workspace: &Workspace) -> Value {
    let address = |id: Uuid| format!("https://app.notion.com/p/{}", id::undashed(id));
    let (payload, plain, href) = match mention {
        Mention::User(id) => {
            let user = workspace.user_json(*id);
            let name = user
                .get("name")
                .and_then(Value::as_str)
                .unwrap_or("Anonymous")
                .to_owned();
            (json!({"type": "user", "user": user}), format!("@{name}"), None)
        }
        Mention::Page(id) => {
            let title = workspace
                .pages
                .get(id)
                .map(super::page::Page::title_text)
                .filter(|title| !title.is_empty());
            (
                json!({"type": "page", "page": {"id": id}}),
                title.unwrap_or_else(|| "Untitled".into()),
                Some(address(*id)),
            )
        }
        Mention::Database(id) => {
            let title = workspace
                .databases
                .get(id)
                .map(|database| database.title.text())
                .filter(|title| !title.is_empty());
            (
                json!({"type": "database", "database": {"id": id}}),
                title.unwrap_or_else(|| "Untitled".into()),
                Some(address(*id)),
            )
        }
        Mention::Date(date) => {
            let plain = match &date.end {
                Some(end) => format!("{} → {}", date.start.text, end.text),
                None => date.start.text.clone(),
            };
            (json!({"type": "date", "date": date.to_json()}), plain, None)
        }
        Mention::Template(value) => {
            let plain = value
                .as_object()
                .and_then(|map| map.values().rev().find_map(Value::as_str))
                .unwrap_or("today");
            (
                json!({"type": "template_mention", "template_mention": value}),
                format!("@{plain}"),
                None,
            )
        }
        Mention::CustomEmoji(value) => {
            let id = value.get("id").and_then(Value::as_str).and_then(id::parse);
            let known = id.and_then(|id| workspace.emojis.get(&id));
            let given = value.get("name").and_then(Value::as_str);
            let name = known.map(|emoji| &*emoji.name).or(given).unwrap_or("emoji");
            (
                json!({"type": "custom_emoji", "custom_emoji": known.map_or_else(|| value.clone(), CustomEmoji::to_json)}),
                format!(":{name}:"),
                None,
            )
        }
        Mention::Link(value) => {
            let url = ["link_preview", "link_mention"]
                .iter()
                .find_map(|key| value.get(key))
                .and_then(|link| link.get("url").or_else(|| link.get("href")))
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            (value.clone(), url.clone(), Some(url))
        }
    };
    json!({
        "type": "mention",
        "mention": payload,
        "annotations": all_annotations(annotations),
        "plain_text": plain,
        "href": href,
    })
}

fn all_annotations(given: &Map<String, Value>) -> Value {
    let mut all = Map::new();
    for key in ANNOTATIONS {
        all.insert(key.into(), given.get(key).cloned().unwrap_or(Value::Bool(false)));
    }
    let color = given.get("color").filter(|color| !color.is_null()).cloned();
    all.insert("color".into(), color.unwrap_or_else(|| "default".into()));
    Value::Object(all)
}

/// Rough reading of a text as a day or time, for conversions of a text column into a date column.
pub(crate) fn as_date(text: &str) -> Option<DateValue> {
    let start = super::date::DatePoint::parse(text.trim(), None)?;
    Some(DateValue {
        start,
        end: None,
        time_zone: None,
    })
}

/// The text of a date, for conversions of a date column into a text column.
pub(crate) fn of_date(date: &DateValue) -> String {
    let show = |point: &super::date::DatePoint| match point.day_only {
        true => point.text.clone(),
        false => time::minute_z(point.at),
    };
    match &date.end {
        Some(end) => format!("{} → {}", show(&date.start), show(end)),
        None => show(&date.start),
    }
}
