//! What the tables hold, above the store: each installation, its past and its log, sealed and opened in one place.

mod flows;
mod links;
mod log;
mod past;
#[cfg(feature = "encryption")]
mod plaintext;
mod resources;
mod stored;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::audit::{Event, Head, fingerprint};
use crate::error::{Error, ErrorKind, Result};
use crate::id::{BotId, ClientId};
use crate::installation::Installation;
use crate::seal::{Place, Seal};
use crate::store::{Change, Column, Commit, Query, Record, Store, Table};

pub(crate) use flows::{EXCHANGING, Ending, Flow, Stage, StoredFlow, Ticket, flow_key, may_be_answered};
pub(crate) use links::StoredLink;
#[cfg(feature = "encryption")]
pub(crate) use plaintext::sealed_tables;
pub(crate) use resources::StoredResource;
pub use resources::{Resource, ResourceKind};
pub(crate) use stored::{Intent, REFRESHING, Stored};
use stored::{REMOVED, installation_key};

/// A store and the keys that open it.
#[derive(Clone)]
pub(crate) struct Vault {
    store: Arc<dyn Store>,
    seal: Seal,
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
    use crate::grant::{Grant, GrantId};
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
