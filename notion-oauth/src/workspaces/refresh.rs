//! How tokens are exchanged for new ones without losing any.
//!
//! A refresh token is good once. Between the moment at which Notion takes it and the one at which the new pair is on a
//! disk, the only way back to the user's workspace is in flight. So a refresh is done by one task of one program at a
//! time; it notes down what it is about to send, goes on when nobody waits any more, puts the answer into the spool
//! before anything else, and never writes over what somebody else has written. At the end an installation has good
//! tokens, or is flagged so that the user is asked to authorize again.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use notion_core::Token;

use super::bots::{self, Bot, Sender};
use super::install::{ATTEMPTS, contended};
use super::provider::needs_reauthorization;
use super::{Workspaces, not_found};
use crate::audit::{Action, Event, fingerprint};
use crate::endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::failpoint::{during, reach};
use crate::grant::{Grant, RefreshToken};
use crate::id::BotId;
use crate::installation::{Installation, Status};
use crate::spool::{Entry, Name, Purpose, Slot};
use crate::vault::{Intent, Stored};

/// How long to wait before a refresh token is sent again whose answer was lost.
const AGAIN: Duration = Duration::from_millis(500);
/// How often to look whether another program got the answer after all.
const LOOK: Duration = Duration::from_millis(250);
/// How often a refresh token is sent: once more after an answer was lost.
const MOST_SENT: u32 = 2;

impl Workspaces {
    /// A token that is better than `refused`, or the same if Notion gave it once more.
    pub(super) async fn renew(&self, bot_id: &BotId, refused: &Token) -> Result<Token> {
        reach("R0")?;
        let bot = self.inner.bots.of(bot_id);
        if let Some(token) = bot.other_than(refused) {
            return Ok(token);
        }
        match bot.join(refused, |sender| self.take_off(&bot, bot_id, refused, sender)) {
            Ok(flight) => bots::landing(flight, self.longest_call()).await,
            Err(result) => result,
        }
    }

    /// More than a refresh or an exchange takes where everybody keeps to their own time limits.
    pub(super) fn longest_call(&self) -> Duration {
        let requests = self.connection().timeout().saturating_mul(3);
        self.inner.patience.saturating_add(requests)
    }

    /// Begins a refresh that goes on whether or not anybody waits for it.
    fn take_off(&self, bot: &Arc<Bot>, bot_id: &BotId, refused: &Token, sender: Sender) -> Result<()> {
        reach("R1")?;
        let (workspaces, bot, bot_id, refused) =
            (self.clone(), Arc::clone(bot), bot_id.clone(), refused.clone());
        self.spawn(async move {
            let result = workspaces.refresh(&bot_id, &refused).await;
            bot.landed(&refused, &result);
            // Nobody may be left to hear it.
            let _ = sender.send(Some(result));
        })?;
        Ok(())
    }

    async fn refresh(&self, bot_id: &BotId, refused: &Token) -> Result<Token> {
        reach("R2")?;
        let name = Name::refresh(self.client_id(), bot_id);
        let lock = self.lock(&name).await?;
        reach("R3")?;
        let result = self
            .refresh_locked(bot_id, refused, &name, lock.may_be_lost())
            .await;
        if let Err(error) = &result {
            tracing::warn!(%bot_id, kind = ?error.kind(), "no new tokens: {error}");
        }
        drop(lock);
        reach("R13")?;
        result
    }

    async fn refresh_locked(
        &self,
        bot_id: &BotId,
        refused: &Token,
        name: &Name,
        is_losable: bool,
    ) -> Result<Token> {
        for _ in 0..ATTEMPTS {
            let stored = self.load(bot_id).await?.ok_or_else(|| not_found(bot_id))?;
            reach("R4")?;
            let sealed = match self.replay(name).await {
                Ok(true) => continue,
                Ok(false) => None,
                Err(error) if error.kind() == ErrorKind::Sealed => Some(error),
                Err(error) => return Err(error),
            };
            let token = self.usable_token(&stored)?;
            if token != *refused {
                return Ok(token);
            }
            let Some(installation) = stored.installation.clone() else {
                return Err(not_found(bot_id));
            };
            // An answer that needs a missing key waits for it, and so does the token that it answers. Any other goes on.
            if let Some(error) = sealed {
                if stored.awaited().is_some() {
                    return Err(error);
                }
                tracing::warn!(%bot_id, "an answer to an older refresh token waits: {error}");
            }
            if let Some(stored) = self.send(stored, &installation, name, is_losable).await? {
                return self.usable_token(&stored);
            }
        }
        Err(contended())
    }

