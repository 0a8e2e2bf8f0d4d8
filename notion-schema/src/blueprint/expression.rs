//! References to columns in the expression of a formula.
//!
//! Answers gave them by id until August 2026, as `{{notion:block_property:<id>:<data source>:<workspace>}}`, and since then by
//! name, as `prop("Name")`. Requests take both. Source: <https://developers.notion.com/page/changelog>.

use crate::DataSource;

const BY_ID: &str = "{{notion:block_property:";
const BY_NAME: &str = "prop(\"";

/// The expression with references to columns of `source` by their names. Other references stay.
pub(super) fn by_name(expression: &str, source: &DataSource) -> String {
    let mut out = String::new();
    let mut rest = expression;
    while let Some(at) = rest.find(BY_ID) {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = reference.find("}}") else {
            rest = reference;
            break;
        };
        let (reference, after) = reference.split_at(end + 2);
        rest = after;
        let mut parts = reference[BY_ID.len()..end].split(':');
        let id = parts.next().unwrap_or_default();
        let is_own = parts.next() == Some(&*source.id);
        match source.property_by_id(id).filter(|_| is_own) {
            Some(property) => {
                let name = property.name.replace('\\', "\\\\").replace('"', "\\\"");
                out.push_str(&format!("{BY_NAME}{name}\")"));
            }
            None => out.push_str(reference),
        }
    }
    out.push_str(rest);
    out
}

/// The names that an expression refers to.
pub(super) fn names(expression: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = expression;
    while let Some(at) = rest.find(BY_NAME) {
        rest = &rest[at + BY_NAME.len()..];
        let mut name = String::new();
        let mut letters = rest.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '"' => break,
                '\\' => name.extend(letters.next()),
                letter => name.push(letter),
            }
        }
        rest = letters.as_str();
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_columns_are_referred_to_by_name() {
        let source = DataSource::from_json(
            r#"{"object":"data_source","id":"own","properties":{
                "Due \"x\"":{"id":"a%3Bb","type":"date","date":{}},"Name":{"id":"title","type":"title","title":{}}}}"#,
        )
        .unwrap();
        let cases = [
            (
                "empty({{notion:block_property:a%3Bb:own:space}}) + {{notion:block_property:title:own:space}}",
                r#"empty(prop("Due \"x\"")) + prop("Name")"#,
            ),
            (
                "{{notion:block_property:title:other:space}}.x",
                "{{notion:block_property:title:other:space}}.x",
            ),
            (
                "{{notion:block_property:gone:own:space}}",
                "{{notion:block_property:gone:own:space}}",
            ),
            (
                "1 + {{notion:block_property:title",
                "1 + {{notion:block_property:title",
            ),
            ("", ""),
        ];
        for (expression, expected) in cases {
            assert_eq!(by_name(expression, &source), expected);
        }
    }

    #[test]
    fn the_names_in_an_expression() {
        assert_eq!(
            names(r#"prop("A") + prop("B \"c\" \\") + "prop" + prop("open"#),
            ["A", r#"B "c" \"#, "open"]
        );
        assert!(names("1 + 1").is_empty());
    }
}
