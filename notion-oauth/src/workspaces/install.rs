//! How a grant becomes an installation.

use super::Workspaces;
use super::hooks::{Installed, Verdict};
use crate::audit::{Action, Event};
use crate::error::{Error, ErrorKind, Result};
use crate::grant::Grant;
use crate::id::BotId;
use crate::installation::{Addition, Installation};
use crate::store::{Change, Commit};
use crate::vault::{Stored, Ticket};

/// How often a commit is tried again that others were ahead of.
pub(super) const ATTEMPTS: usize = 20;

impl Workspaces {
    /// Keeps a grant, in full or, on an error, not at all, and gives the installation that came of it.
    ///
    /// The newest by [`received_at`](Grant::received_at) becomes the current one, whatever the order in which they
    /// come. One with the same tokens as the current one only says that those were given again. The same grant twice is
    /// the same as once.
    ///
    /// It is for grants of flows that the store does not know, such as [`Pending`](crate::Pending), and for those that
    /// another library has kept. The [hooks](super::Hooks) are asked and told as at the end of a flow, each time, without
    /// subject, tenant and payload; open [`Workspaces`] without hooks to bring in many that they have nothing to say to.
    /// It happens in a task of its own: dropping this future loses nothing. It has to be called within a Tokio runtime.
    ///
    /// # Errors
    /// [`Refused`](ErrorKind::Refused) when [`may_install`](super::Hooks::may_install) said no. Then nothing is installed, and
    /// the tokens are still the caller's: [revoke](crate::Connection::revoke) them if nobody is going to use them. Only an
    /// installation that is in use is given them all the same, as Notion may have ended those from before.
    ///
    /// When the grant is one of another connection, the store fails, or the keys do not open it.
    pub async fn install(&self, grant: &Grant) -> Result<Installation> {
        self.connection().check_owns(grant)?;
        let (workspaces, grant) = (self.clone(), grant.clone());
        self.detached(async move { workspaces.install_now(&grant).await })
            .await
    }

    pub(super) async fn install_now(&self, grant: &Grant) -> Result<Installation> {
        let ticket = Ticket::default();
        let refused = match self.ask_may_install(&ticket, grant).await? {
            Verdict::Allow => None,
            Verdict::Refuse(reason) => Some(Error::new(ErrorKind::Refused, reason)),
        };
        for _ in 0..ATTEMPTS {
            let stored = self.load_or_unknown(grant.bot_id()).await?;
            if let Some(refused) = refused.clone().filter(|_| !stored.is_healthy()) {
                return Err(refused);
            }
            let Some(installation) = self.add(stored, grant, None, Vec::new()).await? else {
                continue;
            };
            if let Some(refused) = refused {
                return Err(refused);
            }
            let template = grant.duplicated_template_id().map(str::to_owned);
            self.tell_installed(Installed {
                workspaces: self.clone(),
                installation: installation.clone(),
                template,
                ticket,
            })
            .await;
            return Ok(installation);
        }
        Err(contended())
    }

    /// Adds a grant to an installation, with other changes of the same commit, which are made also where the grant is
    /// known already.
    ///
    /// `None` says that somebody else changed one of them since they were loaded.
    pub(super) async fn add(
        &self,
        stored: Stored,
        grant: &Grant,
        actor: Option<String>,
        mut also: Vec<Change>,
    ) -> Result<Option<Installation>> {
        if let Some(known) = self.known(&stored, grant).await? {
            let is_done = also.is_empty() || self.vault().store().commit(&also).await? == Commit::Done;
            return Ok(is_done.then_some(known));
        }
        let (next, action, kept) = self.after(&stored, grant)?;
        let event = Event::new(action).by(actor).request(grant.request_id());
        also.extend(kept);
        let Some(put) = self.vault().put(next, Some(event), also).await? else {
            return Ok(None);
        };
        self.inner.bots.replace(&put);
        Ok(put.installation)
    }

    pub(super) async fn load_or_unknown(&self, bot_id: &BotId) -> Result<Stored> {
        let stored = self.load(bot_id).await?;
        Ok(stored.unwrap_or_else(|| Stored::unknown(self.client_id().clone(), bot_id.clone())))
    }

    /// The installation, if it has this very grant already.
    async fn known(&self, stored: &Stored, grant: &Grant) -> Result<Option<Installation>> {
        let Some(installation) = &stored.installation else {
            return Ok(None);
        };
        if installation.grant().id() == grant.id() {
            return Ok(Some(installation.clone()));
        }
        let is_known = self.vault().is_past(grant).await?;
        Ok(is_known.then(|| installation.clone()))
    }

    /// What a grant makes of an installation, and what is kept as its past.
    fn after(&self, stored: &Stored, grant: &Grant) -> Result<(Stored, Action, Option<Change>)> {
        let mut next = stored.clone();
        let Some(installation) = &stored.installation else {
            next.installation = Some(Installation::new(grant.clone()));
            return Ok((next, Action::Installed, None));
        };
        let current = installation.grant();
        let (installation, addition) = installation.add(grant);
        next.installation = Some(installation);
        let (action, kept) = match addition {
            Addition::Newer => {
                next.intent = None;
                let kept = self.vault().keep(current, grant.received_at())?;
                (Action::Reauthorized, Some(kept))
            }
            Addition::Older => {
                let kept = self.vault().keep(grant, current.received_at())?;
                (Action::AddedToHistory, Some(kept))
            }
            Addition::Same => (Action::Confirmed, None),
        };
        Ok((next, action, kept))
    }
}

pub(super) fn contended() -> Error {
    Error::new(ErrorKind::Busy, "others kept changing the installation").with_hint("Try again.")
}
