mod builder;
mod calls;
mod environment;
mod import;
mod link;
mod redirect;
mod secret;

use std::env;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use notion_core::transport::{Limiter, Transport};
use notion_core::{Notion, TokenProvider};

use crate::error::{Error, ErrorKind, Result};
use crate::flow::Pending;
use crate::grant::Grant;
use crate::id::ClientId;

pub use builder::ConnectionBuilder;
pub use redirect::RedirectUri;
pub use secret::ClientSecret;
pub(crate) use secret::Credential;

/// A public connection of Notion: what its Configuration tab shows, and the way to the server.
///
/// Clones share all of it and are cheap.
///
/// ```
/// use notion_oauth::Connection;
///
/// let connection = Connection::new(
///     "463558a3-725e-4f37-b6d3-0889894f68de",
///     "secret_you_found_my_fake_secret",
///     "https://example.com/auth/notion/callback",
/// )?;
/// let pending = connection.authorize()?;
///
/// assert!(pending.url().starts_with("https://api.notion.com/v1/oauth/authorize?"));
/// # Ok::<(), notion_oauth::Error>(())
/// ```
#[derive(Clone)]
#[doc(alias = "integration")]
pub struct Connection {
    inner: Arc<Inner>,
}

struct Inner {
    client_id: ClientId,
    credential: Credential,
    redirect_uris: Vec<RedirectUri>,
    sends_redirect_uri: bool,
    base_url: String,
    flow_lifetime: Duration,
    timeout: Duration,
    transport: Arc<dyn Transport>,
    token_transport: Arc<dyn Transport>,
}

impl Connection {
    /// The variables of the environment that say that there is a connection, of which [`from_env`](Self::from_env) reads what
    /// it needs. Where one of them is set, somebody means to use it.
    ///
    /// ```
    /// use notion_oauth::Connection;
    ///
    /// let is_meant = Connection::VARIABLES.iter().any(|name| std::env::var_os(name).is_some());
    /// ```
    pub const VARIABLES: [&'static str; 6] = [
        "NOTION_CLIENT_ID",
        "NOTION_CLIENT_SECRET",
        "NOTION_REDIRECT_URI",
        "OAUTH_CLIENT_ID",
        "OAUTH_CLIENT_SECRET",
        "NOTION_AUTH_URL",
    ];

    /// A connection with one redirect URI.
    ///
    /// # Errors
    /// When one of the three cannot be right, or HTTPS cannot be set up on this machine.
    pub fn new(
        client_id: impl AsRef<str>,
        client_secret: impl Into<String>,
        redirect_uri: impl AsRef<str>,
    ) -> Result<Self> {
        let client_id = ClientId::new(client_id)?;
        let secret = ClientSecret::new(client_secret)?;
        Self::builder(client_id, secret, RedirectUri::new(redirect_uri)?).build()
    }

    /// The connection that the environment names.
    ///
    /// It reads `NOTION_CLIENT_ID`, `NOTION_CLIENT_SECRET` and `NOTION_REDIRECT_URI`; the first two may also be called
    /// `OAUTH_CLIENT_ID` and `OAUTH_CLIENT_SECRET`, as in Notion's guide. Several redirect URIs are separated by spaces.
    /// `NOTION_AUTH_URL`, the guide's name for the authorization URL of the Configuration tab, stands for client id and redirect
    /// URI; further redirect URIs may be set beside it. `NOTION_BASE_URL` names another server than Notion's, such as a simulator.
    ///
    /// # Errors
    /// When some are not set: the error names all that are missing. When one cannot be right, or two names of the same
    /// thing differ.
    pub fn from_env() -> Result<Self> {
        ConnectionBuilder::from_env(|name| env::var(name).ok())?.build()
    }

    /// A builder for a connection.
    ///
    /// ```
    /// use notion_oauth::{ClientId, ClientSecret, Connection, RedirectUri};
    ///
    /// let connection = Connection::builder(
    ///     ClientId::new("463558a3-725e-4f37-b6d3-0889894f68de")?,
    ///     ClientSecret::new("secret_you_found_my_fake_secret")?,
    ///     RedirectUri::new("https://example.com/auth/notion/callback")?,
    /// )
    /// .redirect_uri(RedirectUri::new("http://localhost:8080/callback")?)
    /// .build()?;
    ///
    /// assert_eq!(connection.redirect_uris().len(), 2);
    /// # Ok::<(), notion_oauth::Error>(())
    /// ```
    pub fn builder(
        client_id: ClientId,
        client_secret: ClientSecret,
        redirect_uri: RedirectUri,
    ) -> ConnectionBuilder {
        ConnectionBuilder::new(client_id, Credential::Secret(client_secret), redirect_uri)
    }

