use std::fmt;

/// The tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Table {
    /// One user's authorization of a connection in one workspace.
    Installation,
    /// The token pairs of installations that newer ones took the place of.
    Grant,
    /// Which tenant of the program may use which installation.
    Link,
    /// Which installations reach which page or database.
    Resource,
    /// Flows that have begun, and for a while how they ended.
    Flow,
    /// What happened to installations, entry by entry.
    Audit,
}

impl Table {
    /// All tables. A store that makes them from this list has those of later versions too.
    pub const ALL: &'static [Self] = &[
        Self::Installation,
        Self::Grant,
        Self::Link,
        Self::Resource,
        Self::Flow,
        Self::Audit,
    ];

    /// The name, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Installation => "installation",
            // SQL has a word `GRANT`.
            Self::Grant => "token_grant",
            Self::Link => "link",
            Self::Resource => "resource",
            Self::Flow => "flow",
            Self::Audit => "audit",
        }
    }

    /// The columns by which its records are found, beside the key.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        use Column::{BotId, Browser, ClientId, KeyId, OwnerId, ResourceId, Status, Tenant, WorkspaceId};
        match self {
            Self::Installation => &[ClientId, BotId, WorkspaceId, OwnerId, Status, KeyId],
            Self::Grant => &[ClientId, BotId, KeyId],
            Self::Link => &[ClientId, BotId, Tenant],
            Self::Resource => &[ClientId, BotId, ResourceId],
            Self::Flow => &[ClientId, Status, Browser, KeyId],
            Self::Audit => &[ClientId, BotId],
        }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A column of text by which records are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Column {
    /// The connection.
    ClientId,
    /// The installation.
    BotId,
    /// The workspace.
    WorkspaceId,
    /// The user of Notion who authorized.
    OwnerId,
    /// The page or database.
    ResourceId,
    /// The program's own customer.
    Tenant,
    /// What stage the record is in.
    Status,
    /// The browser that began a flow, by the digest of its secret.
    Browser,
    /// The key that seals the record.
    KeyId,
}

impl Column {
    /// The name, in lower case with underscores.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientId => "client_id",
            Self::BotId => "bot_id",
            Self::WorkspaceId => "workspace_id",
            Self::OwnerId => "owner_id",
            Self::ResourceId => "resource_id",
            Self::Tenant => "tenant",
            Self::Status => "status",
            Self::Browser => "browser",
            Self::KeyId => "key_id",
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
