//! The text of a block: formatting, links, mentions.

use super::super::date::Mentioned;
use super::super::scan::{self, Atom, Atoms};
use super::super::tag::{self, Tag};
use super::super::text::{self, Look, Mention, Run, What};
use super::super::{address, color};
use super::emphasis::{self, Emphasis, Signs};
use super::link;

/// How many links and mentions of one text may turn out to be none. Each one costs a long look.
const MAX_TRIES: usize = 500;
/// The longest name inside of a mention, in bytes.
const MAX_LABEL: usize = 8192;

/// Reads formatted text.
pub(super) fn read(text: &str) -> Vec<Run> {
    let tokens = Tokens::new(scan::trim(text)).read();
    text::join(link::link_bare(text::join(runs(tokens))))
}

/// Reads `[caption](address)`, if that is all there is.
pub(super) fn captioned(text: &str) -> Option<(Vec<Run>, String)> {
    let mut tokens = Tokens::new(text);
    tokens.keep_first = true;
    let mut tokens = tokens.read();
    let Some(Token::LinkCloses(address)) = tokens.pop() else {
        return None;
    };
    if !matches!(tokens.first(), Some(Token::LinkOpens)) {
        return None;
    }
    tokens.remove(0);
    // The first and the last bracket belong together if those between them do.
    let mut open = 0_usize;
    for token in &tokens {
        match token {
            Token::LinkOpens => open += 1,
            Token::LinkCloses(_) => open = open.checked_sub(1)?,
            _ => {}
        }
    }
    Some((text::join(link::link_bare(text::join(runs(tokens)))), address))
}

#[derive(Debug)]
enum Token {
    Text(String),
    Code(String),
    Equation(String),
    Mention(Mention),
    Signs(Signs),
    SpanOpens(Span),
    SpanCloses,
    /// A bracket that may become the beginning of a link.
    Bracket,
    LinkOpens,
    LinkCloses(String),
}

/// What a `<span>` says, and how it was written.
#[derive(Debug)]
struct Span {
    underline: bool,
    color: Option<String>,
    source: String,
}

