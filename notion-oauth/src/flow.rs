use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::callback::{Answer, AuthorizationError, Callback};
use crate::connection::{Connection, RedirectUri};
use crate::endpoint;
use crate::error::{Error, ErrorKind, Response, Result};
use crate::grant::Grant;
use crate::state::State;

/// A flow that has begun: the user is on the way to Notion and back.
///
/// It is good for one callback, for ten minutes unless
/// [set otherwise](crate::ConnectionBuilder::flow_lifetime), and only in this process.
///
/// It belongs to the browser that it was begun for. A web application keeps it with that browser's session, so that
/// a callback in another browser does not find it.
///
/// ```no_run
/// # async fn run(connection: notion_oauth::Connection, callback_url: &str) -> notion_oauth::Result<()> {
/// use notion_oauth::{Callback, Outcome};
///
/// let pending = connection.authorize()?;
/// println!("Open {}", pending.url());
/// // … the user comes back to the redirect URI …
/// match pending.finish(Callback::parse(callback_url)?).await? {
///     Outcome::Granted(grant) => println!("connected to {:?}", grant.workspace_name()),
///     Outcome::Denied { .. } => println!("then not"),
///     outcome => println!("{outcome:?}"),
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a flow does nothing until the user is sent to its URL"]
pub struct Pending {
    connection: Connection,
    redirect_uri: RedirectUri,
    through: Option<Through>,
    state: State,
    url: Zeroizing<String>,
    begun: Instant,
    is_used: AtomicBool,
}

/// What is particular about a flow that goes through a broker.
struct Through {
    /// Where the broker sends the browser on to.
    #[cfg(feature = "loopback")]
    landing: RedirectUri,
    /// Whose challenge is in the state, and without which the broker exchanges nothing.
    verifier: State,
}

/// How a flow ended.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The user allowed the connection. Save the grant: it cannot be had again without asking the user again.
    Granted(Grant),
    /// The user did not allow it. This is normal.
    #[non_exhaustive]
    Denied {
        /// Whether the answer proved to belong to this flow. Notion may leave the state out where the user cancels, and
        /// then anybody can have sent it: the flow goes on, and may still be finished.
        is_confirmed: bool,
    },
    /// Notion gave no authorization for another reason.
    Failed(AuthorizationError),
}

impl Outcome {
    /// The grant, for programs to which everything else is an error.
    ///
    /// # Errors
    /// [`Denied`](ErrorKind::Denied) and [`AuthorizationFailed`](ErrorKind::AuthorizationFailed), or
    /// [`Configuration`](ErrorKind::Configuration) where Notion found the request wrong.
    pub fn into_grant(self) -> Result<Grant> {
        match self {
            Self::Granted(grant) => Ok(grant),
            Self::Denied { .. } => Err(Error::new(
                ErrorKind::Denied,
                "the connection was not allowed, so nothing was shared",
            )
            .with_hint("Begin again, and choose “Allow access” in Notion.")),
            Self::Failed(error) => {
                let kind = if error.is_configuration() {
                    ErrorKind::Configuration
                } else {
                    ErrorKind::AuthorizationFailed
                };
                let code = match &error {
                    AuthorizationError::Other(_) => None,
                    known => Some(known.as_str().to_owned()),
                };
                let failed =
                    Error::new(kind, error.message().trim_end_matches('.')).with_response(Response {
                        code,
                        ..Response::default()
                    });
                Err(match kind {
                    ErrorKind::Configuration => failed.with_hint(
                        "Compare client id and redirect URI with the Configuration tab of the connection.",
                    ),
                    _ => failed,
                })
            }
        }
    }
}

impl Pending {
    pub(crate) fn new(connection: Connection, redirect_uri: &RedirectUri) -> Result<Self> {
        let state = State::generate()?;
        let url = authorize_url(&connection, redirect_uri, &state)?;
        Ok(Self::begun(connection, redirect_uri.clone(), None, state, url))
    }

