//! Whether a store is sealed with the keys that were given, and how records become sealed that an earlier version kept in
//! the clear.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Vault;
use crate::audit::{Action, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::id::ClientId;
use crate::keys::{KeyId, KeyRing};
use crate::seal::{Place, Seal};
use crate::store::{Change, Column, Commit, Query, Record, Table};

/// How many records are sealed in one commit.
const PAGE: u32 = 200;
/// How many records of a table a key is tried at. One that is damaged says nothing about the key.
const TRIED: u32 = 10;

impl Vault {
    /// Makes sure that nothing of a connection stands in the clear where this seals.
    ///
    /// # Errors
    /// [`Sealed`](ErrorKind::Sealed) when something does, and is not to be sealed.
    pub(crate) async fn no_plaintext(&self, client_id: &ClientId, seal: bool) -> Result<()> {
        match (&self.seal, seal) {
            (Seal::Plain, _) => Ok(()),
            (Seal::Keys(_), true) => self.seal_plaintext(client_id).await,
            (Seal::Keys(_), false) => self.refuse_plaintext(client_id).await,
        }
    }

    /// Makes sure that the keys are those of the store, before anything is written or set aside because of them.
    ///
    /// The store is asked between the names of the keys, so that this takes as long in a large store as in a small one.
    ///
    /// # Errors
    /// [`Sealed`](ErrorKind::Sealed) when a key is missing, the one that seals has other bytes, or none opens anything. An old
    /// key that opens nothing is told in the log: what is left of its records may be damaged.
    pub(crate) async fn check_keys(&self, client_id: &ClientId) -> Result<()> {
        let Seal::Keys(keys) = &self.seal else {
            return Ok(());
        };
        let names = BTreeSet::from_iter([keys.active()].into_iter().chain(keys.old()).map(KeyId::as_str));
        for table in sealed_tables() {
            self.no_other_key(table, client_id, &names, keys).await?;
        }
        let (mut opens, mut opens_nothing) = (false, Vec::new());
        for name in names {
            match self.key_opens(client_id, name).await? {
                Some(true) => opens = true,
                Some(false) => opens_nothing.push(name),
                None => {}
            }
        }
        for name in opens_nothing {
            if !opens || name == keys.active().as_str() {
                return Err(Error::new(
                    ErrorKind::Sealed,
                    format!("the key {name} opens nothing in the store that was sealed by one of its name"),
                )
                .with_hint(
                    "Did it get other bytes? Give the key that it was sealed with, or a backup of the store.",
                ));
            }
            tracing::warn!(
                key = name,
                "an old key opens nothing that was sealed by one of its name: it has other bytes, or those records are damaged"
            );
        }
        Ok(())
    }

    /// Makes sure that a table needs no key but these.
    async fn no_other_key(
        &self,
        table: Table,
        client_id: &ClientId,
        names: &BTreeSet<&str>,
        keys: &KeyRing,
    ) -> Result<()> {
        let mut between = of_client(table, client_id).limit(1);
        for name in names.iter().copied().map(Some).chain([None]) {
            between.below = name.map(|name| (Column::KeyId, name.to_owned()));
            if let [record, ..] = &*self.store.find(&between).await?
                && let Some(id) = record.columns.get(&Column::KeyId)
            {
                keys.needed(id)?;
            }
            between.above = between.below.take();
        }
        Ok(())
    }

    /// Whether a key opens any of a few records that it is said to seal. `None` where there are none.
    async fn key_opens(&self, client_id: &ClientId, name: &str) -> Result<Option<bool>> {
        let mut opens = None;
        for table in sealed_tables() {
            let query = of_client(table, client_id)
                .filter(Column::KeyId, name)
                .limit(TRIED);
            for record in self.store.find(&query).await? {
                if self.open(table, &record).is_ok() {
                    return Ok(Some(true));
                }
                opens = Some(false);
            }
        }
        Ok(opens)
    }

    async fn refuse_plaintext(&self, client_id: &ClientId) -> Result<()> {
        for table in sealed_tables() {
            if let [record, ..] = &*self.store.find(&plain(table, client_id).limit(1)).await? {
                return Err(Error::new(
                    ErrorKind::Sealed,
                    format!("the record {} of {table} is not sealed", record.key),
                )
                .with_hint("If an earlier version of this program kept it in the clear, open the store once with `seal_plaintext()`. Otherwise somebody else put it there: remove it."));
            }
        }
        Ok(())
    }

    /// Seals what stands in the clear. What another program seals meanwhile is left to it.
    async fn seal_plaintext(&self, client_id: &ClientId) -> Result<()> {
        let open = Self {
            store: Arc::clone(&self.store),
            seal: Seal::Plain,
        };
        for table in sealed_tables() {
            let query = plain(table, client_id).limit(PAGE);
            loop {
                let records = self.store.find(&query).await?;
                if records.is_empty() {
                    break;
                }
                let mut changes = Vec::new();
                for record in records {
                    changes.extend(self.resealed(&open, table, record, "it was kept in the clear before")?);
                }
                // After a conflict, too, there are fewer of them: somebody else sealed some.
                match self.store.commit(&changes).await? {
                    Commit::Done | Commit::Conflict => {}
                }
            }
        }
        self.store.scrub().await
    }

    /// The changes that seal a record with the key that seals now. `open` opens it.
    pub(crate) fn resealed(
        &self,
        open: &Self,
        table: Table,
        mut record: Record,
        why: &'static str,
    ) -> Result<Vec<Change>> {
        if table == Table::Installation {
            let event = Event::new(Action::Resealed).because(why);
            let (_, changes) = self.changes(open.read(&record)?, Some(event), Vec::new())?;
            return Ok(changes);
        }
        let secret = open.open(table, &record)?;
        record.version += 1;
        record
            .columns
            .insert(Column::KeyId, self.seal.key_id().to_owned());
        let place = Place::new(table, &record.key, record.version);
        record.sealed = self.seal.seal(place, &secret)?;
        Ok(vec![Change::Replace(table, record)])
    }
}

/// The tables that hold secrets.
pub(crate) fn sealed_tables() -> impl Iterator<Item = Table> {
    let tables = Table::ALL.iter().copied();
    tables.filter(|table| table.columns().contains(&Column::KeyId))
}

fn plain(table: Table, client_id: &ClientId) -> Query {
    of_client(table, client_id).filter(Column::KeyId, Seal::Plain.key_id())
}

fn of_client(table: Table, client_id: &ClientId) -> Query {
    Query::new(table).filter(Column::ClientId, client_id.as_str())
}
