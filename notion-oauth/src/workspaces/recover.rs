//! What a program that ended in the middle of something has left, and how it is gone on with.

use std::time::Duration;

use tokio::sync::MutexGuard;

use super::Workspaces;
use crate::error::{Error, ErrorKind, Result};
use crate::id::BotId;
use crate::installation::Status;
use crate::spool::{Name, Purpose};
use crate::store::{Column, Lock, Query, Record, Table};
use crate::vault::{EXCHANGING, Ending, REFRESHING, Stage, may_be_answered};

/// What [`Workspaces::recover`] found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovered {
    /// Answers of Notion that were in the spool and are in the store now.
    pub replayed: usize,
    /// Refreshes that had begun and have come to an end: their installations have good tokens, or are flagged.
    pub refreshed: usize,
    /// Installations whose removal had begun, and that are gone now.
    pub uninstalled: usize,
    /// Flows whose code was sent, and whose answer cannot come any more: their users begin again.
    pub ended: usize,
    /// What is still to be done: others are at it, Notion does not answer, or an answer in the spool needs a key that was
    /// not given. The log of the program says why.
    pub left: usize,
}

impl Workspaces {
    /// Goes on with what a program that ended in the middle of something has left: answers in the spool, flows and refreshes
    /// of which nothing has come back, and removals.
    ///
    /// [`open`](super::OpenWorkspaces::open) begins this in the background. A program that runs for long may do it again from time to time, as
    /// others that use the same store may crash, too.
    ///
    /// # Errors
    /// When the store or the spool cannot be looked into, and [`Busy`](ErrorKind::Busy) when another call of this program is at
    /// it for longer than the [`patience`](super::OpenWorkspaces::patience). What goes wrong with a single installation is
    /// counted as [`left`](Recovered::left), and stops nothing else.
    pub async fn recover(&self) -> Result<Recovered> {
        let workspaces = self.clone();
        self.detached(async move {
            let _alone = workspaces.alone().await?;
            workspaces.recover_all().await
        })
        .await
    }

