//! How the key changes that seals a store.

use std::collections::BTreeSet;

use super::Workspaces;
use crate::error::{Error, ErrorKind, Result};
use crate::failpoint::reach;
use crate::keys::KeyId;
use crate::seal::Seal;
use crate::store::{Column, Commit, Query, Record, Table};
use crate::vault::sealed_tables;

/// How many records are sealed in one commit.
const PAGE: u32 = 100;
/// How often to look again for records that others wrote meanwhile.
const PASSES: usize = 5;

/// What [`Workspaces::reseal`] has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resealed {
    /// How many records were sealed anew.
    pub records: usize,
    /// The keys that still seal something. When it is the newest one alone, the others can be taken away.
    pub in_use: BTreeSet<KeyId>,
}

impl Workspaces {
    /// Seals with the newest key what older ones seal: installations, past grants and flows of this connection, and
    /// answers in the spool.
    ///
    /// All programs that use the store need both keys before this begins. Nothing has to stop meanwhile: each record
    /// is readable at all times. If this is stopped half-way, the next call goes on where it was.
    ///
    /// # Errors
    /// When the store fails; and when a record does not open ([`Sealed`](ErrorKind::Sealed)) or an answer in the spool
    /// cannot be brought into the store, after all others are sealed.
    pub async fn reseal(&self) -> Result<Resealed> {
        let workspaces = self.clone();
        self.detached(async move { workspaces.reseal_all().await }).await
    }

    async fn reseal_all(&self) -> Result<Resealed> {
        reach("K0")?;
        let mut records = 0;
        let mut broken = None;
        // An answer in the spool is sealed anew by being brought into the store.
        for name in self.spool().names().await? {
            if let Err(error) = self.replay_alone(&name).await {
                tracing::warn!("an answer keeps its key: {error}");
                broken.get_or_insert(error);
            }
        }
        for key in self.old_keys() {
            for table in sealed_tables() {
                for _ in 0..PASSES {
                    let pass = self.reseal_table(table, &key).await?;
                    records += pass.done;
                    broken = broken.or(pass.broken);
                    if pass.conflicts == 0 {
                        break;
                    }
                }
            }
        }
        if records > 0 {
            self.vault().store().scrub().await?;
        }
        let in_use = self.keys_in_use().await?;
        reach("K2")?;
        if let Some(error) = broken {
            return Err(error);
        }
        tracing::info!(records, "sealed with the newest key");
        reach("K3")?;
        Ok(Resealed { records, in_use })
    }

    /// The keys that seal something of this connection in the store, or anything in the spool of this machine, files
    /// included that were set aside there.
    ///
    /// # Errors
    /// When the store or the spool fails.
    pub async fn keys_in_use(&self) -> Result<BTreeSet<KeyId>> {
        let mut in_use = self.spool().keys().await?;
        for key in self.keys() {
            if self.seals_anything(&key).await? {
                in_use.insert(key);
            }
        }
        Ok(in_use)
    }

    /// Makes sure that a key can be taken away: that it does not seal anything of this connection.
    ///
    /// What a key seals that was taken away too early cannot be read until it is given again. Ask on each machine that has a
    /// spool: a program that ended there may have left an answer in it.
    ///
    /// # Errors
    /// [`Busy`](ErrorKind::Busy) when it is the key that seals now, or older records still need it, and when the store
    /// fails.
    pub async fn check_unused(&self, key: &KeyId) -> Result<()> {
        let is_active = self.vault().seal().key_id() == key.as_str();
        if !is_active && !self.keys_in_use().await?.contains(key) && !self.seals_anything(key).await? {
            return Ok(());
        }
        let why = if is_active {
            "it seals what is written"
        } else {
            "it seals records, or answers in the spool"
        };
        Err(Error::new(
            ErrorKind::Busy,
            format!("the key {key} cannot be taken away: {why}"),
        )
        .with_hint(
            "Put a new key in front, give it to all programs, and seal everything anew with it first. Files of the spool that end with `.set-aside` are for you to look at, and to remove.",
        ))
    }

    async fn reseal_table(&self, table: Table, key: &KeyId) -> Result<Pass> {
        let mut pass = Pass::default();
        let mut query = self.sealed_by(table, key).limit(PAGE);
        loop {
            let records = self.vault().store().find(&query).await?;
            let Some(last) = records.last() else {
                return Ok(pass);
            };
            query = query.after(last);
            if !self.reseal_page(table, &records, &mut pass).await? {
                // Somebody else has written one of them.
                for record in records.chunks(1) {
                    if !self.reseal_page(table, record, &mut pass).await? {
                        pass.conflicts += 1;
                    }
                }
            }
            reach("K1")?;
        }
    }

    /// Seals records, all or none. One that does not open stays as it is.
    async fn reseal_page(&self, table: Table, records: &[Record], pass: &mut Pass) -> Result<bool> {
        let vault = self.vault();
        let mut changes = Vec::new();
        let mut sealed = 0;
        for record in records {
            match vault.resealed(vault, table, record.clone(), "the key has changed") {
                Ok(resealed) => {
                    changes.extend(resealed);
                    sealed += 1;
                }
                Err(error) => {
                    tracing::warn!("a record keeps its key: {error}");
                    pass.broken.get_or_insert(error);
                }
            }
        }
        if changes.is_empty() {
            return Ok(true);
        }
        match vault.store().commit(&changes).await? {
            Commit::Done => {
                pass.done += sealed;
                Ok(true)
            }
            Commit::Conflict => Ok(false),
        }
    }

    async fn seals_anything(&self, key: &KeyId) -> Result<bool> {
        for table in sealed_tables() {
            let query = self.sealed_by(table, key).limit(1);
            if !self.vault().store().find(&query).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn sealed_by(&self, table: Table, key: &KeyId) -> Query {
        Query::new(table)
            .filter(Column::ClientId, self.client_id().as_str())
            .filter(Column::KeyId, key.as_str())
    }

    fn keys(&self) -> Vec<KeyId> {
        let active = match self.vault().seal() {
            Seal::Plain => None,
            Seal::Keys(keys) => Some(keys.active().clone()),
        };
        active.into_iter().chain(self.old_keys()).collect()
    }

    fn old_keys(&self) -> Vec<KeyId> {
        match self.vault().seal() {
            Seal::Plain => Vec::new(),
            Seal::Keys(keys) => keys.old().cloned().collect(),
        }
    }
}

/// One look at all records of a table that a key seals.
#[derive(Default)]
struct Pass {
    done: usize,
    conflicts: usize,
    broken: Option<Error>,
}
