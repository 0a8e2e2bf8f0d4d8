use std::fmt;

use zeroize::Zeroizing;

use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::id::FlowId;
use crate::query::{MAX_QUERY, parameters};
use crate::state::State;

/// What came back to the redirect URI: an authorization code, or why there is none.
///
/// Nothing in it is trusted before [`Pending::finish`](crate::Pending::finish) has compared its state.
///
/// ```
/// use notion_oauth::{AuthorizationError, Callback};
///
/// let callback = Callback::parse("https://example.com/callback?error=access_denied&state=")?;
/// assert_eq!(callback.error(), Some(&AuthorizationError::AccessDenied));
///
/// let callback = Callback::parse("state=xyz&code=e202e8c9")?; // just the query, in any order
/// assert_eq!(callback.error(), None);
/// assert!(!format!("{callback:?}").contains("e202e8c9"));
/// # Ok::<(), notion_oauth::Error>(())
/// ```
pub struct Callback {
    pub(crate) state: Option<State>,
    /// The server that answers. Notion does not say, but if it ever does, it has to be the one that was asked.
    pub(crate) issuer: Option<Zeroizing<String>>,
    pub(crate) answer: Answer,
}

/// Either, never both.
#[derive(Debug)]
pub(crate) enum Answer {
    Code(Code),
    Error(AuthorizationError),
}

/// An authorization code, good for one exchange.
pub(crate) struct Code(Zeroizing<String>);

/// Far more than Notion sends, and less than an attack.
const MAX_VALUE: usize = 512;
const MAX_ERROR: usize = 64;

/// The parameters that RFC 6749 and RFC 9207 give a meaning.
const KNOWN: [&str; 6] = ["code", "state", "error", "error_description", "error_uri", "iss"];

