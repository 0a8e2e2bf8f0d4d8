//! What is in the way, and the next step.

use std::error::Error as StdError;
use std::io;
use std::path::Path;

use crate::error::{Error, ErrorKind};

pub(super) fn failed(path: &Path, what: &str, error: impl StdError + Send + Sync + 'static) -> Error {
    let file = format!("the file of the grants, {},", path.display());
    match cause(&error) {
        Some((what, hint)) => Error::new(ErrorKind::Store, format!("{file} {what}")).with_hint(hint),
        None => Error::new(ErrorKind::Store, format!("{file} {what}")),
    }
    .with_source(bare(error))
}

/// The database's own error, which sqlx would say twice.
fn bare(error: impl StdError + Send + Sync + 'static) -> Box<dyn StdError + Send + Sync> {
    let error: Box<dyn StdError + Send + Sync> = Box::new(error);
    match error.downcast::<sqlx::Error>().map(|error| *error) {
        Ok(sqlx::Error::Database(error)) => error.into_error(),
        Ok(error) => Box::new(error),
        Err(error) => error,
    }
}

/// The causes that a user can do something about.
fn cause(error: &(dyn StdError + 'static)) -> Option<(&'static str, &'static str)> {
    let missing = (
        "cannot be created",
        "Make sure that its folder exists, and that this user may write there.",
    );
    if let Some(error) = error.downcast_ref::<io::Error>() {
        return match error.kind() {
            io::ErrorKind::NotFound => Some(missing),
            io::ErrorKind::IsADirectory => Some(("is a folder", "Choose a file for the grants.")),
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Some((
                "may not be written by this user",
                "Allow it, or choose another file for the grants.",
            )),
            _ => None,
        };
    }
    match primary_code(error.downcast_ref::<sqlx::Error>()?)? {
        5 | 6 => Some((
            "is kept busy by another program",
            "Try again when that has finished.",
        )),
        8 => Some((
            "may not be written by this user",
            "Allow writing to the file and to its folder, or choose another file for the grants.",
        )),
        10 => Some((
            "cannot be read or written",
            "Check the disk that it is on, and how much room that has.",
        )),
        11 => Some((
            "is damaged",
            "Restore a copy of it, or remove it: then every user has to connect again.",
        )),
        13 => Some((
            "does not fit on the disk",
            "Make room on the disk, and try again.",
        )),
        14 => Some(missing),
        26 => Some(("is not a grant store", "Choose a file of its own for the grants.")),
        _ => None,
    }
}

/// Whether another program is in the way, and not for long.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(5 | 6))
}

/// `SQLite`'s code. The extended ones hold the primary one in their lower byte.
///
/// Source: <https://www.sqlite.org/rescode.html>.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error()?.code()?;
    Some(code.parse::<u32>().ok()? & 0xff)
}
