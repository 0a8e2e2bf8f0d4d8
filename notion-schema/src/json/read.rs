use std::borrow::Cow;
use std::fmt;

/// How deep arrays and objects may nest, as in `serde_json`.
const DEPTH_LIMIT: u16 = 128;

/// Pulls values out of a JSON text.
///
/// A strict reader ([`Reader::strict`]) accepts exactly the documents of RFC 8259 up to 128 levels of
/// nesting. The default one is as careful with everything that it is asked for, but passes over an unwanted
/// array or object by counting brackets.
///
/// ```
/// use notion_schema::json::Reader;
///
/// let mut reader = Reader::new(r#"{"extra": [1, {}], "name": "Ada"}"#);
/// let mut name = String::new();
/// reader.begin_object()?;
/// while let Some(key) = reader.key()? {
///     match &*key {
///         "name" => reader.string_into(&mut name)?,
///         _ => reader.skip()?,
///     }
/// }
/// reader.end()?;
/// assert_eq!(name, "Ada");
/// # Ok::<(), notion_schema::json::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: u16,
    /// No comma is due before the next key or element, because none has been read yet.
    first: bool,
    strict: bool,
}

/// A place in the text to return to with [`Reader::rewind`].
#[derive(Debug, Clone, Copy)]
pub struct Mark {
    at: usize,
    depth: u16,
    first: bool,
}

/// Text that is not the JSON that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Error {
    at: usize,
    expected: &'static str,
}

impl Mark {
    /// The byte that the place is before.
    #[must_use]
    pub fn position(self) -> usize {
        self.at
    }
}

impl Error {
    /// The byte at which reading stopped.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// What should have stood there.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        self.expected
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {}", self.expected, self.at)
    }
}

impl std::error::Error for Error {}

type Result<T> = std::result::Result<T, Error>;

