//! What failures mean, and what to do about them.

use http::StatusCode;
use notion_core::transport::TransportError;

use super::Call;
use crate::error::{Error, ErrorKind};

impl Call {
    /// An error of this call. A code is gone with the exchange that failed; a token is still there.
    pub(super) fn error(self, kind: ErrorKind, message: impl Into<String>, hint: impl Into<String>) -> Error {
        let error = Error::new(kind, message.into()).with_hint(hint.into());
        match self {
            Self::Exchange => error,
            Self::Refresh | Self::Introspect | Self::Revoke => error.with_grant_kept(),
        }
    }

    /// How to go on once the cause is gone.
    pub(super) fn again(self) -> &'static str {
        match self {
            Self::Exchange => "begin again with a new link",
            Self::Refresh | Self::Introspect | Self::Revoke => "try again",
        }
    }
}

/// The error where no answer came.
pub(super) fn no_answer(call: Call, error: TransportError) -> Error {
    let again = call.again();
    let explained = if error.was_sent() {
        lost(call)
    } else {
        call.error(
            ErrorKind::Network,
            "Notion could not be reached",
            format!("Check the network, and the base URL if you set one; then {again}."),
        )
    };
    explained.with_source(error)
}

/// The error where an answer was lost.
fn lost(call: Call) -> Error {
    let hint = match call {
        Call::Exchange => {
            "Begin again with a new link: an authorization that was not exchanged gives no access."
        }
        Call::Refresh => "The refresh token may be used up. The access token may still be good.",
        Call::Introspect | Call::Revoke => "Try again: asking twice does no harm.",
    };
    let message = "the answer of the token endpoint was lost on the way";
    call.error(ErrorKind::OutcomeUnknown, message, hint)
}

/// The code with which a broker says that it does not know what has become of a request.
pub(crate) const OUTCOME_UNKNOWN: &str = "outcome_unknown";

/// The error that a status and a code stand for.
///
/// Source: <https://developers.notion.com/reference/create-a-token> and
/// [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2).
pub(super) fn meaning(call: Call, status: StatusCode, code: Option<&str>) -> Error {
    let (kind, message, hint) = match (status.as_u16(), code) {
        (_, Some(OUTCOME_UNKNOWN)) => return lost(call),
        (429 | 529, _) | (_, Some("rate_limited")) => {
            let hint = format!("This passes: {} later.", call.again());
            return call.error(
                ErrorKind::RateLimited,
                "Notion is asked too often for tokens",
                hint,
            );
        }
        (408 | 409 | 500.., _) => {
            let hint = format!("This passes: {} later.", call.again());
            return call.error(ErrorKind::Unavailable, "Notion failed to answer", hint);
        }
        (300..=399, _) => (
            ErrorKind::Response,
            "the token endpoint sends elsewhere, where the client secret does not go",
            "Check the base URL, if you set one.",
        ),
        (_, Some("invalid_grant")) => dead(call),
        (_, Some("invalid_client")) | (401, _) => (
            ErrorKind::Configuration,
            "Notion does not know this client id with this client secret",
            "Copy both from the Configuration tab of the connection; if the secret is shown no more, make a new one there.",
        ),
        (_, Some("unauthorized_client")) => (
            ErrorKind::Configuration,
            "the connection may not have tokens of users",
            "Only public connections may: look at its type in the Creator dashboard.",
        ),
        (_, Some("invalid_request")) if call == Call::Exchange => (
            ErrorKind::Configuration,
            "Notion finds the exchange malformed",
            "Compare the redirect URIs with the Configuration tab: the same ones, character by character.",
        ),
        _ => (
            ErrorKind::Configuration,
            match call {
                Call::Exchange => "the token endpoint refuses the exchange",
                Call::Refresh => "the token endpoint refuses the refresh",
                Call::Introspect => "Notion refuses to tell whether a token is good",
                Call::Revoke => "Notion refuses to end a token",
            },
            "Check the base URL, if you set one, and the Configuration tab of the connection.",
        ),
    };
    call.error(kind, message, hint)
}

fn dead(call: Call) -> (ErrorKind, &'static str, &'static str) {
    let (message, hint) = match call {
        Call::Exchange => (
            "Notion does not take the authorization code: it was used, has expired, or is for another redirect URI",
            "Begin again with a new link.",
        ),
        Call::Refresh => (
            "Notion does not take the refresh token: it was used, or the user removed the connection",
            "Where no other program has a newer one, the user has to authorize the connection again.",
        ),
        Call::Introspect | Call::Revoke => (
            "Notion does not know the token",
            "It is dead, or belongs to another connection.",
        ),
    };
    (ErrorKind::InvalidGrant, message, hint)
}
