//! Rich text: what a write means and how it reads back.

use serde_json::{Value, json};

use super::date::DateValue;
use super::mention::{self, Mention};
use super::workspace::Workspace;
use super::{color, time};
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
            items: vec![text_item(text, None, &plain_annotations())],
        }
    }

    /// Items as the API returned them.
    pub(crate) fn from_json(value: &Value) -> Self {
        Self {
            items: value.as_array().cloned().unwrap_or_default(),
        }
    }

    /// The items as they were written.
    pub(crate) fn to_json(&self) -> Value {
        Value::Array(self.items.clone())
    }

    /// The items as the API returns them, with the names that at most `most` mentioned records have now.
    pub(crate) fn show(&self, workspace: &Workspace, most: usize) -> Value {
        let mut items = self.items.clone();
        mention::refresh_some(&mut items, workspace, most);
        Value::Array(items)
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
pub(crate) struct Item {
    content: Content,
    /// All six of them.
    annotations: Value,
}

#[derive(Debug, Clone)]
enum Content {
    Text { text: String, link: Option<String> },
    Equation(String),
    Mention(Mention),
}

/// Checks a list of rich text items.
pub(crate) fn check(value: &Value, path: &Path) -> Result<Vec<Item>, Refusal> {
    check_up_to(value, path, validate::MAX_ITEMS)
}

/// Checks a list of at most so many rich text items.
pub(crate) fn check_up_to(value: &Value, path: &Path, most: usize) -> Result<Vec<Item>, Refusal> {
    let Some(items) = value.as_array() else {
        return Err(path.should("an array", Some(value)));
    };
    validate::at_most(path, items.len(), most)?;
    items
        .iter()
        .enumerate()
        .map(|(at, item)| Item::check(&Fields::of(item, path.at(at))?))
        .collect()
}

impl Item {
    fn check(item: &Fields<'_>) -> Result<Self, Refusal> {
        let kinds = ["text", "mention", "equation"];
        let kind = item.optional_enum("type", &kinds)?.unwrap_or_else(|| {
            let given = kinds.into_iter().find(|key| item.get(key).is_some());
            given.unwrap_or("text")
        });
        // What only answers have is tolerated, so that items can be sent as they were read.
        item.only(&["type", kind, "annotations", "plain_text", "href"])?;
        let annotations = check_annotations(item)?;
        let content = item.object(kind)?;
        let content = match kind {
            "mention" => Content::Mention(Mention::check(&content)?),
            "equation" => {
                content.only(&["expression"])?;
                let expression = content.string("expression")?;
                validate::max_text(&content.place("expression"), expression, MAX_EXPRESSION)?;
                Content::Equation(expression.to_owned())
            }
            _ => {
                content.only(&["content", "link"])?;
                let text = content.string("content")?;
                validate::max_text(&content.place("content"), text, MAX_CONTENT)?;
                Content::Text {
                    text: text.to_owned(),
                    link: check_link(&content)?,
                }
            }
        };
        Ok(Self { content, annotations })
    }

    /// Whether it is a link whose address cannot be one: no scheme, no path of the workspace, no domain.
    pub(crate) fn has_bad_link(&self) -> bool {
        let Content::Text { link: Some(url), .. } = &self.content else {
            return false;
        };
        let scheme = url.split_once(':').is_some_and(|(scheme, rest)| {
            let known = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.chars().all(known)
                && !rest.is_empty()
        });
        let host = url.split('/').next().unwrap_or_default();
        let domain = host
            .split_once('.')
            .is_some_and(|(name, rest)| !name.is_empty() && !rest.is_empty() && !host.starts_with('#'));
        !scheme && !domain && !url.starts_with('/')
    }
}

fn check_link(text: &Fields<'_>) -> Result<Option<String>, Refusal> {
    if matches!(text.get("link"), None | Some(Value::Null)) {
        return Ok(None);
    }
    let link = text.object("link")?;
    link.only(&["type", "url"])?;
    let url = link.string("url")?;
    validate::max_text(&link.place("url"), url, MAX_URL)?;
    Ok(Some(url.to_owned()))
}

fn check_annotations(item: &Fields<'_>) -> Result<Value, Refusal> {
    let mut all = plain_annotations();
    let Some(given) = item.optional_object("annotations")? else {
        return Ok(all);
    };
    given.only(&["bold", "italic", "strikethrough", "underline", "code", "color"])?;
    for key in ANNOTATIONS {
        if let Some(on) = given.optional_bool(key)? {
            all[key] = json!(on);
        }
    }
    if let Some(color) = given.optional_enum("color", &color::TEXT_COLORS)? {
        all["color"] = json!(color);
    }
    Ok(all)
}

/// The items as they will read back. Neighbours of equal formatting become one, empty texts vanish, and mentions get the name of
/// what they point at.
pub(crate) fn resolve(items: &[Item], workspace: &Workspace) -> RichText {
    let mut merged: Vec<Item> = Vec::new();
    for item in items {
        match (&item.content, merged.last_mut()) {
            (Content::Text { text, .. }, _) if text.is_empty() => {}
            (Content::Text { text, link }, Some(last))
                if last.continues(link.as_deref(), &item.annotations) =>
            {
                last.extend(text);
            }
            _ => merged.push(item.clone()),
        }
    }
    RichText {
        items: merged.iter().map(|item| item.to_json(workspace)).collect(),
    }
}

impl Item {
    /// Whether a text with this link and formatting is more of the same.
    fn continues(&self, link: Option<&str>, annotations: &Value) -> bool {
        match &self.content {
            Content::Text { link: own, .. } => own.as_deref() == link && self.annotations == *annotations,
            _ => false,
        }
    }

    fn extend(&mut self, more: &str) {
        if let Content::Text { text, .. } = &mut self.content {
            text.push_str(more);
        }
    }

    fn to_json(&self, workspace: &Workspace) -> Value {
        match &self.content {
            Content::Text { text, link } => text_item(text, link.as_deref(), &self.annotations),
            Content::Equation(expression) => json!({
                "type": "equation",
                "equation": {"expression": expression},
                "annotations": self.annotations,
                "plain_text": expression,
                "href": null,
            }),
            Content::Mention(mention) => {
                let (payload, plain, href) = mention.show(workspace);
                json!({
                    "type": "mention",
                    "mention": payload,
                    "annotations": self.annotations,
                    "plain_text": plain,
                    "href": href,
                })
            }
        }
    }
}

fn text_item(content: &str, link: Option<&str>, annotations: &Value) -> Value {
    json!({
        "type": "text",
        "text": {"content": content, "link": link.map(|url| json!({"url": url}))},
        "annotations": annotations,
        "plain_text": content,
        "href": link,
    })
}

fn plain_annotations() -> Value {
    json!({
        "bold": false,
        "italic": false,
        "strikethrough": false,
        "underline": false,
        "code": false,
        "color": "default",
    })
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
