use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use notion_core::{BoxFuture, UserId};

use super::{Addition, GrantStore, Installation, StoredGrant};
use crate::error::Result;
use crate::grant::Grant;
use crate::id::{BotId, ClientId, WorkspaceId};

/// Grants in memory, for tests and for programs that ask at every start.
///
/// ```
/// # async fn run(grant: notion_oauth::Grant) -> notion_oauth::Result<()> {
/// use notion_oauth::{GrantStore, MemoryStore};
///
/// let store = MemoryStore::new();
/// store.save(&grant).await?;
///
/// let installation = store.current(grant.client_id(), grant.bot_id()).await?.unwrap();
/// assert_eq!(installation.grant(), &grant);
/// # Ok(())
/// # }
/// # let raw = r#"{"access_token": "ntn_a", "token_type": "bearer", "bot_id": "b", "workspace_id": "w"}"#;
/// # let client = notion_oauth::ClientId::new("client").unwrap();
/// # let grant = notion_oauth::Grant::restore(notion_oauth::GrantId::generate(), client, "2026-11-20T12:00:00Z".parse().unwrap(), raw).unwrap();
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run(grant)).unwrap();
/// ```
#[derive(Default)]
pub struct MemoryStore {
    records: Mutex<BTreeMap<(ClientId, BotId), Record>>,
}

/// The past is ordered from old to new.
struct Record {
    installation: Installation,
    past: Vec<StoredGrant>,
}

impl MemoryStore {
    /// A store with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<(ClientId, BotId), Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, grant: &Grant) {
        let mut records = self.records();
        let key = (grant.client_id().clone(), grant.bot_id().clone());
        let Some(record) = records.get_mut(&key) else {
            let record = Record {
                installation: Installation::new(grant.clone()),
                past: Vec::new(),
            };
            records.insert(key, record);
            return;
        };
        let current = record.installation.grant();
        let is_known = |stored: &StoredGrant| stored.grant.id() == grant.id();
        if current.id() == grant.id() || record.past.iter().any(is_known) {
            return;
        }
        let (installation, addition) = record.installation.add(grant);
        let superseded = match addition {
            Addition::Newer => Some(StoredGrant::superseded(current.clone(), grant.received_at())),
            Addition::Older => Some(StoredGrant::superseded(grant.clone(), current.received_at())),
            Addition::Same => None,
        };
        record.past.extend(superseded);
        record.past.sort_by_key(|stored| stored.grant.received_at());
        record.installation = installation;
    }

    fn select(&self, client_id: &ClientId, is_wanted: impl Fn(&Installation) -> bool) -> Vec<Installation> {
        let mut found: Vec<_> = self
            .records()
            .iter()
            .filter(|(key, record)| key.0 == *client_id && is_wanted(&record.installation))
            .map(|(_, record)| record.installation.clone())
            .collect();
        found.sort_by(|a, b| (a.created_at(), a.bot_id()).cmp(&(b.created_at(), b.bot_id())));
        found
    }
}

impl GrantStore for MemoryStore {
    fn save<'a>(&'a self, grant: &'a Grant) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            self.add(grant);
            Ok(())
        })
    }

    fn current<'a>(
        &'a self,
        client_id: &'a ClientId,
        bot_id: &'a BotId,
    ) -> BoxFuture<'a, Result<Option<Installation>>> {
        Box::pin(async move {
            let key = (client_id.clone(), bot_id.clone());
            Ok(self.records().get(&key).map(|record| record.installation.clone()))
        })
    }

    fn list<'a>(&'a self, client_id: &'a ClientId) -> BoxFuture<'a, Result<Vec<Installation>>> {
        Box::pin(async move { Ok(self.select(client_id, |_| true)) })
    }

    fn by_workspace<'a>(
        &'a self,
        client_id: &'a ClientId,
        workspace_id: &'a WorkspaceId,
    ) -> BoxFuture<'a, Result<Vec<Installation>>> {
        Box::pin(async move {
            Ok(self.select(client_id, |installation| {
                installation.workspace_id() == workspace_id
            }))
        })
    }

    fn by_owner<'a>(
        &'a self,
        client_id: &'a ClientId,
        owner: UserId,
    ) -> BoxFuture<'a, Result<Vec<Installation>>> {
        Box::pin(
            async move { Ok(self.select(client_id, |installation| installation.owner_id() == Some(owner))) },
        )
    }

    fn history<'a>(
        &'a self,
        client_id: &'a ClientId,
        bot_id: &'a BotId,
    ) -> BoxFuture<'a, Result<Vec<StoredGrant>>> {
        Box::pin(async move {
            let key = (client_id.clone(), bot_id.clone());
            Ok(self.records().get(&key).map_or_else(Vec::new, |record| {
                let current = StoredGrant::current(record.installation.grant().clone());
                let past = record.past.iter().rev().cloned();
                std::iter::once(current).chain(past).collect()
            }))
        })
    }

    fn remove<'a>(&'a self, client_id: &'a ClientId, bot_id: &'a BotId) -> BoxFuture<'a, Result<bool>> {
        Box::pin(async move {
            let key = (client_id.clone(), bot_id.clone());
            Ok(self.records().remove(&key).is_some())
        })
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("installations", &self.records().len())
            .finish()
    }
}
