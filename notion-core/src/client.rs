use std::env;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use notion_schema::DataSource;
use url::{Host, Url};

use crate::api::{
    self,
    databases::Database,
    search::{FoundDataSource, Shared},
    users::Bot,
};
use crate::error::{Error, ErrorKind, Result};
use crate::id::{DataSourceId, DatabaseId, PageId};
use crate::row::AnyRow;
use crate::token::{Token, TokenFile, TokenProvider};
use crate::transport::{Limiter, Policy, Transport};

const BASE_URL: &str = "https://api.notion.com";

/// A connection to Notion: credentials, the limiter, and the way to the server.
///
/// Clones share all of it and are cheap.
///
/// ```no_run
/// use notion_core::Notion;
///
/// # fn main() -> notion_core::Result<()> {
/// let notion = Notion::from_env()?; // NOTION_TOKEN
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[doc(alias = "integration")]
pub struct Notion {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) base_url: String,
    pub(crate) token: Arc<dyn TokenProvider>,
    pub(crate) transport: Arc<dyn Transport>,
    limits: Mutex<Limits>,
    pub(crate) policy: Policy,
}

/// The limiter, and the last token that it was for.
struct Limits {
    limiter: Limiter,
    token: Option<Token>,
}

impl Inner {
    /// The limiter for a token: a new one for that of another connection.
    pub(crate) fn limiter(&self, token: &Token) -> Limiter {
        let mut limits = self.limits();
        if self.token.may_change_connection() {
            let last = limits.token.replace(token.clone());
            if last.is_some_and(|last| last != *token) {
                limits.limiter = limits.limiter.anew();
            }
        }
        limits.limiter.clone()
    }

    /// How many requests at a time use up the budget.
    pub(crate) fn in_flight(&self) -> usize {
        self.limits().limiter.in_flight()
    }

    fn limits(&self) -> MutexGuard<'_, Limits> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notion {
    /// A client with the token of an internal connection, or of a grant.
    ///
    /// # Errors
    /// When the text is not a token, or HTTPS cannot be set up.
    pub fn new(token: impl Into<String>) -> Result<Self> {
        Self::builder().token(Token::new(token)?).build()
    }

    /// A client with the token that the environment names.
    ///
    /// It reads `NOTION_TOKEN`; or `NOTION_TOKEN_FILE`, a file that holds it, which is read again when Notion refuses
    /// the token; or `NOTION_API_TOKEN`, which is what Notion's own command-line program reads. `NOTION_BASE_URL` names
    /// another server than Notion's, such as a simulator.
    ///
    /// # Errors
    /// When none of them is set, or two that differ.
    pub fn from_env() -> Result<Self> {
        Self::builder().from_env(|name| env::var(name).ok())?.build()
    }

    /// A builder for a client.
    pub fn builder() -> NotionBuilder {
        NotionBuilder::default()
    }

    /// The bot that the token acts as. It is also the cheapest way to see whether the token is good.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn me(&self) -> Result<Bot> {
        api::users::read(&self.send(api::users::me()?).await?)
    }

    /// The schema of a data source.
    ///
    /// # Errors
    /// When it does not exist, is not shared with the connection, or the request fails.
    pub async fn data_source(&self, id: DataSourceId) -> Result<DataSource> {
        api::data_sources::read(&self.send(api::data_sources::retrieve(id)?).await?)
    }

    /// A page with whatever properties it has.
    ///
    /// # Errors
    /// When it does not exist, is not shared with the connection, or the request fails.
    pub async fn page(&self, id: PageId) -> Result<AnyRow> {
        AnyRow::from_json(self.send(api::pages::retrieve(id, [])?).await?.text())
    }

    /// A database and the data sources in it.
    ///
    /// # Errors
    /// When it does not exist, is not shared with the connection, or the request fails.
    pub async fn database(&self, id: DatabaseId) -> Result<Database> {
        api::databases::read(&self.send(api::databases::retrieve(id)?).await?)
    }

    /// How much is shared with the connection, counted up to a hundred. It is one request.
    ///
    /// A connection that was just made or allowed may see nothing at all. Notion's search lags behind, too.
    ///
    /// # Errors
    /// When the request fails.
    pub async fn shared(&self) -> Result<Shared> {
        api::search::read_shared(&self.send(api::search::everything()?).await?)
    }

    /// The data sources that are shared with the connection and share a word with `query`; all of them if it is
    /// empty. Those in the trash are left out.
    ///
    /// Notion's search lags behind: what was shared a moment ago may be missing.
    ///
    /// # Errors
    /// When a request fails.
    pub async fn search_data_sources(&self, query: &str) -> Result<Vec<FoundDataSource>> {
        let mut all = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let request = api::search::data_sources(query, cursor.as_deref())?;
            let found = api::search::read(&self.send(request).await?)?;
            all.extend(found.results.into_iter().filter(|source| !source.in_trash));
            match found.next_cursor {
                None => return Ok(all),
                next if next == cursor => {
                    return Err(Error::new(ErrorKind::Response, "Notion's cursor does not move"));
                }
                next => cursor = next,
            }
        }
    }
}

