use std::fs::{DirBuilder, Metadata, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};

/// What a file is created with that is its owner's alone.
pub(crate) fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// What a folder is created with that is its owner's alone.
pub(crate) fn builder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

/// Refuses what is open to other users of the machine. `mode` is the one that it should have.
pub(crate) fn check(path: &Path, meta: &Metadata, mode: &str) -> Result<()> {
    let found = meta.permissions().mode() & 0o777;
    if found & 0o077 == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(Error::new(
        ErrorKind::Configuration,
        format!("{path} is open to other users of this machine (mode {found:04o})"),
    )
    .with_hint(format!(
        "What is kept there is its owner's alone. Run `chmod {mode} {path}`."
    )))
}

/// Puts a file in the place of another one.
pub(crate) fn rename(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::rename(from, to)
}
