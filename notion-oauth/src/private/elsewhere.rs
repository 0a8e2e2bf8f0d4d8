//! Where files have no mode, they take over who may read them from their folder, and nobody is told: a profile of Windows
//! is closed to other users, a folder such as `C:\\data` is not.

use std::fs::{DirBuilder, Metadata, OpenOptions};
use std::path::Path;
use std::time::Duration;
use std::{io, thread};

use crate::error::Result;

/// How often to try, and how long to wait in between.
const ATTEMPTS: u32 = 200;
const PAUSE: Duration = Duration::from_millis(10);

pub(crate) fn options() -> OpenOptions {
    OpenOptions::new()
}

pub(crate) fn builder() -> DirBuilder {
    DirBuilder::new()
}

pub(crate) fn check(_: &Path, _: &Metadata, _: &str) -> Result<()> {
    Ok(())
}

/// Windows may refuse it as long as somebody reads the other one, which passes.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    for _ in 0..ATTEMPTS {
        match std::fs::rename(from, to) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => thread::sleep(PAUSE),
            renamed => return renamed,
        }
    }
    std::fs::rename(from, to)
}
