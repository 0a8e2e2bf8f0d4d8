//! From Markdown.

use super::super::RichText;
use super::super::look::{Annotations, TextColor};
use super::super::span::{Span, SpanContent};
use super::emphasis::{Node, Signs, resolve};
use super::tag::{Form, Tag};
use super::{color, entity, mention};

/// How deep tags and brackets are looked at: nobody nests them deeper, and each level is one more look at what is inside.
const MAX_DEPTH: usize = 64;

/// What may be more than text.
const SPECIAL: &[u8] = b"\\&`$*_~[]<";

/// Reads inline Markdown.
pub(in super::super) fn read(markdown: &str) -> RichText {
    let mut reader = Reader {
        text: markdown,
        at: 0,
        nodes: Vec::new(),
        open: Vec::new(),
    };
    while reader.at < markdown.len() {
        reader.step();
    }
    resolve(reader.nodes).into_iter().collect()
}

/// The text of a label that begins at `start`, and where the tag behind it is.
pub(super) fn label(text: &str, start: usize) -> (String, usize) {
    let mut reader = Reader {
        text,
        at: start,
        nodes: Vec::new(),
        open: Vec::new(),
    };
    let mut label = String::new();
    while let Some(c) = reader.rest().chars().next().filter(|c| *c != '<') {
        match c {
            '\\' | '&' => label.push(reader.literal()),
            _ => {
                label.push(c);
                reader.at += c.len_utf8();
            }
        }
    }
    (label, reader.at)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    nodes: Vec<Node>,
    /// What began and has not ended yet, from the outside in.
    open: Vec<Open<'a>>,
}

struct Open<'a> {
    what: What<'a>,
    /// The node that is its text if it does not end.
    node: usize,
}

enum What<'a> {
    Bracket,
    Tag(&'a str, Look),
}

/// What a tag makes of the text in it.
#[derive(Debug, Clone, PartialEq)]
enum Look {
    Bold,
    Italic,
    Strikethrough,
    Code,
    Span { color: TextColor, underline: bool },
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn step(&mut self) {
        let rest = self.rest();
        match rest.as_bytes()[0] {
            b'\\' | b'&' => {
                let literal = self.literal();
                self.push(Span::text(literal.to_string()));
            }
            b'`' => match fenced(rest) {
                Some((code, length)) => self.take(Span::text(code).code(), length),
                None => self.text(run(rest, '`')),
            },
            b'$' => match equation(rest) {
                Some((expression, length)) => self.take(Span::equation(expression), length),
                None => self.text(1),
            },
            sign @ (b'*' | b'_' | b'~') => {
                let sign = char::from(sign);
                let count = run(rest, sign);
                let before = self.text[..self.at].chars().next_back();
                let after = rest[count..].chars().next();
                self.nodes
                    .push(Node::Signs(Signs::new(sign, count, before, after)));
                self.at += count;
            }
            b'[' => self.begin(What::Bracket, 1),
            b']' => self.bracket(),
            b'<' => self.tag(),
            _ => {
                let special = rest.bytes().skip(1).position(|byte| SPECIAL.contains(&byte));
                self.text(special.map_or(rest.len(), |end| end + 1));
            }
        }
    }

    /// The character that a backslash or an entity stands for, or the backslash or `&` itself.
    fn literal(&mut self) -> char {
        let rest = self.rest();
        let mut chars = rest.chars();
        let (char, length) = match (chars.next(), chars.next()) {
            (Some('\\'), Some(escaped)) if escaped.is_ascii_punctuation() || escaped == '\n' => (escaped, 2),
            (Some('&'), _) => entity(rest).unwrap_or(('&', 1)),
            _ => ('\\', 1),
        };
        self.at += length;
        char
    }

    fn push(&mut self, span: Span) {
        self.nodes.push(Node::Span(span));
    }

    fn take(&mut self, span: Span, length: usize) {
        self.push(span);
        self.at += length;
    }

    fn text(&mut self, length: usize) {
        self.take(Span::text(&self.rest()[..length]), length);
    }

    fn begin(&mut self, what: What<'a>, length: usize) {
        if self.open.len() < MAX_DEPTH {
            self.open.push(Open {
                what,
                node: self.nodes.len(),
            });
        }
        self.text(length);
    }

    /// Takes out what is inside of what began there, with the looks of its own.
    fn end(&mut self, open: usize) -> Option<(What<'a>, Vec<Span>)> {
        let open = self.open.drain(open..).next()?;
        let inside = resolve(self.nodes.split_off(open.node + 1));
        self.nodes.pop();
        Some((open.what, inside))
    }

    /// Ends a link, or is text.
    fn bracket(&mut self) {
        let opened = self
            .open
            .iter()
            .rposition(|open| matches!(open.what, What::Bracket));
        let Some(at) = opened else {
            return self.text(1);
        };
        let destination = destination(&self.rest()[1..]);
        let Some((url, length)) = destination.filter(|_| self.open[at].node + 1 < self.nodes.len()) else {
            self.open.remove(at);
            return self.text(1);
        };
        if let Some((_, inside)) = self.end(at) {
            for mut span in inside {
                if let SpanContent::Text { link, .. } = &mut span.content {
                    link.get_or_insert_with(|| url.clone());
                }
                self.push(span);
            }
        }
        // There is no link in the text of a link.
        self.open.retain(|open| !matches!(open.what, What::Bracket));
        self.at += 1 + length;
    }