    /// Waits for another call that recovers, but not without end: it may wait for a hook that has called this one.
    async fn alone(&self) -> Result<MutexGuard<'_, ()>> {
        let patience = self.inner.patience;
        let alone = tokio::time::timeout(patience, self.inner.recovering.lock()).await;
        alone.map_err(|_| {
            Error::new(
                ErrorKind::Busy,
                format!("what is left is being recovered, for longer than {patience:?}"),
            )
            .with_hint("Try again later, and never from a hook.")
        })
    }

    /// Brings in the answers to refreshes, so that nobody begins with tokens that are used up; the rest is done in the
    /// background. The installations are in the store, so that no hook is asked about them, and none keeps a program from
    /// starting.
    pub(super) async fn recover_at_start(&self) -> Result<()> {
        for bot_id in self.with_status(REFRESHING).await? {
            let name = Name::refresh(self.client_id(), &bot_id);
            if self.spool().has(&name).await?
                && let Err(error) = self.replay_alone(&name).await
            {
                tracing::warn!(%bot_id, "an answer is still to be brought in: {error}");
            }
        }
        let workspaces = self.clone();
        self.spawn(async move {
            let _alone = workspaces.inner.recovering.lock().await;
            if let Err(error) = workspaces.recover_all().await {
                tracing::warn!("what a crash may have left is still to be looked for: {error}");
            }
        })?;
        Ok(())
    }

    /// The spool comes first: with what a user authorized there, Notion need not be asked about older tokens.
    async fn recover_all(&self) -> Result<Recovered> {
        let mut recovered = Recovered::default();
        self.recover_here(&mut recovered).await?;
        self.recover_from_notion(&mut recovered).await?;
        Ok(recovered)
    }

    async fn recover_here(&self, recovered: &mut Recovered) -> Result<()> {
        for name in self.spool().names().await? {
            match self.replay_alone(&name).await {
                Ok(true) => recovered.replayed += 1,
                Ok(false) => {}
                Err(error) => left(recovered, name.as_str(), &error),
            }
        }
        let exchanging = self.flows().filter(Column::Status, EXCHANGING);
        for flow in self.vault().store().find(&exchanging).await? {
            match self.end_unanswered(&flow).await {
                Ok(true) => recovered.ended += 1,
                Ok(false) => {}
                Err(error) => left(recovered, &flow.key, &error),
            }
        }
        Ok(())
    }

    /// Ends a flow whose code was sent by a program that is no more, if nothing of the answer is here.
    ///
    /// Where it is in the spool of another machine, it takes the place of this end once it is found.
    async fn end_unanswered(&self, flow: &Record) -> Result<bool> {
        let name = Name::exchange(&flow.key);
        let Some(lock) = self.try_lock(&name).await? else {
            return Ok(false);
        };
        let may_come = lock.may_be_lost() && may_be_answered(flow, self.longest_call());
        if may_come || self.spool().has(&name).await? {
            return Ok(false);
        }
        let Some(stored) = self.vault().flow(&flow.key).await? else {
            return Ok(false);
        };
        if stored.flow.stage != Stage::Exchanging {
            return Ok(false);
        }
        let unknown = Stage::Over(Ending::Unknown);
        self.write_stage(&stored, unknown).await.map(|_| true)
    }

    /// Brings an answer into the store, unless somebody is at it.
    pub(super) async fn replay_alone(&self, name: &Name) -> Result<bool> {
        let Some(_lock) = self.try_lock(name).await? else {
            return Ok(false);
        };
        // Room for an answer that did not come.
        self.spool().sweep(name).await?;
        let Some(entry) = self.spool().get(name).await? else {
            return Ok(false);
        };
        if entry.grant.client_id() != self.client_id() {
            return Ok(false);
        }
        match entry.purpose {
            Purpose::Refresh { .. } => self.replay(name).await,
            Purpose::Exchange { .. } => self.replay_exchange(name).await,
        }
    }

    async fn recover_from_notion(&self, recovered: &mut Recovered) -> Result<()> {
        for bot_id in self.with_status(REFRESHING).await? {
            match self.finish_refresh(&bot_id).await {
                Ok(true) => recovered.refreshed += 1,
                Ok(false) => recovered.left += 1,
                Err(error) => left(recovered, bot_id.as_str(), &error),
            }
        }
        for bot_id in self.with_status(Status::Revoking.name()).await? {
            match self.finish_uninstall(&bot_id).await {
                Ok(true) => recovered.uninstalled += 1,
                Ok(false) => recovered.left += 1,
                Err(error) => left(recovered, bot_id.as_str(), &error),
            }
        }
        Ok(())
    }

    async fn with_status(&self, status: &str) -> Result<Vec<BotId>> {
        let query = Query::new(Table::Installation)
            .filter(Column::ClientId, self.client_id().as_str())
            .filter(Column::Status, status);
        let found = self.vault().store().find(&query).await?;
        // They are not opened here, so that one that does not open is in the way of no other.
        let bots = found.iter().filter_map(|one| one.columns.get(&Column::BotId));
        bots.map(BotId::new).collect()
    }

    /// Brings a refresh to its end that was begun by a program that is no more.
    async fn finish_refresh(&self, bot_id: &BotId) -> Result<bool> {
        if self
            .try_lock(&Name::refresh(self.client_id(), bot_id))
            .await?
            .is_none()
        {
            return Ok(false);
        }
        let token = self.get(bot_id).await?.grant().token().clone();
        match self.renew(bot_id, &token).await {
            Err(error) if error.kind() != ErrorKind::NeedsReauthorization => Err(error),
            _ => Ok(true),
        }
    }

    /// A lock that nobody has: whoever has it is at work.
    pub(super) async fn try_lock(&self, name: &Name) -> Result<Option<Lock>> {
        match self.vault().store().lock(name.as_str(), Duration::ZERO).await {
            Ok(lock) => Ok(Some(lock)),
            Err(error) if error.kind() == ErrorKind::Busy => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn left(recovered: &mut Recovered, what: &str, error: &Error) {
    recovered.left += 1;
    tracing::warn!(what, kind = ?error.kind(), "it is not recovered: {error}");
}
