//! The grants that newer ones took the place of.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Vault, damaged, json, of};
use crate::error::Result;
use crate::grant::{Grant, microseconds};
use crate::id::{BotId, ClientId};
use crate::installation::StoredGrant;
use crate::seal::Place;
use crate::store::{Change, Record, Table};

/// The record of a grant that a newer one took the place of.
#[derive(Serialize, Deserialize)]
struct Body {
    received_at: Timestamp,
    superseded_at: Timestamp,
}

impl Vault {
    /// The change that keeps a grant as history.
    pub(crate) fn keep(&self, grant: &Grant, superseded_at: Timestamp) -> Result<Change> {
        let (client_id, bot_id) = (grant.client_id(), grant.bot_id());
        let key = key(grant);
        let body = Body {
            received_at: grant.received_at(),
            superseded_at: microseconds(superseded_at),
        };
        let place = Place::new(Table::Grant, &key, 1);
        let sealed = self.seal.seal(place, grant.expose_raw().as_bytes())?;
        let record = Record {
            version: 1,
            time: grant.received_at().as_microsecond(),
            columns: self.columns(client_id, bot_id, []),
            body: json(&body)?,
            sealed,
            key,
        };
        Ok(Change::Insert(Table::Grant, record))
    }

    /// Whether a grant is one of those that newer ones took the place of.
    pub(crate) async fn is_past(&self, grant: &Grant) -> Result<bool> {
        Ok(self.store.get(Table::Grant, &key(grant)).await?.is_some())
    }

    /// The grants that newer ones took the place of, from new to old.
    pub(crate) async fn past(&self, client_id: &ClientId, bot_id: &BotId) -> Result<Vec<StoredGrant>> {
        let records = self.store.find(&of(Table::Grant, client_id, bot_id)).await?;
        let mut past = Vec::with_capacity(records.len());
        for record in records.iter().rev() {
            let body: Body = self.body(Table::Grant, record)?;
            let raw = self.open(Table::Grant, record)?;
            let id = record.key.rsplit(':').next().unwrap_or_default();
            let raw = std::str::from_utf8(&raw).map_err(|_| damaged(Table::Grant, &record.key))?;
            let grant = Grant::restore(id.parse()?, client_id.clone(), body.received_at, raw)?;
            past.push(StoredGrant::superseded(grant, body.superseded_at));
        }
        Ok(past)
    }

    /// When a newer grant took the place of one.
    pub(crate) fn superseded_at(&self, record: &Record) -> Result<Timestamp> {
        let body: Body = self.body(Table::Grant, record)?;
        Ok(body.superseded_at)
    }
}

fn key(grant: &Grant) -> String {
    format!("{}:{}:{}", grant.client_id(), grant.bot_id(), grant.id())
}
