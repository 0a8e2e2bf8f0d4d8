//! Where a program finds its store and its server.

use std::path::PathBuf;
use std::time::Duration;

use notion_oauth::{
    ClientId, ClientSecret, Connection, FileStore, Key, KeyId, KeyRing, OpenWorkspaces, PostgresStore,
    RedirectUri, Result, SqliteStore, Workspaces,
};
use serde::{Deserialize, Serialize};

pub(crate) const REDIRECT_URI: &str = "http://localhost:8911/callback";
/// How long to wait for another program.
pub(crate) const PATIENCE: Duration = Duration::from_secs(2);

/// All that a program is told before it can open the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Site {
    pub(crate) place: Place,
    pub(crate) folder: PathBuf,
    pub(crate) base_url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// The longest that a request takes.
    pub(crate) timeout: Duration,
}

/// A kind of store, and what is to be said of where it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Place {
    Sqlite,
    File,
    Postgres(String),
}

impl Site {
    pub(crate) fn connection(&self) -> Connection {
        Connection::builder(
            ClientId::new(&self.client_id).unwrap(),
            ClientSecret::new(&self.client_secret).unwrap(),
            RedirectUri::new(REDIRECT_URI).unwrap(),
        )
        .base_url(&self.base_url)
        .timeout(self.timeout)
        .build()
        .unwrap()
    }

    /// Opens the store with keys of these names, the first of which seals.
    pub(crate) async fn open(&self, keys: &[&str]) -> Workspaces {
        self.try_open(keys).await.unwrap()
    }

    pub(crate) async fn try_open(&self, keys: &[&str]) -> Result<Workspaces> {
        self.opening(ring(keys)).await.open().await
    }

    async fn opening(&self, keys: KeyRing) -> OpenWorkspaces {
        let builder = Workspaces::builder(self.connection());
        let path = self.folder.join("grants");
        let opening = match &self.place {
            Place::Sqlite => builder.store(SqliteStore::open(path).await.unwrap(), keys),
            Place::File => builder.store(FileStore::open(path).await.unwrap(), keys),
            Place::Postgres(url) => builder.store(PostgresStore::open(url).await.unwrap(), keys),
        };
        opening.spool(self.spool()).patience(PATIENCE)
    }

    pub(crate) fn spool(&self) -> PathBuf {
        self.folder.join("spool")
    }
}

pub(crate) fn ring(names: &[&str]) -> KeyRing {
    let key = |name: &str| Key::from_bytes(KeyId::new(name).unwrap(), [name.as_bytes()[0]; 32]);
    let ring = KeyRing::new(key(names[0]));
    names[1..]
        .iter()
        .fold(ring, |ring, name| ring.with_old(key(name)).unwrap())
}
