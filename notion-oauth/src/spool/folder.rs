//! The folder of a spool: its files, and what is in them.
//!
//! The part of a file's name before the first dot is the [`Name`]. An answer is written beside its place and then moved
//! there, so that it is there as a whole or not at all.

#[cfg(feature = "encryption")]
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{ErrorKind as IoErrorKind, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Entry, Name, Purpose};
use crate::error::{Error, ErrorKind, Result};
use crate::failpoint::reach;
use crate::grant::Grant;
use crate::id::ClientId;
#[cfg(feature = "encryption")]
use crate::keys::KeyId;
use crate::private;
use crate::seal::{Place, Seal};
use crate::wipe;

/// What is taken of the disk before an answer is asked for: more than one needs, also with the longest payload of a flow.
pub(super) const RESERVED: usize = 32 << 10;
/// More than the longest answer needs when it is sealed.
const MAX_FILE: u64 = 1 << 20;
/// The ends of the names of files: answers, those that are being written, and those that are no good.
pub(super) const ANSWER: &str = "answer";
const PARTIAL: &str = "partial";
pub(super) const SET_ASIDE: &str = "set-aside";

#[derive(Clone)]
pub(super) struct Folder {
    path: Arc<Path>,
    seal: Seal,
}

/// A file that is not in its place yet. It is removed when this is dropped before.
pub(super) struct Partial {
    folder: Folder,
    name: Name,
    path: PathBuf,
    file: File,
    is_kept: bool,
}

/// What a file holds before it is sealed, in front of the answer itself.
#[derive(Serialize, Deserialize)]
struct Head {
    purpose: Purpose,
    client_id: String,
    grant: String,
    received_at: Timestamp,
}

impl Partial {
    pub(super) fn keep(self, entry: &Entry) -> Result<()> {
        // One that is there still needs a missing key, or is of somebody who has lost the lock: it is not written over.
        if self.folder.has(&self.name)? {
            self.folder.set_aside(&self.name, "there is a newer one")?;
        }
        let file = format!("{}.{ANSWER}", self.name.as_str());
        self.keep_as(entry, &file)
    }

