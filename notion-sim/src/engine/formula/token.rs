//! The words of a formula.

use super::definition::Problem;

/// A word, a literal or a sign.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    /// A function, a variable, or an operator that is a word.
    Word(String),
    /// The property id of `{{notion:block_property:<id>:<data source>:<space>}}`, as it is written there.
    Reference(String),
    Sign(&'static str),
}

/// The signs, those first that begin with another one.
const SIGNS: [&str; 25] = [
    "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/", "%",
    "^", "!", "<", ">", "?", ":",
];

/// Splits an expression. White space and `/* comments */` are left out.
pub(super) fn read(text: &str) -> Result<Vec<Token>, Problem> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix("/*") {
            let end = comment
                .find("*/")
                .ok_or_else(|| Problem::syntax("a comment does not end"))?;
            rest = &comment[end + 2..];
            continue;
        }
        let Some(first) = rest.chars().next() else {
            return Ok(tokens);
        };
        let (token, length) = match first {
            '"' => quoted(rest)?,
            '0'..='9' => number(rest)?,
            '{' => reference(rest)?,
            '_' => word(rest),
            _ if first.is_alphabetic() => word(rest),
            _ => sign(rest)?,
        };
        tokens.push(token);
        rest = &rest[length..];
    }
}

/// A text. A backslash before any other letter stays, so that `"\d"` is a regular expression.
fn quoted(text: &str) -> Result<(Token, usize), Problem> {
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Ok((Token::Text(out), at + 1)),
            '\\' => match chars.next() {
                Some((_, 'n')) => out.push('\n'),
                Some((_, 't')) => out.push('\t'),
                Some((_, quoted @ ('"' | '\\'))) => out.push(quoted),
                Some((_, other)) => out.extend(['\\', other]),
                None => break,
            },
            _ => out.push(char),
        }
    }
    Err(Problem::syntax("a text does not end"))
}

/// A number. A point belongs to it only before a digit: `3.abs()` is a call.
fn number(text: &str) -> Result<(Token, usize), Problem> {
    let digits_from = |from: usize| from + text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits_from(0);
    if text[end..].starts_with('.') {
        let fraction = digits_from(end + 1);
        if fraction > end + 1 {
            end = fraction;
        }
    }
    if text[end..].starts_with(['e', 'E']) {
        let signed = usize::from(text[end + 1..].starts_with(['+', '-']));
        let exponent = digits_from(end + 1 + signed);
        if exponent > end + 1 + signed {
            end = exponent;
        }
    }
    match text[..end].parse::<f64>() {
        Ok(number) if number.is_finite() => Ok((Token::Number(number), end)),
        _ => Err(Problem::syntax(format!("`{}` is not a number", &text[..end]))),
    }
}

fn reference(text: &str) -> Result<(Token, usize), Problem> {
    let parts = text
        .strip_prefix("{{notion:block_property:")
        .and_then(|rest| rest.split_once("}}"));
    let id = parts.and_then(|(inside, _)| inside.split(':').next());
    match (id, parts) {
        (Some(id), Some((_, after))) if !id.is_empty() => {
            Ok((Token::Reference(id.to_owned()), text.len() - after.len()))
        }
        _ => Err(Problem::syntax("a reference is not to a property")),
    }
}

fn word(text: &str) -> (Token, usize) {
    let end = text
        .find(|char: char| char != '_' && !char.is_alphanumeric())
        .unwrap_or(text.len());
    (Token::Word(text[..end].to_owned()), end)
}

fn sign(text: &str) -> Result<(Token, usize), Problem> {
    SIGNS
        .into_iter()
        .find(|sign| text.starts_with(sign))
        .map(|sign| (Token::Sign(sign), sign.len()))
        .ok_or_else(|| {
            let odd: String = text.chars().take(1).collect();
            Problem::syntax(format!("`{odd}` means nothing"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Token> {
        read(text).expect("tokens")
    }

    #[test]
    fn literals() {
        assert_eq!(
            words(r#"3.5 .x 2e3 7.y "a\n\"\\\d""#),
            [
                Token::Number(3.5),
                Token::Sign("."),
                Token::Word("x".to_owned()),
                Token::Number(2000.0),
                Token::Number(7.0),
                Token::Sign("."),
                Token::Word("y".to_owned()),
                Token::Text("a\n\"\\\\d".to_owned()),
            ]
        );
    }

    #[test]
    fn comments_are_left_out() {
        assert_eq!(words("1 /* 2 */ /**/"), [Token::Number(1.0)]);
    }

    #[test]
    fn a_reference_keeps_the_id_as_it_is_written() {
        assert_eq!(
            words("{{notion:block_property:Ab%3A%3C:1-2:3-4}}*2"),
            [
                Token::Reference("Ab%3A%3C".to_owned()),
                Token::Sign("*"),
                Token::Number(2.0)
            ]
        );
    }

    #[test]
    fn what_is_no_word() {
        for text in [
            "\"open",
            "\"\\",
            "/* open",
            "{{notion:user:1}}",
            "{{",
            "§",
            "1e999",
            "= 1",
            "'a'",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
