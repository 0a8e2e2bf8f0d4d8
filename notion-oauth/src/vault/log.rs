//! The log of an installation, entry by entry.

use super::{Stored, Vault, json, of};
use crate::audit::AuditEntry;
use crate::error::Result;
use crate::id::{BotId, ClientId};
use crate::store::{Column, Record, Table};

impl Vault {
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

    pub(super) fn audit_record(&self, stored: &Stored, entry: &AuditEntry) -> Result<Record> {
        let (client_id, bot_id) = (&stored.client_id, &stored.bot_id);
        let mut columns = self.columns(client_id, bot_id, []);
        columns.remove(&Column::KeyId);
        Ok(Record {
            key: format!("{client_id}:{bot_id}:{:010}", entry.number),
            version: 1,
            time: entry.at.as_microsecond(),
            columns,
            body: json(entry)?,
            sealed: Vec::new().into(),
        })
    }
}
