mod details;
mod owner;
mod reply;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use notion_core::{PageId, Token, UserId};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::id::{BotId, ClientId, WorkspaceId};

pub(crate) use details::Details;
pub use owner::{Owner, Person};

/// What a user gave to a connection: a pair of tokens, and all that Notion said with it.
///
/// Every authorization that succeeds yields one. The response is kept as it came, so that a field that Notion adds
/// tomorrow is not lost. `Debug` hides it and the tokens. Clones share their memory, which is overwritten when the last
/// one is dropped.
///
/// ```
/// use notion_oauth::{ClientId, Grant, GrantId, Owner};
///
/// let grant = Grant::restore(
///     GrantId::generate(),
///     ClientId::new("463558a3-725e-4f37-b6d3-0889894f68de")?,
///     "2026-11-20T12:00:00Z".parse().unwrap(),
///     r#"{"access_token": "ntn_abc", "token_type": "bearer", "refresh_token": null, "bot_id": "b1",
///         "workspace_id": "w1", "workspace_name": null, "workspace_icon": "🦀",
///         "owner": {"type": "workspace", "workspace": true}, "colour": "teal"}"#,
/// )?;
///
/// assert_eq!(grant.bot_id().as_str(), "b1");
/// assert_eq!(grant.workspace_name(), None);
/// assert_eq!(grant.owner(), &Owner::Workspace);
/// assert!(grant.expose_raw().contains(r#""colour": "teal""#));
/// assert!(!format!("{grant:?}").contains("ntn_abc"));
/// # Ok::<(), notion_oauth::Error>(())
/// ```
#[derive(Clone)]
pub struct Grant {
    inner: Arc<Inner>,
}

struct Inner {
    id: GrantId,
    client_id: ClientId,
    received_at: Timestamp,
    fields: Fields,
    /// The refresh token of the grant before, if Notion gave no other.
    kept: Option<RefreshToken>,
    raw: Zeroizing<String>,
}

/// What this crate knows of a response.
#[derive(Clone)]
struct Fields {
    access_token: Token,
    refresh_token: Option<RefreshToken>,
    bot_id: BotId,
    workspace_id: WorkspaceId,
    owner: Owner,
    details: Details,
    request_id: Option<String>,
}

impl Grant {
    /// Takes the body of a response, or says what is wrong with it.
    pub(crate) fn receive(
        client_id: ClientId,
        raw: &str,
        received_at: Timestamp,
    ) -> Result<Self, &'static str> {
        Self::new(GrantId::generate(), client_id, received_at, raw)
    }

    /// A grant that was stored: what [`id`](Self::id), [`client_id`](Self::client_id),
    /// [`received_at`](Self::received_at) and [`expose_raw`](Self::expose_raw) gave.
    ///
    /// # Errors
    /// When the text is no response that a grant can be taken from.
    pub fn restore(
        id: GrantId,
        client_id: ClientId,
        received_at: Timestamp,
        raw: impl AsRef<str>,
    ) -> Result<Self> {
        Self::new(id, client_id, received_at, raw.as_ref()).map_err(|why| {
            Error::new(
                ErrorKind::Store,
                format!("the stored grant {id} is damaged: it came {why}"),
            )
            .with_hint("The user has to connect again, or the installation has to be removed from the store.")
        })
    }

    fn new(
        id: GrantId,
        client_id: ClientId,
        received_at: Timestamp,
        raw: &str,
    ) -> Result<Self, &'static str> {
        let inner = Inner {
            id,
            client_id,
            received_at: microseconds(received_at),
            fields: reply::read(raw)?,
            kept: None,
            raw: Zeroizing::new(raw.to_owned()),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// The id under which this program knows the grant. It is not Notion's.
    #[must_use]
    pub fn id(&self) -> GrantId {
        self.inner.id
    }

    /// The connection that it was given to.
    #[must_use]
    pub fn client_id(&self) -> &ClientId {
        &self.inner.client_id
    }

    /// When it was received, to the microsecond.
    #[must_use]
    pub fn received_at(&self) -> Timestamp {
        self.inner.received_at
    }

    /// The access token, for requests on behalf of the user. See [`Connection::client`](crate::Connection::client).
    #[must_use]
    pub fn token(&self) -> &Token {
        &self.inner.fields.access_token
    }

    /// The token that gives new tokens, where Notion gave one.
    ///
    /// Where the answer to a refresh holds none, it is still the one before
    /// ([RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)).
    #[must_use]
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.inner
            .fields
            .refresh_token
            .as_ref()
            .or(self.inner.kept.as_ref())
    }

    /// The bot that acts for the user: which installation of the connection this is.
    #[must_use]
    pub fn bot_id(&self) -> &BotId {
        &self.inner.fields.bot_id
    }

    /// The user's workspace.
    #[must_use]
    pub fn workspace_id(&self) -> &WorkspaceId {
        &self.inner.fields.workspace_id
    }

    /// The workspace's name, if Notion told it.
    #[must_use]
    pub fn workspace_name(&self) -> Option<&str> {
        self.inner.fields.details.workspace_name()
    }

    /// The workspace's icon: a URL, an emoji, or whatever else Notion gives. It is not trusted, so do not fetch it on a
    /// server.
    #[must_use]
    pub fn workspace_icon(&self) -> Option<&str> {
        self.inner.fields.details.workspace_icon()
    }

    /// On whose behalf the connection acts.
    #[must_use]
    pub fn owner(&self) -> &Owner {
        &self.inner.fields.owner
    }

    /// The page that was made of the connection's template, if the user chose so.
    #[must_use]
    pub fn duplicated_template_id(&self) -> Option<&str> {
        self.inner.fields.details.duplicated_template_id()
    }

    /// The same as an id that tables take, if it is a UUID.
    #[must_use]
    pub fn duplicated_template(&self) -> Option<PageId> {
        self.duplicated_template_id()?.parse().ok()
    }

    /// The id under which Notion's support finds the exchange.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.inner.fields.request_id.as_deref()
    }

    /// The response, byte for byte, **with the tokens in it**: for the place that stores it.
    #[must_use]
    pub fn expose_raw(&self) -> &str {
        &self.inner.raw
    }

    /// The user on whose behalf the connection acts, if it is one.
    #[must_use]
    pub fn owner_id(&self) -> Option<UserId> {
        self.owner().id()
    }

    /// The refresh token of the grant before, if it is still the one to use.
    pub(crate) fn kept(&self) -> Option<&RefreshToken> {
        self.inner.kept.as_ref()
    }

    /// The same with a refresh token for the case that Notion gave none.
    pub(crate) fn keeping(&self, token: Option<RefreshToken>) -> Self {
        let Inner {
            id,
            client_id,
            received_at,
            fields,
            raw,
            ..
        } = &*self.inner;
        let is_needed = fields.refresh_token.is_none();
        Self {
            inner: Arc::new(Inner {
                id: *id,
                client_id: client_id.clone(),
                received_at: *received_at,
                fields: fields.clone(),
                kept: token.filter(|_| is_needed),
                raw: raw.clone(),
            }),
        }
    }

    pub(crate) fn details(&self) -> &Details {
        &self.inner.fields.details
    }

    /// Whether both are for one bot in one workspace.
    pub(crate) fn is_for_bot_of(&self, other: &Self) -> bool {
        self.bot_id() == other.bot_id() && self.workspace_id() == other.workspace_id()
    }

    /// Whether Notion gave the same tokens again, as it does where an older connection is authorized again.
    pub(crate) fn has_tokens_of(&self, other: &Self) -> bool {
        self.token() == other.token() && self.refresh_token() == other.refresh_token()
    }
}

