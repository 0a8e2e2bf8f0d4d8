mod number;
mod string;

use std::borrow::Cow;
use std::fmt;
use std::slice;

/// The level of nesting from which on arrays and objects are refused, as in `serde_json`.
const DEPTH_LIMIT: u16 = 128;

/// Pulls values out of a JSON text.
///
/// A strict reader ([`Reader::strict`]) accepts exactly the documents of RFC 8259 with fewer than 128 levels of
/// nesting, with numbers of any size. The default one is as careful with everything that it is asked for, but
/// passes over an unwanted array or object by counting brackets, and reads half a surrogate pair as U+FFFD.
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

    /// The next key as [`key`](Self::key) yields it, with a guess: that the keys come in the order in which
    /// `likely` lists them. A guess that comes true spares looking for the end of the key.
    ///
    /// # Errors
    /// As [`key`](Self::key).
    #[inline]
    pub fn key_like(&mut self, likely: &mut slice::Iter<'_, &'static str>) -> Result<Option<Cow<'a, str>>> {
        if let Some(key) = likely.next()
            && self.at_key(key)
        {
            return Ok(Some(Cow::Borrowed(key)));
        }
        self.key()
    }

    #[inline]
    fn at_key(&mut self, key: &str) -> bool {
        let text = &self.text.as_bytes()[self.at..];
        let opened = if self.first {
            text.strip_prefix(b"\"")
        } else {
            text.strip_prefix(b",\"")
        };
        let rest = opened
            .and_then(|text| text.strip_prefix(key.as_bytes()))
            .and_then(|text| text.strip_prefix(b"\":"));
        if let Some(rest) = rest {
            self.at = self.text.len() - rest.len();
            self.first = false;
        }
        rest.is_some()
    }

    /// Whether the current array has a further element, with the reader at it.
    ///
    /// # Errors
    /// When neither an element nor the end of the array follows.
    #[inline]
    pub fn element(&mut self) -> Result<bool> {
        self.next(b']', "`,` or `]`")
    }

    /// A number as it is written.
    ///
    /// # Errors
    /// When the next value is not a number.
    pub fn number(&mut self) -> Result<&'a str> {
        self.peek();
        let start = self.at;
        let end = number::end(self.text.as_bytes(), start).ok_or_else(|| self.error("a number"))?;
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

    /// Enters the object that is the value of the next key, by passing over `prefix` when the text goes on with
    /// it, to the byte.
    ///
    /// The caller answers for `prefix` being a member of an object, up to the value of one of the keys of its
    /// value: `"Name":{"id":"title","title":`. That value and then [`key`](Self::key) follow.
    #[inline]
    pub fn open_member(&mut self, prefix: &str) -> bool {
        let start = self.at;
        let found = self.depth < DEPTH_LIMIT - 1 && (self.first || self.literal(",")) && self.literal(prefix);
        if found {
            self.depth += 1;
            self.first = false;
        } else {
            self.at = start;
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
