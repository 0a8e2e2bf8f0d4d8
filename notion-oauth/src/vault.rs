//! What the tables hold, above the store: each installation, its past and its log, sealed and opened in one place.

mod flows;
mod links;
mod past;
#[cfg(feature = "encryption")]
mod plaintext;
mod resources;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use notion_core::UserId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::{Zeroize, Zeroizing};

use crate::audit::{AuditEntry, Event, Head, fingerprint};
use crate::error::{Error, ErrorKind, Result};
use crate::grant::{Details, Grant, GrantId, RefreshToken, microseconds};
use crate::id::{BotId, ClientId};
use crate::installation::{Installation, Status};
use crate::seal::{Place, Seal};
use crate::store::{Change, Column, Commit, Query, Record, Store, Table};

pub(crate) use flows::{EXCHANGING, Ending, Flow, Stage, StoredFlow, Ticket, flow_key, may_be_answered};
pub(crate) use links::StoredLink;
#[cfg(feature = "encryption")]
pub(crate) use plaintext::sealed_tables;
pub(crate) use resources::StoredResource;
pub use resources::{Resource, ResourceKind};

/// A store and the keys that open it.
#[derive(Clone)]
pub(crate) struct Vault {
    store: Arc<dyn Store>,
    seal: Seal,
}

/// An installation as it stands in the store, also after its end.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    client_id: ClientId,
    bot_id: BotId,
    /// 0 if it is not in the store yet.
    version: i64,
    /// `None` after its end: what is left is the log.
    pub(crate) installation: Option<Installation>,
    /// A refresh that has begun, and of which nothing has come back.
    pub(crate) intent: Option<Intent>,
    head: Head,
}

/// That a refresh token is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Intent {
    /// The fingerprint of the refresh token.
    pub(crate) token: String,
    /// How often it was sent, this time included.
    pub(crate) attempts: u32,
    pub(crate) at: Timestamp,
    /// Who is about to send it: a program, from its start to its end.
    pub(crate) by: Uuid,
}

/// The part of an installation's record that is not secret.
#[derive(Serialize, Deserialize)]
struct Body {
    details: Details,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// `None` after its end.
    current: Option<Current>,
    #[serde(default)]
    intent: Option<Intent>,
}

#[derive(Serialize, Deserialize)]
struct Current {
    status: Status,
    grant: String,
    received_at: Timestamp,
}

/// The part that is sealed.
#[derive(Serialize, Deserialize)]
struct Secret {
    head: Head,
    raw: Option<String>,
    /// The refresh token of an older grant, where `raw` holds none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.raw.zeroize();
        self.refresh_token.zeroize();
    }
}

/// The value of the status column after an installation's end.
const REMOVED: &str = "removed";
/// Its value while a refresh is under way, so that those are found that a crash left.
pub(crate) const REFRESHING: &str = "refreshing";

impl Stored {
    /// An installation of which nothing is known yet.
    pub(crate) fn unknown(client_id: ClientId, bot_id: BotId) -> Self {
        Self {
            client_id,
            bot_id,
            version: 0,
            installation: None,
            intent: None,
            head: Head::default(),
        }
    }

    pub(crate) fn bot_id(&self) -> &BotId {
        &self.bot_id
    }

    pub(crate) fn version(&self) -> i64 {
        self.version
    }

    pub(crate) fn head(&self) -> &Head {
        &self.head
    }

    /// Whether there is an installation that is in use.
    pub(crate) fn is_healthy(&self) -> bool {
        let installation = self.installation.as_ref();
        installation.is_some_and(|installation| installation.status() == Status::Healthy)
    }

    /// The intent to send the refresh token that is current: its answer may be on its way, or in a spool.
    pub(crate) fn awaited(&self) -> Option<&Intent> {
        let token = self.installation.as_ref()?.grant().refresh_token()?;
        let intent = self.intent.as_ref()?;
        (intent.token == fingerprint(token.expose())).then_some(intent)
    }

    fn key(&self) -> String {
        installation_key(&self.client_id, &self.bot_id)
    }
}

impl Vault {
    pub(crate) fn new(store: Arc<dyn Store>, seal: Seal) -> Self {
        Self { store, seal }
    }

    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    pub(crate) fn seal(&self) -> &Seal {
        &self.seal
    }