impl PartialEq for Grant {
    fn eq(&self, other: &Self) -> bool {
        self.inner.id == other.inner.id
            && self.inner.client_id == other.inner.client_id
            && self.inner.received_at == other.inner.received_at
            && self.inner.raw == other.inner.raw
    }
}

impl Eq for Grant {}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fields {
            access_token,
            refresh_token,
            bot_id,
            workspace_id,
            ..
        } = &self.inner.fields;
        f.debug_struct("Grant")
            .field("id", &self.inner.id)
            .field("client_id", &self.inner.client_id)
            .field("received_at", &self.inner.received_at)
            .field("access_token", access_token)
            .field("refresh_token", refresh_token)
            .field("bot_id", bot_id)
            .field("workspace_id", workspace_id)
            .field("workspace_name", &self.workspace_name())
            .finish_non_exhaustive()
    }
}

/// The id of a [`Grant`], which this crate gives it. As text it is a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GrantId(Uuid);

impl GrantId {
    /// A new id.
    #[must_use]
    pub fn generate() -> Self {
        Self(Uuid::new_v4())
    }
}

impl FromStr for GrantId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Uuid::try_parse(text)
            .map(Self)
            .map_err(|error| Error::new(ErrorKind::Store, "that is no grant id").with_source(error))
    }
}

impl fmt::Display for GrantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A refresh token. `Debug` hides it, there is no `Display`, and its memory is overwritten when it is dropped. How long it takes
/// to compare two does not tell where they differ.
///
/// ```compile_fail,E0277
/// fn show(secret: &notion_oauth::RefreshToken) -> String {
///     format!("{secret}")
/// }
/// ```
#[derive(Clone)]
pub struct RefreshToken(Zeroizing<String>);

impl RefreshToken {
    /// A token that was stored.
    pub(crate) fn restored(token: &str) -> Self {
        Self(Zeroizing::new(token.to_owned()))
    }

    /// The token itself, for the one place that sends or stores it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl PartialEq for RefreshToken {
    fn eq(&self, other: &Self) -> bool {
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }
}

impl Eq for RefreshToken {}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(…)")
    }
}

/// What every database keeps, so that a time is the same before and after it was stored.
pub(crate) fn microseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t11_refresh_tokens_are_equal_as_a_whole() {
        let token = RefreshToken::restored;
        assert_eq!(token("nrt_abc"), token("nrt_abc"));
        for other in ["", "nrt_ab", "nrt_abcd", "nrt_abC", "Nrt_abc"] {
            assert_ne!(token("nrt_abc"), token(other));
            assert_ne!(token(other), token("nrt_abc"));
        }
    }
}
