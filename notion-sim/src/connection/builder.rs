//! How a connection is described from outside: the Rust value that a simulator is started with.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::engine::capability::Capability;

/// A connection to register when a simulator starts, beside the internal and the public one that every simulator has.
///
/// What is not said is as Notion has it for a new connection: all capabilities, any workspace. Internal connections and
/// personal access tokens see everything in their workspace unless something is shared with them.
///
/// ```
/// use notion_sim::{Capability, Connection, Sim};
///
/// # async fn example() -> Result<(), notion_sim::Error> {
/// let reader = Connection::internal("Reader")
///     .token("ntn_reader")
///     .capabilities([Capability::ReadContent]);
/// let sim = Sim::builder().connection(reader).start().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
pub struct Connection(Map<String, Value>);

impl Connection {
    /// An internal connection: a bot of one workspace with a token that never changes.
    pub fn internal(name: impl Into<String>) -> Self {
        Self::new("internal", &name.into())
    }

    /// A personal access token: acts for one user. Without [`user`](Self::user) it is the first person of the workspace.
    pub fn personal(name: impl Into<String>) -> Self {
        Self::new("personal", &name.into())
    }

    /// A public connection, which users authorize by OAuth.
    pub fn public(
        name: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Self {
        Self::new("public", &name.into())
            .set("client_id", json!(client_id.into()))
            .set("client_secret", json!(client_secret.into()))
    }

    fn new(kind: &str, name: &str) -> Self {
        Self(Map::new()).set("type", json!(kind)).set("name", json!(name))
    }

    /// Adds a token of an internal connection, or a personal access token.
    #[must_use]
    pub fn token(self, token: impl Into<String>) -> Self {
        self.push("tokens", json!(token.into()))
    }

    /// Ends the tokens at this time of the simulator's clock.
    #[must_use]
    pub fn expires(self, at: Timestamp) -> Self {
        self.set("expires", json!(at.to_string()))
    }

    /// Allows these capabilities and no others.
    #[must_use]
    pub fn capabilities(self, capabilities: impl IntoIterator<Item = Capability>) -> Self {
        let names: Vec<_> = capabilities.into_iter().map(Capability::name).collect();
        self.set("capabilities", json!(names))
    }

    /// Puts the connection into this workspace instead of the first. A public one can be installed only in the workspaces
    /// that are named this way.
    #[must_use]
    pub fn workspace(self, id: impl Into<String>) -> Self {
        self.push("workspaces", json!(id.into()))
    }

    /// Lets a personal access token act for this user.
    #[must_use]
    pub fn user(self, id: impl Into<String>) -> Self {
        self.set("user", json!(id.into()))
    }

    /// Shares this record. As soon as anything is shared this way, the connection sees nothing else.
    #[must_use]
    pub fn share(self, id: impl Into<String>) -> Self {
        self.push("shared", json!(id.into()))
    }

    /// Adds a redirect URI of a public connection.
    #[must_use]
    pub fn redirect_uri(self, uri: impl Into<String>) -> Self {
        self.push("redirect_uris", json!(uri.into()))
    }

    /// Offers to duplicate this page when a user authorizes the connection.
    #[must_use]
    pub fn template(self, page: impl Into<String>) -> Self {
        self.set("template", json!(page.into()))
    }

    /// Gives a user who authorizes again the tokens that are still good, as connections from before June 2026 do.
    #[must_use]
    pub fn reuses_tokens(self) -> Self {
        self.set("reuses_tokens", json!(true))
    }

    /// Names the workspace as the owner of its bots, instead of the user who authorized.
    #[must_use]
    pub fn owned_by_workspace(self) -> Self {
        self.set("owner", json!("workspace"))
    }

    /// The connection as seed documents have it.
    pub(crate) fn into_json(self) -> Value {
        Value::Object(self.0)
    }

    fn set(mut self, key: &str, value: Value) -> Self {
        self.0.insert(key.to_owned(), value);
        self
    }

    fn push(mut self, key: &str, value: Value) -> Self {
        match self.0.get_mut(key).and_then(Value::as_array_mut) {
            Some(list) => list.push(value),
            None => return self.set(key, json!([value])),
        }
        self
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("type", &self.0.get("type"))
            .field("name", &self.0.get("name"))
            .finish_non_exhaustive()
    }
}
