//! How old secrets are deleted.

use std::time::Duration;

use jiff::Timestamp;

use super::Workspaces;
use crate::error::Result;
use crate::store::{Change, Column, Commit, Query, Record, Table};
use crate::vault::may_be_answered;

/// How many records are looked at in one go.
const PAGE: u32 = 100;

/// What [`Workspaces::purge`] has deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Purged {
    /// Grants that newer ones took the place of.
    pub grants: usize,
    /// Flows that are over.
    pub flows: usize,
}

impl Workspaces {
    /// Deletes grants that newer ones took the place of, and flows that ended, longer ago than `age`.
    ///
    /// Past grants are kept for looking back, and may hold tokens that Notion still takes. They are not revoked, as
    /// this could end the tokens that are in use.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn purge(&self, age: Duration) -> Result<Purged> {
        let age = jiff::SignedDuration::try_from(age).unwrap_or(jiff::SignedDuration::MAX);
        let before = Timestamp::now().saturating_sub(age).unwrap_or(Timestamp::MIN);
        let purged = Purged {
            grants: self
                .delete(Table::Grant, before, |record| {
                    Ok(self.vault().superseded_at(record)? < before)
                })
                .await?,
            // A flow whose answer may still come is needed to bring it to its end.
            flows: self
                .delete(Table::Flow, before, |record| {
                    Ok(!may_be_answered(record, self.longest_call()))
                })
                .await?,
        };
        if purged != Purged::default() {
            self.vault().store().scrub().await?;
        }
        Ok(purged)
    }

    async fn delete(
        &self,
        table: Table,
        before: Timestamp,
        is_old: impl Fn(&Record) -> Result<bool>,
    ) -> Result<usize> {
        let mut deleted = 0;
        let mut query = Query::new(table)
            .filter(Column::ClientId, self.client_id().as_str())
            .before(before.as_microsecond())
            .limit(PAGE);
        loop {
            let records = self.vault().store().find(&query).await?;
            let Some(last) = records.last() else {
                return Ok(deleted);
            };
            query = query.after(last);
            for record in records {
                if !is_old(&record)? {
                    continue;
                }
                let change = Change::Delete {
                    table,
                    key: record.key,
                    version: record.version,
                };
                // Whoever has changed it meanwhile still needs it, or has deleted it.
                if self.vault().store().commit(&[change]).await? == Commit::Done {
                    deleted += 1;
                }
            }
        }
    }
}
