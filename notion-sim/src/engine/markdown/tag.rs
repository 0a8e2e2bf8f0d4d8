//! Tags, `<name key="value">`, and attribute lists, `{key="value"}`.

use super::color;

/// An opening or self-closing tag at the start of a text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    attributes: Vec<(&'a str, String)>,
    /// Whether it ends with `/>`.
    pub(super) closed: bool,
    /// How many bytes it takes.
    pub(super) length: usize,
}

impl<'a> Tag<'a> {
    /// Reads the tag that the text begins with.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut rest = text.strip_prefix('<')?;
        let name = word(rest);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        rest = &rest[name.len()..];
        let mut attributes = Vec::new();
        let closed = loop {
            let inner = rest.trim_start();
            if let Some(after) = inner.strip_prefix("/>") {
                rest = after;
                break true;
            }
            if let Some(after) = inner.strip_prefix('>') {
                rest = after;
                break false;
            }
            // Attributes stand apart from each other and from the name.
            if inner.len() == rest.len() {
                return None;
            }
            let (key, value, after) = attribute(inner)?;
            attributes.push((key, value));
            rest = after;
        };
        Some(Self {
            name,
            attributes,
            closed,
            length: text.len() - rest.len(),
        })
    }

    /// The value of an attribute.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(name, _)| *name == key);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether an attribute is `true`.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.get(key) == Some("true")
    }

    /// The colour of the block.
    pub(super) fn color(&self) -> Option<String> {
        self.get("color").and_then(color::read)
    }
}

/// The name of the closing tag that the text begins with, and how many bytes it takes.
pub(super) fn closing(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix("</")?;
    let name = word(rest);
    let after = rest[name.len()..].trim_start().strip_prefix('>')?;
    (!name.is_empty()).then_some((name, text.len() - after.len()))
}

/// What stands in braces at the end of a line.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Attributes {
    pub(super) color: Option<String>,
    pub(super) toggle: bool,
}

impl Attributes {
    /// Takes the attribute list off the end of a line. Braces with anything unknown in them are text.
    pub(super) fn split(line: &str) -> (&str, Self) {
        let whole = (line, Self::default());
        let Some(body) = line.strip_suffix('}') else {
            return whole;
        };
        let Some(at) = body.rfind('{') else {
            return whole;
        };
        let text = &line[..at];
        if is_escaped(text) {
            return whole;
        }
        match Self::read(&body[at + 1..]) {
            Some(attributes) => (text, attributes),
            None => whole,
        }
    }

    fn read(mut rest: &str) -> Option<Self> {
        let mut found = Self::default();
        rest = rest.trim();
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let (key, value, after) = attribute(rest)?;
            match (key, value.as_str()) {
                ("color", value) => found.color = Some(color::read(value)?),
                ("toggle", "true") => found.toggle = true,
                ("toggle", "false") => {}
                _ => return None,
            }
            rest = after.trim_start();
        }
        Some(found)
    }

    /// The list as it is written behind a line, with the blank before it. Nothing, where there is nothing to say.
    pub(super) fn write(&self) -> String {
        let mut words = Vec::new();
        if self.toggle {
            words.push("toggle=\"true\"".to_owned());
        }
        if let Some(color) = &self.color {
            words.push(format!("color=\"{}\"", color::write(color)));
        }
        match words.is_empty() {
            true => String::new(),
            false => format!(" {{{}}}", words.join(" ")),
        }
    }
}

/// Whether what follows this text is escaped: it ends with an odd number of backslashes.
pub(super) fn is_escaped(text: &str) -> bool {
    let slashes = text.len() - text.trim_end_matches('\\').len();
    slashes % 2 == 1
}

/// An opening tag. Attributes without a value are left out.
pub(super) fn opening(name: &str, attributes: &[(&str, Option<String>)]) -> String {
    let mut out = format!("<{name}");
    for (key, value) in attributes {
        if let Some(value) = value {
            out.push_str(&format!(" {key}=\"{}\"", quoted(value)));
        }
    }
    out.push('>');
    out
}

/// A tag that closes itself.
pub(super) fn alone(name: &str, attributes: &[(&str, Option<String>)]) -> String {
    let mut out = opening(name, attributes);
    out.insert(out.len() - 1, '/');
    out
}

/// What stands for characters that a value in quotes cannot hold.
const ENTITIES: [(char, &str); 5] = [
    ('&', "&amp;"),
    ('"', "&quot;"),
    ('<', "&lt;"),
    ('>', "&gt;"),
    ('\n', "&#10;"),
];

/// A value as it stands in quotes. An ampersand, of which addresses are full, is left alone where nobody can misread it.
fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for (at, c) in value.char_indices() {
        let entity = ENTITIES.iter().find(|(plain, _)| *plain == c);
        match entity {
            Some((_, entity)) if c != '&' || begins_with_entity(&value[at..]) => out.push_str(entity),
            _ => out.push(c),
        }
    }
    out
}

fn unquoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = ENTITIES.iter().find(|(_, entity)| rest.starts_with(entity));
        let (plain, length) = entity.map_or(('&', 1), |(plain, entity)| (*plain, entity.len()));
        out.push(plain);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

fn begins_with_entity(text: &str) -> bool {
    ENTITIES.iter().any(|(_, entity)| text.starts_with(entity))
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// `key="value"` at the start of a text, and what follows.
fn attribute(text: &str) -> Option<(&str, String, &str)> {
    let key = word(text);
    let rest = text[key.len()..].strip_prefix('=')?;
    let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let (value, after) = rest[1..].split_once(quote)?;
    (!key.is_empty()).then(|| (key, unquoted(value), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_as_they_are_written() {
        let attributes = [
            ("url", Some("https://x.y/?a=1&b=\"2\"&amp;<\n>".to_owned())),
            ("color", None),
            ("inline", Some("true".to_owned())),
        ];
        for (text, closed) in [
            (opening("a_b-c", &attributes), false),
            (alone("a_b-c", &attributes), true),
        ] {
            let long = format!("{text} and more");
            let tag = Tag::read(&long).expect("a tag");
            assert_eq!((tag.name, tag.closed, tag.length), ("a_b-c", closed, text.len()));
            assert_eq!(tag.get("url"), attributes[0].1.as_deref());
            assert!(tag.flag("inline") && !tag.flag("color"));
        }
        for text in [
            "<",
            "<>",
            "<1>",
            "<a",
            "<a b>",
            "<a b=c>",
            "<a b=\"c>",
            "<ab=\"c\">x",
            "< a>",
            "</a>",
        ] {
            assert_eq!(Tag::read(text), None, "{text}");
        }
        assert_eq!(closing("</a >b"), Some(("a", 5)));
        assert_eq!(closing("</>"), None);
    }

    #[test]
    fn attribute_lists_are_known_or_text() {
        let split = |text| {
            let (text, found) = Attributes::split(text);
            (text, found.color, found.toggle)
        };
        assert_eq!(
            split("a {toggle=\"true\" color=\"red_bg\"}"),
            ("a ", Some("red_background".into()), true)
        );
        assert_eq!(split("{color=\"gray\"}"), ("", Some("gray".into()), false));
        for text in [
            "a {}",
            "a {color=\"mauve\"}",
            "a \\{color=\"red\"}",
            "a {b=\"c\"}",
            "a }",
            "}",
            "a {color=\"red\"} ",
        ] {
            assert_eq!(split(text), (text, None, false), "{text}");
        }
    }
}
