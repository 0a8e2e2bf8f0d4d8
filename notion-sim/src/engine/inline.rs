//! The Markdown of comments: formatting within lines, and nothing that makes blocks.

use serde_json::{Map, Value, json};

use super::{id, rich_text};

/// What encloses formatted text, longest first, and the annotation it stands for.
const MARKS: [(&str, &str); 5] = [
    ("**", "bold"),
    ("__", "bold"),
    ("~~", "strikethrough"),
    ("*", "italic"),
    ("_", "italic"),
];

/// The rich text that a text in Markdown means, as a request would give it.
pub(crate) fn parse(text: &str) -> Value {
    let mut reader = Reader::default();
    reader.read(text, &Style::default());
    Value::Array(reader.items)
}

/// How a stretch of text looks.
#[derive(Debug, Clone, Default)]
struct Style {
    annotations: Map<String, Value>,
    link: Option<String>,
}

impl Style {
    fn with(&self, annotation: &str) -> Self {
        let mut style = self.clone();
        style.annotations.insert(annotation.to_owned(), Value::Bool(true));
        style
    }
}

#[derive(Debug, Default)]
struct Reader {
    items: Vec<Value>,
}

impl Reader {
    fn read(&mut self, text: &str, style: &Style) {
        let mut plain = String::new();
        let mut at = 0;
        let mut marks = Marks::within(style);
        while let Some(next) = text[at..].chars().next() {
            let rest = &text[at..];
            let escaped = rest.strip_prefix('\\').and_then(|rest| rest.chars().next());
            if let Some(char) = escaped.filter(char::is_ascii_punctuation) {
                plain.push(char);
                at += 2;
                continue;
            }
            let before = text[..at].chars().next_back();
            let Some((length, piece)) = Piece::at(rest, before, &mut marks) else {
                plain.push(next);
                at += next.len_utf8();
                continue;
            };
            self.text(&mut plain, style);
            match piece {
                Piece::Marked(annotation, inner) => self.read(inner, &style.with(annotation)),
                Piece::Code(inner) => self.text(&mut inner.to_owned(), &style.with("code")),
                Piece::Link(inner, url) => {
                    let style = Style {
                        link: Some(url.to_owned()),
                        ..style.clone()
                    };
                    self.read(inner, &style);
                }
                Piece::Equation(expression) => self.items.push(json!({
                    "type": "equation", "equation": {"expression": expression}, "annotations": style.annotations,
                })),
                Piece::Mention(mention) => self.items.push(json!({
                    "type": "mention", "mention": mention, "annotations": style.annotations,
                })),
            }
            at += length;
        }
        self.text(&mut plain, style);
    }

    fn text(&mut self, plain: &mut String, style: &Style) {
        if !plain.is_empty() {
            let link = style.link.as_ref().map(|url| json!({"url": url}));
            self.items.push(json!({
                "type": "text",
                "text": {"content": std::mem::take(plain), "link": link},
                "annotations": style.annotations,
            }));
        }
    }
}

/// What is more than plain text.
#[derive(Debug)]
enum Piece<'a> {
    Marked(&'static str, &'a str),
    Code(&'a str),
    Link(&'a str, &'a str),
    Equation(&'a str),
    Mention(Value),
}

impl<'a> Piece<'a> {
    /// What begins here, and its length with everything around it. `before` is the character in front of it.
    fn at(text: &'a str, before: Option<char>, marks: &mut Marks) -> Option<(usize, Self)> {
        match text.as_bytes().first()? {
            b'`' => code(text),
            b'[' => link(text),
            b'$' => equation(text),
            b'<' => mention(text),
            _ => marks.at(text, before),
        }
    }
}

/// Which marks are still worth a look in a stretch of text. A mark that found no end once finds none further on, and what
/// is bold already gets no bolder; so long texts of nothing but marks are read fast, and none nests deep.
#[derive(Debug)]
struct Marks {
    useful: [bool; MARKS.len()],
}

impl Marks {
    fn within(style: &Style) -> Self {
        Self {
            useful: MARKS.map(|(_, annotation)| !style.annotations.contains_key(annotation)),
        }
    }

    fn at<'a>(&mut self, text: &'a str, before: Option<char>) -> Option<(usize, Piece<'a>)> {
        MARKS
            .iter()
            .zip(&mut self.useful)
            .find_map(|((mark, annotation), useful)| {
                let rest = text.strip_prefix(mark).filter(|_| *useful)?;
                let closed = rest.starts_with(char::is_whitespace) || within_word(mark, before);
                let inner = if closed { None } else { enclosed(rest, mark) };
                *useful = closed || inner.is_some();
                inner.map(|inner| (inner.len() + 2 * mark.len(), Piece::Marked(annotation, inner)))
            })
    }
}