impl<'a> Reader<'a> {
    /// A reader at the start of `text`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            depth: 0,
            first: true,
            strict: false,
        }
    }

    /// A reader that also checks what it passes over.
    #[must_use]
    pub fn strict(text: &'a str) -> Self {
        Self {
            strict: true,
            ..Self::new(text)
        }
    }

    /// The first byte of the next value or delimiter, or `None` at the end of the text.
    #[inline]
    pub fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    /// Enters an object, whose keys [`key`](Self::key) then yields.
    ///
    /// # Errors
    /// When the next value is not an object, or nests too deeply.
    #[inline]
    pub fn begin_object(&mut self) -> Result<()> {
        self.begin(b'{', "an object")
    }

    /// Enters an array, whose elements [`element`](Self::element) then announces.
    ///
    /// # Errors
    /// When the next value is not an array, or nests too deeply.
    #[inline]
    pub fn begin_array(&mut self) -> Result<()> {
        self.begin(b'[', "an array")
    }

    /// The next key of the current object, with the reader at its value; `None` when the object has ended.
    ///
    /// # Errors
    /// When neither a key nor the end of the object follows.
    #[inline]
    pub fn key(&mut self) -> Result<Option<Cow<'a, str>>> {
        if !self.next(b'}', "`,` or `}`")? {
            return Ok(None);
        }
        let key = self.string().map_err(|e| Error {
            expected: "a key",
            ..e
        })?;
        if self.peek() != Some(b':') {
            return Err(self.error("`:`"));
        }
        self.at += 1;
        Ok(Some(key))
    }

    /// Whether the current array has a further element, with the reader at it.
    ///
    /// # Errors
    /// When neither an element nor the end of the array follows.
    #[inline]
    pub fn element(&mut self) -> Result<bool> {
        self.next(b']', "`,` or `]`")
    }

    /// A string, borrowed from the text where it holds no escape.
    ///
    /// # Errors
    /// When the next value is not a string.
    #[inline]
    pub fn string(&mut self) -> Result<Cow<'a, str>> {
        let start = self.open_string()?;
        let end = plain_end(self.text.as_bytes(), start);
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

    /// A number as it is written.
    ///
    /// # Errors
    /// When the next value is not a number.
    pub fn number(&mut self) -> Result<&'a str> {
        self.peek();
        let start = self.at;
        let end = number_end(self.text.as_bytes(), start).ok_or_else(|| self.error("a number"))?;
        self.at = end;
        Ok(&self.text[start..end])
    }

    /// `true` or `false`.
    ///
    /// # Errors
    /// When the next value is something else.
    #[inline]
    pub fn bool(&mut self) -> Result<bool> {
        self.peek();
        if self.literal("true") {
            Ok(true)
        } else if self.literal("false") {
            Ok(false)
        } else {
            Err(self.error("`true` or `false`"))
        }
    }

    /// Passes over `null`, and says whether it was there.
    #[inline]
    pub fn null(&mut self) -> bool {
        self.peek() == Some(b'n') && self.literal("null")
    }

    /// Passes over `literal` when the text goes on with it, to the byte.
    ///
    /// The caller answers for `literal` being a whole value, or a fragment that leaves the reader between
    /// the same brackets as before.
    #[inline]
    pub fn literal(&mut self, literal: &str) -> bool {
        let found = self.text.as_bytes()[self.at..].starts_with(literal.as_bytes());
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Enters an object by passing over `prefix` when the text goes on with it, to the byte.
    ///
    /// The caller answers for `prefix` being the opening of an object up to the value of one of its keys:
    /// `{"id":"title","title":`. The value and then [`key`](Self::key) follow.
    #[inline]
    pub fn open_object(&mut self, prefix: &str) -> bool {
        let found = self.depth < DEPTH_LIMIT - 1 && self.literal(prefix);
        if found {
            self.depth += 1;
            self.first = false;
        }
        found
    }

    /// Passes over one value.
    ///
    /// # Errors
    /// When no value follows.
    pub fn skip(&mut self) -> Result<()> {
        match self.peek() {
            Some(b'"') => self.skip_string(),
            Some(b'{' | b'[') if !self.strict => self.skip_brackets(),
            Some(b'{') => {
                self.begin_object()?;
                while self.key()?.is_some() {
                    self.skip()?;
                }
                Ok(())
            }
            Some(b'[') => {
                self.begin_array()?;
                while self.element()? {
                    self.skip()?;
                }
                Ok(())
            }
            Some(b't' | b'f') => self.bool().map(drop),
            Some(b'n') if self.literal("null") => Ok(()),
            Some(b'-' | b'0'..=b'9') => self.number().map(drop),
            _ => Err(self.error("a value")),
        }
    }

    /// One value as it is written.
    ///
    /// # Errors
    /// When no value follows.
    pub fn raw(&mut self) -> Result<&'a str> {
        self.peek();
        let start = self.at;
        self.skip()?;
        Ok(&self.text[start..self.at])
    }

    /// Makes sure that nothing but white space is left.
    ///
    /// # Errors
    /// When something is.
    pub fn end(&mut self) -> Result<()> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.error("the end of the document")),
        }
    }

    /// The byte that the reader is before.
    #[inline]
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// Where the reader stands, to [`rewind`](Self::rewind) to.
    #[inline]
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark {
            at: self.at,
            depth: self.depth,
            first: self.first,
        }
    }

    /// Goes back to a place of the same text.
    #[inline]
    pub fn rewind(&mut self, mark: Mark) {
        Mark {
            at: self.at,
            depth: self.depth,
            first: self.first,
        } = mark;
    }

    /// The error that `expected` is not what follows.
    #[must_use]
    pub fn error(&self, expected: &'static str) -> Error {
        Error {
            at: self.at,
            expected,
        }
    }

    #[inline]
    fn begin(&mut self, bracket: u8, expected: &'static str) -> Result<()> {
        if self.peek() != Some(bracket) {
            return Err(self.error(expected));
        }
        if self.depth == DEPTH_LIMIT - 1 {
            return Err(self.error("fewer than 128 levels of nesting"));
        }
        self.at += 1;
        self.depth += 1;
        self.first = true;
        Ok(())
    }

    /// Stands before the next key or element, or leaves the array or object.
    #[inline]
    fn next(&mut self, close: u8, expected: &'static str) -> Result<bool> {
        let found = self.peek();
        if found == Some(close) {
            self.at += 1;
            self.depth = self.depth.saturating_sub(1);
            self.first = false;
            return Ok(false);
        }
        if !self.first {
            if found != Some(b',') {
                return Err(self.error(expected));
            }
            self.at += 1;
            if self.peek() == Some(close) {
                return Err(self.error("a value after `,`"));
            }
        }
        self.first = false;
        Ok(true)
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
            let end = plain_end(bytes, from);
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
        let high = self.hex()?;
        let code = match high {
            0xD800..=0xDBFF => match self.hex()? {
                low @ 0xDC00..=0xDFFF => 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00),
                _ => return Err(self.error("the second half of a surrogate pair")),
            },
            code => code,
        };
        char::from_u32(code).ok_or_else(|| self.error("a surrogate pair"))
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

    fn skip_string(&mut self) -> Result<()> {
        let mut at = self.at + 1;
        let bytes = self.text.as_bytes();
        loop {
            at = plain_end(bytes, at);
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

    /// Passes over an array or object by counting brackets outside of strings.
    fn skip_brackets(&mut self) -> Result<()> {
        let bytes = self.text.as_bytes();
        let mut depth = 0u32;
        loop {
            match bytes.get(self.at) {
                Some(b'"') => {
                    self.skip_string()?;
                    continue;
                }
                Some(b'{' | b'[') => depth += 1,
                Some(b'}' | b']') => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Ok(());
                    }
                }
                Some(_) => {}
                None => return Err(self.error("the end of an array or object")),
            }
            self.at += 1;
        }
    }
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// Where the run of plain string content that begins at `at` ends: at a quote, a backslash, a control
/// character, or the end of the text. Eight bytes at a time.
#[inline]
fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let chunk = u64::from_le_bytes(*chunk);
        let quote = chunk ^ (ONES * b'"' as u64);
        let backslash = chunk ^ (ONES * b'\\' as u64);
        // In each sum a byte's high bit is set when it is zero (or, for the last, below 0x20). A borrow can
        // only spoil bytes above the first hit.
        let hits = (quote.wrapping_sub(ONES) & !quote
            | backslash.wrapping_sub(ONES) & !backslash
            | chunk.wrapping_sub(ONES * 0x20) & !chunk)
            & HIGHS;
        if hits != 0 {
            return at + (hits.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes
        .get(at)
        .is_some_and(|&b| b != b'"' && b != b'\\' && b >= 0x20)
    {
        at += 1;
    }
    at.min(bytes.len())
}

/// Where the number that begins at `at` ends, if one does.
fn number_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        let start = at;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        (at > start).then_some(at)
    };
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    at = if bytes.get(at) == Some(&b'0') {
        at + 1
    } else {
        digits(at)?
    };
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1;
        if matches!(bytes.get(at), Some(b'+' | b'-')) {
            at += 1;
        }
        at = digits(at)?;
    }
    Some(at)
}
