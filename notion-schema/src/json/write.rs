use std::fmt::{self, Write as _};

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
    pub fn begin_object(&mut self) {
        self.separate();
        self.out.push('{');
    }

    /// Closes an object.
    pub fn end_object(&mut self) {
        self.out.push('}');
    }

    /// Opens an array.
    pub fn begin_array(&mut self) {
        self.separate();
        self.out.push('[');
    }

    /// Closes an array.
    pub fn end_array(&mut self) {
        self.out.push(']');
    }

    /// A key; its value follows.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.string(key);
        self.out.push(':');
        self
    }

    /// A string.
    pub fn string(&mut self, text: &str) {
        self.separate();
        self.out.push('"');
        let mut plain = 0;
        for (at, byte) in text.bytes().enumerate() {
            let escape = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                b'\n' => "\\n",
                b'\r' => "\\r",
                b'\t' => "\\t",
                0..=0x1F => {
                    self.out.push_str(&text[plain..at]);
                    self.out.push_str("\\u00");
                    self.out.extend(char::from_digit(u32::from(byte >> 4), 16));
                    self.out.extend(char::from_digit(u32::from(byte & 0xF), 16));
                    plain = at + 1;
                    continue;
                }
                _ => continue,
            };
            self.out.push_str(&text[plain..at]);
            self.out.push_str(escape);
            plain = at + 1;
        }
        self.out.push_str(&text[plain..]);
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
        if !number.is_finite() {
            self.null();
        } else if number.abs() < 1e16 {
            self.digits(format_args!("{number}"));
        } else {
            self.digits(format_args!("{number:?}"));
        }
    }

    /// A whole number.
    pub fn integer(&mut self, number: i128) {
        self.digits(format_args!("{number}"));
    }

    /// `true` or `false`.
    pub fn bool(&mut self, value: bool) {
        self.raw(if value { "true" } else { "false" });
    }

    /// `null`.
    pub fn null(&mut self) {
        self.raw("null");
    }

    /// A value that is JSON already.
    pub fn raw(&mut self, json: &str) {
        self.separate();
        self.out.push_str(json);
    }

    fn digits(&mut self, number: fmt::Arguments<'_>) {
        self.separate();
        let _ = self.out.write_fmt(number);
    }

    fn separate(&mut self) {
        if !matches!(self.out.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(',');
        }
    }
}
