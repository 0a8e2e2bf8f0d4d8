//! The file is its owner's alone, from before `SQLite` first writes to it.

use std::fs::OpenOptions;
use std::path::Path;

use super::failure::failed;
use crate::error::Result;

/// Creates the file where there is none, and refuses one that others may read.
///
/// `SQLite` gives the files that it keeps next to it the same mode.
pub(super) fn prepare(path: &Path) -> Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    private(&mut options);
    let file = options
        .open(path)
        .map_err(|error| failed(path, "cannot be opened", error))?;
    check(path, &file)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;

    options.mode(0o600);
}

#[cfg(unix)]
fn check(path: &Path, file: &std::fs::File) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;

    use crate::error::{Error, ErrorKind};

    let meta = file
        .metadata()
        .map_err(|error| failed(path, "cannot be opened", error))?;
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        let path = path.display();
        return Err(Error::new(
            ErrorKind::Store,
            format!("the file of the grants, {path}, is open to others (mode {mode:04o})"),
        )
        .with_hint(format!("It holds tokens. Run `chmod 600 {path}`.")));
    }
    Ok(())
}

/// Elsewhere the folder decides who may read a file.
#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

#[cfg(not(unix))]
fn check(_: &Path, _: &std::fs::File) -> Result<()> {
    Ok(())
}
