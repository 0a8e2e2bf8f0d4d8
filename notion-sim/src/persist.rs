//! The data file: the whole state as a seed document, written anew after each committed change.
//!
//! A change is answered only when the file holds it. The file is replaced by renaming a complete, synced one, so a crash
//! at any moment leaves either the old or the new state. Requests that come in together share one write.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use crate::core::Core;
use crate::error::Error;
use crate::seed;
use crate::state::State;

/// Where the state is kept.
#[derive(Debug)]
pub(crate) struct DataFile {
    path: PathBuf,
    /// The revision that is on disk.
    written: Mutex<u64>,
}

impl DataFile {
    /// Opens a data file, and reads the state in it if there is one.
    ///
    /// # Errors
    ///
    /// A file that cannot be read or is not a dump.
    pub(crate) fn open(path: PathBuf, now: jiff::Timestamp) -> Result<(Self, Option<State>), Error> {
        let state = match fs::read(&path) {
            Ok(bytes) => Some(
                seed::read(&bytes, now)
                    .map_err(|problem| Error::unusable(&format!("data file {}", path.display()), &problem))?,
            ),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::unreadable("data file", &path, error)),
        };
        Ok((
            Self {
                path,
                written: Mutex::new(0),
            },
            state,
        ))
    }

    /// Writes the state of the very beginning, which also shows that the file can be written.
    pub(crate) fn create(&self, state: &State) -> Result<(), Error> {
        self.write(state)
            .map_err(|error| Error::unwritable(&self.path, error))
    }

    /// Makes sure that the file holds what `core` holds now. Blocks for as long as the disk takes.
    ///
    /// # Errors
    ///
    /// Whatever the file system says.
    pub(crate) fn save(&self, core: &Core) -> std::io::Result<()> {
        let revision = core.state().revision;
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if *written >= revision {
            return Ok(());
        }
        let state = core.state().clone();
        self.write(&state)?;
        *written = state.revision;
        Ok(())
    }

    fn write(&self, state: &State) -> std::io::Result<()> {
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".tmp");
        let temporary = self.path.with_file_name(name);
        let document = seed::dump(state, true).to_string();
        let replaced = File::create(&temporary)
            .and_then(|mut file| {
                file.write_all(document.as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&temporary, &self.path));
        if replaced.is_err() {
            // Half a file takes room on a disk that may be full.
            let _ = fs::remove_file(&temporary);
        }
        replaced?;
        // The rename itself is durable once the folder is.
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or_else(|| std::path::Path::new(".")))?.sync_all()
    }
}
