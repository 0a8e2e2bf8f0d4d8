//! Text with tokens in it, in memory that is overwritten before it is given back.
//!
//! Neither a buffer that grows nor an escaped string of JSON may be on the way there: both leave a copy behind them.

use std::borrow::Cow;
use std::io::{self, Write};

use bytes::Bytes;
use http::HeaderValue;
use http::header::InvalidHeaderValue;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

/// A string in JSON that is read without a copy, unless it is escaped, which no token of Notion is.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

impl Drop for Text<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(text) = &mut self.0 {
            text.zeroize();
        }
    }
}

pub(crate) fn json(value: &impl Serialize) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    with_text(value, "")
}

/// A line of JSON, and then a text as it is.
pub(crate) fn with_text(value: &impl Serialize, text: &str) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, value)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(length.0 + 1 + text.len()));
    serde_json::to_writer(&mut *bytes, value)?;
    if !text.is_empty() {
        bytes.push(b'\n');
        bytes.extend_from_slice(text.as_bytes());
    }
    Ok(bytes)
}

/// What [`with_text`] was given.
pub(crate) fn read<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<(T, &'a str)> {
    let bytes = std::str::from_utf8(bytes).ok()?;
    let (line, text) = bytes.split_once('\n').unwrap_or((bytes, ""));
    Some((serde_json::from_str(line).ok()?, text))
}

/// The same memory as the body of a request.
pub(crate) fn body(bytes: Zeroizing<Vec<u8>>) -> Bytes {
    Bytes::from_owner(bytes)
}

/// The same memory as a header, which is printed nowhere.
pub(crate) fn header(text: Zeroizing<String>) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(text))?;
    value.set_sensitive(true);
    Ok(value)
}

struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_from_memory_that_never_grew() {
        let raw = "{\"access_token\": \"ntn_a\",\n \"tail\": 1}\n";
        let bytes = with_text(&["a\nb"], raw).unwrap();
        assert_eq!(bytes.len(), bytes.capacity());
        let (value, text) = read::<[String; 1]>(&bytes).unwrap();
        assert_eq!((&*value[0], text), ("a\nb", raw));
        let bytes = json(&1).unwrap();
        assert_eq!(read::<i32>(&bytes).unwrap(), (1, ""));
        assert!(read::<i32>(b"\n1").is_none());
    }

    #[test]
    fn a_plain_string_is_borrowed() {
        let is_borrowed = |json| {
            let text: Option<Text<'_>> = serde_json::from_str(json).unwrap();
            matches!(text, Some(Text(Cow::Borrowed(_))))
        };
        assert!(is_borrowed("\"nrt_a\""));
        assert!(!is_borrowed("\"nrt\\u005fa\"") && !is_borrowed("null"));
    }
}
