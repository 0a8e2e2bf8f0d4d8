//! Tags: `<span color="red">`.

use std::borrow::Cow;

use super::{ENTITIES, entity};

/// A tag, and how long it is.
#[derive(Debug, PartialEq)]
pub(super) struct Tag<'a> {
    pub(super) name: &'a str,
    pub(super) form: Form,
    attributes: Vec<(&'a str, Cow<'a, str>)>,
    pub(super) length: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Opening,
    Closing,
    Alone,
}

impl<'a> Tag<'a> {
    /// The tag that a text begins with.
    pub(super) fn at_start_of(text: &'a str) -> Option<Self> {
        let mut rest = text.strip_prefix('<')?;
        let mut form = Form::Opening;
        if let Some(closing) = rest.strip_prefix('/') {
            (rest, form) = (closing, Form::Closing);
        }
        let name = word(&mut rest)?;
        let mut attributes = Vec::new();
        loop {
            let before = rest.len();
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix("/>").filter(|_| form == Form::Opening) {
                (rest, form) = (after, Form::Alone);
                break;
            }
            if let Some(after) = rest.strip_prefix('>') {
                rest = after;
                break;
            }
            if rest.len() == before || form == Form::Closing {
                return None;
            }
            let key = word(&mut rest)?;
            rest = rest.trim_start().strip_prefix('=')?.trim_start();
            let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            let (value, after) = rest[1..].split_once(quote)?;
            attributes.push((key, unescape(value)));
            rest = after;
        }
        Some(Self {
            name,
            form,
            attributes,
            length: text.len() - rest.len(),
        })
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(key, _)| *key == name)?;
        Some(value)
    }
}

/// Writes an opening tag, or with `" /"` behind the attributes one that stands alone.
pub(super) fn open(name: &str, attributes: &[(&str, Option<&str>)], out: &mut String) {
    out.push('<');
    out.push_str(name);
    for (key, value) in attributes {
        let Some(value) = value else { continue };
        out.push(' ');
        out.push_str(key);
        out.push_str("=\"");
        for c in value.chars() {
            match ENTITIES.iter().find(|(_, entity)| *entity == c) {
                Some((entity, _)) => out.push_str(entity),
                None => out.push(c),
            }
        }
        out.push('"');
    }
    out.push('>');
}

fn word<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    *rest = after;
    (!word.is_empty()).then_some(word)
}

fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('&') {
        return Cow::Borrowed(value);
    }
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        let (char, length) = entity(&rest[at..]).unwrap_or(('&', 1));
        out.push(char);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}
