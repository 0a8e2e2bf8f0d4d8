//! How the answer to a refresh gets into the store: at once, or by whoever finds it in the spool.

use std::time::Duration;

use super::Workspaces;
use super::install::{ATTEMPTS, contended};
use crate::audit::{Action, Event, fingerprint};
use crate::error::{Error, ErrorKind, Result};
use crate::failpoint::reach;
use crate::spool::{Entry, Name, Purpose};
use crate::vault::Stored;

/// How long to wait before each further try to write an answer into a store that fails.
const WRITE_AGAIN: [Duration; 4] = [
    Duration::from_millis(50),
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
];

impl Workspaces {
    /// Brings an answer that lies in the spool into the store, if there is one. The caller has the lock.
    pub(super) async fn replay(&self, name: &Name) -> Result<bool> {
        let Some(entry) = self.spool().get(name).await? else {
            return Ok(false);
        };
        self.write_patiently(&entry).await?;
        reach("R5")?;
        self.spool().remove(name).await?;
        Ok(true)
    }

    /// As [`replay`](Self::replay), for the end of an installation. An answer that needs a missing key does not put it off:
    /// its tokens are revoked when the key is there.
    pub(super) async fn replay_what_opens(&self, name: &Name) -> Result<()> {
        match self.replay(name).await {
            Err(error) if error.kind() == ErrorKind::Sealed => {
                tracing::warn!("an answer is not revoked yet: {error}");
                Ok(())
            }
            replayed => replayed.map(drop),
        }
    }

    /// Writes an answer into the store, also when that fails for a moment.
    pub(super) async fn write_patiently(&self, entry: &Entry) -> Result<Stored> {
        let mut pauses = WRITE_AGAIN.iter();
        loop {
            match (self.write(entry).await, pauses.next()) {
                (Ok(stored), _) => {
                    // So that clients need not wait until the refresh that failed is worth another try.
                    self.inner.bots.learn(&stored);
                    return Ok(stored);
                }
                (Err(error), Some(pause)) if matches!(error.kind(), ErrorKind::Store | ErrorKind::Busy) => {
                    tracing::warn!(?pause, "new tokens are written again: {error}");
                    tokio::time::sleep(*pause).await;
                }
                (result, _) => return result,
            }
        }
    }

    /// Writes an answer into the store: as the current grant if it answers the refresh token that is there, and else as
    /// a past one, because the user has authorized again in the meantime.
    async fn write(&self, entry: &Entry) -> Result<Stored> {
        let grant = &entry.grant;
        let Purpose::Refresh { token, .. } = &entry.purpose else {
            return Err(Error::new(
                ErrorKind::Store,
                "the spool holds an answer to something else",
            ));
        };
        for _ in 0..ATTEMPTS {
            let stored = self.load_or_unknown(grant.bot_id()).await?;
            if stored.version() == 0 {
                // The store is an older one than the spool. The tokens are good, if the program still wants them.
                match self.install_now(grant).await {
                    Err(error) if error.kind() == ErrorKind::Refused => {
                        self.revoke_pair(grant).await?;
                        return Ok(stored);
                    }
                    installed => installed?,
                };
                continue;
            }
            let Some(installation) = &stored.installation else {
                tracing::warn!(bot_id = %grant.bot_id(), "new tokens came after the installation's end: they are revoked");
                self.revoke_pair(grant).await?;
                return Ok(stored);
            };
            let current = installation.grant();
            if current.id() == grant.id() || self.vault().is_past(grant).await? {
                return Ok(stored);
            }
            let is_next = current
                .refresh_token()
                .is_some_and(|current| fingerprint(current.expose()) == *token);
            let grant = if is_next {
                &grant.keeping(current.refresh_token().cloned())
            } else {
                grant
            };
            let mut next = stored.clone();
            let (action, past) = match (is_next, grant.has_tokens_of(current)) {
                (true, false) => {
                    next.installation = Some(installation.refreshed(grant));
                    (Action::Refreshed, Some((current, grant.received_at())))
                }
                (false, false) => (Action::AddedToHistory, Some((grant, current.received_at()))),
                (_, true) => (Action::Confirmed, None),
            };
            if is_next {
                next.intent = None;
            }
            let past = past.map(|(grant, at)| self.vault().keep(grant, at)).transpose()?;
            let event = Event::new(action).request(grant.request_id());
            if let Some(stored) = self
                .vault()
                .put(next, Some(event), past.into_iter().collect())
                .await?
            {
                return Ok(stored);
            }
        }
        Err(contended())
    }
}
