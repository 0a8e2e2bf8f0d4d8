use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::table::Difference;

/// The result of what this crate does.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn StdError + Send + Sync>;

/// What went wrong, where, and what to do about it.
///
/// Match on [`kind`](Error::kind), or ask a predicate. `Display` is a sentence for people that names the
/// endpoint and Notion's request id, and ends with the next step where one is known; it never holds a
/// token or the body of a response. Causes are behind [`source`](StdError::source).
///
/// ```
/// # let error = "no id here".parse::<notion_core::PageId>().unwrap_err();
/// use notion_core::ErrorKind;
///
/// match error.kind() {
///     ErrorKind::NotFound => println!("share it with the connection first"),
///     _ if error.is_retryable() => println!("try again later"),
///     _ => println!("{error}"),
/// }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    hint: Option<Cow<'static, str>>,
    endpoint: Option<&'static str>,
    response: Response,
    differences: Vec<Difference>,
    source: Option<Source>,
}

/// What an error response of Notion says beside its message.
#[derive(Debug, Clone, Default)]
pub(crate) struct Response {
    pub(crate) status: Option<StatusCode>,
    pub(crate) code: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) committed_ids: Vec<String>,
    pub(crate) additional_data: Option<Box<str>>,
    pub(crate) is_blocked: bool,
}

/// The kinds of [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The program was set up wrongly: no token, a base URL that is none.
    Configuration,
    /// A value given to this crate cannot be sent: an id that is none, an option name with a comma.
    InvalidInput,
    /// Notion does not accept the token.
    Unauthorized,
    /// The token is good, but its capabilities or the workspace's plan do not allow this.
    Forbidden,
    /// It does not exist, or is not shared with the connection: Notion does not tell these apart.
    NotFound,
    /// Notion refused the request as invalid.
    Validation,
    /// Somebody else wrote at the same time.
    Conflict,
    /// A row is not what the program had read any more, so that the update that depended on it was not sent.
    Changed,
    /// More requests than Notion allows, for longer than this client waits.
    RateLimited,
    /// Notion failed or was not available; nothing was changed.
    Unavailable,
    /// The request did not reach Notion.
    Network,
    /// A write was sent and its answer lost: it may have been carried out. See
    /// [`committed_ids`](Error::committed_ids). It was not repeated, because that could do it twice.
    OutcomeUnknown,
    /// A write was carried out, and only what Notion answered could not be read. See
    /// [`committed_ids`](Error::committed_ids). Sending it again would do it twice.
    Stored,
    /// A response was not what the API promises.
    Response,
    /// A struct and the data source it was bound to do not fit.
    SchemaMismatch,
    /// A row holds a value that its field cannot: an empty number in an `f64`, an unknown option.
    Value,
    /// One row was asked for, and there are more.
    NotUnique,
    /// Notion cut the result short.
    Incomplete,
    /// It was not begun, because the program stopped the batch that it is part of. Nothing was sent.
    Stopped,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            hint: None,
            endpoint: None,
            response: Response::default(),
            differences: Vec::new(),
            source: None,
        }))
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    pub(crate) fn with_endpoint(mut self, endpoint: &'static str) -> Self {
        self.0.endpoint = Some(endpoint);
        self
    }

    pub(crate) fn with_response(mut self, response: Response) -> Self {
        self.0.response = response;
        self
    }

    pub(crate) fn with_differences(mut self, differences: Vec<Difference>) -> Self {
        self.0.differences = differences;
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// An error of a [`Transport`](crate::transport::Transport) or
    /// [`TokenProvider`](crate::TokenProvider) of your own.
    ///
    /// The message must hold no secret.
    #[must_use]
    pub fn custom(kind: ErrorKind, message: impl Into<String>, source: Option<Source>) -> Self {
        let error = Self::new(kind, message);
        match source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
    }

    /// What kind of error this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The status of Notion's response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.response.status
    }

    /// Notion's error code, such as `object_not_found`.
    ///
    /// Source: <https://developers.notion.com/reference/status-codes>.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.response.code.as_deref()
    }

    /// The id under which Notion's support finds the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.response.request_id.as_deref()
    }

    /// The endpoint that was called, such as `POST /v1/pages`.
    #[must_use]
    pub fn endpoint(&self) -> Option<&'static str> {
        self.0.endpoint
    }

    /// The next step, where one is known.
    #[must_use]
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// How long Notion asked to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.response.retry_after
    }

    /// What Notion says it saved although the answer was an error.
    #[must_use]
    pub fn committed_ids(&self) -> &[String] {
        &self.0.response.committed_ids
    }

    /// What Notion says beside the message, as its JSON: what the error is about, in words for programs.
    #[must_use]
    pub fn additional_data(&self) -> Option<&str> {
        self.0.response.additional_data.as_deref()
    }

    /// Where a struct does not fit its data source, for [`ErrorKind::SchemaMismatch`].
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        &self.0.differences
    }

    /// Whether Notion has blocked the connection, so that asking again makes it worse.
    pub(crate) fn is_blocked(&self) -> bool {
        self.0.response.is_blocked
    }

    /// Whether the object does not exist or is not shared with the connection.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether Notion does not accept the token.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.kind() == ErrorKind::Unauthorized
    }

    /// Whether the rate limit was met.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Whether the same request may succeed later, and is safe to send again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::RateLimited | ErrorKind::Unavailable | ErrorKind::Network | ErrorKind::Conflict
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            message,
            hint,
            endpoint,
            response,
            ..
        } = &*self.0;
        if let Some(endpoint) = endpoint {
            write!(f, "{endpoint}: ")?;
        }
        // Behind the sentence of Notion goes what belongs to it.
        let sentence = if response.status.is_some() {
            message.trim_end_matches('.')
        } else {
            message
        };
        f.write_str(sentence)?;
        if let Some(status) = response.status {
            write!(f, " ({}", status.as_u16())?;
            if let Some(code) = &response.code {
                write!(f, " {code}")?;
            }
            if let Some(id) = &response.request_id {
                write!(f, ", request id {id}")?;
            }
            f.write_str(")")?;
        }
        match hint {
            Some(hint) if message.ends_with(['.', '!', '?']) && response.status.is_none() => {
                write!(f, " {hint}")
            }
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
            endpoint,
            response,
            differences,
            source,
        } = &*self.0;
        f.debug_struct("Error")
            .field("kind", kind)
            .field("message", message)
            .field("hint", hint)
            .field("endpoint", endpoint)
            .field("response", response)
            .field("differences", differences)
            .field("source", source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