/// `` `code` ``, with as many backticks in front as behind.
fn code(text: &str) -> Option<(usize, Piece<'_>)> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    let (fence, rest) = text.split_at(ticks);
    let end = rest
        .match_indices(fence)
        .map(|(at, _)| at)
        .find(|at| !rest[at + ticks..].starts_with('`') && !rest[..*at].ends_with('`'))?;
    let inner = &rest[..end];
    let padded = inner.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' '));
    let shown = padded.filter(|inner| !inner.trim().is_empty()).unwrap_or(inner);
    Some((end + 2 * ticks, Piece::Code(shown)))
}

/// `[text](address)`.
fn link(text: &str) -> Option<(usize, Piece<'_>)> {
    let rest = &text[1..];
    let inner = &rest[..rest.find(['[', ']'])?];
    let rest = rest[inner.len()..].strip_prefix("](")?;
    let url = &rest[..rest.find(|char: char| matches!(char, '(' | ')') || char.is_whitespace())?];
    let whole = !inner.is_empty() && !url.is_empty() && rest[url.len()..].starts_with(')');
    whole.then_some((inner.len() + url.len() + 4, Piece::Link(inner, url)))
}

/// `$expression$`, also with backticks inside of the dollars. Two prices in a sentence are none.
fn equation(text: &str) -> Option<(usize, Piece<'_>)> {
    let rest = &text[1..];
    let inner = &rest[..rest.find('$')?];
    let after = rest[inner.len() + 1..].chars().next();
    let expression = inner.strip_prefix('`').and_then(|inner| inner.strip_suffix('`'));
    let tight =
        !inner.is_empty() && inner.trim() == inner && !after.is_some_and(|next| next.is_ascii_digit());
    tight.then_some((inner.len() + 2, Piece::Equation(expression.unwrap_or(inner))))
}

/// `<mention-user url="…">Name</mention-user>`, and pages, databases and dates in the same way.
fn mention(text: &str) -> Option<(usize, Piece<'_>)> {
    let rest = text.strip_prefix("<mention-")?;
    let head_end = rest.find(['<', '>']).filter(|at| rest[*at..].starts_with('>'))?;
    let (kind, attributes) = rest[..head_end].split_once(' ')?;
    let attribute = |name: &str| {
        let (_, value) = attributes.split_once(name)?.1.split_once('"')?;
        Some(value.split_once('"')?.0)
    };
    let record = || {
        let url = attribute("url=")?;
        let digits = url
            .rsplit(|char: char| !char.is_ascii_hexdigit() && char != '-')
            .next()?;
        id::parse(digits).or_else(|| id::parse(digits.get(digits.len().checked_sub(32)?..)?))
    };
    let mention = match kind {
        "user" => json!({"user": {"id": record()?}}),
        "page" => json!({"page": {"id": record()?}}),
        "database" => json!({"database": {"id": record()?}}),
        "date" => json!({"date": rich_text::as_date(attribute("start=")?)?.to_json()}),
        _ => return None,
    };
    let head = "<mention-".len() + head_end + 1;
    let closing = format!("</mention-{kind}>");
    if attributes.ends_with('/') {
        return Some((head, Piece::Mention(mention)));
    }
    let name = text[head..].find('<')?;
    let whole = text[head + name..].starts_with(&closing);
    whole.then_some((head + name + closing.len(), Piece::Mention(mention)))
}

