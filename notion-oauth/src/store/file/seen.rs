//! What the file held when it was looked at last, so that it is read again only after somebody has written it.

use std::fs::{File, Metadata};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Result;
use crate::private;
use crate::store::memory::Records;

#[derive(Default)]
pub(super) struct Seen {
    last: Mutex<Option<Version>>,
}

/// Each commit makes a file of its own, so that one file holds one thing for as long as it is there.
struct Version {
    stamp: Stamp,
    records: Arc<Records>,
    /// It is held open: the number of a file that is gone can be that of another one.
    _file: File,
}

impl Seen {
    /// What the file at `path` holds now.
    pub(super) fn records(&self, path: &Path) -> Result<Arc<Records>> {
        // Who comes while the file is read waits for that, and reads nothing.
        let mut last = self.last();
        if let Some(last) = &*last
            && path.metadata().is_ok_and(|there| last.stamp.is_of(&there))
        {
            return Ok(Arc::clone(&last.records));
        }
        let file = private::existing(path)?;
        // Before it is read: who writes into it meanwhile, without this crate, changes the stamp.
        let stamp = Stamp::new(&file);
        let records = Arc::new(super::read(path, &file)?);
        *last = stamp.map(|stamp| Version {
            stamp,
            records: Arc::clone(&records),
            _file: file,
        });
        Ok(records)
    }

    /// Remembers what was just written to a file.
    pub(super) fn keep(&self, file: File, records: Records) {
        *self.last() = Stamp::new(&file).map(|stamp| Version {
            stamp,
            records: Arc::new(records),
            _file: file,
        });
    }

    fn last(&self) -> MutexGuard<'_, Option<Version>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which file it is, how long it is, when it was changed, and who may read it.
#[cfg(unix)]
struct Stamp(Metadata);

/// Elsewhere files have no numbers, so that there is no such thing, and each lookup reads.
#[cfg(not(unix))]
enum Stamp {}

#[cfg(unix)]
impl Stamp {
    fn new(file: &File) -> Option<Self> {
        file.metadata().ok().map(Self)
    }

    fn is_of(&self, there: &Metadata) -> bool {
        use std::os::unix::fs::MetadataExt;

        let parts = |meta: &Metadata| {
            let changed = (meta.mtime(), meta.mtime_nsec());
            (meta.dev(), meta.ino(), meta.len(), changed, meta.mode())
        };
        parts(&self.0) == parts(there)
    }
}

#[cfg(not(unix))]
impl Stamp {
    fn new(_: &File) -> Option<Self> {
        None
    }

    fn is_of(&self, _: &Metadata) -> bool {
        match *self {}
    }
}