    /// Sends the refresh token, and keeps what comes back. `None` asks to look again and go on from what is there then.
    async fn send(
        &self,
        stored: Stored,
        installation: &Installation,
        name: &Name,
        is_losable: bool,
    ) -> Result<Option<Stored>> {
        let Some(token) = installation.grant().refresh_token() else {
            return self.flag(stored, "Notion gave no refresh token", None).await;
        };
        let before = stored.awaited().cloned();
        if let Some(intent) = &before {
            if self.other_program_finishes(&stored, intent, is_losable).await? {
                return Ok(None);
            }
            if intent.attempts >= MOST_SENT {
                return self.flag(stored, "the answers of Notion were lost", None).await;
            }
            // The last attempt is not for a time at which Notion does not answer. Asking about a token changes nothing.
            endpoint::introspect(self.connection(), installation.grant().token().expose()).await?;
        }
        let slot = self.spool().reserve(name).await?;
        let Some(stored) = self.intend(stored, token, before.as_ref()).await? else {
            return Ok(None);
        };
        reach("R6")?;
        let answer = during("R7", endpoint::refresh(self.connection(), token)).await;
        reach("R8")?;
        match answer {
            Ok(grant) => self.keep(grant, installation, token, slot, name).await,
            Err(error) => self.not_refreshed(error, stored, before.as_ref()).await,
        }
    }

    /// Notes down that the refresh token is about to be sent. `None` says that somebody else changed the installation.
    async fn intend(
        &self,
        stored: Stored,
        token: &RefreshToken,
        before: Option<&Intent>,
    ) -> Result<Option<Stored>> {
        let mut next = stored;
        next.intent = Some(Intent {
            token: fingerprint(token.expose()),
            attempts: before.map_or(0, |intent| intent.attempts) + 1,
            at: Timestamp::now(),
            by: self.inner.id,
        });
        self.vault().put(next, None, Vec::new()).await
    }

    /// Brings the answer to a refresh token onto the disk and then into the store.
    async fn keep(
        &self,
        grant: Grant,
        installation: &Installation,
        sent: &RefreshToken,
        slot: Slot,
        name: &Name,
    ) -> Result<Option<Stored>> {
        let is_ours = grant.is_for_bot_of(installation.grant());
        let entry = Entry {
            purpose: Purpose::Refresh {
                bot_id: installation.bot_id().to_string(),
                token: fingerprint(sent.expose()),
            },
            grant,
        };
        if !is_ours {
            let why = "it is for another bot or workspace than the refresh token";
            slot.set_aside(entry, why).await;
            tokio::time::sleep(AGAIN).await;
            return Ok(None);
        }
        slot.keep(entry.clone()).await;
        reach("R9")?;
        let stored = self.write_patiently(&entry).await?;
        reach("R10")?;
        self.remove_spooled(name).await;
        reach("R11")?;
        tracing::debug!(bot_id = %installation.bot_id(), "refreshed");
        reach("R12")?;
        Ok(Some(stored))
    }

    /// What comes of a refresh that gave no new tokens, or none that arrived.
    async fn not_refreshed(
        &self,
        error: Error,
        stored: Stored,
        before: Option<&Intent>,
    ) -> Result<Option<Stored>> {
        if error.kind() == ErrorKind::InvalidGrant {
            let why = match before {
                None => "Notion takes the refresh token no more",
                Some(_) => "the answer of Notion was lost, and the refresh token is used up",
            };
            return self.flag(stored, why, error.request_id()).await;
        }
        let bot_id = stored.bot_id();
        if is_unknown(&error) {
            tracing::warn!(%bot_id, "it is not known whether new tokens were given: {error}");
            tokio::time::sleep(AGAIN).await;
            return Ok(None);
        }
        self.withdraw(bot_id, before).await;
        Err(error)
    }

