//! Which installations reach which page or database.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Vault, json, of};
use crate::error::Result;
use crate::grant::microseconds;
use crate::id::{BotId, ClientId, ResourceId};
use crate::store::{Change, Column, Query, Record, Table};

/// A page, database or data source that an installation reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Resource {
    /// Which one.
    pub id: ResourceId,
    /// What it is.
    pub kind: ResourceKind,
    /// The installation.
    pub bot_id: BotId,
    /// When it was reached last, or `None` where it was not, or was refused since.
    pub verified_at: Option<Timestamp>,
    /// When Notion last said that it is not there, or not shared, if it said so since.
    pub refused_at: Option<Timestamp>,
}

/// What a [`Resource`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ResourceKind {
    /// A page.
    Page,
    /// A database: a container of data sources.
    Database,
    /// A data source: a table of a database.
    DataSource,
}

/// A relation as it stands in the store.
#[derive(Debug, Clone)]
pub(crate) struct StoredResource {
    pub(crate) resource: Resource,
    record: Record,
}

impl StoredResource {
    /// The change that takes it away.
    pub(crate) fn delete(&self) -> Change {
        Change::Delete {
            table: Table::Resource,
            key: self.record.key.clone(),
            version: self.record.version,
        }
    }

    /// The change that says whether it was reached.
    pub(crate) fn marked(&self, is_reached: bool) -> Result<Change> {
        let now = Some(microseconds(Timestamp::now()));
        let mut resource = self.resource.clone();
        (resource.verified_at, resource.refused_at) = if is_reached { (now, None) } else { (None, now) };
        let mut record = self.record.clone();
        record.version += 1;
        record.body = json(&resource)?;
        Ok(Change::Replace(Table::Resource, record))
    }
}

impl Vault {
    pub(crate) async fn resource(
        &self,
        client_id: &ClientId,
        id: &ResourceId,
        bot_id: &BotId,
    ) -> Result<Option<StoredResource>> {
        let key = resource_key(client_id, id, bot_id);
        let record = self.store.get(Table::Resource, &key).await?;
        record.map(|record| self.read_resource(record)).transpose()
    }

    /// What an installation reaches.
    pub(crate) async fn resources_of_bot(
        &self,
        client_id: &ClientId,
        bot_id: &BotId,
    ) -> Result<Vec<StoredResource>> {
        self.resources(&of(Table::Resource, client_id, bot_id)).await
    }

    /// The relations of a page or database.
    pub(crate) async fn resources_of_id(
        &self,
        client_id: &ClientId,
        id: &ResourceId,
    ) -> Result<Vec<StoredResource>> {
        let query = Query::new(Table::Resource)
            .filter(Column::ClientId, client_id.as_str())
            .filter(Column::ResourceId, id.as_str());
        self.resources(&query).await
    }

    /// The change that relates, also where that is done already.
    pub(crate) async fn write_resource(
        &self,
        client_id: &ClientId,
        id: &ResourceId,
        bot_id: &BotId,
        kind: ResourceKind,
    ) -> Result<Change> {
        if let Some(StoredResource {
            mut record,
            mut resource,
        }) = self.resource(client_id, id, bot_id).await?
        {
            record.version += 1;
            resource.kind = kind;
            record.body = json(&resource)?;
            return Ok(Change::Replace(Table::Resource, record));
        }
        let columns = [
            (Column::ClientId, client_id.to_string()),
            (Column::BotId, bot_id.to_string()),
            (Column::ResourceId, id.to_string()),
        ];
        let resource = Resource {
            id: id.clone(),
            kind,
            bot_id: bot_id.clone(),
            verified_at: None,
            refused_at: None,
        };
        Ok(Change::Insert(
            Table::Resource,
            Record {
                key: resource_key(client_id, id, bot_id),
                version: 1,
                time: Timestamp::now().as_microsecond(),
                columns: BTreeMap::from(columns),
                body: json(&resource)?,
                sealed: Vec::new().into(),
            },
        ))
    }

    async fn resources(&self, query: &Query) -> Result<Vec<StoredResource>> {
        let records = self.store.find(query).await?;
        records
            .into_iter()
            .map(|record| self.read_resource(record))
            .collect()
    }

    fn read_resource(&self, record: Record) -> Result<StoredResource> {
        let resource = self.body(Table::Resource, &record)?;
        Ok(StoredResource { resource, record })
    }
}

/// Ids hold no colon, so that the key of each is its own.
fn resource_key(client_id: &ClientId, id: &ResourceId, bot_id: &BotId) -> String {
    format!("{client_id}:{id}:{bot_id}")
}
