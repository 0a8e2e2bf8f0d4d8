use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use notion_core::transport::Transport;
use url::Url;

use super::redirect::is_loopback;
use super::{Connection, Credential, Inner, RedirectUri};
use crate::error::{Error, ErrorKind, Result};
use crate::id::ClientId;

const BASE_URL: &str = "https://api.notion.com";

/// How long a user has from the authorization URL to the way back.
const FLOW_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// Sets up a [`Connection`]. What every connection needs is given first, so that nothing can be forgotten, and nothing is
/// sent before it is built:
///
/// ```compile_fail,E0599
/// fn begin(builder: notion_oauth::ConnectionBuilder) {
///     let _ = builder.authorize(); // Build it first: that is where it is checked.
/// }
/// ```
#[must_use = "a builder does nothing until it is built"]
pub struct ConnectionBuilder {
    pub(super) client_id: ClientId,
    credential: Credential,
    redirect_uris: Vec<RedirectUri>,
    sends_redirect_uri: bool,
    base_url: Option<String>,
    flow_lifetime: Duration,
    timeout: Duration,
    transport: Option<Arc<dyn Transport>>,
}

impl ConnectionBuilder {
    pub(super) fn new(client_id: ClientId, credential: Credential, redirect_uri: RedirectUri) -> Self {
        Self {
            client_id,
            credential,
            redirect_uris: vec![redirect_uri],
            sends_redirect_uri: true,
            base_url: None,
            flow_lifetime: FLOW_LIFETIME,
            timeout: Duration::from_secs(65),
            transport: None,
        }
    }

    /// One more redirect URI that is registered for the connection.
    pub fn redirect_uri(mut self, redirect_uri: RedirectUri) -> Self {
        if !self.redirect_uris.contains(&redirect_uri) {
            self.redirect_uris.push(redirect_uri);
        }
        self
    }

    /// Leaves the redirect URI out of the authorization URL, and so out of the exchange, which Notion allows to
    /// connections with exactly one.
    pub fn omit_redirect_uri(mut self) -> Self {
        self.sends_redirect_uri = false;
        self
    }

    /// Another server than `https://api.notion.com`, such as a simulator: the part of the URL before `/v1`.
    ///
    /// All requests go there, with the client secret and the tokens: it is for those who run the program to choose, and
    /// never for its users. Without TLS it may be this machine alone.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// How long a user has to come back; 10 minutes if not set.
    pub fn flow_lifetime(mut self, lifetime: Duration) -> Self {
        self.flow_lifetime = lifetime;
        self
    }

