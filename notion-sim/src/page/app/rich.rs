//! Rich text as HTML.

use serde_json::Value;

use super::super::layout::escape;

/// A list of rich text items.
pub(super) fn text(items: &Value) -> String {
    let items = items.as_array().into_iter().flatten();
    items.map(item).collect()
}

fn item(item: &Value) -> String {
    let plain = item.get("plain_text").and_then(Value::as_str).unwrap_or_default();
    let mut html = escape(plain).replace('\n', "<br>");
    let annotations = item.get("annotations").unwrap_or(&Value::Null);
    for (key, tag) in [
        ("code", "code"),
        ("bold", "strong"),
        ("italic", "em"),
        ("underline", "u"),
        ("strikethrough", "s"),
    ] {
        if annotations.get(key).and_then(Value::as_bool).unwrap_or(false) {
            html = format!("<{tag}>{html}</{tag}>");
        }
    }
    if item.get("type").is_some_and(|kind| kind == "equation") {
        html = format!("<code>{html}</code>");
    }
    let color = color(annotations.get("color"));
    if !color.is_empty() {
        html = format!("<span class=\"{color}\">{html}</span>");
    }
    match item.get("href").and_then(Value::as_str).and_then(address) {
        Some(address) => format!(
            "<a class=\"link\" href=\"{}\" rel=\"noreferrer\">{html}</a>",
            escape(&address)
        ),
        None => html,
    }
}

/// The class for a colour of Notion's: of the text, or of the ground behind it.
pub(super) fn color(color: Option<&Value>) -> String {
    match color.and_then(Value::as_str) {
        None | Some("default") => String::new(),
        Some(color) => match color.strip_suffix("_background") {
            Some(ground) => word(ground),
            None => format!("t-{}", word(color)),
        },
    }
}

fn word(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphabetic).collect()
}

/// Where a link leads: pages of Notion are shown by this server, and only addresses of the web are followed.
pub(super) fn address(url: &str) -> Option<String> {
    let page = url
        .strip_prefix("https://app.notion.com/p/")
        .or_else(|| url.strip_prefix("https://www.notion.so/"));
    if let Some(page) = page {
        let start = page
            .len()
            .checked_sub(32)
            .filter(|at| page.is_char_boundary(*at))?;
        return Some(format!("/p/{}", page.get(start..)?));
    }
    let is_web = ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    is_web.then(|| url.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn formatting_becomes_markup_and_text_never_does() {
        let items = json!([{
            "type": "text", "plain_text": "<b> & \"c\"", "href": "javascript:alert(1)",
            "annotations": {"bold": true, "color": "red"},
        }]);
        assert_eq!(
            text(&items),
            "<span class=\"t-red\"><strong>&lt;b&gt; &amp; &quot;c&quot;</strong></span>"
        );
    }

    #[test]
    fn links_to_pages_stay_here() {
        let id = "38c9ce7b60a48114b301ddc78a46ec5d";
        assert_eq!(
            address(&format!("https://app.notion.com/p/Title-{id}")),
            Some(format!("/p/{id}"))
        );
        assert_eq!(
            address("https://example.com"),
            Some("https://example.com".to_owned())
        );
        assert_eq!(address("data:text/html,x"), None);
    }
}
