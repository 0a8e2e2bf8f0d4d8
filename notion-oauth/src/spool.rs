//! Answers of the token endpoint on their way into the store.
//!
//! A token that Notion gave exists once. Until the store has it, it lies here: sealed, in a file of a folder that is on the
//! local disk, so that neither the end of the program nor that of the database loses it. Each file has the name of the
//! [lock](crate::Store::lock) that has to be held to touch it.

mod folder;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use self::folder::{Folder, Partial, aside};
use crate::audit::hex;
use crate::error::{Error, ErrorKind, Result};
use crate::grant::Grant;
use crate::id::{BotId, ClientId};
use crate::seal::Seal;

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
        flow: String,
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
            Purpose::Exchange { flow } => Name::exchange(flow),
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

    /// The answer with this name. One that cannot be read is set aside, and is then not there.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) async fn get(&self, name: &Name) -> Result<Option<Entry>> {
        if let Some(entry) = self.lock().get(name) {
            return Ok(Some(entry.clone()));
        }
        let name = name.clone();
        self.on_disk(move |folder| folder.get(&name)).await
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

    /// The keys that seal answers, by their names.
    ///
    /// # Errors
    /// When the disk fails.
    #[cfg(feature = "encryption")]
    pub(crate) async fn key_ids(&self) -> Result<std::collections::BTreeSet<String>> {
        self.on_disk(|folder| {
            let mut ids = std::collections::BTreeSet::new();
            for name in folder.names()? {
                let sealed = folder.read(&name)?.unwrap_or_default();
                ids.extend(Seal::key_of(&sealed).map(str::to_owned));
            }
            Ok(ids)
        })
        .await
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

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::Timestamp;

    use super::folder::{ANSWER, RESERVED, SET_ASIDE};
    use super::*;
    use crate::grant::GrantId;

    const FLOW: &str = "c:1234";

    fn entry(bot_id: &str) -> Entry {
        let raw = r#"{"access_token":"ntn_CANARY","token_type":"bearer","refresh_token":"nrt_CANARY","bot_id":"b","workspace_id":"w"}"#;
        let client_id = ClientId::new("c").unwrap();
        Entry {
            purpose: Purpose::Refresh {
                bot_id: bot_id.to_owned(),
                token: "ab12".to_owned(),
            },
            grant: Grant::restore(GrantId::generate(), client_id, Timestamp::now(), raw).unwrap(),
        }
    }

    fn name() -> Name {
        entry("b").name().unwrap()
    }

    /// The files of a folder.
    fn files(folder: &Path) -> Vec<String> {
        let files = fs::read_dir(folder).unwrap();
        files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[tokio::test]
    async fn an_answer_is_kept_until_it_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/spool");
        let spool = Spool::open(&path, Seal::Plain).unwrap();
        assert!(spool.get(&name()).await.unwrap().is_none());
        let slot = spool.reserve(&name()).await.unwrap();
        slot.keep(entry("b")).await;
        // As another program sees it.
        let spool = Spool::open(&path, Seal::Plain).unwrap();
        let kept = spool.get(&name()).await.unwrap().unwrap();
        assert_eq!(kept.purpose, entry("b").purpose);
        assert_eq!(kept.grant.token().expose(), "ntn_CANARY");
        assert_eq!(spool.names().await.unwrap(), [name()]);
        spool.remove(&name()).await.unwrap();
        spool.remove(&name()).await.unwrap();
        assert!(files(&path).is_empty());
    }

    #[tokio::test]
    async fn room_that_was_not_needed_is_given_back_and_forgotten_room_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(&folder.path().join("spool"), Seal::Plain).unwrap();
        let slot = spool.reserve(&name()).await.unwrap();
        assert_eq!(spool.names().await.unwrap(), [name()]);
        drop(slot);
        assert!(spool.names().await.unwrap().is_empty());
        std::mem::forget(spool.reserve(&name()).await.unwrap());
        assert!(spool.get(&name()).await.unwrap().is_none());
        spool.sweep(&name()).await.unwrap();
        assert!(spool.names().await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn what_is_no_answer_is_set_aside_and_blocks_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool");
        let spool = Spool::open(&path, Seal::Plain).unwrap();
        let answer = path.join(format!("{}.{ANSWER}", name().as_str()));
        spool.reserve(&name()).await.unwrap().keep(entry("b")).await;
        let good = fs::read(&answer).unwrap();
        let other = Name::exchange(FLOW);
        fs::write(path.join(format!("{}.{ANSWER}", other.as_str())), &good).unwrap();
        for bad in [
            &b""[..],
            b"garbage",
            &good[..good.len() / 2],
            b"\x01\x01k123",
            &[0; RESERVED],
        ] {
            fs::write(&answer, bad).unwrap();
            assert!(spool.get(&name()).await.unwrap().is_none());
            assert!(!answer.exists());
        }
        // An answer under another name than its own.
        assert!(spool.get(&other).await.unwrap().is_none());
        fs::write(path.join("README"), "not ours").unwrap();
        assert!(spool.names().await.unwrap().is_empty());
        let aside = files(&path)
            .iter()
            .filter(|file| file.ends_with(SET_ASIDE))
            .count();
        assert_eq!(aside, 6, "{:?}", files(&path));
        spool.reserve(&name()).await.unwrap().keep(entry("b")).await;
        assert!(spool.get(&name()).await.unwrap().is_some());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_folder_and_its_files_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let spool = Spool::open(&path, Seal::Plain).unwrap();
        assert_eq!(mode(&path), 0o700);
        spool.reserve(&name()).await.unwrap().keep(entry("b")).await;
        assert_eq!(mode(&spool.folder.unwrap().answer(&name())), 0o600);
        for lax in [0o777, 0o750, 0o701] {
            fs::set_permissions(&path, fs::Permissions::from_mode(lax)).unwrap();
            let error = Spool::open(&path, Seal::Plain).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains("chmod 700"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_spool_that_cannot_be_written_is_noticed_before_an_answer_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool");
        let spool = Spool::open(&path, Seal::Plain).unwrap();
        fs::remove_dir(&path).unwrap();
        let error = spool.reserve(&name()).await.err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Store);
        assert!(error.to_string().contains("the spool cannot write"), "{error}");
        fs::write(&path, "a file").unwrap();
        assert!(Spool::open(&path, Seal::Plain).is_err());
    }

    #[cfg(feature = "encryption")]
    #[tokio::test]
    async fn t16_an_answer_is_sealed_and_one_with_a_foreign_key_is_set_aside() {
        use crate::keys::{Key, KeyId, KeyRing};

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool");
        let ring = |id: &str, byte| KeyRing::new(Key::from_bytes(KeyId::new(id).unwrap(), [byte; 32]));
        let spool = Spool::open(&path, Seal::Keys(ring("a", 1))).unwrap();
        spool.reserve(&name()).await.unwrap().keep(entry("b")).await;
        let bytes = fs::read(spool.folder.as_ref().unwrap().answer(&name())).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"CANARY"));
        assert_eq!(
            spool.key_ids().await.unwrap().into_iter().collect::<Vec<_>>(),
            ["a"]
        );
        assert!(spool.get(&name()).await.unwrap().is_some());
        let other = Spool::open(&path, Seal::Keys(ring("b", 2))).unwrap();
        assert!(other.get(&name()).await.unwrap().is_none());
        assert!(spool.names().await.unwrap().is_empty());
    }
}