impl fmt::Debug for Notion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notion")
            .field("base_url", &self.inner.base_url)
            .finish_non_exhaustive()
    }
}

/// Sets up a [`Notion`].
///
/// ```
/// use std::time::Duration;
/// use notion_core::{Notion, Token};
///
/// let notion = Notion::builder()
///     .token(Token::new("ntn_abc")?)
///     .requests_per_minute(600) // Business and Enterprise plans
///     .timeout(Duration::from_secs(30))
///     .build()?;
/// # Ok::<(), notion_core::Error>(())
/// ```
#[derive(Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct NotionBuilder {
    token: Option<Arc<dyn TokenProvider>>,
    base_url: Option<String>,
    transport: Option<Arc<dyn Transport>>,
    timeout: Option<Duration>,
    limiter: Option<Limiter>,
    policy: Policy,
}

impl NotionBuilder {
    /// Where tokens come from: a [`Token`], a [`TokenFile`], or a provider that refreshes them.
    pub fn token(mut self, token: impl TokenProvider) -> Self {
        self.token = Some(Arc::new(token));
        self
    }

    /// Another server than `https://api.notion.com`, such as a simulator: the part of the URL before `/v1`.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// How long to wait for the whole answer to a request; 65 seconds if not set, since Notion itself gives up after
    /// 60. It does not concern a [`transport`](Self::transport) of your own.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// What the workspace's plan allows: 180 (the default), or 600 on Business and Enterprise.
    ///
    /// Source: <https://developers.notion.com/reference/request-limits>.
    pub fn requests_per_minute(self, requests: usize) -> Self {
        self.limiter(Limiter::per_minute(requests))
    }

    /// Shares the limiter of another client of the same connection.
    pub fn limiter(mut self, limiter: Limiter) -> Self {
        self.limiter = Some(limiter);
        self
    }

    /// How often a request is sent at most where sending it again is safe; 5 if not set.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.policy.attempts = attempts.max(1);
        self
    }

    /// How long a request waits at most when Notion asks for patience; 5 minutes if not set. A longer time is an error
    /// at once, and holds the other requests of the connection back all the same.
    pub fn max_retry_after(mut self, patience: Duration) -> Self {
        self.policy.patience = patience;
        self
    }

    /// Another way to the server than `HttpClient`, which is what the feature `http-client` gives.
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Takes token and base URL from what `variable` says, as [`Notion::from_env`] does from the environment.
    ///
    /// # Errors
    /// When no token is set, or two that differ.
    pub fn from_env(mut self, variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let token = set("NOTION_TOKEN");
        let other = set("NOTION_API_TOKEN");
        let file = set("NOTION_TOKEN_FILE");
        let error = |message: &str| Error::new(ErrorKind::Configuration, message);
        self = match (token.as_ref().or(other.as_ref()), file) {
            (Some(_), Some(_)) => {
                return Err(
                    error("both a token and NOTION_TOKEN_FILE are set").with_hint("Unset one of them.")
                );
            }
            (Some(_), None) if token.is_some() && other.is_some() && token != other => {
                return Err(error("NOTION_TOKEN and NOTION_API_TOKEN are set and differ")
                    .with_hint("Unset one of them."));
            }
            (Some(token), None) => self.token(Token::new(token)?),
            (None, Some(file)) => self.token(TokenFile::new(file)?),
            (None, None) => {
                return Err(error("no token: the environment variable NOTION_TOKEN is not set").with_hint(
                    "Copy the installation access token from the Configuration tab of the connection, and set NOTION_TOKEN to it.",
                ));
            }
        };
        if let Some(url) = set("NOTION_BASE_URL") {
            self = self.base_url(url);
        }
        Ok(self)
    }

    /// The client.
    ///
    /// # Errors
    /// When there is no token, the base URL is not one or would send the token in the clear, or HTTPS cannot be set up.
    pub fn build(self) -> Result<Notion> {
        let token = self.token.ok_or_else(|| {
            Error::new(ErrorKind::Configuration, "a client needs a token")
                .with_hint("Give the builder one: `.token(…)`.")
        })?;
        let base_url = self
            .base_url
            .map_or(Ok(BASE_URL.to_owned()), |url| base_url(&url))?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => usual_transport(self.timeout.unwrap_or(Duration::from_secs(65)))?,
        };
        let inner = Inner {
            base_url,
            token,
            transport,
            limits: Mutex::new(Limits {
                limiter: self.limiter.unwrap_or_default(),
                token: None,
            }),
            policy: self.policy,
        };
        Ok(Notion {
            inner: Arc::new(inner),
        })
    }
}

