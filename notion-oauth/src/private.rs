//! Files and folders that are their owner's alone, from before anything is in them.

#[cfg_attr(unix, path = "private/unix.rs")]
#[cfg_attr(not(unix), path = "private/elsewhere.rs")]
mod owner;

use std::fs::File;
#[cfg(any(feature = "file", feature = "sqlite"))]
use std::fs::OpenOptions;
use std::io;
use std::path::Path;

#[cfg(any(feature = "file", feature = "sqlite"))]
use crate::error::{Error, ErrorKind, Result};

pub(crate) use owner::{builder, check, options, rename};

/// Opens a file to read and write, creates it where there is none, and refuses one that others may read.
#[cfg(any(feature = "file", feature = "sqlite"))]
pub(crate) fn file(path: &Path) -> Result<File> {
    open(
        path,
        options().read(true).write(true).create(true).truncate(false),
    )
}

/// Opens a file to read it, and refuses one that others may read.
#[cfg(feature = "file")]
pub(crate) fn existing(path: &Path) -> Result<File> {
    open(path, OpenOptions::new().read(true))
}

#[cfg(any(feature = "file", feature = "sqlite"))]
fn open(path: &Path, options: &OpenOptions) -> Result<File> {
    let file = options.open(path).map_err(|error| match path.is_dir() {
        // Windows says of a folder that it may not be opened.
        true => failed(path, io::ErrorKind::IsADirectory.into()),
        false => failed(path, error),
    })?;
    let meta = file.metadata().map_err(|error| failed(path, error))?;
    if meta.is_dir() {
        return Err(failed(path, io::ErrorKind::IsADirectory.into()));
    }
    check(path, &meta, "600")?;
    Ok(file)
}

/// Creates a folder where there is none, and refuses one that others may look into.
#[cfg(any(feature = "file", feature = "sqlite"))]
pub(crate) fn folder(path: &Path) -> Result<()> {
    match builder().create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(path, error)),
        _ => {}
    }
    let meta = path.metadata().map_err(|error| failed(path, error))?;
    check(path, &meta, "700")
}

/// Makes that the names in a folder survive a crash of the machine. Elsewhere than on Unix folders cannot be flushed.
pub(crate) fn flush(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// What is in the way of a file of a store, and the next step.
#[cfg(any(feature = "file", feature = "sqlite"))]
pub(crate) fn failed(path: &Path, error: io::Error) -> Error {
    let (what, hint) = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => (
            "cannot be found or created",
            "Make sure that its folder exists, and that this user may write there.",
        ),
        io::ErrorKind::IsADirectory => ("is a folder", "Choose a file."),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => (
            "may not be written by this user",
            "Allow writing to it and to its folder, or choose another place.",
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => (
            "does not fit on the disk",
            "Make room on the disk, and try again.",
        ),
        _ => (
            "cannot be read or written",
            "Check the disk that it is on, and how much room that has.",
        ),
    };
    Error::new(ErrorKind::Store, format!("{} {what}", path.display()))
        .with_hint(hint)
        .with_source(error)
}
