//! Inline Markdown with the tags of Notion's enhanced Markdown.
//!
//! No Markdown library fits: they read blocks, know nothing of Notion's tags, and cannot write.

mod emphasis;
mod mention;
mod read;
mod tag;
#[cfg(test)]
mod tests;
mod write;

use std::borrow::Cow;

use super::TextColor;

pub(super) use read::read;
pub(super) use write::write;

/// The characters that stand for others in tags, and in text where nobody wrote them with a backslash.
const ENTITIES: [(&str, char); 5] = [
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&apos;", '\''),
];

/// The entity that a text begins with, and how long it is.
fn entity(text: &str) -> Option<(char, usize)> {
    let (name, char) = ENTITIES.iter().find(|(name, _)| text.starts_with(name))?;
    Some((*char, name.len()))
}

/// What a colour is called in Markdown.
fn color_name(color: &TextColor) -> Cow<'_, str> {
    match (color, color.name().strip_suffix("_background")) {
        (TextColor::Other(_), _) | (_, None) => Cow::Borrowed(color.name()),
        (_, Some(name)) => Cow::Owned(format!("{name}_bg")),
    }
}

/// The colour of that name in Markdown.
fn color(name: &str) -> TextColor {
    let background = name
        .strip_suffix("_bg")
        .map(|name| TextColor::from_name(&format!("{name}_background")));
    match background {
        None | Some(TextColor::Other(_)) => TextColor::from_name(name),
        Some(color) => color,
    }
}