impl fmt::Debug for NotionBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotionBuilder").finish_non_exhaustive()
    }
}

#[cfg(feature = "http-client")]
fn usual_transport(timeout: Duration) -> Result<Arc<dyn Transport>> {
    Ok(Arc::new(crate::transport::HttpClient::new(timeout)?))
}

#[cfg(not(feature = "http-client"))]
fn usual_transport(_: Duration) -> Result<Arc<dyn Transport>> {
    Err(
        Error::new(ErrorKind::Configuration, "a client needs a way to the server")
            .with_hint("Give the builder one, `.transport(…)`, or turn the feature `http-client` on."),
    )
}

/// Makes sure that a base URL is one, and that a token does not leave this machine in the clear.
///
/// The errors show no more of it than scheme and host: the rest may hold a secret.
fn base_url(text: &str) -> Result<String> {
    let error = |shown: &str, why: &str| {
        Error::new(ErrorKind::Configuration, format!("the base URL{shown} {why}"))
            .with_hint("It is the part before `/v1`, such as `http://127.0.0.1:6684`.")
    };
    let url = Url::parse(text.trim()).map_err(|source| error("", "is not a URL").with_source(source))?;
    let shown = format!(" `{}://{}`", url.scheme(), url.host_str().unwrap_or_default());
    let is_local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => {}
        "http" if is_local => {}
        "http" => {
            let why = "would send the token in the clear: only this machine may be reached without TLS";
            return Err(error(&shown, why).with_hint("Use https."));
        }
        _ => return Err(error(&shown, "is neither http nor https")),
    }
    if url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some()
    {
        return Err(error(&shown, "may hold no query, fragment or credentials"));
    }
    let url = url.as_str().trim_end_matches('/');
    Ok(url.strip_suffix("/v1").unwrap_or(url).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_keep_the_token_on_this_machine_or_encrypted() {
        for (given, taken) in [
            ("https://api.notion.com", "https://api.notion.com"),
            ("https://api.notion.com/v1/", "https://api.notion.com"),
            ("http://127.0.0.1:6684/", "http://127.0.0.1:6684"),
            ("http://[::1]:6684", "http://[::1]:6684"),
            ("http://localhost:6684/proxy", "http://localhost:6684/proxy"),
        ] {
            assert_eq!(base_url(given).unwrap(), taken);
        }
        for given in [
            "",
            "api.notion.com",
            "http://example.com",
            "ftp://127.0.0.1",
            "https://a.b/?x",
            "https://u:p@a.b",
        ] {
            assert!(base_url(given).is_err(), "{given}");
        }
        let error = base_url("https://user:hunter2@example.com/?token=hunter2").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }

    #[test]
    fn s003_2_the_environment_must_name_one_token() {
        let from = |vars: &'static [(&str, &str)]| {
            let variable =
                move |name: &str| vars.iter().find(|var| var.0 == name).map(|var| var.1.to_owned());
            Notion::builder()
                .from_env(variable)
                .map(|_| ())
                .map_err(|error| error.to_string())
        };
        assert_eq!(from(&[("NOTION_TOKEN", "ntn_a")]), Ok(()));
        assert_eq!(from(&[("NOTION_API_TOKEN", "ntn_a")]), Ok(()));
        assert_eq!(
            from(&[("NOTION_TOKEN", "ntn_a"), ("NOTION_API_TOKEN", "ntn_a")]),
            Ok(())
        );
        assert!(
            from(&[("NOTION_TOKEN", "ntn_a"), ("NOTION_API_TOKEN", "ntn_b")])
                .unwrap_err()
                .contains("differ")
        );
        assert!(
            from(&[("NOTION_TOKEN", "ntn_a"), ("NOTION_TOKEN_FILE", "x")])
                .unwrap_err()
                .contains("both")
        );
        assert!(
            from(&[("NOTION_TOKEN", " ")])
                .unwrap_err()
                .contains("NOTION_TOKEN is not set")
        );
        assert!(
            from(&[("NOTION_TOKEN", "ntn\na")])
                .unwrap_err()
                .contains("characters")
        );
        assert!(
            from(&[("NOTION_TOKEN_FILE", "/nonexistent")])
                .unwrap_err()
                .contains("/nonexistent")
        );
    }
}
