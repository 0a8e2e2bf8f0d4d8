//! Format 1 had a row for each installation and each grant, with the tokens in the clear.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};
use zeroize::Zeroizing;

use super::failure::failed;
use crate::error::{Error, ErrorKind, Result};
use crate::grant::Grant;
use crate::id::{BotId, ClientId};
use crate::installation::{Installation, Status};
use crate::seal::Seal;
use crate::store::{Change, Commit, MemoryStore, Query, Store, Table};
use crate::vault::{Stored, Vault};

/// Takes the old tables away, and gives the changes that put what they held into the new ones, still in the clear.
pub(super) async fn take(transaction: &mut Transaction<'_, Sqlite>, path: &Path) -> Result<Vec<Change>> {
    let wrong = |error| failed(path, "cannot be brought to the current format", error);
    // The vault knows how records look. It is given a store from which they are taken again.
    let memory = MemoryStore::new();
    let vault = Vault::new(Arc::new(memory.clone()), Seal::Plain);
    let current = sqlx::query(CURRENT).fetch_all(&mut **transaction).await;
    for row in current.map_err(wrong)? {
        let stored = stored(&row)?;
        vault.put(stored, None, Vec::new()).await?.ok_or_else(twice)?;
    }
    let past = sqlx::query(PAST).fetch_all(&mut **transaction).await;
    for row in past.map_err(wrong)? {
        let change = vault.keep(&grant(&row)?, time(&row, "superseded_at")?)?;
        if memory.commit(&[change]).await? == Commit::Conflict {
            return Err(twice());
        }
    }
    for statement in ["DROP TABLE token_grant", "DROP TABLE installation"] {
        sqlx::raw_sql(statement)
            .execute(&mut **transaction)
            .await
            .map_err(wrong)?;
    }
    let mut changes = Vec::new();
    for table in [Table::Installation, Table::Grant] {
        let records = memory.find(&Query::new(table)).await?;
        changes.extend(records.into_iter().map(|record| Change::Insert(table, record)));
    }
    Ok(changes)
}

const CURRENT: &str = "SELECT i.details, i.created_at, i.updated_at, g.grant_id, g.client_id, g.raw, g.received_at \
    FROM installation i JOIN token_grant g \
    ON g.client_id = i.client_id AND g.bot_id = i.bot_id AND g.superseded_at IS NULL";

const PAST: &str = "SELECT grant_id, client_id, raw, received_at, superseded_at FROM token_grant \
    WHERE superseded_at IS NOT NULL";

fn stored(row: &SqliteRow) -> Result<Stored> {
    let grant = grant(row)?;
    let (client_id, bot_id): (ClientId, BotId) = (grant.client_id().clone(), grant.bot_id().clone());
    let details = serde_json::from_str(&column::<String>(row, "details")?).map_err(damaged)?;
    let (created_at, updated_at) = (time(row, "created_at")?, time(row, "updated_at")?);
    let mut stored = Stored::unknown(client_id, bot_id);
    stored.installation = Some(Installation::restore(
        grant,
        details,
        Status::Healthy,
        created_at,
        updated_at,
    ));
    Ok(stored)
}

fn grant(row: &SqliteRow) -> Result<Grant> {
    let id = column::<String>(row, "grant_id")?.parse()?;
    let client_id = ClientId::new(column::<String>(row, "client_id")?)?;
    let raw = Zeroizing::new(column::<String>(row, "raw")?);
    Grant::restore(id, client_id, time(row, "received_at")?, &*raw)
}

fn time(row: &SqliteRow, name: &str) -> Result<Timestamp> {
    Timestamp::from_microsecond(column(row, name)?).map_err(damaged)
}

fn column<'r, T>(row: &'r SqliteRow, name: &str) -> Result<T>
where
    T: sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>,
{
    row.try_get(name).map_err(damaged)
}

pub(super) fn twice() -> Error {
    damaged("two rows have the same ids")
}

fn damaged(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Store, "a row of the old format is damaged")
        .with_hint("Restore a copy of the file, or remove that row with the version that wrote it.")
        .with_source(error)
}
