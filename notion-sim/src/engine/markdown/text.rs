//! Formatted text as a row of runs, and as the JSON of requests and answers.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::date::Mentioned;
use crate::engine::id;

/// The longest text in one item of a request, in UTF-16 units.
const MAX_CONTENT: usize = 2000;

/// A stretch of text that looks the same all over.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    pub(super) what: What,
    pub(super) look: Look,
    pub(super) link: Option<String>,
}

/// What a run is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    Text(String),
    Equation(String),
    Mention(Mention),
}

/// What is mentioned. The label is what an answer called it; text that is read has none.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mention {
    User(Uuid),
    Page(Uuid, Option<String>),
    Database(Uuid, Option<String>),
    Date(Mentioned),
}

/// How a run looks.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Look {
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) strikethrough: bool,
    pub(super) underline: bool,
    pub(super) code: bool,
    /// The colour where it is not the default.
    pub(super) color: Option<String>,
}

impl Run {
    /// A run without a link.
    pub(super) fn new(what: What, look: Look) -> Self {
        Self {
            what,
            look,
            link: None,
        }
    }

    fn from_json(item: &Value) -> Self {
        let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default();
        let inner = |kind: &str, key: &str| item.get(kind).and_then(|inner| inner.get(key));
        let look = item.get("annotations").map(Look::from_json).unwrap_or_default();
        let content = inner("text", "content").and_then(Value::as_str);
        let expression = inner("equation", "expression").and_then(Value::as_str);
        let mention = item
            .get("mention")
            .and_then(|mention| Mention::from_json(mention, text("plain_text")));
        let what = match (mention, expression) {
            (Some(mention), _) => What::Mention(mention),
            (None, Some(expression)) => What::Equation(expression.to_owned()),
            // What the dialect has no sign for is told in plain words.
            (None, None) => What::Text(content.unwrap_or(text("plain_text")).to_owned()),
        };
        let link = match &what {
            What::Mention(_) => None,
            _ => inner("text", "link")
                .and_then(|link| link.get("url"))
                .or(item.get("href"))
                .and_then(Value::as_str),
        };
        Self {
            what,
            look,
            link: link.filter(|url| !url.is_empty()).map(str::to_owned),
        }
    }

    fn to_json(&self) -> Vec<Value> {
        let link = self.link.as_ref().map(|url| json!({"url": url}));
        let payloads: Vec<(&str, Value)> = match &self.what {
            What::Text(text) => {
                let payload = |content: &str| match &link {
                    Some(link) => json!({"content": content, "link": link}),
                    None => json!({"content": content}),
                };
                pieces(text)
                    .into_iter()
                    .map(|text| ("text", payload(text)))
                    .collect()
            }
            What::Equation(expression) => vec![("equation", json!({"expression": expression}))],
            What::Mention(mention) => vec![("mention", mention.to_json())],
        };
        let annotations = self.look.to_json();
        let item = |(kind, payload): (&str, Value)| {
            let mut item = Map::new();
            item.insert("type".into(), json!(kind));
            item.insert(kind.to_owned(), payload);
            if !annotations.is_empty() {
                item.insert("annotations".into(), Value::Object(annotations.clone()));
            }
            Value::Object(item)
        };
        payloads.into_iter().map(item).collect()
    }
}

impl Mention {
    fn from_json(mention: &Value, label: &str) -> Option<Self> {
        let record = |kind: &str| mention.get(kind)?.get("id")?.as_str().and_then(id::parse);
        let label = || Some(label.to_owned()).filter(|label| !label.is_empty());
        let page = || record("page").map(|id| Self::Page(id, label()));
        let database = || record("database").map(|id| Self::Database(id, label()));
        let date = || mention.get("date").and_then(Mentioned::from_json).map(Self::Date);
        record("user")
            .map(Self::User)
            .or_else(page)
            .or_else(database)
            .or_else(date)
    }

    fn to_json(&self) -> Value {
        let (kind, payload) = match self {
            Self::User(id) => ("user", json!({"id": id})),
            Self::Page(id, _) => ("page", json!({"id": id})),
            Self::Database(id, _) => ("database", json!({"id": id})),
            Self::Date(date) => ("date", date.to_json()),
        };
        json!({"type": kind, kind: payload})
    }
}

impl Look {
    fn from_json(annotations: &Value) -> Self {
        let flag = |key: &str| annotations.get(key).and_then(Value::as_bool).unwrap_or(false);
        let color = annotations.get("color").and_then(Value::as_str);
        Self {
            bold: flag("bold"),
            italic: flag("italic"),
            strikethrough: flag("strikethrough"),
            underline: flag("underline"),
            code: flag("code"),
            color: color.filter(|color| *color != "default").map(str::to_owned),
        }
    }

    fn to_json(&self) -> Map<String, Value> {
        let mut annotations = Map::new();
        for (key, on) in [
            ("bold", self.bold),
            ("italic", self.italic),
            ("strikethrough", self.strikethrough),
            ("underline", self.underline),
            ("code", self.code),
        ] {
            if on {
                annotations.insert(key.into(), json!(true));
            }
        }
        if let Some(color) = &self.color {
            annotations.insert("color".into(), json!(color));
        }
        annotations
    }
}

/// Reads a list of rich text items.
pub(super) fn from_json(items: &Value) -> Vec<Run> {
    let items = items.as_array().into_iter().flatten();
    join(items.map(Run::from_json))
}

/// The items as a request says them.
pub(super) fn to_json(runs: &[Run]) -> Value {
    Value::Array(runs.iter().flat_map(Run::to_json).collect())
}

/// Text without any looks, as a request says it.
pub(super) fn plain_items(text: &str) -> Value {
    let run = Run::new(What::Text(text.to_owned()), Look::default());
    to_json(&join([run]))
}

/// The text without its looks.
pub(super) fn plain(runs: &[Run]) -> String {
    let text = |run: &Run| match &run.what {
        What::Text(text) | What::Equation(text) => text.clone(),
        What::Mention(_) => String::new(),
    };
    runs.iter().map(text).collect()
}

/// Joins neighbours that look the same, and leaves out empty ones.
pub(super) fn join(runs: impl IntoIterator<Item = Run>) -> Vec<Run> {
    let mut joined: Vec<Run> = Vec::new();
    for run in runs {
        if let What::Text(text) = &run.what {
            if text.is_empty() {
                continue;
            }
            if let Some(last) = joined.last_mut()
                && (&last.look, &last.link) == (&run.look, &run.link)
                && let What::Text(before) = &mut last.what
            {
                before.push_str(text);
                continue;
            }
        }
        joined.push(run);
    }
    joined
}

/// Cuts a text so that every piece fits into one item.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut units) = (0, 0);
    for (at, c) in text.char_indices() {
        if units + c.len_utf16() > MAX_CONTENT {
            pieces.push(&text[start..at]);
            (start, units) = (at, 0);
        }
        units += c.len_utf16();
    }
    pieces.push(&text[start..]);
    pieces
}
