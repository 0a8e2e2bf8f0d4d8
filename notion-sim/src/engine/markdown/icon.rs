//! Icons of callouts and tabs: one word in text, an object in JSON.

use serde_json::{Value, json};

use super::address;

/// How Notion's own icons begin in text.
const OWN: &str = "icons/";
const COLORS: [&str; 10] = [
    "gray",
    "lightgray",
    "brown",
    "yellow",
    "orange",
    "green",
    "blue",
    "purple",
    "pink",
    "red",
];

/// The icon that a word stands for.
pub(super) fn read(text: &str) -> Option<Value> {
    if text.is_empty() {
        return None;
    }
    if let Some(id) = address::upload(text) {
        return Some(json!({"type": "file_upload", "file_upload": {"id": id}}));
    }
    if let Some(own) = text.strip_prefix(OWN) {
        let colored = own.rsplit_once('_').filter(|(_, color)| COLORS.contains(color));
        let icon = match colored {
            Some((name, color)) => json!({"name": name, "color": color}),
            None => json!({"name": own}),
        };
        return Some(json!({"type": "icon", "icon": icon}));
    }
    Some(
        match text.starts_with("http://") || text.starts_with("https://") {
            true => json!({"type": "external", "external": {"url": text}}),
            false => json!({"type": "emoji", "emoji": text}),
        },
    )
}

/// The word for an icon.
pub(super) fn write(icon: &Value) -> Option<String> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let url = |kind: &str| text(icon.get(kind).and_then(|inner| inner.get("url")));
    let own = || {
        let icon = icon.get("icon")?;
        let name = icon.get("name")?.as_str()?;
        Some(match icon.get("color").and_then(Value::as_str) {
            Some(color) => format!("{OWN}{name}_{color}"),
            None => format!("{OWN}{name}"),
        })
    };
    text(icon.get("emoji"))
        .or_else(|| ["external", "file", "custom_emoji"].into_iter().find_map(url))
        .or_else(|| icon.get("file_upload").and_then(address::of_reference))
        .or_else(own)
        .filter(|word| !word.is_empty())
}
