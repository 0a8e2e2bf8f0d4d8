//! `serde_json` as the judge of the reader. The test of the recordings and the fuzz targets ask it, too.

mod calls;
mod walk;

use notion_schema::json::{Error, Reader};
use serde_json::Value;

pub use walk::WAYS;

/// Reads `text` with the strict reader, in every way there is, and with `serde_json`: they accept the same
/// documents, and read the same out of them. Says whether they did.
///
/// `choices` decide where there are several ways to read a value, and which calls are made out of order.
///
/// # Panics
/// When the judge finds against the reader.
pub fn strict(text: &str, choices: &[u8]) -> bool {
    let theirs = serde_json::from_str(text).ok();
    let ours = compare_ways(Reader::strict(text), text, choices);
    let skipped = skip(Reader::strict(text)).is_ok();
    assert_eq!(skipped, ours.is_ok(), "skipping {text:?}");
    match &ours {
        // The reader hands numbers out as they are written, so their range is not its concern.
        Ok(document) if document.out_of_range => assert_eq!(theirs, None, "reading {text:?}"),
        Ok(document) => assert_eq!(theirs.as_ref(), Some(&document.value), "reading {text:?}"),
        Err(error) => assert_eq!(theirs, None, "reading {text:?}: {error}"),
    }
    theirs.is_some()
}

/// Reads `text` with the default reader, in every way there is: it reads what `serde_json` reads, and beyond
/// that only half surrogate pairs and what it passes over.
///
/// # Panics
/// When the judge finds against the reader.
pub fn default(text: &str, choices: &[u8]) {
    let ours = compare_ways(Reader::new(text), text, choices);
    match (ours, serde_json::from_str::<Value>(text)) {
        (Ok(document), Ok(theirs)) => assert_eq!(document.value, theirs, "reading {text:?}"),
        (Ok(document), Err(_)) => {
            let has_half = ["\\ud", "\\uD"].iter().any(|half| text.contains(half));
            assert!(document.out_of_range || has_half, "reading {text:?}");
        }
        (Err(error), theirs) => assert!(theirs.is_err(), "reading {text:?}: {error}"),
    }
}

/// A document as the reader reads it.
#[derive(Debug, Clone, PartialEq)]
struct Document {
    value: Value,
    /// A number in it is too large for `serde_json`; `null` stands for it.
    out_of_range: bool,
}

/// Reads a document whole, passes over it, and walks through it as `choices` say. All must come to the same.
fn compare_ways(reader: Reader<'_>, text: &str, choices: &[u8]) -> Result<Document, Error> {
    let whole = walk::whole(reader.clone(), text);
    let walked = walk::chosen(reader.clone(), text, choices);
    assert_eq!(
        walked.as_ref().ok(),
        whole.as_ref().ok(),
        "walking through {text:?} by {choices:?}"
    );
    if whole.is_ok() {
        assert_eq!(skip(reader.clone()), Ok(trim(text)), "passing over {text:?}");
    }
    calls::any(reader, text, choices);
    whole
}

fn skip(mut reader: Reader<'_>) -> Result<&str, Error> {
    let raw = reader.raw()?;
    reader.end()?;
    Ok(raw)
}

/// Without the white space of JSON around it.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\n', '\r', '\t'])
}
