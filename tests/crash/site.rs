//! Where a program finds its store and its server.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use notion_core::transport::{HttpClient, Transport};
use notion_oauth::{
    ClientId, ClientSecret, Connection, FileStore, Key, KeyId, KeyRing, MemoryStore, OpenWorkspaces,
    PostgresStore, RedirectUri, Result, SqliteStore, Workspaces,
};
use serde::{Deserialize, Serialize};

pub(crate) const REDIRECT_URI: &str = "http://localhost:8911/callback";

/// All that a program is told before it can open the store.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Site {
    pub(crate) place: Place,
    pub(crate) folder: PathBuf,
    pub(crate) base_url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// For how long a request of another program may still be under way that has lost its lock.
    pub(crate) timeout: Duration,
    /// How long to wait for another program.
    pub(crate) patience: Duration,
}

/// A kind of store, and what is to be said of where it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Place {
    /// No other program finds it.
    #[serde(skip)]
    Memory(MemoryStore),
    Sqlite,
    File,
    Postgres(Schema),
}

/// A part of a database that is one case's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Schema {
    pub(crate) url: String,
    pub(crate) name: String,
}

impl Site {
    pub(crate) fn connection(&self) -> Connection {
        self.connection_by(client())
    }

    /// The same with another way to the server.
    pub(crate) fn connection_by(&self, transport: impl Transport) -> Connection {
        Connection::builder(
            ClientId::new(&self.client_id).unwrap(),
            ClientSecret::new(&self.client_secret).unwrap(),
            RedirectUri::new(REDIRECT_URI).unwrap(),
        )
        .base_url(&self.base_url)
        .timeout(self.timeout)
        .transport(transport)
        .build()
        .unwrap()
    }

    /// Opens the store with keys of these names, the first of which seals.
    pub(crate) async fn open(&self, keys: &[&str]) -> Workspaces {
        self.try_open(keys).await.unwrap()
    }

    pub(crate) async fn try_open(&self, keys: &[&str]) -> Result<Workspaces> {
        let opening = self.opening(self.connection(), ring(keys)).await?;
        opening.open().await
    }

    /// The store, which is to be opened.
    pub(crate) async fn opening(&self, connection: Connection, keys: KeyRing) -> Result<OpenWorkspaces> {
        let builder = Workspaces::builder(connection);
        let path = self.folder.join("grants");
        let opening = match &self.place {
            Place::Memory(store) => builder.store(store.clone(), keys),
            Place::Sqlite => builder.store(SqliteStore::open(path).await?, keys),
            Place::File => builder.store(FileStore::open(path).await?, keys),
            Place::Postgres(schema) => builder.store(schema.open().await?, keys),
        };
        Ok(self.set_up(opening))
    }

    pub(crate) fn set_up(&self, opening: OpenWorkspaces) -> OpenWorkspaces {
        opening.spool(self.spool()).patience(self.patience)
    }

    pub(crate) fn spool(&self) -> PathBuf {
        self.folder.join("spool")
    }
}

impl Schema {
    pub(crate) async fn open(&self) -> Result<PostgresStore> {
        PostgresStore::builder(&self.url).schema(&self.name).open().await
    }
}

/// One client for all, as it takes long to read the certificates that none of them needs. It waits for longer than a busy
/// machine takes, so that no answer is lost unless a case loses it.
pub(crate) fn client() -> HttpClient {
    static CLIENT: LazyLock<HttpClient> = LazyLock::new(|| HttpClient::new(Duration::from_secs(60)).unwrap());
    CLIENT.clone()
}

pub(crate) fn ring(names: &[&str]) -> KeyRing {
    let ring = KeyRing::new(key(names[0]));
    names[1..]
        .iter()
        .fold(ring, |ring, name| ring.with_old(key(name)).unwrap())
}

/// The key of a name, whose bytes are a text that can be searched for.
fn key(name: &str) -> Key {
    let bytes = secret_of(name).into_bytes().try_into().unwrap();
    Key::from_bytes(KeyId::new(name).unwrap(), bytes)
}

fn secret_of(name: &str) -> String {
    format!("{name:-<32}")
}

/// The bytes of a key, in each form in which somebody may print them.
pub(crate) fn forms_of_key(name: &str) -> [String; 4] {
    let secret = secret_of(name);
    let hex = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let list = format!("{:?}", secret.as_bytes());
    let exposed = key(name).expose();
    let base64 = exposed.split_once(':').unwrap().1.to_owned();
    [secret, hex, list, base64]
}
