use std::fmt;

use jiff::Timestamp;
use notion_core::UserId;
use serde::{Deserialize, Serialize};

use crate::grant::{Details, Grant, Owner, microseconds};
use crate::id::{BotId, ClientId, WorkspaceId};

/// One user's authorization of a connection in one workspace, with its current grant.
///
/// What grants say about the workspace and the owner is gathered here: what a newer one leaves out stays as an older one
/// said it.
#[derive(Clone, PartialEq)]
pub struct Installation {
    grant: Grant,
    owner: Owner,
    details: Details,
    status: Status,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// Whether an installation can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// Its tokens are good, as far as is known.
    Healthy,
    /// Notion takes neither of its tokens any more: the user has to authorize again.
    NeedsReauthorization,
    /// It is being uninstalled: its tokens are given to nobody any more.
    Revoking,
}

impl Status {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::NeedsReauthorization => "needs_reauthorization",
            Self::Revoking => "revoking",
        }
    }
}

/// What a grant is to an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addition {
    /// It takes the place of the current one, which was superseded when it was received.
    Newer,
    /// It is older than the current one, and was superseded when that was received.
    Older,
    /// Its tokens are those of the current one, so it is not kept beside it.
    Same,
}

impl Installation {
    /// An installation with its first grant.
    pub(crate) fn new(grant: Grant) -> Self {
        Self {
            status: Status::Healthy,
            owner: grant.owner().clone(),
            details: grant.details().clone(),
            created_at: grant.received_at(),
            updated_at: grant.received_at(),
            grant,
        }
    }

    /// An installation as it was stored.
    pub(crate) fn restore(
        grant: Grant,
        details: Details,
        status: Status,
        created_at: Timestamp,
        updated_at: Timestamp,
    ) -> Self {
        Self {
            grant,
            owner: Owner::new(details.owner()),
            details,
            status,
            created_at: microseconds(created_at),
            updated_at: microseconds(updated_at),
        }
    }

    /// The installation with one more grant, and what that is to it.
    ///
    /// A newer one heals it: the user has just authorized. Refreshes in between do not count, as Notion may have ended
    /// with the authorization what they gave. Other tokens than dead ones are newer whatever the clock says: that of the
    /// machine which received them may be slow.
    #[must_use]
    pub(crate) fn add(&self, grant: &Grant) -> (Self, Addition) {
        let is_dead = self.status == Status::NeedsReauthorization;
        let is_newer =
            grant.received_at() >= self.updated_at || (is_dead && !grant.has_tokens_of(&self.grant));
        let addition = match is_newer {
            _ if grant.has_tokens_of(&self.grant) => Addition::Same,
            true => Addition::Newer,
            false => Addition::Older,
        };
        let details = if is_newer {
            grant.details().or(&self.details)
        } else {
            self.details.or(grant.details())
        };
        let current = if addition == Addition::Newer {
            grant
        } else {
            &self.grant
        };
        let installation = Self {
            grant: current.clone(),
            owner: Owner::new(details.owner()),
            details,
            status: if is_newer { Status::Healthy } else { self.status },
            created_at: self.created_at.min(grant.received_at()),
            updated_at: self.updated_at.max(grant.received_at()),
        };
        (installation, addition)
    }

    /// The installation with the grant that its refresh token was exchanged for.
    #[must_use]
    pub(crate) fn refreshed(&self, grant: &Grant) -> Self {
        let details = grant.details().or(&self.details);
        let status = match self.status {
            // It is not taken back, and the new tokens are revoked like the old ones.
            Status::Revoking => Status::Revoking,
            Status::Healthy | Status::NeedsReauthorization => Status::Healthy,
        };
        Self {
            grant: grant.clone(),
            owner: Owner::new(details.owner()),
            details,
            status,
            ..self.clone()
        }
    }

    /// The current grant.
    #[must_use]
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// The connection.
    #[must_use]
    pub fn client_id(&self) -> &ClientId {
        self.grant.client_id()
    }

    /// The bot that acts for the user.
    #[must_use]
    pub fn bot_id(&self) -> &BotId {
        self.grant.bot_id()
    }

    /// The workspace.
    #[must_use]
    pub fn workspace_id(&self) -> &WorkspaceId {
        self.grant.workspace_id()
    }

    /// The workspace's name, as Notion told it last.
    #[must_use]
    pub fn workspace_name(&self) -> Option<&str> {
        self.details.workspace_name()
    }

    /// The workspace's icon, as Notion told it last: a URL, an emoji, or whatever else Notion gives.
    #[must_use]
    pub fn workspace_icon(&self) -> Option<&str> {
        self.details.workspace_icon()
    }

    /// On whose behalf the connection acts.
    #[must_use]
    pub fn owner(&self) -> &Owner {
        &self.owner
    }

    /// The user on whose behalf the connection acts, if it is one.
    #[must_use]
    pub fn owner_id(&self) -> Option<UserId> {
        self.owner.id()
    }

    /// The page that was made of the connection's template, if the user ever chose so.
    #[must_use]
    pub fn duplicated_template_id(&self) -> Option<&str> {
        self.details.duplicated_template_id()
    }

    /// When the user authorized the connection first.
    #[must_use]
    pub fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// When the user authorized the connection last.
    #[must_use]
    pub fn updated_at(&self) -> Timestamp {
        self.updated_at
    }

    /// Whether it can be used.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// The same in another status.
    #[must_use]
    pub(crate) fn with_status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// What was gathered about workspace and owner.
    pub(crate) fn details(&self) -> &Details {
        &self.details
    }
}

impl fmt::Debug for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Installation")
            .field("workspace_name", &self.workspace_name())
            .field("status", &self.status)
            .field("owner", &self.owner)
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .field("grant", &self.grant)
            .finish_non_exhaustive()
    }
}

/// A grant of an installation, current or not.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StoredGrant {
    /// The grant.
    pub grant: Grant,
    /// When a newer one took its place, or `None` for the current one.
    pub superseded_at: Option<Timestamp>,
}

impl StoredGrant {
    /// The current grant of an installation.
    #[must_use]
    pub(crate) fn current(grant: Grant) -> Self {
        Self {
            grant,
            superseded_at: None,
        }
    }

    /// A grant whose place a newer one took.
    #[must_use]
    pub(crate) fn superseded(grant: Grant, at: Timestamp) -> Self {
        Self {
            grant,
            superseded_at: Some(microseconds(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grant::GrantId;

    fn grant(token: &str, at: &str) -> Grant {
        let raw = format!(
            r#"{{"access_token":"ntn_{token}","token_type":"bearer","bot_id":"b","workspace_id":"w"}}"#
        );
        let client_id = ClientId::new("c").unwrap();
        Grant::restore(GrantId::generate(), client_id, at.parse().unwrap(), raw).unwrap()
    }

    #[test]
    fn an_authorization_heals_also_where_the_clock_is_slow() {
        let healthy = Installation::new(grant("1", "2026-01-01T00:00:10Z"));
        let late = grant("2", "2026-01-01T00:00:00Z");
        let (added, addition) = healthy.add(&late);
        assert_eq!((added.grant(), addition), (healthy.grant(), Addition::Older));

        let flagged = healthy.clone().with_status(Status::NeedsReauthorization);
        let (added, addition) = flagged.add(&late);
        assert_eq!((added.grant(), addition), (&late, Addition::Newer));
        assert_eq!(added.status(), Status::Healthy);

        let (added, addition) = flagged.add(&grant("1", "2026-01-01T00:00:00Z"));
        assert_eq!(addition, Addition::Same);
        assert_eq!(added.status(), Status::NeedsReauthorization);
    }
}
