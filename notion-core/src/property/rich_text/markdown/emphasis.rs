//! Which stars belong together: the rules of [CommonMark](https://spec.commonmark.org/0.31.2/#emphasis-and-strong-emphasis).

use super::super::look::Annotations;
use super::super::span::Span;

/// What has been read so far.
#[derive(Debug)]
pub(super) enum Node {
    /// A span that is complete.
    Span(Span),
    /// A row of stars, underscores or tildes, which may turn out to be text.
    Signs(Signs),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Signs {
    sign: char,
    count: usize,
    can_open: bool,
    can_close: bool,
}

impl Signs {
    /// A row of signs between two characters.
    pub(super) fn new(sign: char, count: usize, before: Option<char>, after: Option<char>) -> Self {
        let is_blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let opens = !is_blank(after) && (is_word(after) || !is_word(before));
        let closes = !is_blank(before) && (is_word(before) || !is_word(after));
        // Between letters an underscore is one of them.
        let in_word = sign == '_' && is_word(before) && is_word(after);
        let is_known = sign != '~' || count <= 2;
        Self {
            sign,
            count,
            can_open: opens && is_known && !in_word,
            can_close: closes && is_known && !in_word,
        }
    }
}

/// A row of signs that waits for its other half.
struct Opener {
    signs: Signs,
    /// How many of them there were to begin with.
    length: usize,
    /// The place of the text that they are otherwise.
    at: usize,
}

/// The spans that nodes make, with the looks that the signs among them give.
pub(super) fn resolve(nodes: Vec<Node>) -> Vec<Span> {
    let mut spans = Vec::with_capacity(nodes.len());
    let mut looks: Vec<(usize, usize, Look)> = Vec::new();
    let mut openers: Vec<Opener> = Vec::new();
    // Below these places there is no opener for such signs, so that nobody looks there again.
    let mut bottoms = [0; 3 * 2 * 3];
    for node in nodes {
        let mut signs = match node {
            Node::Span(span) => {
                spans.push(span);
                continue;
            }
            Node::Signs(signs) => signs,
        };
        let length = signs.count;
        while signs.can_close && signs.count > 0 {
            let bottom = &mut bottoms[bottom_of(&signs, length)];
            let found = openers[*bottom..]
                .iter()
                .rposition(|opener| opener.fits(&signs, length));
            let Some(found) = found.map(|found| found + *bottom) else {
                *bottom = openers.len();
                break;
            };
            for opener in openers.drain(found + 1..) {
                spans[opener.at] = opener.signs.text();
            }
            let opener = &mut openers[found];
            let used = opener.signs.count.min(signs.count).min(2);
            opener.signs.count -= used;
            signs.count -= used;
            looks.push((opener.at + 1, spans.len(), Look::of(signs.sign, used)));
            if opener.signs.count == 0 {
                openers.pop();
            }
            for bottom in &mut bottoms {
                *bottom = (*bottom).min(openers.len());
            }
        }
        if signs.count == 0 {
            continue;
        }
        if signs.can_open {
            openers.push(Opener {
                signs,
                length,
                at: spans.len(),
            });
            spans.push(Span::text(""));
        } else {
            spans.push(signs.text());
        }
    }
    for opener in openers {
        spans[opener.at] = opener.signs.text();
    }
    put_on(&mut spans, &looks);
    spans
}

impl Opener {
    fn fits(&self, closer: &Signs, length: usize) -> bool {
        if self.signs.sign != closer.sign {
            return false;
        }
        if closer.sign == '~' {
            return self.length == length;
        }
        // Rows that both open and close do not fit each other if that would leave stars over.
        let may_leave = self.signs.can_close || closer.can_open;
        !(may_leave && (self.length + length).is_multiple_of(3))
            || (self.length.is_multiple_of(3) && length.is_multiple_of(3))
    }
}

impl Signs {
    fn text(&self) -> Span {
        Span::text(self.sign.to_string().repeat(self.count))
    }
}

fn bottom_of(signs: &Signs, length: usize) -> usize {
    let sign = match signs.sign {
        '*' => 0,
        '_' => 1,
        _ => return 12 + length.min(2),
    };
    sign * 6 + usize::from(signs.can_open) * 3 + length % 3
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Bold,
    Italic,
    Strikethrough,
}

impl Look {
    fn of(sign: char, count: usize) -> Self {
        match (sign, count) {
            ('~', _) => Self::Strikethrough,
            (_, 2) => Self::Bold,
            _ => Self::Italic,
        }
    }

    fn is_on(self, annotations: &mut Annotations) -> &mut bool {
        match self {
            Self::Bold => &mut annotations.bold,
            Self::Italic => &mut annotations.italic,
            Self::Strikethrough => &mut annotations.strikethrough,
        }
    }
}

/// Gives ranges of spans their looks, each span once however many ranges it is in.
fn put_on(spans: &mut [Span], looks: &[(usize, usize, Look)]) {
    for look in [Look::Bold, Look::Italic, Look::Strikethrough] {
        let mut changes = vec![0_isize; spans.len() + 1];
        for (start, end, _) in looks.iter().filter(|(_, _, of)| *of == look) {
            changes[*start] += 1;
            changes[*end] -= 1;
        }
        let mut depth = 0;
        for (span, change) in spans.iter_mut().zip(changes) {
            depth += change;
            *look.is_on(&mut span.annotations) |= depth > 0;
        }
    }
}
