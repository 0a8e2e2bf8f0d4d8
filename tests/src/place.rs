//! Where the recordings are. The build script looks there, too.

use std::path::{Path, PathBuf};

/// The folder of the recordings.
pub(crate) fn folder() -> PathBuf {
    let default = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/recordings"));
    std::env::var_os("NOTION_RECORDINGS").map_or_else(default, PathBuf::from)
}

/// All files below `folder` with that extension, sorted.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(self::files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    files
}