    /// How long to wait for a whole answer of Notion; 65 seconds if not set. It does not concern a
    /// [`transport`](Self::transport) of your own; say here how long that one waits. A program that finds a refresh which
    /// another has begun may wait as long for its answer.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Another way to the server than `HttpClient`, for the calls of OAuth and for the clients of grants.
    ///
    /// An HTTP library of your own needs one function:
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use bytes::Bytes;
    /// use http::{Request, Response};
    /// use notion_core::transport::{Transport, TransportError};
    /// use notion_core::{BoxFuture, Token};
    /// use notion_oauth::{ClientId, ClientSecret, Connection, RedirectUri};
    ///
    /// /// Here the library would send it. This one knows of no token.
    /// struct Mine;
    ///
    /// impl Transport for Mine {
    ///     fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
    ///         assert_eq!(request.uri(), "https://api.notion.com/v1/oauth/introspect");
    ///         assert!(request.headers()["authorization"].is_sensitive());
    ///         Box::pin(async { Ok(Response::new(Bytes::from_static(br#"{"active": false}"#))) })
    ///     }
    /// }
    ///
    /// let connection = Connection::builder(
    ///     ClientId::new("463558a3-725e-4f37-b6d3-0889894f68de")?,
    ///     ClientSecret::new("secret_you_found_my_fake_secret")?,
    ///     RedirectUri::new("https://example.com/callback")?,
    /// )
    /// .transport(Mine)
    /// .build()?;
    /// let token = Token::new("ntn_unknown").unwrap();
    /// assert!(!connection.introspect(&token).await?.is_active());
    /// # Ok::<(), notion_oauth::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The connection.
    ///
    /// # Errors
    /// When the client id is a secret, the base URL is none or would send the client secret in the clear, the redirect URI is to be left out
    /// although there are several, or HTTPS cannot be set up on this machine.
    pub fn build(self) -> Result<Connection> {
        if !self.sends_redirect_uri && self.redirect_uris.len() > 1 {
            return Err(Error::new(
                ErrorKind::Configuration,
                "the redirect URI may be left out only where exactly one is registered",
            ));
        }
        // It would stand in the authorization URL, for the browser and its history.
        if self.client_id.as_str().starts_with("secret_") {
            return Err(Error::new(ErrorKind::Configuration, "the client id is a secret")
                .with_hint("Are client id and client secret swapped?"));
        }
        let base_url = self
            .base_url
            .map_or_else(|| Ok(BASE_URL.to_owned()), |url| base_url(&url))?;
        let (transport, token_transport): (Arc<dyn Transport>, Arc<dyn Transport>) = match self.transport {
            Some(transport) => (Arc::clone(&transport), transport),
            None => usual_transports(self.timeout)?,
        };
        let inner = Inner {
            client_id: self.client_id,
            credential: self.credential,
            redirect_uris: self.redirect_uris,
            sends_redirect_uri: self.sends_redirect_uri,
            base_url,
            flow_lifetime: self.flow_lifetime,
            timeout: self.timeout,
            transport,
            token_transport,
        };
        Ok(Connection {
            inner: Arc::new(inner),
        })
    }
}

/// The way to the server for all but tokens, and that for these.
#[cfg(feature = "http-client")]
fn usual_transports(timeout: Duration) -> Result<(Arc<dyn Transport>, Arc<dyn Transport>)> {
    let client = notion_core::transport::HttpClient::new(timeout).map_err(|error| {
        Error::new(ErrorKind::Configuration, "HTTPS cannot be set up on this machine").with_source(error)
    })?;
    // Clones share a pool of connections.
    let for_tokens = client.clone().max_body(crate::endpoint::MAX_BODY).uncompressed();
    Ok((Arc::new(client), Arc::new(for_tokens)))
}

#[cfg(not(feature = "http-client"))]
fn usual_transports(_: Duration) -> Result<(Arc<dyn Transport>, Arc<dyn Transport>)> {
    Err(
        Error::new(ErrorKind::Configuration, "a connection needs a way to the server")
            .with_hint("Give the builder one, `.transport(…)`, or turn the feature `http-client` on."),
    )
}

impl fmt::Debug for ConnectionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectionBuilder")
            .field("client_id", &self.client_id)
            .field("redirect_uris", &self.redirect_uris)
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// Makes sure that a base URL is one, and that the client secret does not leave this machine in the clear.
pub(super) fn base_url(text: &str) -> Result<String> {
    let error = |why: &str| {
        Error::new(ErrorKind::Configuration, format!("the base URL {why}"))
            .with_hint("It is the part before `/v1`, such as `http://127.0.0.1:6684`.")
    };
    let url = Url::parse(text.trim()).map_err(|source| error("is no URL").with_source(source))?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err(error(
                "would send the client secret in the clear: only this machine may be reached without TLS",
            ));
        }
        _ => return Err(error("is neither http nor https")),
    }
    let is_bare = url.query().is_none() && url.fragment().is_none();
    if !is_bare || !url.username().is_empty() || url.password().is_some() {
        return Err(error("may hold no query, fragment or credentials"));
    }
    let url = url.as_str().trim_end_matches('/');
    Ok(url.strip_suffix("/v1").unwrap_or(url).to_owned())
}