    /// What is known about an installation, also after its end.
    pub(crate) async fn load(&self, client_id: &ClientId, bot_id: &BotId) -> Result<Option<Stored>> {
        let key = installation_key(client_id, bot_id);
        match self.store.get(Table::Installation, &key).await? {
            Some(record) => self.read(&record).map(Some),
            None => Ok(None),
        }
    }

    /// The installations of a connection that a column narrows down, without those that have ended.
    pub(crate) async fn list(
        &self,
        client_id: &ClientId,
        filter: Option<(Column, &str)>,
    ) -> Result<Vec<Installation>> {
        let mut query = Query::new(Table::Installation).filter(Column::ClientId, client_id.as_str());
        if let Some((column, value)) = filter {
            query = query.filter(column, value);
        }
        let records = self.store.find(&query).await?;
        let installations = records
            .iter()
            .filter(|record| {
                record
                    .columns
                    .get(&Column::Status)
                    .is_none_or(|status| status != REMOVED)
            })
            .map(|record| Ok(self.read(record)?.installation));
        installations.filter_map(Result::transpose).collect()
    }

    /// Writes an installation, and an entry of its log, with other changes, all or none.
    ///
    /// `None` says that somebody else changed it, or one of the others, since it was loaded.
    pub(crate) async fn put(
        &self,
        next: Stored,
        event: Option<Event>,
        also: Vec<Change>,
    ) -> Result<Option<Stored>> {
        let (next, changes) = self.changes(next, event, also)?;
        Ok(match self.store.commit(&changes).await? {
            Commit::Done => Some(next),
            Commit::Conflict => None,
        })
    }

    /// The installation in its next version, and the changes that write it with an entry of its log.
    fn changes(
        &self,
        mut next: Stored,
        event: Option<Event>,
        mut also: Vec<Change>,
    ) -> Result<(Stored, Vec<Change>)> {
        let is_new = next.version == 0;
        next.version += 1;
        if let Some(event) = event {
            let token = next.installation.as_ref();
            let token = token.map(|installation| fingerprint(installation.grant().token().expose()));
            let (entry, head) = next.head.add(event, token, next.version);
            also.push(Change::Insert(Table::Audit, self.audit_record(&next, &entry)?));
            next.head = head;
        }
        let record = self.record(&next)?;
        also.push(if is_new {
            Change::Insert(Table::Installation, record)
        } else {
            Change::Replace(Table::Installation, record)
        });
        Ok((next, also))
    }

    /// All records of a table that belong to an installation.
    pub(crate) async fn of(&self, table: Table, client_id: &ClientId, bot_id: &BotId) -> Result<Vec<Record>> {
        self.store.find(&of(table, client_id, bot_id)).await
    }

    /// The log of an installation, from old to new. It is not checked.
    pub(crate) async fn log(&self, client_id: &ClientId, bot_id: &BotId) -> Result<Vec<AuditEntry>> {
        let records = self.store.find(&of(Table::Audit, client_id, bot_id)).await?;
        let mut entries = records
            .iter()
            .map(|record| self.body(Table::Audit, record))
            .collect::<Result<Vec<AuditEntry>>>()?;
        entries.sort_by_key(|entry| entry.number);
        Ok(entries)
    }

    /// What a record's secret part holds.
    pub(crate) fn open(&self, table: Table, record: &Record) -> Result<Zeroizing<Vec<u8>>> {
        self.seal
            .open(Place::new(table, &record.key, record.version), &record.sealed)
    }

    /// What is left of an installation whose record does not open: its log, which goes on where it seems to end.
    pub(crate) async fn load_unopened(&self, client_id: &ClientId, bot_id: &BotId) -> Result<Option<Stored>> {
        let key = installation_key(client_id, bot_id);
        let Some(record) = self.store.get(Table::Installation, &key).await? else {
            return Ok(None);
        };
        let mut stored = Stored::unknown(client_id.clone(), bot_id.clone());
        stored.version = record.version;
        if let Some(last) = self.log(client_id, bot_id).await?.last() {
            stored.head = Head::after(last);
        }
        Ok(Some(stored))
    }

