//! How the answer to a refresh gets into the store: at once, or by whoever finds it in the spool.

use std::time::Duration;

use super::Workspaces;
use super::install::{ATTEMPTS, contended};
use crate::audit::{Action, Event, fingerprint};
use crate::error::{Error, ErrorKind, Result};
use crate::failpoint::reach;
use crate::grant::Grant;
use crate::installation::Installation;
use crate::spool::{Entry, Name, Purpose};
use crate::store::Change;
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
            if installation.grant().id() == grant.id() || self.vault().is_past(grant).await? {
                return Ok(stored);
            }
            let (next, action, past) = self.refreshed(&stored, installation, grant, token)?;
            let event = Event::new(action).request(grant.request_id());
            let past = past.into_iter().collect();
            if let Some(stored) = self.vault().put(next, Some(event), past).await? {
                return Ok(stored);
            }
        }
        Err(contended())
    }

    /// What an answer makes of an installation, and what is kept as its past. `answered` is the fingerprint of the refresh
    /// token that was sent.
    fn refreshed(
        &self,
        stored: &Stored,
        installation: &Installation,
        grant: &Grant,
        answered: &str,
    ) -> Result<(Stored, Action, Option<Change>)> {
        let current = installation.grant();
        let is_next = current
            .refresh_token()
            .is_some_and(|current| fingerprint(current.expose()) == answered);
        let grant = if is_next {
            &grant.keeping(current.refresh_token().cloned())
        } else {
            grant
        };
        let mut next = stored.clone();
        if is_next {
            next.intent = None;
        }
        if grant.has_tokens_of(current) {
            return Ok((next, Action::Confirmed, None));
        }
        if !is_next {
            let past = self.vault().keep(grant, current.received_at())?;
            return Ok((next, Action::AddedToHistory, Some(past)));
        }
        next.installation = Some(installation.refreshed(grant));
        let past = self.vault().keep(current, grant.received_at())?;
        Ok((next, Action::Refreshed, Some(past)))
    }
}