#[derive(Debug)]
struct Tokens<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    /// Open brackets, by their places among the tokens.
    brackets: Vec<usize>,
    spans: Vec<usize>,
    /// Whether the first bracket stays open when a link inside of it has ended.
    keep_first: bool,
    /// How often something may still be looked for in vain.
    tries: usize,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            tokens: Vec::new(),
            brackets: Vec::new(),
            spans: Vec::new(),
            keep_first: false,
            tries: MAX_TRIES,
        }
    }

    fn read(mut self) -> Vec<Token> {
        let mut atoms = Atoms::new(self.text);
        let mut at = 0;
        // The character before, unless it is a blank.
        let mut before = None;
        while let Some((atom, next)) = atoms.at(at) {
            match atom {
                Atom::Literal(text) => {
                    self.push_text(text);
                    before = Some('\\');
                    at = next;
                }
                Atom::Code(content) => {
                    self.tokens.push(Token::Code(code(content)));
                    before = Some('`');
                    at = next;
                }
                Atom::Equation(content) => {
                    self.tokens.push(Token::Equation(content.to_owned()));
                    before = Some('$');
                    at = next;
                }
                Atom::Plain(c) => {
                    at = self.plain(c, at, before);
                    let last = self.text[..at].chars().next_back();
                    before = last.filter(|c| !c.is_whitespace());
                }
            }
        }
        self.settle_spans();
        self.tokens
    }

    /// Reads what begins with a character that may have a meaning. Says where the next part begins.
    fn plain(&mut self, c: char, at: usize, before: Option<char>) -> usize {
        let rest = &self.text[at..];
        match c {
            '*' | '_' | '~' => {
                let count = rest.chars().take_while(|next| *next == c).count();
                let after = rest[count..].chars().next().filter(|c| !c.is_whitespace());
                self.tokens
                    .push(Token::Signs(Signs::new(c, count, before, after)));
                at + count
            }
            '<' => at + self.tag(rest),
            '[' => {
                self.brackets.push(self.tokens.len());
                self.tokens.push(Token::Bracket);
                at + 1
            }
            ']' => at + self.end_link(rest),
            _ => {
                self.push_text(&rest[..c.len_utf8()]);
                at + c.len_utf8()
            }
        }
    }

    /// Ends a link, if there is an address behind the bracket and a bracket before it.
    fn end_link(&mut self, rest: &str) -> usize {
        let opened = self.brackets.pop();
        let found = opened.and_then(|opened| {
            let found = self.patiently(|| link::destination(&rest[1..]));
            found.map(|(address, length)| (opened, address, length))
        });
        let Some((opened, address, length)) = found else {
            self.push_text("]");
            return 1;
        };
        self.tokens[opened] = Token::LinkOpens;
        self.tokens.push(Token::LinkCloses(address));
        // There are no links in links.
        let kept = usize::from(self.keep_first && opened > 0);
        self.brackets.truncate(kept);
        1 + length
    }

    /// Reads a tag. Says how many bytes it takes.
    fn tag(&mut self, rest: &str) -> usize {
        if let Some((address, length)) = link::angled(rest) {
            self.tokens.push(Token::LinkOpens);
            self.push_text(address);
            self.tokens.push(Token::LinkCloses(address.to_owned()));
            return length;
        }
        if let Some(("span", length)) = tag::closing(rest) {
            match self.spans.pop() {
                Some(_) => self.tokens.push(Token::SpanCloses),
                None => self.push_text(&rest[..length]),
            }
            return length;
        }
        let tag = Tag::read(rest);
        let known = tag.as_ref().and_then(|tag| match tag.name {
            "br" => Some((Token::Text("\n".to_owned()), tag.length)),
            "span" if !tag.closed => Some((Token::SpanOpens(Span::new(tag, rest)), tag.length)),
            _ if tag.name.starts_with("mention-") => self
                .patiently(|| mention(tag, rest))
                .map(|(mention, length)| (Token::Mention(mention), length)),
            _ => None,
        });
        match known {
            Some((Token::Text(text), length)) => {
                self.push_text(&text);
                length
            }
            Some((token, length)) => {
                if matches!(token, Token::SpanOpens(_)) {
                    self.spans.push(self.tokens.len());
                }
                self.tokens.push(token);
                length
            }
            None => {
                self.push_text("<");
                1
            }
        }
    }

    /// Looks for something as long as not too much was looked for in vain.
    fn patiently<T>(&mut self, look: impl FnOnce() -> Option<T>) -> Option<T> {
        let tries = self.tries.checked_sub(1)?;
        let found = look();
        if found.is_none() {
            self.tries = tries;
        }
        found
    }

    /// Makes text of the spans that nothing closes.
    fn settle_spans(&mut self) {
        for opened in std::mem::take(&mut self.spans) {
            if let Token::SpanOpens(span) = &mut self.tokens[opened] {
                self.tokens[opened] = Token::Text(std::mem::take(&mut span.source));
            }
        }
    }

    fn push_text(&mut self, text: &str) {
        match self.tokens.last_mut() {
            Some(Token::Text(before)) => before.push_str(text),
            _ => self.tokens.push(Token::Text(text.to_owned())),
        }
    }
}

impl Span {
    fn new(tag: &Tag<'_>, rest: &str) -> Self {
        Self {
            underline: tag.flag("underline"),
            color: tag.get("color").and_then(color::read),
            source: rest[..tag.length].to_owned(),
        }
    }
}

