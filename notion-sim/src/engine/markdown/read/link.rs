//! Addresses in a text: behind brackets, in angle brackets, and bare ones.

use super::super::scan;
use super::super::text::{Run, What};

/// The longest address that is looked for, in bytes. Notion takes 2,000 characters.
const MAX_LENGTH: usize = 8192;
const SCHEMES: [&str; 2] = ["https://", "http://"];

/// Reads `(address)` at the start of a text: the address, and how many bytes it takes. A title behind the address is skipped.
pub(super) fn destination(text: &str) -> Option<(String, usize)> {
    let rest = text.strip_prefix('(')?;
    let mut address = String::new();
    let mut depth = 0;
    let mut at = 0;
    while at < MAX_LENGTH {
        if let Some(literal) = scan::escaped(&rest[at..]) {
            address.push_str(literal);
            at += 2;
            continue;
        }
        let c = rest[at..].chars().next()?;
        match c {
            ')' if depth == 0 => return (!address.is_empty()).then_some((address, at + 2)),
            ')' => depth -= 1,
            '(' => depth += 1,
            ' ' => {
                let length = title(&rest[at..])?;
                return (!address.is_empty()).then_some((address, 1 + at + length));
            }
            _ if c.is_whitespace() => return None,
            _ => {}
        }
        address.push(c);
        at += c.len_utf8();
    }
    None
}

/// The length of ` "title")`.
fn title(text: &str) -> Option<usize> {
    let rest = text.trim_start_matches(' ').strip_prefix('"')?;
    let window = &rest[..rest.floor_char_boundary(MAX_LENGTH)];
    let (_, after) = window.split_once("\")")?;
    Some(text.len() - rest.len() + window.len() - after.len())
}

/// Reads `<https://…>` at the start of a text: the address, and how many bytes it takes.
pub(super) fn angled(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix('<')?;
    SCHEMES.iter().find(|scheme| rest.starts_with(**scheme))?;
    let end = rest.find(|c: char| c == '>' || c == '<' || c.is_whitespace())?;
    rest[end..].starts_with('>').then_some((&rest[..end], end + 2))
}

/// Whether text can lead to an address. Other links are only their text.
pub(super) fn can_link(address: &str) -> bool {
    let known = ["https:", "http:", "mailto:", "tel:", "/"];
    if known
        .iter()
        .any(|start| address.starts_with(start) && address.len() > start.len())
    {
        return true;
    }
    let host = address.split('/').next().unwrap_or_default();
    let domain = host.split_once('.');
    domain.is_some_and(|(name, rest)| !name.is_empty() && !rest.is_empty() && !host.contains([':', '#', ' ']))
}

/// Makes links of the addresses in plain text.
pub(super) fn link_bare(runs: Vec<Run>) -> Vec<Run> {
    let mut linked = Vec::with_capacity(runs.len());
    for run in runs {
        match &run.what {
            What::Text(text) if run.link.is_none() && !run.look.code => cut(text, &run, &mut linked),
            _ => linked.push(run),
        }
    }
    linked
}

fn cut(text: &str, like: &Run, into: &mut Vec<Run>) {
    let mut push = |text: &str, link: Option<&str>| {
        into.push(Run {
            what: What::Text(text.to_owned()),
            look: like.look.clone(),
            link: link.map(str::to_owned),
        });
    };
    let (mut done, mut from) = (0, 0);
    while let Some(at) = text[from..].find("http").map(|at| from + at) {
        let free = !text[..at].ends_with(char::is_alphanumeric);
        match bare(&text[at..]).filter(|_| free) {
            Some(length) => {
                push(&text[done..at], None);
                push(&text[at..at + length], Some(&text[at..at + length]));
                (done, from) = (at + length, at + length);
            }
            None => from = at + 4,
        }
    }
    push(&text[done..], None);
}

/// The length of the address that a text begins with. Punctuation at its end belongs to the sentence.
fn bare(text: &str) -> Option<usize> {
    let scheme = SCHEMES.iter().find(|scheme| text.starts_with(**scheme))?;
    let ends = |c: char| c.is_whitespace() || c.is_control() || ['<', '>', '"', '`'].contains(&c);
    let whole = &text[..text.find(ends).unwrap_or(text.len())];
    let mut address = whole.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~']);
    let open = |address: &str| address.matches('(').count() < address.matches(')').count();
    while address.ends_with(')') && open(address) {
        address = &address[..address.len() - 1];
    }
    address[scheme.len()..]
        .starts_with(char::is_alphanumeric)
        .then_some(address.len())
}

#[cfg(test)]
mod tests {
    use super::super::super::text::Look;
    use super::*;

    #[test]
    fn destinations_may_hold_parentheses_and_titles() {
        let read = |text| destination(text).map(|(address, length)| (address, &text[length..]));
        let cases = [
            ("(a)b", "a", "b"),
            ("(a(b)c) d", "a(b)c", " d"),
            ("(a\\)\\ \\\\b)", "a) \\b", ""),
            ("(a \"a title\") b", "a", " b"),
        ];
        for (text, address, rest) in cases {
            assert_eq!(read(text), Some((address.to_owned(), rest)), "{text}");
        }
        for text in ["", "a", "()", "(a", "(a b)", "(a\nb)", "(a(b)"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn some_links_are_only_their_text() {
        for address in ["https://a", "mailto:a@b.c", "/38c9ce7b", "example.com/a", "tel:1"] {
            assert!(can_link(address), "{address}");
        }
        for address in ["", "a", "#a", "./a.md", "a:b.c", "javascript:alert(1)", "http:"] {
            assert!(!can_link(address), "{address}");
        }
    }

    #[test]
    fn addresses_become_links() {
        let links = |text: &str| -> Vec<String> {
            let run = Run::new(What::Text(text.to_owned()), Look::default());
            link_bare(vec![run])
                .into_iter()
                .filter_map(|run| run.link)
                .collect()
        };
        assert_eq!(
            links("See https://a.b/c_(d). Or (http://e.f), not xhttp://g or https:// at all."),
            ["https://a.b/c_(d)", "http://e.f"]
        );
    }
}
