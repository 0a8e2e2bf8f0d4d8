//! The content of a page.

use serde_json::Value;
use uuid::Uuid;

use super::super::layout::escape;
use super::{rich, tree};
use crate::engine::block;
use crate::engine::workspace::Workspace;

/// How deep blocks inside of blocks are shown.
const MAX_DEPTH: usize = 12;

/// What a page or block contains.
pub(super) fn children(space: &Workspace, container: Uuid, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return "<p class=\"soft\">…</p>".to_owned();
    }
    let ids = space
        .children
        .get(&container)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let living = ids
        .iter()
        .filter(|id| block::any_in_trash(space, **id) == Some(false));
    let mut out = String::new();
    let mut number = 0;
    for id in living {
        let Some(json) = block::any_to_json(space, *id) else {
            continue;
        };
        let kind = json.get("type").and_then(Value::as_str).unwrap_or_default();
        number = if kind == "numbered_list_item" {
            number + 1
        } else {
            0
        };
        let inside = match kind {
            "child_page" | "child_database" => String::new(),
            _ => children(space, *id, depth + 1),
        };
        let payload = json.get(kind).unwrap_or(&Value::Null);
        out.push_str(&one(*id, kind, payload, number, &inside));
    }
    out
}

fn one(id: Uuid, kind: &str, payload: &Value, number: usize, inside: &str) -> String {
    let text = rich::text(payload.get("rich_text").unwrap_or(&Value::Null));
    let color = rich::color(payload.get("color"));
    let inner = |before: String| match inside {
        "" => format!("<div class=\"rich {color}\">{before}</div>"),
        _ => format!("<div class=\"rich {color}\">{before}<div class=\"inner\">{inside}</div></div>"),
    };
    match kind {
        "paragraph" => inner(if text.is_empty() {
            "&nbsp;".to_owned()
        } else {
            text
        }),
        "heading_1" | "heading_2" | "heading_3" | "heading_4" => {
            let level = match kind {
                "heading_1" => 2,
                "heading_2" => 3,
                "heading_3" => 4,
                _ => 5,
            };
            inner(format!("<h{level}>{text}</h{level}>"))
        }
        "bulleted_list_item" => inner(format!("• {text}")),
        "numbered_list_item" => inner(format!("{number}. {text}")),
        "to_do" => {
            let done = payload.get("checked").and_then(Value::as_bool).unwrap_or(false);
            inner(format!("{} {text}", if done { "☑" } else { "☐" }))
        }
        "toggle" => {
            format!(
                "<details class=\"rich {color}\" open><summary>{text}</summary><div class=\"inner\">{inside}</div></details>"
            )
        }
        "quote" => format!("<blockquote class=\"rich {color}\">{text}{inside}</blockquote>"),
        "callout" => {
            let icon = tree::icon(payload.get("icon").unwrap_or(&Value::Null), "💡");
            format!(
                "<div class=\"callout rich {color}\"><span>{}</span><div>{text}{inside}</div></div>",
                escape(&icon)
            )
        }
        "code" => format!("<pre>{text}</pre>"),
        "equation" => {
            let expression = payload
                .get("expression")
                .and_then(Value::as_str)
                .unwrap_or_default();
            format!("<p><code>{}</code></p>", escape(expression))
        }
        "divider" => "<hr>".to_owned(),
        "column_list" => format!("<div class=\"columns\">{inside}</div>"),
        "column" => format!("<div>{inside}</div>"),
        "table" => format!("<div class=\"scroll\"><table>{inside}</table></div>"),
        "table_row" => {
            let cells = payload
                .get("cells")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            let cells: String = cells
                .map(|cell| format!("<td>{}</td>", rich::text(cell)))
                .collect();
            format!("<tr>{cells}</tr>")
        }
        "child_page" | "child_database" => {
            let title = payload.get("title").and_then(Value::as_str).unwrap_or_default();
            let sign = if kind == "child_page" { "📄" } else { "▦" };
            format!(
                "<p>{sign} <a class=\"page\" href=\"/p/{id}\">{}</a></p>",
                escape(&tree::named(title))
            )
        }
        "image" => media(payload, true),
        "video" | "audio" | "pdf" | "file" => media(payload, false),
        "bookmark" | "embed" | "link_preview" => link(payload.get("url")),
        "synced_block" => inside.to_owned(),
        other => format!(
            "<div><span class=\"other\">{}</span>{inside}</div>",
            escape(&other.replace('_', " "))
        ),
    }
}

fn media(payload: &Value, is_image: bool) -> String {
    let url = ["external", "file"]
        .iter()
        .find_map(|kind| payload.get(kind)?.get("url")?.as_str());
    let caption = rich::text(payload.get("caption").unwrap_or(&Value::Null));
    let Some(url) = url.and_then(rich::address) else {
        return format!("<p class=\"soft\">{caption}</p>");
    };
    let shown = if is_image {
        format!("<img src=\"{}\" alt=\"\" loading=\"lazy\">", escape(&url))
    } else {
        let name = payload.get("name").and_then(Value::as_str).unwrap_or(&url);
        format!(
            "📎 <a class=\"link\" href=\"{}\">{}</a>",
            escape(&url),
            escape(name)
        )
    };
    format!("<figure>{shown}<figcaption class=\"soft\">{caption}</figcaption></figure>")
}

fn link(url: Option<&Value>) -> String {
    let text = url.and_then(Value::as_str).unwrap_or_default();
    match rich::address(text) {
        Some(url) => {
            format!(
                "<p>🔗 <a class=\"link\" href=\"{}\" rel=\"noreferrer\">{}</a></p>",
                escape(&url),
                escape(text)
            )
        }
        None => format!("<p>{}</p>", escape(text)),
    }
}
