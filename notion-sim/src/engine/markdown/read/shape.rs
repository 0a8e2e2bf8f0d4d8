//! What a line is, judged by how it begins.

use super::super::scan;
use super::super::tag::{self, Tag};

/// A line without its indentation.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape<'a> {
    /// Backticks that begin a code block, and the word behind them.
    Fence {
        ticks: usize,
        language: &'a str,
    },
    /// Two dollars that begin an equation.
    Dollars,
    Divider,
    /// A block of this kind with this text.
    Marked {
        kind: Marked,
        text: &'a str,
    },
    /// `![caption](address)`, from the bracket on.
    Image(&'a str),
    /// A tag, and what follows it.
    Opens(Tag<'a>, &'a str),
    /// A closing tag, and what follows it.
    Closes(&'a str, &'a str),
    /// A line of a table.
    Row,
    Text,
}

/// The blocks that begin with a sign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Marked {
    Heading(usize),
    Bullet,
    Number,
    ToDo { checked: bool },
    Quote,
}

impl Marked {
    /// The type of the block, as the API calls it.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Heading(1) => "heading_1",
            Self::Heading(2) => "heading_2",
            Self::Heading(3) => "heading_3",
            Self::Heading(_) => "heading_4",
            Self::Bullet => "bulleted_list_item",
            Self::Number => "numbered_list_item",
            Self::ToDo { .. } => "to_do",
            Self::Quote => "quote",
        }
    }

    /// Whether other blocks can stand in the same line: `- # Heading`.
    pub(super) fn is_item(self) -> bool {
        matches!(self, Self::Bullet | Self::Number | Self::ToDo { .. })
    }
}

impl<'a> Shape<'a> {
    /// Judges a line that has no blanks around it.
    pub(super) fn of(line: &'a str) -> Self {
        let first = line.chars().next();
        let found = match first {
            Some('`') => fence(line),
            Some('$') => (line == "$$").then_some(Self::Dollars),
            Some('<') => tagged(line),
            Some('|') => Some(Self::Row),
            Some('!') => line
                .strip_prefix('!')
                .filter(|rest| rest.starts_with('['))
                .map(Self::Image),
            Some('*' | '_') if is_divider(line) => Some(Self::Divider),
            _ => split_mark(line).map(|(kind, text)| match kind {
                None => Self::Divider,
                Some(kind) => Self::Marked { kind, text },
            }),
        };
        found.unwrap_or(Self::Text)
    }
}

/// Where a backslash keeps a text from being taken for something else when a line begins with it.
pub(in super::super) fn misleads_at(text: &str) -> Option<usize> {
    if text.starts_with("![") {
        return Some(0);
    }
    let (kind, _) = split_mark(text)?;
    // A backslash before a digit would be a letter of its own.
    Some(match kind {
        Some(Marked::Number) => text.find(['.', ')']).unwrap_or_default(),
        _ => 0,
    })
}

/// Splits a line into its sign and the rest. `None` as the sign is a divider.
fn split_mark(line: &str) -> Option<(Option<Marked>, &str)> {
    if line.starts_with('-') && is_divider(line) {
        return Some((None, ""));
    }
    let (sign, text) = match line.find(scan::is_blank) {
        Some(at) => (&line[..at], scan::trim(&line[at..])),
        None => (line, ""),
    };
    let kind = match sign {
        "-" | "*" | "+" => match check_box(text) {
            Some((checked, text)) => return Some((Some(Marked::ToDo { checked }), text)),
            None => Marked::Bullet,
        },
        ">" => Marked::Quote,
        _ if (1..=6).contains(&sign.len()) && sign.bytes().all(|byte| byte == b'#') => {
            Marked::Heading(sign.len())
        }
        _ if is_number(sign) => Marked::Number,
        // A quote needs no blank.
        _ => return Some((Some(Marked::Quote), scan::trim(line.strip_prefix('>')?))),
    };
    Some((Some(kind), text))
}

fn check_box(text: &str) -> Option<(bool, &str)> {
    let (checked, rest) = match text.get(..3)? {
        "[ ]" => (false, &text[3..]),
        "[x]" | "[X]" => (true, &text[3..]),
        _ => return None,
    };
    (rest.is_empty() || rest.starts_with(scan::is_blank)).then(|| (checked, scan::trim(rest)))
}

fn is_number(sign: &str) -> bool {
    let digits = sign.strip_suffix(['.', ')']).unwrap_or_default();
    (1..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_divider(line: &str) -> bool {
    ['-', '*', '_']
        .iter()
        .any(|sign| line.len() >= 3 && line.chars().all(|c| c == *sign))
}

fn fence(line: &str) -> Option<Shape<'_>> {
    let ticks = scan::run(line);
    let language = &line[ticks..];
    (ticks >= 3 && !language.contains('`')).then_some(Shape::Fence { ticks, language })
}

fn tagged(line: &str) -> Option<Shape<'_>> {
    if let Some((name, length)) = tag::closing(line) {
        return Some(Shape::Closes(name, &line[length..]));
    }
    let tag = Tag::read(line)?;
    let rest = &line[tag.length..];
    Some(Shape::Opens(tag, rest))
}
