//! The text of a block: formatting, links, mentions.

use super::super::read::misleads_at;
use super::super::scan::is_blank;
use super::super::text::{Look, Mention, Run, What};
use super::super::{address, color, tag};

/// The characters that are always written with a backslash.
const SPECIAL: [char; 13] = ['\\', '*', '~', '`', '$', '[', ']', '<', '>', '{', '}', '|', '^'];

/// Writes formatted text in one line.
pub(super) fn write(runs: &[Run], labels: bool) -> String {
    let mut out = Out {
        text: String::new(),
        open: Vec::new(),
        labels,
    };
    for (at, run) in runs.iter().enumerate() {
        let wanted = marks(run);
        let next = runs.get(at + 1).map(marks);
        out.run(run, wanted, next.as_deref());
    }
    out.close_to(0);
    out.text
}

/// The same, so that a line that begins with it is not taken for something else.
pub(super) fn write_line(runs: &[Run], labels: bool) -> String {
    let mut text = write(runs, labels);
    if let Some(at) = misleads_at(&text) {
        text.insert(at, '\\');
    }
    text
}

/// An address in parentheses.
pub(super) fn destination(address: &str) -> String {
    let mut depth = Some(0_usize);
    for c in address.chars() {
        depth = match c {
            '(' => depth.map(|depth| depth + 1),
            ')' => depth.and_then(|depth| depth.checked_sub(1)),
            _ => depth,
        };
    }
    let balanced = depth == Some(0);
    let mut out = String::from("(");
    for c in address.chars() {
        match c {
            '(' | ')' if balanced => out.push(c),
            '\\' | '(' | ')' | ' ' | '\t' => out.extend(['\\', c]),
            _ if c.is_whitespace() => out.push_str(&crate::engine::id::encode(c.encode_utf8(&mut [0; 4]))),
            _ => out.push(c),
        }
    }
    out.push(')');
    out
}

/// What surrounds a run, from the outside in.
#[derive(Debug, Clone, PartialEq)]
enum Mark<'a> {
    Link(&'a str),
    Span { color: Option<&'a str>, underline: bool },
    Bold,
    Italic,
    Strikethrough,
}

impl Mark<'_> {
    /// Whether the mark is a sign that must not stand beside a blank.
    fn is_sign(&self) -> bool {
        matches!(self, Self::Bold | Self::Italic | Self::Strikethrough)
    }
}

fn marks(run: &Run) -> Vec<Mark<'_>> {
    let Look {
        bold,
        italic,
        strikethrough,
        underline,
        code: _,
        color,
    } = &run.look;
    let mut marks: Vec<Mark<'_>> = run.link.iter().map(|url| Mark::Link(url)).collect();
    if color.is_some() || *underline {
        marks.push(Mark::Span {
            color: color.as_deref(),
            underline: *underline,
        });
    }
    let signs = [
        (*bold, Mark::Bold),
        (*italic, Mark::Italic),
        (*strikethrough, Mark::Strikethrough),
    ];
    marks.extend(signs.into_iter().filter(|(on, _)| *on).map(|(_, mark)| mark));
    marks
}

#[derive(Debug)]
struct Out<'a> {
    text: String,
    open: Vec<Mark<'a>>,
    labels: bool,
}

