//! What the targets share.

use std::borrow::Cow;

#[path = "../../notion-schema/tests/judge/mod.rs"]
pub mod judge;

/// A document, and the choices of how to read it: what follows the first byte 0xFF, which no text holds, or all
/// of `data` where there is none.
#[must_use]
pub fn split(data: &[u8]) -> (Cow<'_, str>, &[u8]) {
    let (text, choices) = match data.iter().position(|&byte| byte == 0xFF) {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, data),
    };
    (String::from_utf8_lossy(text), choices)
}
