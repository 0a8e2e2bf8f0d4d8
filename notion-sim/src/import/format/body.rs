//! Bodies: the many ways recorders write them down.

use std::io::Read;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use serde_json::Value;

/// How long a body may get when it is decompressed. Notion's answers stay far below.
const MAX_LENGTH: u64 = 256 << 20;
/// How the base64 form of anything compressed with gzip begins.
const BASE64_GZIP: &str = "H4sI";

/// The body a recorder noted as `raw`: JSON, a text where it is not JSON, `null` where there is none.
///
/// It may be a text, or an object around one: `{"string": …}`, `{"base64_string": …}` (VCR), or
/// `{"text": …, "encoding": "base64"}` (HAR). It may still be compressed as it came over the wire; `coding` is the
/// `Content-Encoding` it came with.
///
/// # Errors
///
/// A sentence that says why it cannot be decoded.
pub(super) fn decode(raw: &Value, coding: &str) -> Result<Value, String> {
    let text = match raw {
        Value::Null => return Ok(Value::Null),
        Value::String(text) if text.starts_with(BASE64_GZIP) => match BASE64_STANDARD.decode(text) {
            Ok(bytes) => inflate(bytes, coding)?,
            Err(_) => text.clone(),
        },
        Value::String(text) => text.clone(),
        Value::Object(map) => {
            let text = |key: &str| map.get(key).and_then(Value::as_str);
            let in_base64 = text("encoding") == Some("base64");
            let base64 = text("base64_string").or_else(|| text("text").filter(|_| in_base64));
            match base64 {
                Some(digits) => {
                    let digits: String = digits.split_whitespace().collect();
                    let bytes = BASE64_STANDARD.decode(digits);
                    inflate(
                        bytes.map_err(|error| format!("the body should be base64 ({error})"))?,
                        coding,
                    )?
                }
                None => {
                    return decode(
                        map.get("string").or(map.get("text")).unwrap_or(&Value::Null),
                        coding,
                    );
                }
            }
        }
        // Some recorders write JSON bodies down as JSON.
        other => return Ok(other.clone()),
    };
    if text.is_empty() {
        return Ok(Value::Null);
    }
    Ok(serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Bytes as a text, decompressed if they are compressed. The bytes themselves say whether: recorders keep the header even
/// where they undid the compression.
fn inflate(bytes: Vec<u8>, coding: &str) -> Result<String, String> {
    let plain = match bytes[..] {
        [0x1f, 0x8b, ..] => read(MultiGzDecoder::new(&bytes[..]), "gzip")?,
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => read(ZlibDecoder::new(&bytes[..]), "deflate")?,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            return Err("the body is compressed with zstd, which is not read here".to_owned());
        }
        // Nothing marks what brotli made, but it is no text.
        _ if coding.contains("br") && std::str::from_utf8(&bytes).is_err() => {
            let buffer = 4096;
            read(brotli_decompressor::Decompressor::new(&bytes[..], buffer), "br")?
        }
        _ => bytes,
    };
    Ok(String::from_utf8_lossy(&plain).into_owned())
}

fn read(compressed: impl Read, coding: &str) -> Result<Vec<u8>, String> {
    let mut plain = Vec::new();
    let length = compressed.take(MAX_LENGTH).read_to_end(&mut plain);
    match length {
        Ok(length) if length as u64 == MAX_LENGTH => {
            Err(format!("the body, compressed with {coding}, is too long"))
        }
        Ok(_) => Ok(plain),
        Err(error) => Err(format!("the body, compressed with {coding}, is broken ({error})")),
    }
}