impl<'a> Out<'a> {
    fn run(&mut self, run: &Run, wanted: Vec<Mark<'a>>, next: Option<&[Mark<'_>]>) {
        let shared = common(&self.open, &wanted);
        self.close_to(shared);
        let is_first = self.text.is_empty() || wanted[shared..].last().is_some_and(Mark::is_sign);
        for mark in wanted.into_iter().skip(shared) {
            self.begin(mark);
        }
        let is_last = next.is_none_or(|next| self.open[common(&self.open, next)..].iter().any(Mark::is_sign));
        match &run.what {
            What::Text(text) if run.look.code => self.text.push_str(&code(text)),
            What::Text(text) => self.text.push_str(&escape(text, is_first, is_last)),
            What::Equation(expression) => {
                let line = expression.replace('\n', " ");
                self.text.push_str(&format!("$`{line}`$"));
            }
            What::Mention(mention) => self.text.push_str(&write_mention(mention, self.labels)),
        }
    }

    fn begin(&mut self, mark: Mark<'a>) {
        match &mark {
            Mark::Link(_) => self.text.push('['),
            Mark::Span { color, underline } => {
                let attributes = [
                    ("color", color.map(color::write)),
                    ("underline", underline.then(|| "true".to_owned())),
                ];
                self.text.push_str(&tag::opening("span", &attributes));
            }
            sign => self.text.push_str(signs(sign)),
        }
        self.open.push(mark);
    }

    fn close_to(&mut self, depth: usize) {
        for mark in self.open.drain(depth..).rev() {
            match &mark {
                Mark::Link(url) => {
                    self.text.push(']');
                    self.text.push_str(&destination(url));
                }
                Mark::Span { .. } => self.text.push_str("</span>"),
                sign => self.text.push_str(signs(sign)),
            }
        }
    }
}

fn signs(mark: &Mark<'_>) -> &'static str {
    match mark {
        Mark::Bold => "**",
        Mark::Italic => "*",
        Mark::Strikethrough => "~~",
        Mark::Link(_) | Mark::Span { .. } => "",
    }
}

/// How many marks two rows have in common at their beginnings.
fn common(one: &[Mark<'_>], other: &[Mark<'_>]) -> usize {
    one.iter()
        .zip(other)
        .take_while(|(one, other)| one == other)
        .count()
}

/// Text in which everything means itself. At its ends a blank may have to be kept from being cut off.
fn escape(text: &str, is_first: bool, is_last: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(c) = chars.next() {
        let after = chars.peek().copied();
        let at_end = (before.is_none() && is_first) || (after.is_none() && is_last);
        // Between letters an underscore is one of them.
        let in_word = [before, after]
            .iter()
            .all(|c| c.is_some_and(char::is_alphanumeric));
        match c {
            '\n' => out.push_str("<br>"),
            _ if SPECIAL.contains(&c) || (c == '_' && !in_word) || (is_blank(c) && at_end) => {
                out.extend(['\\', c]);
            }
            _ => out.push(c),
        }
        before = Some(c);
    }
    out
}

/// Code between as many backticks as it does not have in a row itself.
fn code(text: &str) -> String {
    let mut runs: Vec<usize> = text.split(|c| c != '`').map(str::len).collect();
    runs.sort_unstable();
    runs.dedup();
    let ticks = (1..)
        .find(|count| runs.binary_search(count).is_err())
        .unwrap_or(1);
    let ticks = "`".repeat(ticks);
    let inner = text.replace('\n', "<br>");
    let touches = inner.starts_with('`') || inner.ends_with('`');
    let is_padded = inner.starts_with(' ') && inner.ends_with(' ') && !inner.trim_matches(' ').is_empty();
    let pad = if touches || is_padded { " " } else { "" };
    format!("{ticks}{pad}{inner}{pad}{ticks}")
}

fn write_mention(mention: &Mention, labels: bool) -> String {
    let named = |name: &str, url: String, label: &Option<String>| {
        let attributes = [("url", Some(url))];
        match label.as_ref().filter(|_| labels) {
            Some(label) => format!(
                "{}{}</{name}>",
                tag::opening(name, &attributes),
                escape(label, true, true)
            ),
            None => tag::alone(name, &attributes),
        }
    };
    match mention {
        Mention::User(id) => named("mention-user", address::of_user(*id), &None),
        Mention::Page(id, label) => named("mention-page", address::of_page(*id), label),
        Mention::Database(id, label) => named("mention-database", address::of_page(*id), label),
        Mention::Date(date) => tag::alone("mention-date", &date.attributes()),
    }
}
