//! Property values as people see them in Notion.

use jiff::civil::Date;
use serde_json::Value;

use super::super::layout::escape;
use super::{rich, tree};
use crate::engine::column::Column;
use crate::engine::id;
use crate::engine::kind::Kind;
use crate::engine::workspace::Workspace;

/// A value, from its payload.
pub(super) fn show(space: &Workspace, column: &Column, payload: &Value) -> String {
    match &column.kind {
        Kind::Number => number(
            payload,
            column
                .config
                .get("format")
                .and_then(Value::as_str)
                .unwrap_or_default(),
        ),
        kind => of_kind(space, kind, payload),
    }
}

fn of_kind(space: &Workspace, kind: &Kind, payload: &Value) -> String {
    let each = |show: &dyn Fn(&Value) -> String| -> String {
        payload.as_array().into_iter().flatten().map(show).collect()
    };
    let text = || escape(payload.as_str().unwrap_or_default());
    match kind {
        Kind::Title | Kind::RichText => rich::text(payload),
        Kind::Number => number(payload, ""),
        Kind::Select => option(payload, false),
        Kind::Status => option(payload, true),
        Kind::MultiSelect => each(&|item| option(item, false)),
        Kind::Date => date(payload),
        Kind::CreatedTime | Kind::LastEditedTime => moment(payload.as_str().unwrap_or_default()),
        Kind::People => each(&person),
        Kind::CreatedBy | Kind::LastEditedBy => person(payload),
        Kind::Files => each(&file),
        Kind::Checkbox => checkbox(payload),
        Kind::Url => link(payload.as_str().unwrap_or_default(), ""),
        Kind::Email => link(payload.as_str().unwrap_or_default(), "mailto:"),
        Kind::PhoneNumber => text(),
        Kind::Relation => each(&|item| page(space, item)),
        Kind::Formula | Kind::Rollup => result(space, payload),
        Kind::UniqueId => unique_id(payload),
        Kind::Verification => verification(payload),
        Kind::Place => escape(
            ["name", "address"]
                .iter()
                .find_map(|key| payload.get(key)?.as_str())
                .unwrap_or_default(),
        ),
        Kind::Button => "<span class=\"pill\">button</span>".to_owned(),
        Kind::Other(_) => match payload {
            Value::Null => String::new(),
            other => format!("<code>{}</code>", escape(&other.to_string())),
        },
    }
}

/// Signs that stand before or behind numbers. Other formats show their name.
const CURRENCIES: [(&str, &str); 12] = [
    ("dollar", "$"),
    ("canadian_dollar", "CA$"),
    ("australian_dollar", "A$"),
    ("euro", "€"),
    ("pound", "£"),
    ("yen", "¥"),
    ("yuan", "CN¥"),
    ("won", "₩"),
    ("rupee", "₹"),
    ("real", "R$"),
    ("ruble", "₽"),
    ("bitcoin", "₿"),
];

fn number(payload: &Value, format: &str) -> String {
    let Some(number) = payload.as_f64() else {
        return String::new();
    };
    let shown = match format {
        "" | "number" => payload.to_string(),
        "percent" => format!("{}%", (number * 100.0 * 1e9).round() / 1e9),
        "number_with_commas" => with_commas(payload),
        other => match CURRENCIES.iter().find(|(name, _)| *name == other) {
            Some((_, sign)) => {
                let text = with_commas(payload);
                let (minus, text) = text
                    .strip_prefix('-')
                    .map_or(("", text.as_str()), |rest| ("-", rest));
                format!("{minus}{sign}{text}")
            }
            None => format!("{} {}", with_commas(payload), other.replace('_', " ")),
        },
    };
    format!("<span class=\"number\">{}</span>", escape(&shown))
}

