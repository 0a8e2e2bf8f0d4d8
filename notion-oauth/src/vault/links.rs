//! Which tenant of the program may use which installation.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Vault, json, of};
use crate::error::Result;
use crate::grant::microseconds;
use crate::id::{BotId, ClientId, TenantId};
use crate::store::{Change, Column, Query, Record, Table};

/// A link as it stands in the store.
#[derive(Debug, Clone)]
pub(crate) struct StoredLink {
    pub(crate) tenant: TenantId,
    pub(crate) bot_id: BotId,
    record: Record,
}

#[derive(Serialize, Deserialize)]
struct Body {
    tenant: TenantId,
    bot_id: BotId,
    linked_at: Timestamp,
}

impl StoredLink {
    /// The change that takes it away.
    pub(crate) fn delete(&self) -> Change {
        Change::Delete {
            table: Table::Link,
            key: self.record.key.clone(),
            version: self.record.version,
        }
    }
}

impl Vault {
    pub(crate) async fn link(
        &self,
        client_id: &ClientId,
        tenant: &TenantId,
        bot_id: &BotId,
    ) -> Result<Option<StoredLink>> {
        let key = link_key(client_id, tenant, bot_id);
        let record = self.store.get(Table::Link, &key).await?;
        record.map(|record| self.read_link(record)).transpose()
    }

    /// The tenants that may use an installation.
    pub(crate) async fn links_of_bot(&self, client_id: &ClientId, bot_id: &BotId) -> Result<Vec<StoredLink>> {
        self.links(&of(Table::Link, client_id, bot_id)).await
    }

    /// The installations that a tenant may use.
    pub(crate) async fn links_of_tenant(
        &self,
        client_id: &ClientId,
        tenant: &TenantId,
    ) -> Result<Vec<StoredLink>> {
        let query = Query::new(Table::Link)
            .filter(Column::ClientId, client_id.as_str())
            .filter(Column::Tenant, tenant.as_str());
        self.links(&query).await
    }

    /// The change that links, also where a link is there already: so it fails if that is taken away meanwhile.
    pub(crate) async fn write_link(
        &self,
        client_id: &ClientId,
        tenant: &TenantId,
        bot_id: &BotId,
    ) -> Result<Change> {
        if let Some(StoredLink { mut record, .. }) = self.link(client_id, tenant, bot_id).await? {
            record.version += 1;
            return Ok(Change::Replace(Table::Link, record));
        }
        let linked_at = microseconds(Timestamp::now());
        let columns = [
            (Column::ClientId, client_id.to_string()),
            (Column::BotId, bot_id.to_string()),
            (Column::Tenant, tenant.to_string()),
        ];
        let body = Body {
            tenant: tenant.clone(),
            bot_id: bot_id.clone(),
            linked_at,
        };
        Ok(Change::Insert(
            Table::Link,
            Record {
                key: link_key(client_id, tenant, bot_id),
                version: 1,
                time: linked_at.as_microsecond(),
                columns: BTreeMap::from(columns),
                body: json(&body)?,
                sealed: Vec::new().into(),
            },
        ))
    }

    async fn links(&self, query: &Query) -> Result<Vec<StoredLink>> {
        let records = self.store.find(query).await?;
        records.into_iter().map(|record| self.read_link(record)).collect()
    }

    fn read_link(&self, record: Record) -> Result<StoredLink> {
        let Body { tenant, bot_id, .. } = self.body(Table::Link, &record)?;
        Ok(StoredLink {
            tenant,
            bot_id,
            record,
        })
    }
}

/// Ids hold no colon, so that the key of each is its own.
fn link_key(client_id: &ClientId, tenant: &TenantId, bot_id: &BotId) -> String {
    format!("{client_id}:{tenant}:{bot_id}")
}