    /// What a record's open part says.
    pub(crate) fn body<T: serde::de::DeserializeOwned>(&self, table: Table, record: &Record) -> Result<T> {
        serde_json::from_str(&record.body).map_err(|_| damaged(table, &record.key))
    }

    fn read(&self, record: &Record) -> Result<Stored> {
        let broken = || damaged(Table::Installation, &record.key);
        let body: Body = self.body(Table::Installation, record)?;
        let opened = self.open(Table::Installation, record)?;
        let secret: Secret = serde_json::from_slice(&opened).map_err(|_| broken())?;
        let (client_id, bot_id) = record.key.split_once(':').ok_or_else(broken)?;
        let client_id = ClientId::new(client_id)?;
        let installation = match (body.current, &secret.raw) {
            (Some(current), Some(raw)) => {
                let id: GrantId = current.grant.parse()?;
                let grant = Grant::restore(id, client_id.clone(), current.received_at, raw)?;
                let kept = secret.refresh_token.as_deref().map(RefreshToken::restored);
                let grant = grant.keeping(kept);
                Some(Installation::restore(
                    grant,
                    body.details,
                    current.status,
                    body.created_at,
                    body.updated_at,
                ))
            }
            (None, None) => None,
            _ => return Err(broken()),
        };
        Ok(Stored {
            client_id,
            bot_id: BotId::new(bot_id)?,
            version: record.version,
            installation,
            intent: body.intent,
            head: secret.head.clone(),
        })
    }

    fn record(&self, stored: &Stored) -> Result<Record> {
        let key = stored.key();
        let installation = stored.installation.as_ref();
        let secret = Secret {
            head: stored.head.clone(),
            raw: installation.map(|installation| installation.grant().expose_raw().to_owned()),
            refresh_token: installation
                .and_then(|installation| installation.grant().kept())
                .map(|token| token.expose().to_owned()),
        };
        let secret = Zeroizing::new(serde_json::to_vec(&secret).map_err(|_| unwritable())?);
        let place = Place::new(Table::Installation, &key, stored.version);
        let sealed = self.seal.seal(place, &secret)?;
        let now = microseconds(Timestamp::now());
        let body = Body {
            details: installation.map(|one| one.details().clone()).unwrap_or_default(),
            created_at: installation.map_or(now, Installation::created_at),
            updated_at: installation.map_or(now, Installation::updated_at),
            current: installation.map(|installation| Current {
                status: installation.status(),
                grant: installation.grant().id().to_string(),
                received_at: installation.grant().received_at(),
            }),
            intent: stored.intent.clone(),
        };
        let status = installation.map_or(REMOVED, |installation| match stored.intent {
            Some(_) => REFRESHING,
            None => installation.status().name(),
        });
        let mut columns = self.columns(
            &stored.client_id,
            &stored.bot_id,
            [(Column::Status, status.to_owned())],
        );
        columns.extend(installation.map(|one| (Column::WorkspaceId, one.workspace_id().to_string())));
        columns.extend(installation.and_then(Installation::owner_id).map(owner_column));
        Ok(Record {
            key,
            version: stored.version,
            time: body.created_at.as_microsecond(),
            columns,
            body: json(&body)?,
            sealed,
        })
    }

    fn audit_record(&self, stored: &Stored, entry: &AuditEntry) -> Result<Record> {
        let (client_id, bot_id) = (&stored.client_id, &stored.bot_id);
        let mut columns = self.columns(client_id, bot_id, []);
        columns.remove(&Column::KeyId);
        Ok(Record {
            key: format!("{client_id}:{bot_id}:{:010}", entry.number),
            version: 1,
            time: entry.at.as_microsecond(),
            columns,
            body: json(entry)?,
            sealed: Vec::new(),
        })
    }

    fn columns<const N: usize>(
        &self,
        client_id: &ClientId,
        bot_id: &BotId,
        more: [(Column, String); N],
    ) -> BTreeMap<Column, String> {
        let own = [
            (Column::ClientId, client_id.to_string()),
            (Column::BotId, bot_id.to_string()),
            (Column::KeyId, self.seal.key_id().to_owned()),
        ];
        own.into_iter().chain(more).collect()
    }
}