    fn tag(&mut self) {
        let rest = self.rest();
        let Some(tag) = Tag::at_start_of(rest) else {
            return match address(rest) {
                Some(url) => self.take(Span::text(url).link(url), url.len() + 2),
                None => self.text(1),
            };
        };
        if tag.name == "br" && tag.form != Form::Closing {
            return self.take(Span::text("\n"), tag.length);
        }
        if tag.form == Form::Closing {
            let is_this = |open: &Open<'_>| matches!(open.what, What::Tag(name, _) if name == tag.name);
            if let Some(at) = self.open.iter().rposition(is_this)
                && let Some((What::Tag(_, look), inside)) = self.end(at)
            {
                for mut span in inside {
                    look.put_on(&mut span.annotations);
                    self.push(span);
                }
                self.at += tag.length;
                return;
            }
        } else if let Some((span, length)) = mention::read(&tag, rest) {
            return self.take(span, length);
        } else if let Some(look) = Look::of(&tag) {
            return self.begin(What::Tag(tag.name, look), tag.length);
        }
        self.text(tag.length);
    }
}

impl Look {
    fn of(tag: &Tag<'_>) -> Option<Self> {
        let look = match tag.name {
            "b" => Self::Bold,
            "i" => Self::Italic,
            "s" => Self::Strikethrough,
            "u" => Self::Span {
                color: TextColor::Default,
                underline: true,
            },
            "code" => Self::Code,
            "span" => Self::Span {
                color: tag.attribute("color").map(color).unwrap_or_default(),
                underline: tag.attribute("underline") == Some("true"),
            },
            _ => return None,
        };
        let is_something =
            tag.name != "span" || tag.attribute("color").is_some() || tag.attribute("underline").is_some();
        (tag.form == Form::Opening && is_something).then_some(look)
    }

    fn put_on(&self, annotations: &mut Annotations) {
        match self {
            Self::Bold => annotations.bold = true,
            Self::Italic => annotations.italic = true,
            Self::Strikethrough => annotations.strikethrough = true,
            Self::Code => annotations.code = true,
            Self::Span { color, underline } => {
                annotations.underline |= underline;
                // What is nearer to the text has the say.
                if annotations.color == TextColor::Default {
                    annotations.color.clone_from(color);
                }
            }
        }
    }
}

/// How many times a text begins with that sign.
fn run(text: &str, sign: char) -> usize {
    text.len() - text.trim_start_matches(sign).len()
}

/// What stands between two equal rows of backticks, and how long all of it is.
fn fenced(text: &str) -> Option<(&str, usize)> {
    let ticks = run(text, '`');
    let mut at = ticks;
    loop {
        at += text[at..].find('`')?;
        let length = run(&text[at..], '`');
        if length == ticks {
            break;
        }
        at += length;
    }
    let inside = &text[ticks..at];
    // The spaces keep backticks of the content apart from the others.
    let padded = inside
        .strip_prefix(' ')
        .and_then(|inside| inside.strip_suffix(' '));
    let content = padded.filter(|content| !content.trim_matches(' ').is_empty());
    Some((content.unwrap_or(inside), at + ticks))
}

fn equation(text: &str) -> Option<(&str, usize)> {
    let inside = &text[1..];
    if inside.starts_with('`') {
        let (expression, length) = fenced(inside)?;
        return inside[length..]
            .starts_with('$')
            .then_some((expression, length + 2));
    }
    let mut is_escaped = false;
    let end = inside.find(|c| {
        let is_end = c == '$' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    })?;
    let (expression, after) = inside.split_at(end);
    // A price is no equation: `$5 to $10`.
    let is_equation = !expression.is_empty()
        && !expression.starts_with(char::is_whitespace)
        && !expression.ends_with(char::is_whitespace)
        && !after[1..].starts_with(|c: char| c.is_ascii_digit());
    is_equation.then_some((expression, end + 2))
}

/// The URL in parentheses that a text begins with, and how long that is.
fn destination(text: &str) -> Option<(String, usize)> {
    let inside = text.strip_prefix('(')?;
    let is_bracketed = inside.starts_with('<');
    let mut url = String::new();
    let mut depth = 0;
    let mut chars = inside.char_indices().skip(usize::from(is_bracketed)).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => {
                let escaped = chars.next_if(|(_, c)| c.is_ascii_punctuation());
                url.push(escaped.map_or('\\', |(_, c)| c));
            }
            '>' if is_bracketed => return inside[at..].starts_with(">)").then_some((url, at + 3)),
            '<' => return None,
            ')' if !is_bracketed && depth == 0 => return (!url.is_empty()).then_some((url, at + 2)),
            // As deep as CommonMark wants it at least, so that no text takes long.
            '(' if depth == 32 => return None,
            _ if !is_bracketed && (c.is_whitespace() || c.is_control()) => return None,
            _ => {
                depth += i32::from(c == '(') - i32::from(c == ')');
                url.push(c);
            }
        }
    }
    None
}

/// The URL of `<https://…>`.
fn address(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('<')?;
    let has_scheme = ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| inside.starts_with(scheme));
    if !has_scheme {
        return None;
    }
    let end = inside.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>'))?;
    inside[end..].starts_with('>').then_some(&inside[..end])
}
