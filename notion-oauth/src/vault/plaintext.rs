//! Whether a store is sealed with the keys that were given, and how records become sealed that an earlier version kept in
//! the clear.

use std::sync::Arc;

use super::Vault;
use crate::audit::{Action, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::id::ClientId;
use crate::seal::{Place, Seal};
use crate::store::{Change, Column, Commit, Query, Record, Table};

/// How many records are sealed in one commit.
const PAGE: u32 = 200;

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
    /// # Errors
    /// [`Sealed`](ErrorKind::Sealed) when a key is missing, or has the name of another.
    pub(crate) async fn check_keys(&self, client_id: &ClientId) -> Result<()> {
        let Seal::Keys(keys) = &self.seal else {
            return Ok(());
        };
        let query = Query::new(Table::Installation).filter(Column::ClientId, client_id.as_str());
        let records = self.store.find(&query.limit(PAGE)).await?;
        for record in &records {
            if let Some(id) = Seal::key_of(&record.sealed) {
                keys.needed(id)?;
            }
        }
        // One that is damaged says nothing about the keys.
        if records.is_empty()
            || records
                .iter()
                .any(|record| self.open(Table::Installation, record).is_ok())
        {
            return Ok(());
        }
        Err(
            Error::new(ErrorKind::Sealed, "the keys that were given open nothing in the store")
                .with_hint("Their names are right. Did one get other bytes? Give the keys that it was sealed with, or a backup of the store."),
        )
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
    Query::new(table)
        .filter(Column::ClientId, client_id.as_str())
        .filter(Column::KeyId, Seal::Plain.key_id())
}