/// The column of a user who authorized.
fn owner_column(owner: UserId) -> (Column, String) {
    (Column::OwnerId, owner.to_string())
}

/// Ids hold no colon, so that the key of each is its own.
fn installation_key(client_id: &ClientId, bot_id: &BotId) -> String {
    format!("{client_id}:{bot_id}")
}

/// All of a table that belongs to an installation.
fn of(table: Table, client_id: &ClientId, bot_id: &BotId) -> Query {
    Query::new(table)
        .filter(Column::ClientId, client_id.as_str())
        .filter(Column::BotId, bot_id.as_str())
}

pub(crate) fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|_| unwritable())
}

fn unwritable() -> Error {
    Error::new(ErrorKind::Store, "a record cannot be written as JSON")
}

pub(crate) fn damaged(table: Table, key: &str) -> Error {
    Error::new(
        ErrorKind::Store,
        format!("the record {key} of {table} is damaged"),
    )
    .with_hint(
        "Restore the store from a backup, or `forget` the installation and let the user connect again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Action;
    use crate::store::MemoryStore;

    fn grant(token: &str, at: &str) -> Grant {
        let raw = format!(
            r#"{{"access_token":"ntn_{token}","token_type":"bearer","refresh_token":"nrt_{token}","bot_id":"b","workspace_id":"w","new":1}}"#
        );
        Grant::restore(
            GrantId::generate(),
            ClientId::new("c").unwrap(),
            at.parse().unwrap(),
            raw,
        )
        .unwrap()
    }

    fn vault() -> Vault {
        Vault::new(Arc::new(MemoryStore::new()), Seal::Plain)
    }

    #[tokio::test]
    async fn what_was_put_is_loaded_and_a_stale_writer_changes_nothing() {
        let vault = vault();
        let first = grant("1", "2026-01-01T00:00:00Z");
        let (client_id, bot_id) = (first.client_id().clone(), first.bot_id().clone());
        let mut stored = Stored::unknown(client_id.clone(), bot_id.clone());
        stored.installation = Some(Installation::new(first.clone()));
        let event = || Some(Event::new(Action::Installed));
        let stale = vault.put(stored, event(), Vec::new()).await.unwrap().unwrap();

        let second = grant("2", "2026-02-01T00:00:00Z");
        let mut next = stale.clone();
        next.installation = Some(stale.installation.clone().unwrap().add(&second).0);
        let past = vault.keep(&first, second.received_at()).unwrap();
        vault
            .put(next.clone(), Some(Event::new(Action::Refreshed)), vec![past])
            .await
            .unwrap()
            .unwrap();
        assert!(vault.put(stale, event(), Vec::new()).await.unwrap().is_none());

        let loaded = vault.load(&client_id, &bot_id).await.unwrap().unwrap();
        assert_eq!(
            (loaded.version(), loaded.installation.as_ref()),
            (2, next.installation.as_ref())
        );
        assert_eq!(vault.past(&client_id, &bot_id).await.unwrap()[0].grant, first);
        let log = vault.log(&client_id, &bot_id).await.unwrap();
        assert_eq!(log.len(), 2);
        loaded.head().verify(&log).unwrap();
    }

    #[tokio::test]
    async fn what_has_ended_is_loaded_but_not_listed() {
        let vault = vault();
        let first = grant("1", "2026-01-01T00:00:00Z");
        let (client_id, bot_id) = (first.client_id().clone(), first.bot_id().clone());
        let mut stored = Stored::unknown(client_id.clone(), bot_id.clone());
        stored.installation = Some(Installation::new(first));
        let mut stored = vault.put(stored, None, Vec::new()).await.unwrap().unwrap();
        assert_eq!(
            vault
                .list(&client_id, Some((Column::WorkspaceId, "w")))
                .await
                .unwrap()
                .len(),
            1
        );
        stored.installation = None;
        vault.put(stored, None, Vec::new()).await.unwrap().unwrap();
        assert!(vault.list(&client_id, None).await.unwrap().is_empty());
        assert!(vault.load(&client_id, &bot_id).await.unwrap().is_some());
    }
}
