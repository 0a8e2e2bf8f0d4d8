//! How an installation ends.
//!
//! First nobody is given its tokens any more, then they are revoked, and then all that is stored of it is deleted. A
//! program that ends in between is taken over from by the next one that [recovers](Workspaces::recover).

use std::time::Duration;

use super::install::{ATTEMPTS, contended};
use super::tenants::of_tenant;
use super::{Workspaces, not_found};
use crate::audit::{Action, Event};
use crate::endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::failpoint::{during, reach};
use crate::grant::Grant;
use crate::id::{BotId, TenantId};
use crate::installation::{Installation, Status};
use crate::spool::Name;
use crate::store::{Change, Table};
use crate::vault::Stored;

/// How long to wait before each further try to revoke.
const REVOKE_AGAIN: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

impl Workspaces {
    /// Removes an installation: its tokens are revoked at Notion and deleted here, with its links and resources.
    ///
    /// From the beginning on nobody is given the tokens; other programs that use the store notice within a minute. If
    /// Notion cannot be reached, it stays so, and [`recover`](Self::recover) tries again. Older tokens of the same user are
    /// deleted but not revoked: Notion does not say whether that would end those of a newer authorization.
    ///
    /// If the user authorizes again meanwhile, the new authorization stays. The log stays, too.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when there is no such installation, [`Busy`](ErrorKind::Busy) when the user
    /// authorized again meanwhile, and when Notion or the store fails.
    pub async fn uninstall(&self, bot_id: &BotId) -> Result<()> {
        self.remove(bot_id, None).await.map(drop)
    }

    /// The same for a tenant, whose link goes in any case. It tells whether it was the last one, and with it the
    /// installation went.
    pub(super) async fn remove(&self, bot_id: &BotId, tenant: Option<TenantId>) -> Result<bool> {
        let (workspaces, bot_id) = (self.clone(), bot_id.clone());
        self.detached(async move {
            let name = Name::refresh(workspaces.client_id(), &bot_id);
            let _lock = workspaces.lock(&name).await?;
            // What is in the spool is the newest pair, and the one to revoke.
            workspaces.replay_what_opens(&name).await?;
            if !workspaces.begin_removal(&bot_id, tenant.as_ref()).await? {
                return Ok(false);
            }
            reach("U0")?;
            workspaces.complete_removal(&bot_id).await.map(|()| true)
        })
        .await
    }

    /// Deletes all that is stored of an installation, **without telling Notion**: the connection stays in the user's
    /// workspace until they remove it there. For one that cannot be revoked any more, because its client secret is gone, or
    /// its record is damaged. The log stays.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when there is no such installation, and when the store fails.
    pub async fn forget(&self, bot_id: &BotId) -> Result<()> {
        let (workspaces, bot_id) = (self.clone(), bot_id.clone());
        self.detached(async move {
            let name = Name::refresh(workspaces.client_id(), &bot_id);
            let _lock = workspaces.lock(&name).await?;
            for _ in 0..ATTEMPTS {
                let (stored, event) = workspaces.whatever_is_there(&bot_id).await?;
                if workspaces.shred(stored, event).await? {
                    // Not earlier: what the store still has may live on the tokens in the spool.
                    return workspaces.spool().remove(&name).await;
                }
            }
            Err(contended())
        })
        .await
    }

    /// Goes on with a removal, unless somebody is at it.
    pub(super) async fn finish_uninstall(&self, bot_id: &BotId) -> Result<bool> {
        let name = Name::refresh(self.client_id(), bot_id);
        let Some(_lock) = self.try_lock(&name).await? else {
            return Ok(false);
        };
        self.replay_what_opens(&name).await?;
        self.complete_removal(bot_id).await.map(|()| true)
    }

