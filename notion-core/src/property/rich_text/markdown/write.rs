//! To Markdown.

use std::ops::Range;

use super::super::RichText;
use super::super::look::TextColor;
use super::super::span::{Span, SpanContent};
use super::{color_name, entity, mention, read, tag};

/// Writes inline Markdown.
pub(in super::super) fn write(text: &RichText) -> String {
    let spans: Vec<_> = text
        .spans()
        .iter()
        .cloned()
        .map(written)
        .collect::<RichText>()
        .spans;
    let with = |signs| {
        let mut out = Out {
            spans: &spans,
            signs,
            text: String::new(),
        };
        out.level(0..spans.len(), 0);
        out.text
    };
    // Tags always say what they mean. Signs are nicer, and mean the same nearly everywhere: there they are used.
    let (signs, tags) = (with(true), with(false));
    if read(&signs) == read(&tags) { signs } else { tags }
}

/// Escapes what would mean something.
pub(super) fn escape(text: &str, line_break: &str, out: &mut String) {
    let mut before: Option<char> = None;
    for (at, c) in text.char_indices() {
        let rest = &text[at..];
        let is_special = match c {
            '\\' | '*' | '~' | '`' | '$' | '[' | ']' | '<' | '>' | '{' | '}' | '|' | '^' => true,
            '_' => {
                let after = rest.chars().nth(1);
                ![before, after]
                    .iter()
                    .all(|c| c.is_some_and(char::is_alphanumeric))
            }
            '&' => entity(rest).is_some(),
            _ => false,
        };
        if c == '\n' {
            out.push_str(line_break);
        } else {
            if is_special {
                out.push('\\');
            }
            out.push(c);
        }
        before = Some(c);
    }
}

/// The span as Markdown has words for it: mentions without a tag are links or text.
fn written(span: Span) -> Span {
    let has_tag = match &span.content {
        SpanContent::Mention(mention) => mention::has_tag(mention),
        SpanContent::Text { .. } | SpanContent::Equation(_) => true,
        SpanContent::Other(_) => false,
    };
    if has_tag { span } else { span.as_text() }
}

struct Out<'a> {
    spans: &'a [Span],
    /// Whether to use signs for bold, italic and struck through text, and not tags.
    signs: bool,
    text: String,
}

/// What can surround text, from the outside in.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mark<'a> {
    Link(&'a str),
    Span {
        color: &'a TextColor,
        underline: bool,
    },
    /// A sign, and the tag that means the same.
    Signs(&'static str, &'static str),
    Code,
}

const LEVELS: usize = 6;

impl<'a> Mark<'a> {
    /// What surrounds a span at that level.
    fn of(span: &'a Span, level: usize) -> Option<Self> {
        let look = &span.annotations;
        let is_text = matches!(span.content, SpanContent::Text { .. });
        match (level, &span.content) {
            (0, SpanContent::Text { link, .. }) => link.as_deref().map(Self::Link),
            (1, _) => (look.underline || look.color != TextColor::Default).then_some(Self::Span {
                color: &look.color,
                underline: look.underline,
            }),
            (2, _) => look.bold.then_some(Self::Signs("**", "b")),
            (3, _) => look.italic.then_some(Self::Signs("*", "i")),
            (4, _) => look.strikethrough.then_some(Self::Signs("~~", "s")),
            // Text has backticks.
            (5, _) => (look.code && !is_text).then_some(Self::Code),
            _ => None,
        }
    }
}

impl<'a> Out<'a> {
    /// Writes spans with what surrounds them at that level and further inside.
    fn level(&mut self, range: Range<usize>, level: usize) {
        if level == LEVELS {
            return range.for_each(|at| self.content(at));
        }
        let spans = self.spans;
        let mut start = range.start;
        while start < range.end {
            let mark = Mark::of(&spans[start], level);
            let alike = spans[start..range.end]
                .iter()
                .take_while(|span| Mark::of(span, level) == mark)
                .count();
            let inside = start..start + alike;
            start = inside.end;
            match mark {
                Some(mark) => self.surrounded(mark, inside, level),
                None => self.level(inside, level + 1),
            }
        }
    }

