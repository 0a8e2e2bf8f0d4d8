//! The smallest parts of a text: what is escaped, code, equations, and everything else letter by letter.

use std::collections::HashMap;

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Atom<'a> {
    /// Characters that mean themselves.
    Literal(&'a str),
    /// What stands between backticks.
    Code(&'a str),
    Equation(&'a str),
    Plain(char),
}

/// A text that is taken apart. It remembers what it looked for in vain, so that a hostile text does not make it look again and
/// again.
#[derive(Debug)]
pub(super) struct Atoms<'a> {
    text: &'a str,
    /// For a number of backticks, up to where there are no more of that many.
    no_ticks: HashMap<usize, usize>,
    /// Up to where no equation ends.
    no_equation: usize,
}

impl<'a> Atoms<'a> {
    /// Prepares to take a text apart.
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            no_ticks: HashMap::new(),
            no_equation: 0,
        }
    }

    /// The part that begins at a place, and where the next one begins. `None` at the end.
    pub(super) fn at(&mut self, at: usize) -> Option<(Atom<'a>, usize)> {
        let rest = self.text.get(at..)?;
        let first = rest.chars().next()?;
        let special = match first {
            '\\' => escaped(rest).map(|c| (Atom::Literal(c), at + 2)),
            '`' => return Some(self.ticks(at, rest)),
            '$' => self.equation(at, rest),
            _ => None,
        };
        Some(special.unwrap_or((Atom::Plain(first), at + first.len_utf8())))
    }

    /// Where `wanted` stands next for itself: not escaped and not in code.
    pub(super) fn find(&mut self, wanted: &str, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            if self.text.get(at..)?.starts_with(wanted) {
                return Some(at);
            }
            (_, at) = self.at(at)?;
        }
    }

    /// Code, or backticks that nothing closes.
    fn ticks(&mut self, at: usize, rest: &'a str) -> (Atom<'a>, usize) {
        let count = run(rest);
        let line = line(rest);
        let open = at + count;
        if self.no_ticks.get(&count).is_none_or(|end| *end <= at) {
            let mut from = count;
            while let Some(found) = line[from..].find('`') {
                let length = run(&line[from + found..]);
                if length == count {
                    let content = &line[count..from + found];
                    return (Atom::Code(content), open + content.len() + count);
                }
                from += found + length;
            }
            self.no_ticks.insert(count, at + line.len());
        }
        // All of them, or else the rest would be taken for a smaller number.
        (Atom::Literal(&rest[..count]), open)
    }

    fn equation(&mut self, at: usize, rest: &'a str) -> Option<(Atom<'a>, usize)> {
        let line = line(rest);
        if let Some(inner) = line.strip_prefix("$`") {
            if at < self.no_equation {
                return None;
            }
            let Some(end) = inner.find("`$") else {
                self.no_equation = at + line.len();
                return None;
            };
            let found = (Atom::Equation(&inner[..end]), at + 2 + end + 2);
            return (end > 0).then_some(found);
        }
        let inner = line.strip_prefix("$$")?;
        let (content, after) = inner.split_once('$')?;
        let found = (Atom::Equation(content), at + 2 + content.len() + 2);
        (after.starts_with('$') && !content.is_empty()).then_some(found)
    }
}

/// What a backslash at the start of a text makes of the next character: punctuation and blanks mean themselves.
pub(super) fn escaped(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('\\')?;
    let next = rest.chars().next()?;
    (next.is_ascii_punctuation() || is_blank(next)).then(|| &rest[..1])
}

/// What is cut off at both ends of a line.
pub(super) fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

/// A text without the blanks at both ends, except where the last is escaped.
pub(super) fn trim(text: &str) -> &str {
    let text = text.trim_start_matches(is_blank);
    let short = text.trim_end_matches(is_blank);
    let cut = short.len() < text.len() && super::tag::is_escaped(short);
    &text[..short.len() + usize::from(cut)]
}

/// How many backticks a text begins with.
pub(super) fn run(text: &str) -> usize {
    text.len() - text.trim_start_matches('`').len()
}

fn line(text: &str) -> &str {
    text.split_once('\n').map_or(text, |(line, _)| line)
}
