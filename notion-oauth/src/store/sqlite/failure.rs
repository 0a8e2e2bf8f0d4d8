//! What is in the way, and the next step.

use std::error::Error as StdError;
use std::path::Path;

use crate::error::{Error, ErrorKind};

pub(super) fn failed(path: &Path, what: &str, error: sqlx::Error) -> Error {
    let kind = if is_busy(&error) {
        ErrorKind::Busy
    } else {
        ErrorKind::Store
    };
    let path = path.display();
    match cause(&error) {
        Some((what, hint)) => Error::new(kind, format!("{path} {what}")).with_hint(hint),
        None => Error::new(kind, format!("{path} {what}")),
    }
    .with_source(bare(error))
}

/// The database's own error, which sqlx would say twice.
fn bare(error: sqlx::Error) -> Box<dyn StdError + Send + Sync> {
    match error {
        sqlx::Error::Database(error) => error.into_error(),
        error => Box::new(error),
    }
}

/// The causes that a user can do something about.
fn cause(error: &sqlx::Error) -> Option<(&'static str, &'static str)> {
    if is_busy(error) {
        return Some((
            "is kept busy by another program",
            "Try again when that has finished.",
        ));
    }
    Some(match primary_code(error)? {
        8 => (
            "may not be written by this user",
            "Allow writing to the file and to its folder, or choose another file for the store.",
        ),
        10 => (
            "cannot be read or written",
            "Check the disk that it is on, and how much room that has.",
        ),
        // A disk that fails to read is reported like this, too.
        11 => (
            "is damaged, or the disk that it is on",
            "Check the disk first: when that works again, the file may be as good as before. If it is not, restore a copy; \
             without one every user has to connect again.",
        ),
        13 => (
            "does not fit on the disk",
            "Make room on the disk, and try again.",
        ),
        14 => (
            "cannot be created",
            "Make sure that its folder exists, and that this user may write there.",
        ),
        26 => ("is no store of grants", "Choose a file of its own for the store."),
        _ => return None,
    })
}

/// Whether another program is in the way, or other tasks of this one are, and not for long.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::PoolTimedOut) || matches!(primary_code(error), Some(5 | 6))
}

/// `SQLite`'s code. The extended ones hold the primary one in their lower byte.
///
/// Source: <https://www.sqlite.org/rescode.html>.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?;
    Some(code.parse::<u32>().ok()? & 0xff)
}
