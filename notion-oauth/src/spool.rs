//! Answers of the token endpoint on their way into the store.
//!
//! A token that Notion gave exists once. Until the store has it, it lies here: sealed, in a file of a folder that is on the
//! local disk, so that neither the end of the program nor that of the database loses it. Each file has the name of the
//! [lock](crate::Store::lock) that has to be held to touch it.

mod folder;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
#[cfg(feature = "encryption")]
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use self::folder::{Folder, Partial, aside};
use crate::audit::hex;
use crate::error::{Error, ErrorKind, Result};
use crate::grant::Grant;
use crate::id::{BotId, ClientId};
#[cfg(feature = "encryption")]
use crate::keys::KeyId;
use crate::seal::Seal;
use crate::vault::Flow;

/// A folder of answers, or none where the store is memory and ends with the program.
#[derive(Clone)]
pub(crate) struct Spool {
    folder: Option<Folder>,
    /// Answers that the disk did not take. They are lost if the program ends before the store has them.
    held: Arc<Mutex<BTreeMap<Name, Entry>>>,
}

/// An answer, and what it was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) purpose: Purpose,
    pub(crate) grant: Grant,
}

/// What an answer is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Purpose {
    /// New tokens of an installation.
    Refresh {
        bot_id: String,
        /// The fingerprint of the refresh token that was sent.
        token: String,
    },
    /// The first tokens of an authorization.
    Exchange {
        /// The key of the flow's record.
        key: String,
        /// The flow, in case that the store forgets it before it has the answer.
        flow: Box<Flow>,
    },
}

/// The name of a file without its end, and of the lock that guards it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name(String);

impl Name {
    pub(crate) fn refresh(client_id: &ClientId, bot_id: &BotId) -> Self {
        Self::new("refresh", &format!("{client_id}:{bot_id}"))
    }

    pub(crate) fn exchange(flow: &str) -> Self {
        Self::new("exchange", flow)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn new(kind: &str, of: &str) -> Self {
        Self(format!("{kind}-{}", hex(&Sha256::digest(of))))
    }

    fn parse(text: &str) -> Option<Self> {
        let (kind, digest) = text.split_once('-')?;
        let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        (["refresh", "exchange"].contains(&kind) && is_digest).then(|| Self(text.to_owned()))
    }
}

impl Entry {
    fn name(&self) -> Result<Name> {
        Ok(match &self.purpose {
            Purpose::Refresh { bot_id, .. } => Name::refresh(self.grant.client_id(), &BotId::new(bot_id)?),
            Purpose::Exchange { key, .. } => Name::exchange(key),
        })
    }
}

impl Spool {
    /// For a store that ends with the program: nothing is kept.
    pub(crate) fn none() -> Self {
        Self {
            folder: None,
            held: Arc::default(),
        }
    }

    /// A folder, which is made if it is not there.
    ///
    /// # Errors
    /// When it cannot be made, is none, or is open to other users of the machine.
    pub(crate) fn open(path: &Path, seal: Seal) -> Result<Self> {
        Ok(Self {
            folder: Some(Folder::open(path, seal)?),
            held: Arc::default(),
        })
    }

    /// Takes the room that an answer will need, so that it is known to be there before the answer is asked for.
    ///
    /// # Errors
    /// When the disk is full, or not to be written on.
    pub(crate) async fn reserve(&self, name: &Name) -> Result<Slot> {
        let of = name.clone();
        let partial = self.on_disk(move |folder| folder.reserve(of).map(Some)).await?;
        Ok(Slot {
            partial,
            spool: self.clone(),
            name: name.clone(),
        })
    }

    /// The answer with this name. One that is damaged is set aside, and is then not there.
    ///
    /// # Errors
    /// [`Sealed`](ErrorKind::Sealed) when it needs a key that is missing: it stays for when the key is there. And when the
    /// disk fails.
    pub(crate) async fn get(&self, name: &Name) -> Result<Option<Entry>> {
        if let Some(entry) = self.lock().get(name) {
            return Ok(Some(entry.clone()));
        }
        let name = name.clone();
        self.on_disk(move |folder| folder.get(&name)).await
    }

    /// Whether there is an answer with this name, whether it opens or not.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) async fn has(&self, name: &Name) -> Result<bool> {
        if self.lock().contains_key(name) {
            return Ok(true);
        }
        let name = name.clone();
        self.on_disk(move |folder| folder.has(&name)).await
    }

    /// Removes an answer that is in the store now.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) async fn remove(&self, name: &Name) -> Result<()> {
        self.lock().remove(name);
        let name = name.clone();
        self.on_disk(move |folder| folder.remove(&name)).await
    }

    /// Gives back the room that somebody took who is no more.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) async fn sweep(&self, name: &Name) -> Result<()> {
        let name = name.clone();
        self.on_disk(move |folder| folder.sweep(&name)).await
    }

    /// The names of which there is an answer, or room for one.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) async fn names(&self) -> Result<Vec<Name>> {
        let mut names = self.on_disk(|folder| folder.names()).await?;
        names.extend(self.held());
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// The names of the answers that are not on a disk.
    pub(crate) fn held(&self) -> Vec<Name> {
        self.lock().keys().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Name, Entry>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The keys that seal answers, those that are set aside included.
    ///
    /// # Errors
    /// When the disk fails.
    #[cfg(feature = "encryption")]
    pub(crate) async fn keys(&self) -> Result<BTreeSet<KeyId>> {
        self.on_disk(|folder| folder.keys()).await
    }

    /// Runs on a thread that may wait for the disk. Without a folder there is nothing to do, and nothing there.
    async fn on_disk<T: Default + Send + 'static>(
        &self,
        work: impl FnOnce(Folder) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let Some(folder) = self.folder.clone() else {
            return Ok(T::default());
        };
        tokio::task::spawn_blocking(move || work(folder))
            .await
            .unwrap_or_else(|error| {
                Err(Error::new(ErrorKind::System, "the program is shutting down").with_source(error))
            })
    }
}

/// Room for an answer, which is given back when it is dropped.
#[must_use = "the room is given back when this is dropped"]
pub(crate) struct Slot {
    partial: Option<Partial>,
    spool: Spool,
    name: Name,
}

impl Slot {
    /// Keeps an answer: on the disk, or in memory if the disk fails.
    pub(crate) async fn keep(self, entry: Entry) {
        debug_assert_eq!(entry.name().ok().as_ref(), Some(&self.name));
        let content = entry.clone();
        let kept = match self.partial {
            Some(partial) => self.spool.on_disk(move |_| partial.keep(&content)).await,
            None => Err(Error::new(ErrorKind::Store, "there is no spool beside memory")),
        };
        if let Err(error) = kept {
            tracing::debug!("an answer is kept in memory: {error}");
            self.spool.lock().insert(self.name, entry);
        }
    }

    /// Puts away an answer that is not what was asked for, for somebody to look at.
    pub(crate) async fn set_aside(self, entry: Entry, why: &'static str) {
        let file = aside(&self.name, why);
        if let Some(partial) = self.partial
            && let Err(error) = self.spool.on_disk(move |_| partial.keep_as(&entry, &file)).await
        {
            tracing::warn!("it is lost: {error}");
        }
    }
}
