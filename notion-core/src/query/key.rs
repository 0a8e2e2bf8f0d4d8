//! Filters as keys: whether one tells anything, and whether a row that is at hand has it.

use std::borrow::Cow;

use notion_schema::json::Reader;

use super::column::Place;
use super::condition::{Condition, Value};
use super::filter::{Filter, Node};
use super::operator::Operator;

impl<R> Filter<R> {
    /// A column that is compared with an empty text, or asked to be empty.
    pub(crate) fn blank_column(&self) -> Option<&'static str> {
        blank_column(self.node())
    }

    /// Whether the text of a row is another one than is asked for, and Notion finds it all the same: it may ignore case.
    /// `stored` is as for [`holds_of`](Self::holds_of).
    pub(crate) fn differs_in_case<'a>(&self, stored: &dyn Fn(usize) -> Option<&'a str>) -> bool {
        differs_in_case(self.node(), stored)
    }

    /// Whether the filter holds of a row, to the letter; `None` where only Notion knows. `stored` gives the value of a column, as
    /// Notion's JSON.
    pub(crate) fn holds_of<'a>(&self, stored: &dyn Fn(usize) -> Option<&'a str>) -> Option<bool> {
        holds_of(self.node(), stored)
    }
}

fn blank_column(node: &Node) -> Option<&'static str> {
    match node {
        Node::Condition(condition) => {
            let is_blank =
                condition.operator == Operator::IsEmpty || condition.value == Value::Json("\"\"".to_owned());
            is_blank.then(|| condition.place.name())
        }
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().find_map(blank_column),
        Node::Not(node) => blank_column(node),
        Node::Raw(_) | Node::Refused { .. } => None,
    }
}

fn holds_of<'a>(node: &Node, stored: &dyn Fn(usize) -> Option<&'a str>) -> Option<bool> {
    match node {
        Node::Condition(Condition {
            place: Place::Column { index, .. },
            quantifier: None,
            filter,
            operator: Operator::Equals,
            value: Value::Json(value),
        }) => is(filter.keys, stored(*index)?, value),
        Node::All(nodes) => {
            let mut all = true;
            for node in nodes {
                all &= holds_of(node, stored)?;
            }
            Some(all)
        }
        _ => None,
    }
}

fn differs_in_case<'a>(node: &Node, stored: &dyn Fn(usize) -> Option<&'a str>) -> bool {
    match node {
        Node::Condition(Condition {
            place: Place::Column { index, .. },
            quantifier: None,
            filter,
            operator: Operator::Equals,
            value: Value::Json(value),
        }) => stored(*index).is_some_and(|stored| is_in_other_case(filter.keys, stored, value)),
        Node::All(nodes) => nodes.iter().any(|node| differs_in_case(node, stored)),
        _ => false,
    }
}

/// In an e-mail address case means nothing, and options that differ in case are the same one.
fn is_in_other_case(keys: &[&str], stored: &str, value: &str) -> bool {
    let mut stored = Reader::new(stored);
    let stored = match keys {
        ["title" | "rich_text"] => text(&mut stored),
        ["url"] if !stored.null() => stored.string().ok().map(Cow::into_owned),
        _ => None,
    };
    match (stored, Reader::new(value).string()) {
        (Some(stored), Ok(value)) => stored != value && stored.to_lowercase() == value.to_lowercase(),
        _ => false,
    }
}

/// Whether a stored value of the kind that conditions are written with is this one.
fn is(keys: &[&str], stored: &str, value: &str) -> Option<bool> {
    let mut stored = Reader::new(stored);
    let mut value = Reader::new(value);
    if stored.null() {
        return Some(false);
    }
    match keys {
        ["title" | "rich_text"] => Some(text(&mut stored)? == value.string().ok()?),
        ["url" | "email" | "phone_number"] => Some(stored.string().ok()? == value.string().ok()?),
        ["select" | "status"] => {
            member(&mut stored, "name")?;
            Some(stored.string().ok()? == value.string().ok()?)
        }
        ["number"] => is_number(&mut stored, &mut value),
        ["unique_id"] => {
            member(&mut stored, "number")?;
            is_number(&mut stored, &mut value)
        }
        _ => None,
    }
}

fn is_number(stored: &mut Reader<'_>, value: &mut Reader<'_>) -> Option<bool> {
    if stored.null() {
        return Some(false);
    }
    let number = |json: &mut Reader<'_>| json.number().ok()?.parse::<f64>().ok();
    #[expect(
        clippy::float_cmp,
        reason = "Notion keeps numbers as they are, and so does JSON"
    )]
    Some(number(stored)? == number(value)?)
}

/// The plain text of rich text.
fn text(json: &mut Reader<'_>) -> Option<String> {
    let mut text = String::new();
    json.begin_array().ok()?;
    while json.element().ok()? {
        json.begin_object().ok()?;
        while let Some(key) = json.key().ok()? {
            match &*key {
                "plain_text" => text.push_str(&json.string().ok()?),
                _ => json.skip().ok()?,
            }
        }
    }
    Some(text)
}

/// Goes to a member of an object.
fn member(json: &mut Reader<'_>, name: &str) -> Option<()> {
    json.begin_object().ok()?;
    while let Some(key) = json.key().ok()? {
        if key == name {
            return Some(());
        }
        json.skip().ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_another_case_is_another_text() {
        for (key, stored, value, expected) in [
            (
                "rich_text",
                r#"[{"plain_text":"a"},{"plain_text":"1"}]"#,
                r#""A1""#,
                true,
            ),
            ("title", r#"[{"plain_text":"A1"}]"#, r#""A1""#, false),
            // What Notion made of a text is not for us to tell.
            ("title", r#"[{"plain_text":"A 1"}]"#, r#""A1""#, false),
            ("url", r#""https://a/B""#, r#""https://a/b""#, true),
            ("url", "null", r#""https://a/b""#, false),
            ("email", r#""A@b""#, r#""a@b""#, false),
            ("select", r#"{"name":"done"}"#, r#""Done""#, false),
            ("number", "1", "2", false),
        ] {
            assert_eq!(
                is_in_other_case(&[key], stored, value),
                expected,
                "{key} {stored}"
            );
        }
    }

    #[test]
    fn values_are_compared_to_the_letter() {
        for (key, stored, value, expected) in [
            (
                "rich_text",
                r#"[{"plain_text":"A"},{"plain_text":"1"}]"#,
                r#""A1""#,
                Some(true),
            ),
            ("title", r#"[{"plain_text":"a1"}]"#, r#""A1""#, Some(false)),
            ("title", "[]", r#""A1""#, Some(false)),
            ("url", r#""https://a""#, r#""https://a""#, Some(true)),
            ("email", "null", r#""a@b""#, Some(false)),
            ("select", r#"{"id":"x","name":"Done"}"#, r#""Done""#, Some(true)),
            ("status", "null", r#""Done""#, Some(false)),
            ("number", "1.0", "1", Some(true)),
            ("number", "null", "0", Some(false)),
            ("unique_id", r#"{"prefix":"T","number":7}"#, "7", Some(true)),
            ("unique_id", r#"{"prefix":null,"number":null}"#, "7", Some(false)),
            ("date", r#"{"start":"2026-01-01"}"#, r#""2026-01-01""#, None),
            ("rich_text", "5", r#""A1""#, None),
        ] {
            assert_eq!(is(&[key], stored, value), expected, "{key} {stored}");
        }
    }
}