    /// Whether another program has brought a refresh to its end that it had begun.
    ///
    /// A lock that may be lost, such as one that ends with a connection to a server, says nothing about its last
    /// holder: that one may still be waiting for an answer. Whoever sends the same token meanwhile is taken for a thief.
    async fn other_program_finishes(
        &self,
        stored: &Stored,
        intent: &Intent,
        is_losable: bool,
    ) -> Result<bool> {
        if !is_losable || intent.by == self.inner.id {
            return Ok(false);
        }
        let longest = self.connection().timeout();
        let age = Duration::try_from(Timestamp::now() - intent.at).unwrap_or_default();
        let end = tokio::time::Instant::now() + longest.saturating_sub(age);
        while tokio::time::Instant::now() < end {
            tokio::time::sleep(LOOK).await;
            let now = self.load(stored.bot_id()).await?;
            if now.is_none_or(|now| now.version() != stored.version()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Marks an installation as one whose user has to come again. `None` asks to look again, as it has other tokens.
    pub(super) async fn flag(
        &self,
        stored: Stored,
        why: &'static str,
        request_id: Option<&str>,
    ) -> Result<Option<Stored>> {
        let refused = stored.installation.as_ref().map(|one| one.grant().id());
        let mut stored = stored;
        for _ in 0..ATTEMPTS {
            let Some(installation) = stored.installation.clone() else {
                return Ok(None);
            };
            if Some(installation.grant().id()) != refused || installation.status() != Status::Healthy {
                return Ok(None);
            }
            let bot_id = stored.bot_id().clone();
            stored.intent = None;
            stored.installation = Some(installation.with_status(Status::NeedsReauthorization));
            let event = Event::new(Action::Flagged).because(why).request(request_id);
            if let Some(flagged) = self.vault().put(stored, Some(event), Vec::new()).await? {
                self.inner.bots.learn(&flagged);
                tracing::warn!(%bot_id, why, "the user has to authorize again");
                self.tell_flagged(flagged.installation.ok_or_else(|| not_found(&bot_id))?);
                return Err(needs_reauthorization().with_hint(format!(
                    "Let the user authorize the connection again: {why}. Nothing else is lost."
                )));
            }
            stored = self.load(&bot_id).await?.ok_or_else(|| not_found(&bot_id))?;
        }
        Err(contended())
    }

    /// Notes down that nothing was used up after all.
    async fn withdraw(&self, bot_id: &BotId, before: Option<&Intent>) {
        for _ in 0..ATTEMPTS {
            let put = async {
                let Some(mut next) = self.load(bot_id).await? else {
                    return Ok(true);
                };
                // An authorization in between has taken it away.
                if next
                    .intent
                    .as_ref()
                    .is_none_or(|intent| intent.by != self.inner.id)
                {
                    return Ok(true);
                }
                next.intent = before.cloned();
                Ok(self.vault().put(next, None, Vec::new()).await?.is_some())
            };
            match put.await {
                Ok(true) => return,
                Ok(false) => {}
                Err::<_, Error>(error) => {
                    // What stays says "perhaps", and that is on the safe side.
                    tracing::warn!(%bot_id, "an intent stays: {error}");
                    return;
                }
            }
        }
    }

    /// What lies in the spool although it is in the store is noticed by the next one who looks.
    async fn remove_spooled(&self, name: &Name) {
        if let Err(error) = self.spool().remove(name).await {
            tracing::warn!("an answer stays in the spool: {error}");
        }
    }
}

/// Whether Notion may have given new tokens that did not arrive.
fn is_unknown(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::OutcomeUnknown => true,
        ErrorKind::Response => error.status().is_some_and(|status| status.is_success()),
        _ => false,
    }
}