    /// A flow that comes back through a broker, and from there to a port of this machine.
    #[cfg(feature = "loopback")]
    pub(crate) fn through_broker(connection: Connection, landing: &RedirectUri) -> Result<Self> {
        let port = landing.url().port().unwrap_or_default();
        if landing.as_str() != broker_landing(port) {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!("a broker sends nobody on to {landing}"),
            )
            .with_hint("Listen at `http://127.0.0.1:0/callback`, which takes any free port."));
        }
        let verifier = State::generate()?;
        let state = State::received(Zeroizing::new(format!("{}.{port}", verifier.challenge())));
        let redirect_uri = connection.redirect_uris()[0].clone();
        // The broker names it in the exchange, whatever this connection does elsewhere.
        let url = written_url(&connection, Some(&redirect_uri), &state);
        let landing = landing.clone();
        let through = Some(Through { landing, verifier });
        Ok(Self::begun(connection, redirect_uri, through, state, url))
    }

    fn begun(
        connection: Connection,
        redirect_uri: RedirectUri,
        through: Option<Through>,
        state: State,
        url: Zeroizing<String>,
    ) -> Self {
        tracing::debug!(client_id = %connection.client_id(), redirect_uri = %redirect_uri, "a flow begins");
        Self {
            connection,
            redirect_uri,
            through,
            state,
            url,
            begun: Instant::now(),
            is_used: AtomicBool::new(false),
        }
    }

    /// Where the browser ends up.
    #[cfg(feature = "loopback")]
    pub(crate) fn landing(&self) -> &RedirectUri {
        let through = self.through.as_ref();
        through.map_or(&self.redirect_uri, |through| &through.landing)
    }

    /// Where to send the user: by a link, a redirect, or a browser that is opened.
    ///
    /// It holds the state of the flow, so it is for the user alone and not for logs.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the user will come back to.
    #[must_use]
    pub fn redirect_uri(&self) -> &RedirectUri {
        &self.redirect_uri
    }

    /// How long the user still has.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.connection
            .flow_lifetime()
            .saturating_sub(self.begun.elapsed())
    }

    /// Whether a callback answers this flow. It is not used up by asking.
    #[must_use]
    pub fn is_answered_by(&self, callback: &Callback) -> bool {
        let state = callback.state.as_ref();
        state.is_some_and(|state| self.state.matches(state)) && callback.is_from(&self.connection)
    }

    /// Ends the flow: checks the callback and exchanges its code for a grant.
    ///
    /// The state is compared before anything else in the callback is looked at, and the flow is used up before the code
    /// is sent, so that of many equal callbacks one is exchanged. The exchange is sent once: if its answer is lost, the
    /// user authorizes again, which does no harm. The same holds for dropping this future.
    ///
    /// # Errors
    /// [`StateMismatch`](ErrorKind::StateMismatch) leaves the flow as it was; every other error ends it. See
    /// [`Error::needs_new_flow`].
    pub async fn finish(&self, callback: Callback) -> Result<Outcome> {
        if !self.is_answered_by(&callback) {
            return match callback {
                Callback {
                    state: None,
                    answer: Answer::Error(AuthorizationError::AccessDenied),
                    ..
                } => Ok(Outcome::Denied { is_confirmed: false }),
                _ => Err(Error::new(
                    ErrorKind::StateMismatch,
                    "the answer at the redirect URI does not belong to this flow",
                )
                .with_hint("Use the newest link, in the browser that it was opened in.")),
            };
        }
        if self.remaining().is_zero() {
            return Err(too_late());
        }
        if self.is_used.swap(true, Ordering::AcqRel) {
            return Err(Error::new(ErrorKind::AlreadyUsed, "this flow is over already")
                .with_hint("Begin again with a new link."));
        }
        let code = match callback.answer {
            Answer::Code(code) => code,
            Answer::Error(error) => {
                tracing::debug!(client_id = %self.connection.client_id(), "no authorization");
                return Ok(match error {
                    AuthorizationError::AccessDenied => Outcome::Denied { is_confirmed: true },
                    error => Outcome::Failed(error),
                });
            }
        };
        let verifier = self.through.as_ref().map(|through| &through.verifier);
        let names = self.connection.sends_redirect_uri() && verifier.is_none();
        let redirect_uri = names.then_some(&self.redirect_uri);
        endpoint::exchange(&self.connection, &code, redirect_uri, verifier)
            .await
            .map(Outcome::Granted)
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("client_id", self.connection.client_id())
            .field("redirect_uri", &self.redirect_uri)
            .field("remaining", &self.remaining())
            .field("is_used", &self.is_used)
            .finish_non_exhaustive()
    }
}

/// Source: <https://developers.notion.com/docs/authorization>. There is no scope: capabilities are set in the
/// Configuration tab.
pub(crate) fn authorize_url(
    connection: &Connection,
    redirect_uri: &RedirectUri,
    state: &State,
) -> Result<Zeroizing<String>> {
    if redirect_uri.url().port() == Some(0) {
        return Err(Error::new(
            ErrorKind::Configuration,
            "the redirect URI has port 0, which stands for any free port",
        )
        .with_hint("Bind the listener first, and take the redirect URI that it reports."));
    }
    if connection.secret().is_none() {
        return Err(Error::new(
            ErrorKind::Configuration,
            "a connection whose secret a broker has begins its flows at a listener on this machine",
        )
        .with_hint("Begin it with `Loopback::authorize`."));
    }
    let named = connection.sends_redirect_uri().then_some(redirect_uri);
    Ok(written_url(connection, named, state))
}

/// Where a broker sends the browser on to: to the address of this machine, as no name is needed that somebody else could have.
#[cfg(any(feature = "broker", feature = "loopback"))]
pub(crate) fn broker_landing(port: u16) -> String {
    format!("http://127.0.0.1:{port}/callback")
}

fn written_url(
    connection: &Connection,
    redirect_uri: Option<&RedirectUri>,
    state: &State,
) -> Zeroizing<String> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("owner", "user");
    query.append_pair("client_id", connection.client_id().as_str());
    if let Some(redirect_uri) = redirect_uri {
        query.append_pair("redirect_uri", redirect_uri.as_str());
    }
    query.append_pair("response_type", "code");
    query.append_pair("state", state.expose());
    let query = Zeroizing::new(query.finish());
    Zeroizing::new(format!("{}/v1/oauth/authorize?{}", connection.base_url(), *query))
}

/// A flow that has expired.
pub(crate) fn too_late() -> Error {
    Error::new(ErrorKind::Expired, "the user came back too late").with_hint("Begin again with a new link.")
}