/// Reads a mention: a tag that closes itself, or one with a name in it, which does not matter.
fn mention(tag: &Tag<'_>, rest: &str) -> Option<(Mention, usize)> {
    let record = || tag.get("url").and_then(address::record);
    let mention = match tag.name {
        "mention-user" => Mention::User(record()?),
        "mention-page" => Mention::Page(record()?, None),
        "mention-database" => Mention::Database(record()?, None),
        "mention-date" => Mention::Date(Mentioned::from_tag(tag)?),
        _ => return None,
    };
    if tag.closed {
        return Some((mention, tag.length));
    }
    let inside = &rest[tag.length..];
    let window = &inside[..inside.floor_char_boundary(MAX_LABEL)];
    let end = format!("</{}>", tag.name);
    let label = Atoms::new(window).find(&end, 0)?;
    Some((mention, tag.length + label + end.len()))
}

/// The text of inline code: blanks that only keep backticks apart are taken off, and lines are broken.
fn code(content: &str) -> String {
    let padded = content.starts_with(' ') && content.ends_with(' ') && !content.trim_matches(' ').is_empty();
    let content = if padded {
        &content[1..content.len() - 1]
    } else {
        content
    };
    content.replace("<br>", "\n").replace("<br/>", "\n")
}

/// Puts the tokens together.
fn runs(mut tokens: Vec<Token>) -> Vec<Run> {
    let mut signs: Vec<&mut Signs> = tokens
        .iter_mut()
        .filter_map(|token| match token {
            Token::Signs(signs) => Some(signs),
            _ => None,
        })
        .collect();
    emphasis::pair(&mut signs);
    let mut links = link_addresses(&tokens);

    let mut runs = Vec::new();
    let mut state = State::default();
    for (at, token) in tokens.into_iter().enumerate() {
        match token {
            Token::Text(text) => runs.push(state.run(What::Text(text), false)),
            Token::Code(text) => runs.push(state.run(What::Text(text), true)),
            Token::Equation(expression) => runs.push(state.run(What::Equation(expression), false)),
            Token::Mention(mention) => runs.push(state.run(What::Mention(mention), false)),
            Token::Bracket => runs.push(state.run(What::Text("[".to_owned()), false)),
            Token::SpanOpens(span) => state.spans.push(span),
            Token::SpanCloses => drop(state.spans.pop()),
            Token::LinkOpens => state.links.extend(links[at].take()),
            Token::LinkCloses(_) => drop(state.links.pop()),
            Token::Signs(signs) => {
                for emphasis in &signs.closes {
                    *state.count(*emphasis) -= 1;
                }
                runs.push(state.run(What::Text(signs.literal()), false));
                for emphasis in &signs.opens {
                    *state.count(*emphasis) += 1;
                }
            }
        }
    }
    runs
}

/// For every token that begins a link, where the link leads.
fn link_addresses(tokens: &[Token]) -> Vec<Option<String>> {
    let mut found = vec![None; tokens.len()];
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::LinkOpens => open.push(at),
            Token::LinkCloses(address) => {
                if let Some(opened) = open.pop() {
                    found[opened] = Some(address.clone());
                }
            }
            _ => {}
        }
    }
    found
}

/// What holds at a place of the text.
#[derive(Debug, Default)]
struct State {
    bold: usize,
    italic: usize,
    strikethrough: usize,
    spans: Vec<Span>,
    links: Vec<String>,
}

impl State {
    fn count(&mut self, emphasis: Emphasis) -> &mut usize {
        match emphasis {
            Emphasis::Bold => &mut self.bold,
            Emphasis::Italic => &mut self.italic,
            Emphasis::Strikethrough => &mut self.strikethrough,
        }
    }

    fn run(&self, what: What, code: bool) -> Run {
        let is_text = matches!(what, What::Text(_));
        let color = self.spans.iter().rev().find_map(|span| span.color.clone());
        let look = Look {
            bold: self.bold > 0,
            italic: self.italic > 0,
            strikethrough: self.strikethrough > 0,
            underline: self.spans.iter().any(|span| span.underline),
            code,
            color: color.filter(|color| color != "default"),
        };
        Run {
            link: self
                .links
                .last()
                .filter(|url| is_text && link::can_link(url))
                .cloned(),
            ..Run::new(what, look)
        }
    }
}