/// The text up to the next mark of this kind.
fn enclosed<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let sign = mark.chars().next()?;
    let mut at = 0;
    while let Some(found) = text[at..].find(sign) {
        let start = at + found;
        let run = text[start..].len() - text[start..].trim_start_matches(sign).len();
        // `***` closes both: the inner mark with its first sign, the outer one with the others.
        let inner = &text[..start + run - mark.len().min(run)];
        let escaped = text[..start].ends_with('\\');
        let closes = !escaped && (run == mark.len() || run > 2) && !inner.is_empty();
        let after = text[start + run..].chars().next();
        if closes && !inner.ends_with(char::is_whitespace) && !within_word(mark, after) {
            return Some(inner);
        }
        at = start + run;
    }
    None
}

/// Underscores inside of words are no marks.
fn within_word(mark: &str, neighbour: Option<char>) -> bool {
    mark.starts_with('_') && neighbour.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `bold:text`, one per item.
    fn shown(text: &str) -> Vec<String> {
        let show = |item: &Value| {
            if let Some(equation) = item.get("equation") {
                return format!("equation:{}", equation["expression"].as_str().unwrap_or_default());
            }
            if let Some(mention) = item.get("mention") {
                return format!("mention:{mention}");
            }
            let names = item["annotations"]
                .as_object()
                .into_iter()
                .flat_map(Map::keys)
                .cloned();
            let link = item["text"]["link"]["url"].as_str().map(str::to_owned);
            let names: Vec<String> = names.chain(link).collect();
            format!(
                "{}:{}",
                names.join("+"),
                item["text"]["content"].as_str().unwrap_or_default()
            )
        };
        parse(text).as_array().into_iter().flatten().map(show).collect()
    }

    #[test]
    fn formatting_within_lines() {
        for (text, expected) in [
            ("plain", &[":plain"][..]),
            ("a **b** c", &[":a ", "bold:b", ": c"]),
            (
                "*i* _i_ ~~s~~",
                &["italic:i", ": ", "italic:i", ": ", "strikethrough:s"],
            ),
            ("***both***", &["bold+italic:both"]),
            ("**b *i* b**", &["bold:b ", "bold+italic:i", "bold: b"]),
            ("*a **b** c*", &["italic:a ", "italic+bold:b", "italic: c"]),
            ("`**c**` ``a`b``", &["code:**c**", ": ", "code:a`b"]),
            (
                "[a **b**](https://x.org/)",
                &["https://x.org/:a ", "bold+https://x.org/:b"],
            ),
            ("$x^2$ and $`y`$", &["equation:x^2", ": and ", "equation:y"]),
            ("snake_case_name 2 * 3 * 4", &[":snake_case_name 2 * 3 * 4"]),
            ("$5 and $6", &[":$5 and $6"]),
            (r"\*no\* **", &[":*no* **"]),
            ("# no heading\n- no list", &[":# no heading\n- no list"]),
            ("[x] <b> ` ]( $", &[":[x] <b> ` ]( $"]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn mentions() {
        let id = "38c9ce7b60a48114b301ddc78a46ec5d";
        let text = format!("<mention-user url=\"user://{id}\">Ada</mention-user>!");
        assert_eq!(
            shown(&text),
            [
                format!("mention:{{\"user\":{{\"id\":\"{}\"}}}}", dashed(id)),
                ":!".into()
            ]
        );
        let text = format!("<mention-page url=\"https://www.notion.so/A-b-{id}\"/>");
        assert_eq!(
            shown(&text),
            [format!("mention:{{\"page\":{{\"id\":\"{}\"}}}}", dashed(id))]
        );
        assert_eq!(shown("<mention-user url=\"x\"/>"), [":<mention-user url=\"x\"/>"]);
    }

    fn dashed(id: &str) -> String {
        id::parse(id).expect("an id").to_string()
    }

    #[test]
    fn nothing_makes_it_panic() {
        let long = "*a **b ~~c `d [e $f ".repeat(20_000);
        assert_ne!(parse(&long), json!([]));
        let signs = [
            "*",
            "_",
            "~~",
            "`",
            "[",
            "](",
            ")",
            "$",
            "<mention-user url=\"",
            "\\",
            "ü",
            " ",
            "1",
        ];
        for a in signs {
            for b in signs {
                for c in signs {
                    for d in signs {
                        parse(&[a, b, c, d, a, b].concat());
                    }
                }
            }
        }
    }
}