impl Callback {
    /// Reads the query of a request to the redirect URI, or the whole URL that a browser was sent to.
    ///
    /// The order of the parameters does not matter, unknown ones are passed over, and so are quotes around it all.
    ///
    /// # Errors
    /// When it is larger than 4 KiB or has more than 16 parameters; when it holds no code and no error, both, or one of
    /// them twice; when one is longer than 512 bytes, or holds what is no printable ASCII. The error repeats none of it.
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() > MAX_QUERY {
            return Err(refused("is larger than 4 KiB"));
        }
        let query = query(unquoted(text.trim()))?;
        let [code, state, error, .., issuer] = parameters(query, KNOWN).map_err(refused)?;
        let answer = match (code, error) {
            (Some(_), Some(_)) => return Err(refused("says both yes and no")),
            (None, None) => {
                return Err(refused("holds neither a code nor an error")
                    .with_hint("The whole address is needed, from `http` to its end."));
            }
            (Some(code), None) => Answer::Code(Code(printable(code, MAX_VALUE)?)),
            (None, Some(error)) => Answer::Error(AuthorizationError::new(&printable(error, MAX_ERROR)?)),
        };
        // Notion's guide shows an empty state beside an error: that is none.
        let state = match state {
            Some(state) if !state.is_empty() => Some(State::received(printable(state, MAX_VALUE)?)),
            _ => None,
        };
        Ok(Self {
            state,
            issuer,
            answer,
        })
    }

    /// Why there is no code, if so. Anybody can send an error: it says something only about a callback whose state was
    /// found right.
    #[must_use]
    pub fn error(&self) -> Option<&AuthorizationError> {
        match &self.answer {
            Answer::Code(_) => None,
            Answer::Error(error) => Some(error),
        }
    }

    /// Which flow it claims to answer, if any.
    #[must_use]
    pub fn flow_id(&self) -> Option<FlowId> {
        self.state.as_ref().map(State::flow_id)
    }

    /// Whether it names no other server than the one that was asked.
    ///
    /// Source: [RFC 9207](https://www.rfc-editor.org/rfc/rfc9207).
    pub(crate) fn is_from(&self, connection: &Connection) -> bool {
        let issuer = self.issuer.as_ref();
        issuer.is_none_or(|issuer| issuer.trim_end_matches('/') == connection.base_url())
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("state", &self.state)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

impl Code {
    /// A code that was on its way through a browser once more.
    #[cfg(feature = "broker")]
    pub(crate) fn restored(code: &str) -> Self {
        Self(Zeroizing::new(code.to_owned()))
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// Why Notion gave no authorization.
///
/// Source: [RFC 6749 §4.1.2.1](https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// The user, or Notion, said no. This is normal.
    AccessDenied,
    /// The authorization URL lacks something or is malformed.
    InvalidRequest,
    /// The connection may not ask for a code.
    UnauthorizedClient,
    /// The server gives no codes.
    UnsupportedResponseType,
    /// The scope is unknown. This crate sends none.
    InvalidScope,
    /// Notion failed.
    ServerError,
    /// Notion is overloaded or being maintained.
    TemporarilyUnavailable,
    /// A code that RFC 6749 does not have. It is not trusted: escape it before it is shown.
    Other(String),
}

impl AuthorizationError {
    pub(crate) fn new(code: &str) -> Self {
        match code {
            "access_denied" => Self::AccessDenied,
            "invalid_request" => Self::InvalidRequest,
            "unauthorized_client" => Self::UnauthorizedClient,
            "unsupported_response_type" => Self::UnsupportedResponseType,
            "invalid_scope" => Self::InvalidScope,
            "server_error" => Self::ServerError,
            "temporarily_unavailable" => Self::TemporarilyUnavailable,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The code, as Notion sends it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::Other(code) => code,
        }
    }

    /// What to tell the user: a sentence of this crate, never of the callback.
    ///
    /// ```
    /// use notion_oauth::AuthorizationError;
    ///
    /// assert_eq!(AuthorizationError::ServerError.message(), "Notion failed to answer. Please try again.");
    /// ```
    #[must_use]
    pub fn message(&self) -> &'static str {
        match self {
            Self::AccessDenied => "The connection was not allowed. Nothing was shared.",
            Self::ServerError => "Notion failed to answer. Please try again.",
            Self::TemporarilyUnavailable => "Notion is busy. Please try again in a few minutes.",
            Self::InvalidRequest
            | Self::UnauthorizedClient
            | Self::UnsupportedResponseType
            | Self::InvalidScope => "Notion did not accept the request: the connection is not set up right.",
            Self::Other(_) => "Notion could not connect, for a reason that this program does not know.",
        }
    }

    /// Whether trying again may help.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::AccessDenied | Self::ServerError | Self::TemporarilyUnavailable
        )
    }

    /// Whether the developer has to set something right.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        matches!(
            self,
            Self::InvalidRequest
                | Self::UnauthorizedClient
                | Self::UnsupportedResponseType
                | Self::InvalidScope
        )
    }
}

/// An address that was copied with the quotes around it.
fn unquoted(text: &str) -> &str {
    [('"', '"'), ('\'', '\''), ('<', '>'), ('`', '`')]
        .into_iter()
        .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
        .unwrap_or(text)
}

/// The query of a URL or of a path, without a fragment, or the text itself.
fn query(text: &str) -> Result<&str> {
    let text = text.split('#').next().unwrap_or_default();
    let starts_with = |prefix: &str| {
        text.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    if !["?", "/", "http://", "https://"].into_iter().any(starts_with) {
        return Ok(match text.split_once('?') {
            // An address bar may leave the protocol out.
            Some((before, query)) if !before.contains('=') => query,
            _ => text,
        });
    }
    text.split_once('?')
        .map(|(_, query)| query)
        .ok_or_else(|| refused("has no query"))
}

/// What RFC 6749 calls VSCHAR, and some of it.
fn printable(value: Zeroizing<String>, longest: usize) -> Result<Zeroizing<String>> {
    if value.is_empty() {
        return Err(refused("holds an empty code or error"));
    }
    if value.len() > longest {
        return Err(refused("holds a value that is too long"));
    }
    if !value.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(refused("holds characters that no answer of Notion has"));
    }
    Ok(value)
}

fn refused(why: &str) -> Error {
    Error::new(
        ErrorKind::InvalidCallback,
        format!("the answer at the redirect URI {why}"),
    )
}
