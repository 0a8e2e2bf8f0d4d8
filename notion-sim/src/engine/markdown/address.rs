//! Addresses in text that stand for records.

use std::borrow::Cow;

use serde_json::Value;
use uuid::Uuid;

use crate::engine::{id, upload};

const HOST: &str = "https://app.notion.com/p/";
const USER: &str = "user://";
const UPLOAD: &str = "file-upload://";

/// The address of a page or database.
pub(super) fn of_page(id: Uuid) -> String {
    format!("{HOST}{}", id::undashed(id))
}

/// The address of a block on a page. Without a page it is the block's own.
pub(super) fn of_block(page: Option<Uuid>, block: Uuid) -> String {
    match page {
        Some(page) => format!("{}#{}", of_page(page), id::undashed(block)),
        None => of_page(block),
    }
}

/// The address of a user.
pub(super) fn of_user(id: Uuid) -> String {
    format!("{USER}{id}")
}

/// The address of a file upload, by which text can ask for it to be used.
pub(crate) fn of_upload(id: Uuid) -> String {
    format!("{UPLOAD}{id}")
}

/// The address of the upload that stands under `file_upload`.
pub(super) fn of_reference(upload: &Value) -> Option<String> {
    let id = upload.get("id")?.as_str().and_then(id::parse)?;
    Some(of_upload(id))
}

/// The upload that an address stands for: the one by which it is asked for, or one under which its file was shown.
pub(super) fn upload(address: &str) -> Option<Uuid> {
    match address.strip_prefix(UPLOAD) {
        Some(id) => id::parse(id),
        None => upload::at_address(address),
    }
}

/// A text in which uploads have the addresses by which they are asked for instead of those under which their files were shown.
/// The latter are good for an hour and never the same twice.
pub(crate) fn steady(text: &str) -> Cow<'_, str> {
    let ends = |c: char| c.is_whitespace() || ['(', ')', '"', '<', '>'].contains(&c);
    let mut steady = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices(upload::FILES) {
        let before = text.get(done..at).unwrap_or_default();
        let start = before.rfind(ends).map_or(done, |end| done + end + 1);
        let end = text[at..].find(ends).map_or(text.len(), |end| at + end);
        let Some(id) = text.get(start..end).and_then(upload::at_address) else {
            continue;
        };
        steady.push_str(&text[done..start]);
        steady.push_str(&of_upload(id));
        done = end;
    }
    if done == 0 {
        return text.into();
    }
    steady.push_str(&text[done..]);
    steady.into()
}

/// The record that an address leads to: the block behind a `#`, else what the path ends with.
pub(super) fn record(address: &str) -> Option<Uuid> {
    let (path, anchor) = address.split_once('#').unwrap_or((address, ""));
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    last_id(anchor).or_else(|| last_id(path.trim_end_matches('/')))
}

/// The id at the end of a text, with dashes or without.
fn last_id(text: &str) -> Option<Uuid> {
    let tail = |length: usize| text.len().checked_sub(length).and_then(|at| text.get(at..));
    [36, 32].into_iter().filter_map(tail).find_map(id::parse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_address_is_understood() {
        let id = "38c9ce7b-60a4-8114-b301-ddc78a46ec5d";
        let plain = id.replace('-', "");
        for address in [
            id.to_owned(),
            format!("https://www.notion.so/A-title-{plain}?pvs=4"),
            format!("https://app.notion.com/p/{id}/"),
            format!("https://app.notion.com/p/00000000000000000000000000000000#{plain}"),
            format!("user://{id}"),
        ] {
            assert_eq!(
                record(&address).map(|id| id.to_string()).as_deref(),
                Some(id),
                "{address}"
            );
        }
        assert_eq!(record("https://example.com/ä"), None);
        let shown = format!("http://localhost:1/_files/{plain}/{id}/a.png?expires=1&signature=x");
        for address in [format!("file-upload://{id}"), shown] {
            assert_eq!(upload(&address).map(|id| id.to_string()).as_deref(), Some(id));
        }
        assert_eq!(upload(id), None);
    }

    #[test]
    fn shown_files_are_told_by_their_uploads() {
        let id = "38c9ce7b-60a4-8114-b301-ddc78a46ec5d";
        let shown = format!("http://localhost:1/_files/{id}/{id}/a%20b.png?expires=1&signature=x");
        assert_eq!(
            steady(&format!("a ![b]({shown})\n<pdf src=\"{shown}\"></pdf>")),
            format!("a ![b](file-upload://{id})\n<pdf src=\"file-upload://{id}\"></pdf>")
        );
        for text in ["", "/_files/", "é /_files/x/y/z", "(/_files/)/_files/"] {
            assert_eq!(steady(text), text);
        }
    }
}
