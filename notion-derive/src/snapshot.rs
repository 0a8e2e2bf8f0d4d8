//! Finds, reads and keeps the snapshot files that rows are checked against.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use notion_schema::{DataSource, SchemaError, Snapshot, json};

/// A file that was read, and what it is known by to be the same one still.
struct Kept {
    modified: SystemTime,
    length: u64,
    read: Result<Arc<DataSource>, String>,
}

/// A crate has many rows of few data sources, and an editor expands them again and again: a file is read once, until it
/// changes.
static KEPT: Mutex<BTreeMap<PathBuf, Kept>> = Mutex::new(BTreeMap::new());

/// The schema in the file of that path, which is relative to the folder of the crate's `Cargo.toml`.
///
/// # Errors
/// When there is no such file, or it is no snapshot, as a message that follows nothing.
pub(crate) fn load(path: &str) -> Result<Arc<DataSource>, String> {
    if path.is_empty() || Path::new(path).is_absolute() {
        return Err("expected the path of a snapshot, from the folder of `Cargo.toml`: `schema = \"notion/tasks.json\"`".to_owned());
    }
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").ok_or(
        "`schema` names a file beside `Cargo.toml`, and so needs cargo, which sets CARGO_MANIFEST_DIR",
    )?;
    let file = Path::new(&folder).join(path);
    let about = fs::metadata(&file).map_err(|error| unreadable(path, &error))?;
    let modified = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    let length = about.len();
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kept) = kept.get(&file)
        && (kept.modified, kept.length) == (modified, length)
    {
        return kept.read.clone();
    }
    let text = fs::read_to_string(&file).map_err(|error| unreadable(path, &error))?;
    let read = Snapshot::from_json(&text)
        .map(|snapshot| Arc::new(snapshot.data_source))
        .map_err(|error| broken(path, &text, &error));
    let new = Kept {
        modified,
        length,
        read: read.clone(),
    };
    kept.insert(file, new);
    read
}

fn unreadable(path: &str, error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => format!(
            "there is no `{path}` in the folder of `Cargo.toml`; `cargo notion pull <DATABASE> --output {path}` makes it, with the database's title, URL or id"
        ),
        ErrorKind::InvalidData => format!(
            "`{path}` is not a snapshot: it is not UTF-8 text; {}",
            again(path)
        ),
        _ => format!("cannot read `{path}`: {error}"),
    }
}

fn broken(path: &str, text: &str, error: &SchemaError) -> String {
    let json = error
        .source()
        .and_then(|source| source.downcast_ref::<json::Error>());
    let what = match json {
        Some(json) => {
            let before = text.get(..json.position()).unwrap_or(text);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            format!("expected {} at line {line}, column {column}", json.expected())
        }
        None => error.to_string(),
    };
    format!("`{path}` is not a snapshot: {what}; {}", again(path))
}

fn again(path: &str) -> String {
    format!("`cargo notion pull <DATABASE> --output {path}` makes it anew")
}
