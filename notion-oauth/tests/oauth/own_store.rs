//! A grant store of somebody else: text in a map, by what this crate makes public.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use notion_core::{BoxFuture, UserId};
use notion_oauth::store::Addition;
use notion_oauth::{
    BotId, ClientId, Error, ErrorKind, Grant, GrantStore, Installation, Result, StoredGrant, WorkspaceId,
};

/// Rows as a database would have them.
#[derive(Default)]
struct TextStore {
    rows: Mutex<Vec<Row>>,
}

struct Row {
    client_id: String,
    bot_id: String,
    details: String,
    created_at: String,
    updated_at: String,
    current: GrantRow,
    past: Vec<(GrantRow, String)>,
}

#[derive(Clone)]
struct GrantRow {
    id: String,
    received_at: String,
    raw: String,
}

impl GrantRow {
    fn new(grant: &Grant) -> Self {
        Self {
            id: grant.id().to_string(),
            received_at: grant.received_at().to_string(),
            raw: grant.expose_raw().to_owned(),
        }
    }

    fn grant(&self, client_id: &str) -> Result<Grant> {
        Grant::restore(
            self.id.parse()?,
            ClientId::new(client_id)?,
            time(&self.received_at)?,
            &self.raw,
        )
    }
}

impl Row {
    fn is(&self, client_id: &ClientId, bot_id: &BotId) -> bool {
        self.client_id == client_id.as_str() && self.bot_id == bot_id.as_str()
    }

    fn installation(&self) -> Result<Installation> {
        Installation::restore(
            self.current.grant(&self.client_id)?,
            &self.details,
            time(&self.created_at)?,
            time(&self.updated_at)?,
        )
    }

    fn add(&mut self, grant: &Grant) -> Result<()> {
        let known = |row: &GrantRow| row.id == grant.id().to_string();
        if known(&self.current) || self.past.iter().any(|(row, _)| known(row)) {
            return Ok(());
        }
        let before = self.current.clone();
        let (after, addition) = self.installation()?.add(grant);
        self.details = after.details();
        self.created_at = after.created_at().to_string();
        self.updated_at = after.updated_at().to_string();
        self.current = GrantRow::new(after.grant());
        match addition {
            Addition::Newer => self.past.push((before, grant.received_at().to_string())),
            Addition::Older => self.past.push((GrantRow::new(grant), before.received_at)),
            Addition::Same => {}
        }
        Ok(())
    }
}

fn time(text: &str) -> Result<Timestamp> {
    text.parse().map_err(damaged)
}

fn damaged(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::custom(ErrorKind::Store, "a row is damaged", Some(source.into()))
}

impl TextStore {
    fn select(&self, wanted: impl Fn(&Installation) -> bool) -> Result<Vec<Installation>> {
        let rows = self.rows.lock().unwrap();
        let mut found = rows.iter().map(Row::installation).collect::<Result<Vec<_>>>()?;
        found.retain(wanted);
        found.sort_by(|a, b| (a.created_at(), a.bot_id()).cmp(&(b.created_at(), b.bot_id())));
        Ok(found)
    }
}

impl GrantStore for TextStore {
    fn save<'a>(&'a self, grant: &'a Grant) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let mut rows = self.rows.lock().unwrap();
            if let Some(row) = rows
                .iter_mut()
                .find(|row| row.is(grant.client_id(), grant.bot_id()))
            {
                return row.add(grant);
            }
            let first = Installation::new(grant.clone());
            rows.push(Row {
                client_id: first.client_id().to_string(),
                bot_id: first.bot_id().to_string(),
                details: first.details(),
                created_at: first.created_at().to_string(),
                updated_at: first.updated_at().to_string(),
                current: GrantRow::new(grant),
                past: Vec::new(),
            });
            Ok(())
        })
    }

    fn current<'a>(
        &'a self,
        client_id: &'a ClientId,
        bot_id: &'a BotId,
    ) -> BoxFuture<'a, Result<Option<Installation>>> {
        Box::pin(async move {
            let mut found = self.select(|one| one.client_id() == client_id && one.bot_id() == bot_id)?;
            Ok(found.pop())
        })
    }

    fn list<'a>(&'a self, client_id: &'a ClientId) -> BoxFuture<'a, Result<Vec<Installation>>> {
        Box::pin(async move { self.select(|one| one.client_id() == client_id) })
    }

    fn by_workspace<'a>(
        &'a self,
        client_id: &'a ClientId,
        workspace_id: &'a WorkspaceId,
    ) -> BoxFuture<'a, Result<Vec<Installation>>> {
        Box::pin(async move {
            self.select(|one| one.client_id() == client_id && one.workspace_id() == workspace_id)
        })
    }

    fn by_owner<'a>(
        &'a self,
        client_id: &'a ClientId,
        owner: UserId,
    ) -> BoxFuture<'a, Result<Vec<Installation>>> {
        Box::pin(
            async move { self.select(|one| one.client_id() == client_id && one.owner_id() == Some(owner)) },
        )
    }

    fn history<'a>(
        &'a self,
        client_id: &'a ClientId,
        bot_id: &'a BotId,
    ) -> BoxFuture<'a, Result<Vec<StoredGrant>>> {
        Box::pin(async move {
            let rows = self.rows.lock().unwrap();
            let Some(row) = rows.iter().find(|row| row.is(client_id, bot_id)) else {
                return Ok(Vec::new());
            };
            let mut past = Vec::new();
            for (grant, until) in &row.past {
                past.push(StoredGrant::superseded(
                    grant.grant(&row.client_id)?,
                    time(until)?,
                ));
            }
            past.sort_by_key(|stored| std::cmp::Reverse(stored.grant.received_at()));
            past.insert(0, StoredGrant::current(row.current.grant(&row.client_id)?));
            Ok(past)
        })
    }

    fn remove<'a>(&'a self, client_id: &'a ClientId, bot_id: &'a BotId) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let mut rows = self.rows.lock().unwrap();
            let before = rows.len();
            rows.retain(|row| !row.is(client_id, bot_id));
            Ok(rows.len() < before)
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_does_what_every_store_has_to() {
    crate::stores::conforms(|| async { Arc::new(TextStore::default()) as Arc<dyn GrantStore> }).await;
}
