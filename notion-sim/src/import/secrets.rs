//! Keeping credentials out of seed documents, which are meant to be committed.

use serde_json::{Value, json};

use crate::journal::SECRETS;

/// How tokens begin: those of Notion, and what stands before any in a header.
const PREFIXES: [&str; 3] = ["secret_", "ntn_", "Bearer "];
/// Shorter words after such a beginning are words.
const MIN_LENGTH: usize = 20;
/// What marks an address as signed. Whoever has it can read the file, for as long as it is valid.
const SIGNATURES: [&str; 2] = ["x-amz-", "signature="];

/// Replaces every token in a value, and cuts the signature off every address.
pub(super) fn hide(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some((plain, query)) = text.split_once('?')
                && plain.starts_with("http")
                && SIGNATURES.iter().any(|mark| query.to_lowercase().contains(mark))
            {
                *text = plain.to_owned();
            }
            for prefix in PREFIXES {
                if text.contains(prefix) {
                    *text = without_tokens(text, prefix);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::Object(map) => {
            for (key, value) in map {
                if SECRETS.contains(&key.as_str()) && value.is_string() {
                    *value = json!("[redacted]");
                } else {
                    hide(value);
                }
            }
        }
        _ => {}
    }
}

fn without_tokens(text: &str, prefix: &str) -> String {
    let mut parts = text.split(prefix);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_in_token = |c: char| c.is_ascii_alphanumeric() || "-_.~+/=".contains(c);
        let end = part.find(|c| !is_in_token(c)).unwrap_or(part.len());
        out.push_str(prefix);
        out.push_str(if end < MIN_LENGTH {
            &part[..end]
        } else {
            "[redacted]"
        });
        out.push_str(&part[end..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_signatures_are_taken_out() {
        let mut value = json!({
            "text": ["use ntn_12345678901234567890abcdef, or secret_santa", "Bearer abcdefghijklmnopqrstuvwxyz!"],
            "file": {"url": "https://files.example/a.png?X-Amz-Signature=abc", "token": "short"},
            "link": "https://example.com/?q=1",
        });
        hide(&mut value);
        let expected = json!({
            "text": ["use ntn_[redacted], or secret_santa", "Bearer [redacted]!"],
            "file": {"url": "https://files.example/a.png", "token": "[redacted]"},
            "link": "https://example.com/?q=1",
        });
        assert_eq!(value, expected);
    }
}