fn with_commas(number: &Value) -> String {
    let text = number.to_string();
    let (sign, text) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

fn option(option: &Value, dot: bool) -> String {
    let Some(name) = option.get("name").and_then(Value::as_str) else {
        return String::new();
    };
    let color = option.get("color").and_then(Value::as_str).unwrap_or("default");
    let color: String = color.chars().filter(char::is_ascii_alphabetic).collect();
    let dot = if dot { " dot" } else { "" };
    format!("<span class=\"pill{dot} {color}\">{}</span>", escape(name))
}

fn date(date: &Value) -> String {
    let point = |key: &str| date.get(key).and_then(Value::as_str).map(moment);
    match (point("start"), point("end")) {
        (None, _) => String::new(),
        (Some(start), None) => start,
        (Some(start), Some(end)) => format!("{start} → {end}"),
    }
}

/// `2026-06-27T16:57:00.000Z` → `June 27, 2026 16:57`.
fn moment(text: &str) -> String {
    let Some(day) = text.get(..10).and_then(|day| day.parse::<Date>().ok()) else {
        return escape(text);
    };
    let clock = text
        .get(11..16)
        .map(|clock| format!(" {clock}"))
        .unwrap_or_default();
    format!(
        "<time datetime=\"{}\">{}{}</time>",
        escape(text),
        day.strftime("%B %-d, %Y"),
        escape(&clock)
    )
}

fn person(user: &Value) -> String {
    if user.is_null() {
        return String::new();
    }
    let name = user.get("name").and_then(Value::as_str).unwrap_or("Somebody");
    let initial: String = name.chars().take(1).collect();
    format!(
        "<span class=\"person\"><span class=\"avatar\" aria-hidden=\"true\">{}</span>{}</span>",
        escape(&initial),
        escape(name)
    )
}

fn file(file: &Value) -> String {
    let url = ["external", "file"]
        .iter()
        .find_map(|kind| file.get(kind)?.get("url")?.as_str());
    let name = file.get("name").and_then(Value::as_str).unwrap_or("file");
    match url.and_then(rich::address) {
        Some(url) => format!(
            "<a class=\"link\" href=\"{}\">📎 {}</a> ",
            escape(&url),
            escape(name)
        ),
        None => format!("📎 {} ", escape(name)),
    }
}

fn checkbox(on: &Value) -> String {
    match on.as_bool() {
        Some(true) => "<span role=\"img\" aria-label=\"checked\">☑</span>".to_owned(),
        _ => "<span role=\"img\" aria-label=\"not checked\">☐</span>".to_owned(),
    }
}

fn link(text: &str, scheme: &str) -> String {
    match rich::address(&format!("{scheme}{text}")) {
        Some(url) if !text.is_empty() => {
            format!(
                "<a class=\"link\" href=\"{}\" rel=\"noreferrer\">{}</a>",
                escape(&url),
                escape(text)
            )
        }
        _ => escape(text),
    }
}

/// A page that something refers to.
pub(super) fn page(space: &Workspace, reference: &Value) -> String {
    let id = reference.get("id").and_then(Value::as_str).and_then(id::parse);
    let Some((id, page)) = id.and_then(|id| Some((id, space.pages.get(&id)?))) else {
        return "<span class=\"page soft\">unknown page</span>".to_owned();
    };
    format!(
        "<a class=\"page\" href=\"/p/{id}\">{}{}</a>",
        escape(&tree::icon(&page.icon, "📄")),
        escape(&tree::named(&page.title_text()))
    )
}

/// The result of a formula or rollup.
fn result(space: &Workspace, payload: &Value) -> String {
    let kind = payload.get("type").and_then(Value::as_str).unwrap_or_default();
    let value = payload.get(kind).unwrap_or(&Value::Null);
    match kind {
        "number" => number(value, ""),
        "string" => escape(value.as_str().unwrap_or_default()),
        "boolean" => checkbox(value),
        "date" => date(value),
        "array" => {
            let elements = value.as_array().into_iter().flatten();
            let shown = elements.map(|element| {
                let kind = element.get("type").and_then(Value::as_str).unwrap_or_default();
                of_kind(space, &Kind::any(kind), element.get(kind).unwrap_or(&Value::Null))
            });
            shown.collect::<Vec<_>>().join(" ")
        }
        "" => String::new(),
        other => format!("<span class=\"soft\">{}</span>", escape(other)),
    }
}

fn unique_id(payload: &Value) -> String {
    let number = payload.get("number").and_then(Value::as_u64);
    let prefix = payload.get("prefix").and_then(Value::as_str);
    match (prefix, number) {
        (_, None) => String::new(),
        (Some(prefix), Some(number)) => escape(&format!("{prefix}-{number}")),
        (None, Some(number)) => number.to_string(),
    }
}

fn verification(payload: &Value) -> String {
    match payload.get("state").and_then(Value::as_str) {
        Some("verified") => "<span class=\"pill blue\">✔ Verified</span>".to_owned(),
        Some("expired") => "<span class=\"pill orange\">Expired</span>".to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_formatted() {
        let shown = |value: Value, format: &str| {
            let html = number(&value, format);
            html.replace("<span class=\"number\">", "").replace("</span>", "")
        };
        assert_eq!(shown(json!(0.255), "percent"), "25.5%");
        assert_eq!(shown(json!(-1_234_567.5), "dollar"), "-$1,234,567.5");
        assert_eq!(shown(json!(123), "number_with_commas"), "123");
        assert_eq!(shown(json!(1000), "zloty"), "1,000 zloty");
    }

    #[test]
    fn moments_read_like_notions() {
        assert!(moment("2026-06-27").contains("June 27, 2026</time>"));
        assert!(moment("2026-06-27T16:57:00.000Z").contains("June 27, 2026 16:57"));
        assert_eq!(moment("<x>"), "&lt;x&gt;");
    }
}
