//! Files and folders that are their owner's alone, from before anything is in them.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// Opens a file to read and write, creates it where there is none, and refuses one that others may read.
pub(crate) fn file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    owner_only(&mut options);
    open(path, &options)
}

/// Opens a file to read it, and refuses one that others may read.
#[cfg(feature = "file")]
pub(crate) fn existing(path: &Path) -> Result<File> {
    open(path, OpenOptions::new().read(true))
}

fn open(path: &Path, options: &OpenOptions) -> Result<File> {
    let file = options.open(path).map_err(|error| failed(path, error))?;
    check(
        path,
        &file.metadata().map_err(|error| failed(path, error))?,
        "600",
    )?;
    Ok(file)
}

/// Creates a folder where there is none, and refuses one that others may look into.
pub(crate) fn folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    owner_only_folder(&mut builder);
    match builder.create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(path, error)),
        _ => {}
    }
    let meta = path.metadata().map_err(|error| failed(path, error))?;
    check(path, &meta, "700")
}

/// What is in the way of a file, and the next step.
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

/// Makes that a file which is created is its owner's alone.
#[cfg(unix)]
pub(crate) fn owner_only(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;

    options.mode(0o600);
}

#[cfg(unix)]
fn owner_only_folder(builder: &mut DirBuilder) {
    use std::os::unix::fs::DirBuilderExt;

    builder.mode(0o700);
}

#[cfg(unix)]
fn check(path: &Path, meta: &std::fs::Metadata, mode: &str) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let found = meta.permissions().mode() & 0o777;
    if found & 0o077 == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(Error::new(
        ErrorKind::Store,
        format!("{path} is open to others (mode {found:04o})"),
    )
    .with_hint(format!(
        "What a store keeps is its owner's alone. Run `chmod {mode} {path}`."
    )))
}

/// Elsewhere the folder decides who may read a file.
#[cfg(not(unix))]
pub(crate) fn owner_only(_: &mut OpenOptions) {}

#[cfg(not(unix))]
fn owner_only_folder(_: &mut DirBuilder) {}

#[cfg(not(unix))]
fn check(_: &Path, _: &std::fs::Metadata, _: &str) -> Result<()> {
    Ok(())
}
