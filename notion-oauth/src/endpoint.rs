//! The token endpoint and the two beside it. What is sent and what an answer means are pure functions, in the files
//! below; only [`ask`] awaits, and it sends once.

mod refusal;
mod reply;
mod request;

use bytes::Bytes;
use http::Response;
use jiff::Timestamp;
use serde::Serialize;

use crate::callback::Code;
use crate::connection::{Connection, RedirectUri};
use crate::error::{ErrorKind, Result};
use crate::grant::{Grant, RefreshToken};
use crate::introspection::Introspection;
use crate::state::State;

#[cfg(feature = "broker")]
pub(crate) use refusal::OUTCOME_UNKNOWN;

/// Far more than a grant takes.
pub(crate) const MAX_BODY: usize = 64 << 10;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Exchange,
    Refresh,
    Introspect,
    Revoke,
}

/// Exchanges an authorization code, once: sent again, it could be taken for stolen. A broker wants the verifier of the flow
/// with it.
///
/// Source: <https://developers.notion.com/reference/create-a-token>.
pub(crate) async fn exchange(
    connection: &Connection,
    code: &Code,
    redirect_uri: Option<&RedirectUri>,
    verifier: Option<&State>,
) -> Result<Grant> {
    #[derive(Serialize)]
    struct Body<'a> {
        grant_type: &'static str,
        code: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        redirect_uri: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        code_verifier: Option<&'a str>,
    }
    let body = Body {
        grant_type: "authorization_code",
        code: code.expose(),
        redirect_uri: redirect_uri.map(RedirectUri::as_str),
        code_verifier: verifier.map(State::expose),
    };
    let read = |raw: &str| Grant::receive(connection.client_id().clone(), raw, Timestamp::now());
    ask(connection, Call::Exchange, &body, code.expose(), read).await
}

/// Gives a refresh token away for a new pair, once. Whether the answer is for the same bot is the caller's to check.
///
/// Of the errors, only [`InvalidGrant`](ErrorKind::InvalidGrant) says that the token is dead. After
/// [`OutcomeUnknown`](ErrorKind::OutcomeUnknown), and after a [`Response`](ErrorKind::Response) with a status of
/// success, the token may have been used up or not.
///
/// Source: <https://developers.notion.com/reference/create-a-token>.
pub(crate) async fn refresh(connection: &Connection, token: &RefreshToken) -> Result<Grant> {
    #[derive(Serialize)]
    struct Body<'a> {
        grant_type: &'static str,
        refresh_token: &'a str,
    }
    let body = Body {
        grant_type: "refresh_token",
        refresh_token: token.expose(),
    };
    let read = |raw: &str| Grant::receive(connection.client_id().clone(), raw, Timestamp::now());
    ask(connection, Call::Refresh, &body, token.expose(), read).await
}

/// Asks whether an access or refresh token is good. One that Notion does not know is no error.
///
/// Source: <https://developers.notion.com/reference/introspect-token>.
pub(crate) async fn introspect(connection: &Connection, token: &str) -> Result<Introspection> {
    let read = Introspection::read;
    ask(connection, Call::Introspect, &OneToken { token }, token, read).await
}

/// As [`introspect`], with what the server's clock says.
pub(crate) async fn probe(
    connection: &Connection,
    token: &str,
) -> (Result<Introspection>, Option<Timestamp>) {
    let secrets = secrets(connection, token);
    match send(connection, Call::Introspect, &OneToken { token }).await {
        Ok(answer) => (
            reply::read(Call::Introspect, &answer, &secrets, Introspection::read),
            reply::date(answer.headers()),
        ),
        Err(error) => (Err(error), None),
    }
}

/// Ends an access or refresh token. One that is dead already is a success.
///
/// What Notion says to a dead token is documented nowhere. So a refusal that could mean this is followed by the
/// question whether the token lives.
///
/// Source: <https://developers.notion.com/reference/revoke-token>.
pub(crate) async fn revoke(connection: &Connection, token: &str) -> Result<()> {
    let ended = ask(connection, Call::Revoke, &OneToken { token }, token, |_| Ok(())).await;
    let Err(refused) = ended else { return Ok(()) };
    let may_be_dead = match refused.kind() {
        ErrorKind::InvalidGrant => true,
        ErrorKind::Configuration => refused.status().is_some() && refused.code() != Some("invalid_client"),
        _ => false,
    };
    if may_be_dead
        && let Ok(introspection) = introspect(connection, token).await
        && !introspection.is_active()
    {
        return Ok(());
    }
    Err(refused)
}

#[derive(Serialize)]
struct OneToken<'a> {
    token: &'a str,
}

/// Sends one request and reads its answer. `secret` is in the body, and is not repeated even if the answer does.
async fn ask<T>(
    connection: &Connection,
    call: Call,
    body: &impl Serialize,
    secret: &str,
    read: impl FnOnce(&str) -> Result<T, &'static str>,
) -> Result<T> {
    let secrets = secrets(connection, secret);
    let answer = send(connection, call, body).await;
    let result = answer.and_then(|answer| reply::read(call, &answer, &secrets, read));
    let client_id = connection.client_id();
    match &result {
        Ok(_) => tracing::debug!(%client_id, ?call, "answered"),
        Err(error) => {
            let status = error.status().map(|status| status.as_u16());
            tracing::debug!(%client_id, ?call, status, kind = ?error.kind(), "failed");
        }
    }
    result
}

/// What no error may repeat.
fn secrets<'a>(connection: &'a Connection, sent: &'a str) -> Vec<&'a str> {
    std::iter::once(sent).chain(connection.secret()).collect()
}

async fn send(connection: &Connection, call: Call, body: &impl Serialize) -> Result<Response<Bytes>> {
    let request = request::new(connection, call, body)?;
    let answer = connection.token_transport().send(request).await;
    answer.map_err(|error| refusal::no_answer(call, error))
}
