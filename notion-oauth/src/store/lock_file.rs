//! Locks that the operating system takes back from a program that ends, however it ends.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::Lock;
use crate::audit::hex;
use crate::error::{Error, Result};
use crate::private;

/// A folder with a file for each lock that is held.
#[derive(Debug, Clone)]
pub(super) struct LockFolder {
    path: PathBuf,
}

/// How often to look whether a lock is free again.
const POLL: Duration = Duration::from_millis(10);

impl LockFolder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) async fn lock(&self, name: &str, patience: Duration) -> Result<Lock> {
        private::folder(&self.path)?;
        // No name is taken for a path, whatever is in it.
        let path = self.path.join(format!("{}.lock", hex(&Sha256::digest(name))));
        let start = Instant::now();
        loop {
            if let Some(file) = try_lock(&path)? {
                return Ok(Lock::new(Held {
                    file: Some(file),
                    path,
                }));
            }
            let left = patience.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(Error::busy(patience));
            }
            tokio::time::sleep(POLL.min(left)).await;
        }
    }
}

/// A file or folder that stands beside another one: `grants.db` and `grants.db-locks`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}

fn try_lock(path: &Path) -> Result<Option<File>> {
    let file = private::file(path)?;
    match file.try_lock() {
        // Its last holder may have removed it since it was opened. Then others have a file of that name, or none.
        Ok(()) => Ok(is_at(&file, path).then_some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(private::failed(path, error)),
    }
}

/// Who else removes the file of a lock that is held lets two have it at once.
struct Held {
    file: Option<File>,
    path: PathBuf,
}

impl Drop for Held {
    /// The file goes before the lock does, so that files do not pile up. One that stays is used again.
    fn drop(&mut self) {
        let Some(file) = self.file.take() else { return };
        if cfg!(unix) && is_at(&file, &self.path) {
            let _ = std::fs::remove_file(&self.path);
        }
        drop(file);
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    match (file.metadata(), path.metadata()) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

/// Elsewhere nobody removes it.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_is_no_path_and_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let locks = LockFolder::new(folder.path().join("locks"));
        let held = locks.lock("../../etc/x\0", Duration::ZERO).await.unwrap();
        let files = || std::fs::read_dir(folder.path().join("locks")).unwrap().count();
        assert_eq!(files(), 1);
        locks
            .lock("../../etc/x\0", Duration::from_millis(30))
            .await
            .unwrap_err();
        drop(held);
        if cfg!(unix) {
            assert_eq!(files(), 0);
        }
        drop(locks.lock("../../etc/x\0", Duration::ZERO).await.unwrap());
    }
}