    /// U0: the tokens are given to nobody any more, unless other tenants need them.
    async fn begin_removal(&self, bot_id: &BotId, tenant: Option<&TenantId>) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let (stored, installation) = self.installed(bot_id).await?;
            let mut next = stored;
            let mut event = Event::new(Action::Revoking);
            let mut changes = Vec::new();
            let mut was_last = true;
            if let Some(tenant) = tenant {
                let leaving = self.leaving(tenant, bot_id).await?;
                (changes, was_last) = (leaving.changes, leaving.was_last);
                event = Event::new(if was_last {
                    Action::Revoking
                } else {
                    Action::Unlinked
                });
                event = event.because(of_tenant(tenant));
            } else if installation.status() == Status::Revoking {
                return Ok(true);
            }
            if was_last {
                next.intent = None;
                next.installation = Some(installation.with_status(Status::Revoking));
            }
            if let Some(put) = self.vault().put(next, Some(event), changes).await? {
                self.inner.bots.learn(&put);
                return Ok(was_last);
            }
        }
        Err(contended())
    }

    /// U1 to U3: revokes the tokens of an installation that is being removed, and deletes it.
    async fn complete_removal(&self, bot_id: &BotId) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let (stored, installation) = self.installed(bot_id).await?;
            if installation.status() != Status::Revoking {
                return Err(Error::new(
                    ErrorKind::Busy,
                    format!("the installation of the bot {bot_id} was authorized again while it was removed"),
                )
                .with_hint("It stays. Remove it again if the user still wants that."));
            }
            during("U1", self.revoke_patiently(&installation)).await?;
            if self.shred(stored, Event::new(Action::Uninstalled)).await? {
                reach("U3")?;
                return Ok(());
            }
        }
        Err(contended())
    }

    async fn revoke_patiently(&self, installation: &Installation) -> Result<()> {
        let mut pauses = REVOKE_AGAIN.iter();
        loop {
            match (self.revoke_pair(installation.grant()).await, pauses.next()) {
                (Err(error), Some(pause)) if error.is_retryable() => {
                    tracing::debug!(?pause, "a token is revoked again: {error}");
                    tokio::time::sleep(*pause).await;
                }
                (result, _) => return result,
            }
        }
    }

    pub(super) async fn revoke_pair(&self, grant: &Grant) -> Result<()> {
        endpoint::revoke(self.connection(), grant.token().expose()).await?;
        // Notion documents this for access tokens alone. Where it ends refresh tokens too, so much the better.
        if let Some(token) = grant.refresh_token()
            && let Err(error) = endpoint::revoke(self.connection(), token.expose()).await
        {
            tracing::debug!("the refresh token is not revoked: {error}");
        }
        Ok(())
    }

    /// U2: deletes all secrets of an installation and what depends on it, and leaves its log. `false` asks to look again.
    async fn shred(&self, stored: Stored, event: Event) -> Result<bool> {
        let bot_id = stored.bot_id().clone();
        let mut deleted = Vec::new();
        for table in [Table::Grant, Table::Link, Table::Resource] {
            for record in self.vault().of(table, self.client_id(), &bot_id).await? {
                deleted.push(Change::Delete {
                    table,
                    key: record.key,
                    version: record.version,
                });
            }
        }
        let mut next = stored;
        next.installation = None;
        next.intent = None;
        let Some(put) = self.vault().put(next, Some(event), deleted).await? else {
            return Ok(false);
        };
        self.inner.bots.learn(&put);
        reach("U2")?;
        self.tell_uninstalled(bot_id);
        if let Err(error) = self.vault().store().scrub().await {
            tracing::warn!("deleted tokens may stay in the free space of the store: {error}");
        }
        Ok(true)
    }

    /// What is to be forgotten, also where the record does not open, or is one of before and its log goes on without it.
    async fn whatever_is_there(&self, bot_id: &BotId) -> Result<(Stored, Event)> {
        let event = Event::new(Action::Forgotten);
        let why = match self.installed(bot_id).await {
            Ok((stored, _)) => {
                let log = self.vault().log(self.client_id(), bot_id).await?;
                if log.len() as u64 <= stored.head().entries {
                    return Ok((stored, event));
                }
                "its record is older than its log"
            }
            Err(error) if matches!(error.kind(), ErrorKind::Sealed | ErrorKind::Store) => {
                "its record does not open"
            }
            Err(error) => return Err(error),
        };
        let stored = self.vault().load_unopened(self.client_id(), bot_id).await?;
        Ok((stored.ok_or_else(|| not_found(bot_id))?, event.because(why)))
    }

    async fn installed(&self, bot_id: &BotId) -> Result<(Stored, Installation)> {
        let stored = self.load(bot_id).await?.ok_or_else(|| not_found(bot_id))?;
        let installation = stored.installation.clone().ok_or_else(|| not_found(bot_id))?;
        Ok((stored, installation))
    }
}