    /// A connection whose client secret stays on a server of yours, for a program that
    /// [others run](crate#programs-that-others-run). `broker` is where that server is, such as `https://example.com/notion`; the
    /// feature `broker` has it.
    ///
    /// The user comes back through that server to a listener on this machine, which begins the flow: `Loopback::authorize`. What is
    /// sent for tokens goes there too, also when they are refreshed; all else goes to Notion.
    ///
    /// # Errors
    /// When `broker` is no URL, or one that would be reached in the clear.
    pub fn brokered(client_id: ClientId, broker: &str) -> Result<ConnectionBuilder> {
        let url = builder::base_url(broker)?;
        let redirect_uri = RedirectUri::new(format!("{url}/callback"))?;
        Ok(ConnectionBuilder::new(
            client_id,
            Credential::Broker(url),
            redirect_uri,
        ))
    }

    /// The OAuth client id.
    #[must_use]
    pub fn client_id(&self) -> &ClientId {
        &self.inner.client_id
    }

    /// The registered redirect URIs, the default one first.
    #[must_use]
    pub fn redirect_uris(&self) -> &[RedirectUri] {
        &self.inner.redirect_uris
    }

    /// The server: the part of its URLs before `/v1`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.inner.base_url
    }

    /// Begins a flow that comes back to the first redirect URI.
    ///
    /// # Errors
    /// When the operating system gives no random numbers, or the redirect URI has no port yet.
    pub fn authorize(&self) -> Result<Pending> {
        Pending::new(self.clone(), &self.inner.redirect_uris[0])
    }

    /// Begins a flow that comes back to another of the redirect URIs.
    ///
    /// # Errors
    /// When it is not one of [`redirect_uris`](Self::redirect_uris), character by character, and as
    /// [`authorize`](Self::authorize).
    pub fn authorize_to(&self, redirect_uri: &str) -> Result<Pending> {
        Pending::new(self.clone(), self.registered(redirect_uri)?)
    }

    /// A client that acts for the user who gave a grant.
    ///
    /// Keep it and clone it: each call makes a client with a rate limit of its own.
    ///
    /// # Errors
    /// When the grant is one of another connection.
    pub fn client(&self, grant: &Grant) -> Result<Notion> {
        self.check_owns(grant)?;
        self.client_of(grant.token().clone(), Limiter::default())
    }

    /// A client that takes its tokens from `token`, and a place for each request from `limiter`.
    pub(crate) fn client_of(&self, token: impl TokenProvider, limiter: Limiter) -> Result<Notion> {
        Notion::builder()
            .token(token)
            .limiter(limiter)
            .base_url(self.base_url())
            .transport(Arc::clone(&self.inner.transport))
            .build()
            .map_err(|error| {
                Error::new(ErrorKind::Configuration, "the client cannot be set up").with_source(error)
            })
    }

    /// The redirect URI of the list that is this one, character by character.
    pub(crate) fn registered(&self, redirect_uri: &str) -> Result<&RedirectUri> {
        self.redirect_uris()
            .iter()
            .find(|known| known.as_str() == redirect_uri)
            .ok_or_else(|| {
                let known: Vec<_> = self.redirect_uris().iter().map(RedirectUri::as_str).collect();
                Error::new(
                    ErrorKind::Configuration,
                    format!(
                        "the redirect URI is not one of this connection: {}",
                        known.join(", ")
                    ),
                )
                .with_hint("Add it to the connection here, and to its Configuration tab in Notion.")
            })
    }

    /// Makes sure that a grant was given to this connection.
    pub(crate) fn check_owns(&self, grant: &Grant) -> Result<()> {
        if grant.client_id() == self.client_id() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Configuration,
            "the grant was given to another connection",
        )
        .with_hint("Take the connection whose client id the grant names."))
    }

    pub(crate) fn credential(&self) -> &Credential {
        &self.inner.credential
    }

    /// The client secret, if it is here.
    pub(crate) fn secret(&self) -> Option<&str> {
        match self.credential() {
            Credential::Secret(secret) => Some(secret.expose()),
            Credential::Broker(_) => None,
        }
    }

    pub(crate) fn sends_redirect_uri(&self) -> bool {
        self.inner.sends_redirect_uri
    }

    pub(crate) fn flow_lifetime(&self) -> Duration {
        self.inner.flow_lifetime
    }

    /// How long a request can be under way.
    pub(crate) fn timeout(&self) -> Duration {
        self.inner.timeout
    }

    pub(crate) fn token_transport(&self) -> &dyn Transport {
        &*self.inner.token_transport
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("client_id", &self.inner.client_id)
            .field("redirect_uris", &self.inner.redirect_uris)
            .field("base_url", &self.inner.base_url)
            .finish_non_exhaustive()
    }
}
