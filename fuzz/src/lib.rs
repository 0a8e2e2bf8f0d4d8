//! What the targets share.

use std::borrow::Cow;

#[path = "../../notion-schema/tests/judge/mod.rs"]
pub mod judge;

/// A document, and after the first byte 0xFF, which no text holds, the choices of how to read it.
#[must_use]
pub fn split(data: &[u8]) -> (Cow<'_, str>, &[u8]) {
    let end = data.iter().position(|&byte| byte == 0xFF).unwrap_or(data.len());
    let choices = data.get(end + 1..).unwrap_or_default();
    (String::from_utf8_lossy(&data[..end]), choices)
}
