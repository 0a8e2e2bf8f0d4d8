//! From the id of a page or database to a client that reaches it.

use std::cmp::Reverse;
use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use notion_core::Notion;

use super::install::{ATTEMPTS, contended};
use super::{Tenant, Workspaces};
use crate::error::{Error, ErrorKind, Result};
use crate::id::{BotId, ResourceId};
use crate::store::Commit;
use crate::vault::{Resource, ResourceKind, StoredResource};

/// How long it is taken for granted that an installation still reaches what it reached.
const TRUSTED: SignedDuration = SignedDuration::from_mins(10);

impl Workspaces {
    /// Says that an installation reaches a page, database or data source, as the program has seen.
    ///
    /// The page that a user made of the connection's template is related by itself.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when there is no such installation, and when the store fails.
    pub async fn relate(&self, bot_id: &BotId, id: &ResourceId, kind: ResourceKind) -> Result<()> {
        self.get(bot_id).await?;
        for _ in 0..ATTEMPTS {
            let write = self
                .vault()
                .write_resource(self.client_id(), id, bot_id, kind)
                .await?;
            if self.vault().store().commit(&[write]).await? == Commit::Done {
                return Ok(());
            }
        }
        Err(contended())
    }

    /// Says that it does so no more. It tells whether that was known.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn unrelate(&self, bot_id: &BotId, id: &ResourceId) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let Some(stored) = self.vault().resource(self.client_id(), id, bot_id).await? else {
                return Ok(false);
            };
            if self.vault().store().commit(&[stored.delete()]).await? == Commit::Done {
                return Ok(true);
            }
        }
        Err(contended())
    }

    /// What an installation reaches, as far as the program has said so, by the time when it did.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn related(&self, bot_id: &BotId) -> Result<Vec<Resource>> {
        let stored = self.vault().resources_of_bot(self.client_id(), bot_id).await?;
        Ok(stored.into_iter().map(|stored| stored.resource).collect())
    }

    /// A client of an installation that reaches a page, database or data source.
    ///
    /// Of those that are [related](Self::relate) to it, the one that was seen to reach it last is asked first. That is
    /// believed for ten minutes; after that, Notion is asked for it. Where it says that it is not there or not shared,
    /// the next installation is tried, and this one comes last from then on.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when none is related or none reaches it, and when the store fails.
    pub async fn for_resource(&self, id: &ResourceId) -> Result<Notion> {
        self.for_resource_within(id, &[]).await
    }

    /// The same for what lies within other pages or databases: those are tried in their order, from the nearest, after
    /// it itself.
    ///
    /// # Errors
    /// As [`for_resource`](Self::for_resource).
    pub async fn for_resource_within(&self, id: &ResourceId, ancestors: &[ResourceId]) -> Result<Notion> {
        self.reaching(id, ancestors, |_| true).await
    }

    async fn reaching(
        &self,
        id: &ResourceId,
        ancestors: &[ResourceId],
        may_use: impl Fn(&BotId) -> bool,
    ) -> Result<Notion> {
        for id in std::iter::once(id).chain(ancestors) {
            let mut stored = self.vault().resources_of_id(self.client_id(), id).await?;
            stored.retain(|stored| may_use(&stored.resource.bot_id));
            // From the one that was reached last, over those of which nothing is known, to the one refused last.
            stored.sort_by_key(|StoredResource { resource, .. }| {
                (Reverse(resource.verified_at), resource.refused_at)
            });
            for stored in stored {
                if let Some(notion) = self.try_resource(&stored).await? {
                    return Ok(notion);
                }
            }
        }
        Err(unreached(id))
    }

    /// A client of an installation, unless it is of no use for this.
    async fn try_resource(&self, stored: &StoredResource) -> Result<Option<Notion>> {
        let Resource {
            id,
            kind,
            bot_id,
            verified_at,
            ..
        } = &stored.resource;
        let notion = match self.client(bot_id).await {
            Ok(notion) => notion,
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::NotFound | ErrorKind::NeedsReauthorization
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        if verified_at.is_some_and(|at| Timestamp::now().duration_since(at) < TRUSTED) {
            return Ok(Some(notion));
        }
        let is_reached = match reach(&notion, id, *kind).await {
            Ok(()) => true,
            Err(error) if is_about_sharing(&error) => false,
            Err(error) if error.is_unauthorized() => return Ok(None),
            // It says nothing about this one: what the program does with the client will tell.
            Err(_) => return Ok(Some(notion)),
        };
        // Somebody else who has found out meanwhile knows as much.
        let (Commit::Done | Commit::Conflict) =
            self.vault().store().commit(&[stored.marked(is_reached)?]).await?;
        Ok(is_reached.then_some(notion))
    }
}

impl Tenant {
    /// As [`Workspaces::for_resource`], with this tenant's installations.
    ///
    /// # Errors
    /// As [`Workspaces::for_resource`].
    pub async fn for_resource(&self, id: &ResourceId) -> Result<Notion> {
        self.for_resource_within(id, &[]).await
    }

    /// As [`Workspaces::for_resource_within`], with this tenant's installations.
    ///
    /// # Errors
    /// As [`Workspaces::for_resource`].
    pub async fn for_resource_within(&self, id: &ResourceId, ancestors: &[ResourceId]) -> Result<Notion> {
        let own: HashSet<BotId> = self.bots().await?.into_iter().collect();
        self.workspaces()
            .reaching(id, ancestors, |bot_id| own.contains(bot_id))
            .await
    }

    /// As [`Workspaces::relate`].
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) also where the installation is another tenant's.
    pub async fn relate(&self, bot_id: &BotId, id: &ResourceId, kind: ResourceKind) -> Result<()> {
        self.get(bot_id).await?;
        self.workspaces().relate(bot_id, id, kind).await
    }

    /// As [`Workspaces::unrelate`].
    ///
    /// # Errors
    /// As [`relate`](Self::relate).
    pub async fn unrelate(&self, bot_id: &BotId, id: &ResourceId) -> Result<bool> {
        self.get(bot_id).await?;
        self.workspaces().unrelate(bot_id, id).await
    }

    /// As [`Workspaces::related`].
    ///
    /// # Errors
    /// As [`relate`](Self::relate).
    pub async fn related(&self, bot_id: &BotId) -> Result<Vec<Resource>> {
        self.get(bot_id).await?;
        self.workspaces().related(bot_id).await
    }
}

/// Asks Notion for it.
async fn reach(notion: &Notion, id: &ResourceId, kind: ResourceKind) -> notion_core::Result<()> {
    let id = id.as_str();
    match kind {
        ResourceKind::Page => notion.page(id.parse()?).await.map(drop),
        ResourceKind::Database => notion.database(id.parse()?).await.map(drop),
        ResourceKind::DataSource => notion.data_source(id.parse()?).await.map(drop),
    }
}

fn is_about_sharing(error: &notion_core::Error) -> bool {
    matches!(
        error.kind(),
        notion_core::ErrorKind::NotFound | notion_core::ErrorKind::Forbidden
    )
}

fn unreached(id: &ResourceId) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("no installation is known to reach {id}"),
    )
    .with_hint(
        "Let a user share it with the connection, in the Connections menu of the page, and relate the two.",
    )
}
