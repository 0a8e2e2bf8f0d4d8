use std::fmt::{self, Write as _};

use super::plain;

/// Appends JSON to one buffer. Commas come by themselves.
///
/// ```
/// use notion_schema::json::Writer;
///
/// let mut json = Writer::new();
/// json.begin_object();
/// json.key("name").string("say \"hi\"");
/// json.key("tags").begin_array();
/// json.number(3.5);
/// json.number(17.0);
/// json.null();
/// json.end_array();
/// json.end_object();
/// assert_eq!(json.as_str(), r#"{"name":"say \"hi\"","tags":[3.5,17,null]}"#);
/// ```
#[derive(Debug, Default, Clone)]
pub struct Writer {
    out: String,
}

impl Writer {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes on in a buffer whose content is dropped and whose memory is used again.
    #[must_use]
    pub fn reusing(mut buffer: String) -> Self {
        buffer.clear();
        Self { out: buffer }
    }

    /// What has been written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.out
    }

    /// What has been written.
    #[must_use]
    pub fn into_string(self) -> String {
        self.out
    }

    /// Opens an object; [`key`](Self::key) and a value follow, in turn.
    #[inline]
    pub fn begin_object(&mut self) {
        self.separate();
        self.out.push('{');
    }

    /// Opens an object up to the value of its first key, or several within each other, as they are written:
    /// `{"text":{"content":`. That value follows, and [`end_object`](Self::end_object) for each.
    #[inline]
    pub fn open(&mut self, opening: &'static str) -> &mut Self {
        self.raw(opening);
        self
    }

    /// Closes an object.
    #[inline]
    pub fn end_object(&mut self) {
        self.out.push('}');
    }

    /// Opens an array.
    #[inline]
    pub fn begin_array(&mut self) {
        self.separate();
        self.out.push('[');
    }

    /// Closes an array.
    #[inline]
    pub fn end_array(&mut self) {
        self.out.push(']');
    }

    /// A key; its value follows.
    #[inline]
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.string(key);
        self.out.push(':');
        self
    }

    /// A key that holds nothing to escape, as those of the API do; its value follows.
    #[inline]
    pub fn plain_key(&mut self, key: &'static str) -> &mut Self {
        self.separate();
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
        self
    }

    /// A string.
    pub fn string(&mut self, text: &str) {
        self.separate();
        self.out.push('"');
        let mut rest = text;
        loop {
            let (plain, special) = rest.split_at(plain::end(rest.as_bytes(), 0));
            self.out.push_str(plain);
            let Some(byte) = special.bytes().next() else { break };
            self.escape(byte);
            rest = &special[1..];
        }
        self.out.push('"');
    }

    /// What `shown` displays, as a string. It must display nothing that JSON escapes: ids and dates do not.
    pub fn display(&mut self, shown: impl fmt::Display) {
        self.separate();
        // A `String` takes all that is written to it.
        let _ = write!(self.out, "\"{shown}\"");
    }

    /// A number, without a fraction where it has none. JSON has no infinities and no NaN: they become `null`. Zero has no sign,
    /// as in JavaScript's JSON.
    pub fn number(&mut self, number: f64) {
        let number = number + 0.0;
        if number.is_finite() {
            let mut digits = zmij::Buffer::new();
            let digits = digits.format_finite(number);
            self.raw(digits.strip_suffix(".0").unwrap_or(digits));
        } else {
            self.null();
        }
    }

    /// A whole number.
    pub fn integer(&mut self, number: i128) {
        self.raw(itoa::Buffer::new().format(number));
    }

    /// `true` or `false`.
    #[inline]
    pub fn bool(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    /// `null`.
    #[inline]
    pub fn null(&mut self) {
        self.raw("null");
    }

    /// A value that is JSON already.
    #[inline]
    pub fn raw(&mut self, json: &str) {
        self.separate();
        self.out.push_str(json);
    }

    /// Writes a character that is not plain.
    fn escape(&mut self, byte: u8) {
        self.out.push_str(match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            _ => {
                let _ = write!(self.out, "\\u{byte:04x}");
                return;
            }
        });
    }

    #[inline]
    fn separate(&mut self) {
        if !matches!(self.out.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(',');
        }
    }
}
