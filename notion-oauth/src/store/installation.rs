use std::fmt;

use jiff::Timestamp;
use notion_core::UserId;

use crate::error::{Error, ErrorKind, Result};
use crate::grant::{Details, Grant, Owner, microseconds};
use crate::id::{BotId, ClientId, WorkspaceId};

/// One user's authorization of a connection in one workspace, with its current grant.
///
/// What grants say about the workspace and the owner is gathered here: what a newer one leaves out stays as an older one
/// said it.
///
/// ```
/// # use notion_oauth::{ClientId, Grant, GrantId, Installation};
/// # fn grant(at: &str, rest: &str) -> notion_oauth::Result<Grant> {
/// #     let raw = format!(r#"{{"access_token": "ntn_{}", "token_type": "bearer", "bot_id": "b1", "workspace_id": "w1"{rest}}}"#, &at[..4]);
/// #     Grant::restore(GrantId::generate(), ClientId::new("client")?, at.parse().unwrap(), raw)
/// # }
/// let first = grant("2025-01-01T00:00:00Z", r#", "workspace_name": "Acme""#)?;
/// let second = grant("2026-01-01T00:00:00Z", "")?;
///
/// let (installation, _) = Installation::new(first).add(&second);
///
/// assert_eq!(installation.grant(), &second);
/// assert_eq!(installation.workspace_name(), Some("Acme"));
/// # Ok::<(), notion_oauth::Error>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Installation {
    grant: Grant,
    owner: Owner,
    details: Details,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// What a grant is to an installation, for implementations of [`GrantStore`](super::GrantStore).
///
/// These are all there are: a store has to handle each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addition {
    /// It takes the place of the current one, which was superseded when it was received.
    Newer,
    /// It is older than the current one, and was superseded when that was received.
    Older,
    /// Its tokens are those of the current one, so it is not kept beside it.
    Same,
}

impl Installation {
    /// An installation with its first grant.
    #[must_use]
    pub fn new(grant: Grant) -> Self {
        Self {
            owner: grant.owner().clone(),
            details: grant.details().clone(),
            created_at: grant.received_at(),
            updated_at: grant.received_at(),
            grant,
        }
    }

    /// An installation that was stored: what [`grant`](Self::grant), [`details`](Self::details),
    /// [`created_at`](Self::created_at) and [`updated_at`](Self::updated_at) gave.
    ///
    /// # Errors
    /// When the details are not those.
    pub fn restore(
        grant: Grant,
        details: impl AsRef<str>,
        created_at: Timestamp,
        updated_at: Timestamp,
    ) -> Result<Self> {
        let details: Details = serde_json::from_str(details.as_ref()).map_err(|_| {
            let bot = grant.bot_id();
            Error::new(
                ErrorKind::Store,
                format!("what is stored about the bot {bot} is damaged"),
            )
        })?;
        Ok(Self {
            grant,
            owner: Owner::new(details.owner()),
            details,
            created_at: microseconds(created_at),
            updated_at: microseconds(updated_at),
        })
    }

    /// The installation with one more grant, and what that is to it.
    #[must_use]
    pub fn add(&self, grant: &Grant) -> (Self, Addition) {
        let is_newer = grant.received_at() >= self.grant.received_at();
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
            created_at: self.created_at.min(grant.received_at()),
            updated_at: self.updated_at.max(grant.received_at()),
        };
        (installation, addition)
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

    /// What was gathered about workspace and owner, as JSON without secrets: for the place that stores it.
    #[must_use]
    pub fn details(&self) -> String {
        // A struct of JSON values always has a text; if not, nothing gathered is the safe side.
        serde_json::to_string(&self.details).unwrap_or_else(|_| "{}".to_owned())
    }
}

impl fmt::Debug for Installation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Installation")
            .field("workspace_name", &self.workspace_name())
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
    pub fn current(grant: Grant) -> Self {
        Self {
            grant,
            superseded_at: None,
        }
    }

    /// A grant whose place a newer one took.
    #[must_use]
    pub fn superseded(grant: Grant, at: Timestamp) -> Self {
        Self {
            grant,
            superseded_at: Some(microseconds(at)),
        }
    }
}
