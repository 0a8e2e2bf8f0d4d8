mod failure;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use serde::{Deserialize, Serialize};

pub(crate) use failure::Failure;

/// The result of what this crate does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn StdError + Send + Sync>;

/// What went wrong, and what to do about it.
///
/// Match on [`kind`](Error::kind), or ask what helps: [`is_retryable`](Error::is_retryable) says that it passes by
/// itself, [`needs_new_flow`](Error::needs_new_flow) that the user has to be sent to Notion again, and
/// [`is_configuration`](Error::is_configuration) that the connection is set up wrongly.
///
/// `Display` is a sentence for people that ends with the next step where one is known. It never holds a token, code,
/// state or client secret, or any other part of a callback or response that could: of those only known codes, a
/// status and Notion's request id are kept.
///
/// ```
/// use notion_oauth::{Connection, ErrorKind};
///
/// let error = Connection::new("client", "secret", "http://example.com/callback").unwrap_err();
///
/// assert_eq!(error.kind(), ErrorKind::Configuration);
/// assert!(error.is_configuration());
/// assert!(error.to_string().contains("https"));
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    hint: Option<Cow<'static, str>>,
    response: Response,
    /// Whether a grant is still there that the failed call was about.
    keeps_grant: bool,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What an error response of the token endpoint says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Response {
    pub(crate) status: Option<StatusCode>,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
}

/// The kinds of [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The connection is set up wrongly: here, or in Notion's Configuration tab. Trying again does not help.
    Configuration,
    /// What came back to the redirect URI is no answer of Notion: malformed, too large, both yes and no.
    InvalidCallback,
    /// A callback that belongs to no flow or to another one: forged, or from a tab of long ago. Nothing was used up.
    StateMismatch,
    /// The user took longer than a flow lasts.
    Expired,
    /// The flow is over: its callback came before. Each authorization is used once.
    AlreadyUsed,
    /// The user did not allow the connection.
    Denied,
    /// The program does not want it: its [`may_install`](crate::Hooks::may_install) said no.
    Refused,
    /// Notion gave no authorization, for another reason than the user's choice.
    AuthorizationFailed,
    /// Notion does not take the code or the refresh token: it was used, has expired, or was given for something else.
    InvalidGrant,
    /// More requests than Notion allows.
    RateLimited,
    /// Notion failed or was not available.
    Unavailable,
    /// The request did not reach Notion.
    Network,
    /// The request was sent and its answer lost. Whether the code or token is used up is not known.
    OutcomeUnknown,
    /// The answer of the token endpoint is none that a grant can be taken from.
    Response,
    /// A store failed.
    Store,
    /// What is needed is in use by another task or program, for longer than this one waits.
    Busy,
    /// What is stored cannot be opened with the keys that were given, or is not what was written.
    Sealed,
    /// There is no such installation, or not for the one who asks.
    NotFound,
    /// Notion takes neither the access token nor the refresh token any more: the user has to authorize again.
    NeedsReauthorization,
    /// A port that a login needs is taken.
    PortInUse,
    /// Nobody came back from the browser in time.
    TimedOut,
    /// A request that claims to be a webhook's delivery, and that Notion did not send.
    Forged,
    /// The operating system failed: no random numbers, no sockets.
    System,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            hint: None,
            response: Response::default(),
            keeps_grant: false,
            source: None,
        }))
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// The same with the place where it happened in front.
    pub(crate) fn within(mut self, place: &str) -> Self {
        self.0.message = format!("{place}: {}", self.0.message).into();
        self
    }

    pub(crate) fn with_response(mut self, response: Response) -> Self {
        self.0.response = response;
        self
    }

    pub(crate) fn with_grant_kept(mut self) -> Self {
        self.0.keeps_grant = true;
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    pub(crate) fn busy(patience: Duration) -> Self {
        Self::new(
            ErrorKind::Busy,
            format!("another task or program is at it for longer than {patience:?}"),
        )
        .with_hint("Try again. If it stays so, look for a program, or a hook, that hangs.")
    }

    /// An error of a [`Store`](crate::Store) of your own.
    ///
    /// The message must hold no secret.
    ///
    /// ```
    /// use notion_oauth::{Error, ErrorKind};
    ///
    /// let error = Error::custom(ErrorKind::Store, "the vault is sealed", None);
    /// assert_eq!(error.to_string(), "the vault is sealed");
    /// ```
    #[must_use]
    pub fn custom(
        kind: ErrorKind,
        message: impl Into<Cow<'static, str>>,
        source: Option<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        let error = Self::new(kind, message);
        match source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }

    /// What kind of error this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What went wrong, without the next step.
    pub(crate) fn sentence(&self) -> String {
        let Inner {
            message, response, ..
        } = &*self.0;
        let Some(status) = response.status else {
            return message.to_string();
        };
        let mut sentence = format!("{message} ({}", status.as_u16());
        if let Some(code) = &response.code {
            sentence.push(' ');
            sentence.push_str(code);
        }
        if let Some(id) = &response.request_id {
            sentence.push_str(", request id ");
            sentence.push_str(id);
        }
        sentence.push(')');
        sentence
    }

    /// The next step, where one is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The status of the token endpoint's response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.response.status
    }

    /// The error code of the token endpoint or of the callback, such as `invalid_client`.
    ///
    /// Source: <https://developers.notion.com/reference/create-a-token>.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.response.code.as_deref()
    }

    /// The id under which Notion's support finds the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.response.request_id.as_deref()
    }

    /// How long Notion asked to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.response.retry_after
    }

    /// Whether the cause passes by itself: what failed may succeed later.
    ///
    /// A code is used at most once, so that "again" is a new flow where [`needs_new_flow`](Self::needs_new_flow) says
    /// so too.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::RateLimited
                | ErrorKind::Unavailable
                | ErrorKind::Network
                | ErrorKind::OutcomeUnknown
                | ErrorKind::Busy
        )
    }

    /// Whether the way on is a new authorization URL. Nothing is half-connected: an authorization whose code was not
    /// exchanged gives the connection no access.
    ///
    /// A refresh that failed needs none as long as the refresh token may be good.
    #[must_use]
    pub fn needs_new_flow(&self) -> bool {
        match self.kind() {
            ErrorKind::Expired
            | ErrorKind::AlreadyUsed
            | ErrorKind::Denied
            | ErrorKind::AuthorizationFailed
            | ErrorKind::InvalidGrant
            | ErrorKind::TimedOut
            | ErrorKind::NeedsReauthorization => true,
            ErrorKind::RateLimited
            | ErrorKind::Unavailable
            | ErrorKind::Network
            | ErrorKind::OutcomeUnknown
            | ErrorKind::Response => !self.0.keeps_grant,
            _ => false,
        }
    }

    /// Whether the developer has to set something right before any user can connect.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        self.kind() == ErrorKind::Configuration
    }

    /// Whether the user did not allow the connection, which is normal.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.kind() == ErrorKind::Denied
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence())?;
        match &self.0.hint {
            Some(hint) => write!(f, ". {hint}"),
            None => Ok(()),
        }
    }
}

/// `{:?}` is what a program shows that returns the error from `main`: the sentence and its causes. `{:#?}` shows the parts.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            fmt::Display::fmt(self, f)?;
            let mut cause = self.source();
            while let Some(error) = cause {
                write!(f, "\n  because: {error}")?;
                cause = error.source();
            }
            return Ok(());
        }
        let Inner {
            kind,
            message,
            hint,
            response,
            source,
            keeps_grant: _,
        } = &*self.0;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("message", message)
            .field("hint", hint)
            .field("response", response)
            .field("source", source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