    pub(super) fn keep_as(mut self, entry: &Entry, name: &str) -> Result<()> {
        let head = Head {
            purpose: entry.purpose.clone(),
            client_id: entry.grant.client_id().to_string(),
            grant: entry.grant.id().to_string(),
            received_at: entry.grant.received_at(),
        };
        let content = wipe::with_text(&head, entry.grant.expose_raw())
            .map_err(|_| Error::new(ErrorKind::Store, "an answer cannot be written as JSON"))?;
        let sealed = self.folder.seal.seal(place(&self.name), &content)?;
        let write = |file: &mut File| {
            file.rewind()?;
            file.write_all(&sealed)?;
            file.set_len(sealed.len() as u64)?;
            file.sync_all()
        };
        write(&mut self.file).map_err(|error| cannot("write", &self.path, error))?;
        reach("spool.written")?;
        self.folder.rename(&self.path, name)?;
        self.is_kept = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.is_kept {
            // What stays is found again, and removed, by the next one who has the lock.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Folder {
    pub(super) fn open(path: &Path, seal: Seal) -> Result<Self> {
        let made = private::builder().recursive(true).create(path);
        made.map_err(|error| cannot("make the folder", path, error))?;
        let metadata = fs::metadata(path).map_err(|error| cannot("read the folder", path, error))?;
        private::check(path, &metadata, "700")?;
        Ok(Self {
            path: path.into(),
            seal,
        })
    }

    /// The file is nobody else's, not even that of somebody who has lost the lock and goes on.
    pub(super) fn reserve(self, name: Name) -> Result<Partial> {
        let file = format!("{}.{}.{PARTIAL}", name.as_str(), Uuid::new_v4());
        let path = self.path.join(file);
        let file = private::options().write(true).create_new(true).open(&path);
        let file = file.map_err(|error| cannot("write", &path, error))?;
        let mut partial = Partial {
            folder: self,
            name,
            path,
            file,
            is_kept: false,
        };
        partial
            .file
            .write_all(&[0; RESERVED])
            .map_err(|error| cannot("write", &partial.path, error))?;
        Ok(partial)
    }

    pub(super) fn answer(&self, name: &Name) -> PathBuf {
        self.path.join(format!("{}.{ANSWER}", name.as_str()))
    }

    pub(super) fn get(&self, name: &Name) -> Result<Option<Entry>> {
        let Some(sealed) = read(&self.answer(name))? else {
            return Ok(None);
        };
        let needs = |error: Error| error.within("an answer in the spool waits");
        self.seal.check_key(&sealed).map_err(needs)?;
        let entry = self.unseal(name, &sealed);
        if entry.is_none() {
            self.set_aside(name, "it is damaged, or its key has other bytes now")?;
        }
        Ok(entry)
    }

    pub(super) fn has(&self, name: &Name) -> Result<bool> {
        let path = self.answer(name);
        path.try_exists().map_err(|error| cannot("read", &path, error))
    }

    /// The keys that seal what is here, also what is set aside.
    #[cfg(feature = "encryption")]
    pub(super) fn keys(&self) -> Result<BTreeSet<KeyId>> {
        let mut keys = BTreeSet::new();
        for (name, end) in self.files()? {
            if end == ANSWER || end.ends_with(SET_ASIDE) {
                let file = self.path.join(format!("{}.{end}", name.as_str()));
                let sealed = read(&file)?.unwrap_or_default();
                // What is damaged may name a key that never was one.
                keys.extend(Seal::key_of(&sealed).and_then(|id| KeyId::new(id).ok()));
            }
        }
        Ok(keys)
    }

    fn unseal(&self, name: &Name, sealed: &[u8]) -> Option<Entry> {
        let opened = self.seal.open(place(name), sealed).ok()?;
        let (head, raw): (Head, _) = wipe::read(&opened)?;
        let client_id = ClientId::new(&head.client_id).ok()?;
        let id = head.grant.parse().ok()?;
        let entry = Entry {
            purpose: head.purpose,
            grant: Grant::restore(id, client_id, head.received_at, raw).ok()?,
        };
        (entry.name().ok()? == *name).then_some(entry)
    }

    pub(super) fn remove(&self, name: &Name) -> Result<()> {
        remove(&self.answer(name))
    }

    pub(super) fn sweep(&self, name: &Name) -> Result<()> {
        for (of, end) in self.files()? {
            if of == *name && end.ends_with(PARTIAL) {
                remove(&self.path.join(format!("{}.{end}", name.as_str())))?;
            }
        }
        Ok(())
    }

    fn set_aside(&self, name: &Name, why: &'static str) -> Result<()> {
        self.rename(&self.answer(name), &aside(name, why))
    }

    fn rename(&self, from: &Path, to: &str) -> Result<()> {
        private::rename(from, &self.path.join(to))
            .and_then(|()| private::flush(&self.path))
            .map_err(|error| cannot("rename", from, error))
    }

    pub(super) fn names(&self) -> Result<Vec<Name>> {
        let files = self.files()?.into_iter();
        let of_answers = files.filter(|(_, end)| end == ANSWER || end.ends_with(PARTIAL));
        Ok(of_answers.map(|(name, _)| name).collect())
    }

    /// The files that belong to a name, with the ends of theirs.
    fn files(&self) -> Result<Vec<(Name, String)>> {
        let failed = |error| cannot("read the folder", &self.path, error);
        let mut files = Vec::new();
        for file in fs::read_dir(&self.path).map_err(failed)? {
            let file = file.map_err(failed)?.file_name();
            let parts = file.to_str().and_then(|file| file.split_once('.'));
            files.extend(parts.and_then(|(name, end)| Some((Name::parse(name)?, end.to_owned()))));
        }
        Ok(files)
    }
}

/// The name of a file that is put away. It stays there until somebody has looked at it.
pub(super) fn aside(name: &Name, why: &'static str) -> String {
    let file = format!("{}.{}.{SET_ASIDE}", name.as_str(), Uuid::new_v4());
    tracing::warn!(file, why, "an answer of the token endpoint is set aside");
    file
}

fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let mut sealed = Vec::new();
    match File::open(path).and_then(|file| file.take(MAX_FILE).read_to_end(&mut sealed)) {
        Ok(_) => Ok(Some(sealed)),
        Err(error) if error.kind() == IoErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot("read", path, error)),
    }
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != IoErrorKind::NotFound => Err(cannot("remove", path, error)),
        _ => Ok(()),
    }
}

/// A file opens under its own name alone.
fn place(name: &Name) -> Place<'_> {
    Place {
        table: "spool",
        key: name.as_str(),
        version: 1,
    }
}

fn cannot(what: &str, path: &Path, error: std::io::Error) -> Error {
    Error::new(
        ErrorKind::Store,
        format!("the spool cannot {what} {}", path.display()),
    )
    .with_hint(
        "Look at the disk: is it full, or not to be written on? No tokens are asked for until it is right.",
    )
    .with_source(error)
}
