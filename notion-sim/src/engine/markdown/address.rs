//! Addresses in text that stand for records.

use uuid::Uuid;

use crate::engine::id;

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

/// The address of a file upload.
pub(super) fn of_upload(id: Uuid) -> String {
    format!("{UPLOAD}{id}")
}

/// The upload that an address stands for.
pub(super) fn upload(address: &str) -> Option<Uuid> {
    id::parse(address.strip_prefix(UPLOAD)?)
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
    }
}