    fn surrounded(&mut self, mark: Mark<'a>, range: Range<usize>, level: usize) {
        match mark {
            Mark::Link(url) => {
                self.text.push('[');
                self.level(range, level + 1);
                self.text.push(']');
                destination(url, &mut self.text);
            }
            Mark::Span { color, underline } => {
                let color = (*color != TextColor::Default).then(|| color_name(color));
                let attributes = [
                    ("color", color.as_deref()),
                    ("underline", underline.then_some("true")),
                ];
                self.tagged("span", &attributes, range, level);
            }
            Mark::Signs(sign, _) if self.signs && !self.has_blank_edge(&range) => {
                self.text.push_str(sign);
                self.level(range, level + 1);
                self.text.push_str(sign);
            }
            Mark::Signs(_, tag) => self.tagged(tag, &[], range, level),
            Mark::Code => self.tagged("code", &[], range, level),
        }
    }

    fn tagged(&mut self, name: &str, attributes: &[(&str, Option<&str>)], range: Range<usize>, level: usize) {
        tag::open(name, attributes, &mut self.text);
        self.level(range, level + 1);
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }

    /// Whether the text begins or ends with a space, where signs mean nothing.
    fn has_blank_edge(&self, range: &Range<usize>) -> bool {
        let spans = &self.spans[range.clone()];
        let first = spans.first().map(Span::plain_text);
        let last = spans.last().map(Span::plain_text);
        first.is_some_and(|text| text.starts_with(char::is_whitespace))
            || last.is_some_and(|text| text.ends_with(char::is_whitespace))
    }

    fn content(&mut self, at: usize) {
        let span = &self.spans[at];
        match &span.content {
            SpanContent::Text { text, .. } if span.annotations.code => fenced(text, &mut self.text),
            SpanContent::Text { text, .. } => escape(text, "<br>", &mut self.text),
            SpanContent::Equation(expression) => {
                let next = self.spans.get(at + 1).map(Span::plain_text);
                let before_digit = next.is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
                let is_simple = !expression.contains(['$', '\n'])
                    && !expression.starts_with(|c: char| c.is_whitespace() || c == '`')
                    && !expression.ends_with(|c: char| c.is_whitespace() || c == '\\');
                self.text.push('$');
                if is_simple && !before_digit {
                    self.text.push_str(expression);
                } else {
                    fenced(expression, &mut self.text);
                }
                self.text.push('$');
            }
            SpanContent::Mention(_) => mention::write(span, &mut self.text),
            SpanContent::Other(_) => {}
        }
    }
}

/// Writes text between backticks, of which it does not hold as many in a row.
fn fenced(text: &str, out: &mut String) {
    let runs: Vec<_> = text.split(|c| c != '`').map(str::len).collect();
    let ticks = (1..).find(|count| !runs.contains(count)).unwrap_or(1);
    let ticks = "`".repeat(ticks);
    let touches = text.starts_with('`') || text.ends_with('`');
    let is_padded = text.starts_with(' ') && text.ends_with(' ') && !text.trim_matches(' ').is_empty();
    let pad = if touches || is_padded { " " } else { "" };
    out.extend([&*ticks, pad, text, pad, &*ticks]);
}

/// Writes a URL in parentheses.
fn destination(url: &str, out: &mut String) {
    let is_plain = !url.is_empty()
        && !url.contains(|c: char| {
            c.is_whitespace() || c.is_control() || matches!(c, '(' | ')' | '<' | '>' | '\\')
        });
    if is_plain {
        return out.extend(["(", url, ")"]);
    }
    out.push_str("(<");
    for c in url.chars() {
        if matches!(c, '<' | '>' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push_str(">)");
}
