//! Where files have no mode, they take over who may read them from their folder, and nobody is told: a profile of Windows
//! is closed to other users, a folder such as `C:\\data` is not.

use std::fs::{DirBuilder, Metadata, OpenOptions};
use std::path::Path;

use crate::error::Result;

pub(crate) fn options() -> OpenOptions {
    OpenOptions::new()
}

pub(crate) fn builder() -> DirBuilder {
    DirBuilder::new()
}

pub(crate) fn check(_: &Path, _: &Metadata, _: &str) -> Result<()> {
    Ok(())
}
