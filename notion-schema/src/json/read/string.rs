//! Strings: where they end, and what they say.

use std::borrow::Cow;

use super::super::plain;
use super::{Reader, Result};

impl<'a> Reader<'a> {
    /// A string, borrowed from the text where it holds no escape.
    ///
    /// # Errors
    /// When the next value is not a string.
    #[inline]
    pub fn string(&mut self) -> Result<Cow<'a, str>> {
        let start = self.open_string()?;
        let end = plain::end(self.text.as_bytes(), start);
        if self.text.as_bytes().get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(&self.text[start..end]));
        }
        let mut out = String::new();
        self.unescape(start, &mut out)?;
        Ok(Cow::Owned(out))
    }

    /// Appends a string to `out`.
    ///
    /// # Errors
    /// When the next value is not a string.
    #[inline]
    pub fn string_into(&mut self, out: &mut String) -> Result<()> {
        let start = self.open_string()?;
        self.unescape(start, out)
    }

    #[inline]
    fn open_string(&mut self) -> Result<usize> {
        if self.peek() == Some(b'"') {
            Ok(self.at + 1)
        } else {
            Err(self.error("a string"))
        }
    }

    /// Appends the string that begins at `from`, run by run, up to its closing quote.
    #[inline]
    fn unescape(&mut self, mut from: usize, out: &mut String) -> Result<()> {
        let bytes = self.text.as_bytes();
        loop {
            let end = plain::end(bytes, from);
            out.push_str(&self.text[from..end]);
            self.at = end;
            match bytes.get(end) {
                Some(b'"') => {
                    self.at = end + 1;
                    return Ok(());
                }
                Some(b'\\') => out.push(self.escape()?),
                Some(_) => return Err(self.error("no control character in a string")),
                None => return Err(self.error("`\"`")),
            }
            from = self.at;
        }
    }

    fn escape(&mut self) -> Result<char> {
        let escaped = self.text.as_bytes().get(self.at + 1);
        let plain = match escaped {
            Some(b'u') => return self.unicode_escape(),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(&same @ (b'"' | b'\\' | b'/')) => char::from(same),
            _ => return Err(self.error("an escape")),
        };
        self.at += 2;
        Ok(plain)
    }

    fn unicode_escape(&mut self) -> Result<char> {
        let code = self.hex()?;
        if let Some(char) = char::from_u32(code) {
            return Ok(char);
        }
        let start = self.at;
        if code < 0xDC00
            && let Ok(low @ 0xDC00..=0xDFFF) = self.hex()
        {
            let code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            return char::from_u32(code).ok_or_else(|| self.error("a surrogate pair"));
        }
        self.at = start;
        // JavaScript writes half a pair where it cut a text within an emoji. There is no such character, and the rest
        // of the text is good.
        if self.strict {
            Err(self.error("a surrogate pair"))
        } else {
            Ok(char::REPLACEMENT_CHARACTER)
        }
    }

    /// The four digits of `\u....`.
    fn hex(&mut self) -> Result<u32> {
        let Some([b'\\', b'u', digits @ ..]) = self.text.as_bytes().get(self.at..self.at + 6) else {
            return Err(self.error("`\\u` and four hexadecimal digits"));
        };
        let mut code = 0;
        for digit in digits {
            let digit = char::from(*digit).to_digit(16);
            code = code << 4 | digit.ok_or_else(|| self.error("four hexadecimal digits"))?;
        }
        self.at += 6;
        Ok(code)
    }

    /// Passes over a string, and says what is wrong with it.
    pub(super) fn skip_string(&mut self) -> Result<()> {
        let mut at = self.at + 1;
        let bytes = self.text.as_bytes();
        loop {
            at = plain::end(bytes, at);
            self.at = at;
            match bytes.get(at) {
                Some(b'"') => {
                    self.at = at + 1;
                    return Ok(());
                }
                Some(b'\\') if self.strict => {
                    self.escape()?;
                    at = self.at;
                }
                Some(b'\\') => at += 2,
                Some(_) => return Err(self.error("no control character in a string")),
                None => return Err(self.error("`\"`")),
            }
        }
    }
}
