//! Connections as the simulator knows them, and where they are installed.

use jiff::Timestamp;
use uuid::Uuid;

use crate::engine::access::Access;
use crate::engine::capability::Capabilities;
use crate::secret::Secret;

/// Which kind of connection it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Internal,
    Personal,
    Public,
}

/// A connection as its developer registered it. It does not change while the simulator runs.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    pub(crate) kind: Kind,
    /// The client id of a public connection; the name of others.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) capabilities: Capabilities,
    /// The workspace of an internal connection or a personal access token (none: the first), or those in which a public one
    /// may be installed (none: any).
    pub(crate) workspaces: Vec<Uuid>,
    /// Tokens that never change.
    pub(crate) tokens: Vec<Secret>,
    pub(crate) expires: Option<Timestamp>,
    /// Whom a personal access token acts for.
    pub(crate) user: Option<Uuid>,
    /// The bot, where it should have a certain id.
    pub(crate) bot: Option<Uuid>,
    /// What an internal connection or a personal access token sees from the start.
    pub(crate) access: Access,
    /// `None` where it is not known, so that nobody can use it.
    pub(crate) client_secret: Option<Secret>,
    /// Compared character by character, as Notion does.
    pub(crate) redirect_uris: Vec<String>,
    pub(crate) template: Option<Uuid>,
    pub(crate) reuses_tokens: bool,
    pub(crate) owned_by_workspace: bool,
}

impl Registration {
    /// A connection of which nothing is known but what it is called.
    pub(crate) fn new(kind: Kind, id: String, name: String) -> Self {
        Self {
            kind,
            id,
            name,
            capabilities: Capabilities::all(),
            workspaces: Vec::new(),
            tokens: Vec::new(),
            expires: None,
            user: None,
            bot: None,
            access: Access::everything(),
            client_secret: None,
            redirect_uris: Vec::new(),
            template: None,
            reuses_tokens: false,
            owned_by_workspace: false,
        }
    }

    /// The internal connection that comes with a workspace.
    pub(crate) fn own(bot: Uuid, name: &str, workspace: Uuid, access: Access) -> Self {
        Self {
            workspaces: vec![workspace],
            bot: Some(bot),
            access,
            ..Self::new(Kind::Internal, bot.to_string(), name.to_owned())
        }
    }

    /// Whether this is one of the connection's own tokens, and still good.
    pub(crate) fn accepts(&self, token: &str, now: Timestamp) -> bool {
        self.tokens.iter().any(|own| own == token) && self.expires.is_none_or(|end| now < end)
    }

    /// Whether a public connection may be installed in a workspace.
    pub(crate) fn fits(&self, workspace: Uuid) -> bool {
        self.workspaces.is_empty() || self.workspaces.contains(&workspace)
    }
}

/// A connection in a workspace, with the bot that acts for it.
#[derive(Debug, Clone)]
pub(crate) struct Installation {
    pub(crate) bot: Uuid,
    /// The id of the connection.
    pub(crate) connection: String,
    pub(crate) workspace: Uuid,
    /// Who authorized it, or whose personal access token it is.
    pub(crate) user: Option<Uuid>,
    pub(crate) access: Access,
    /// What became of the template.
    pub(crate) duplicated_template: Option<Uuid>,
}
