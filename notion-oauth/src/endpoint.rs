//! The token endpoint: functions from parameters to a request, and from a response to what it says. Only
//! [`exchange`] awaits.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use jiff::Timestamp;
use notion_core::NOTION_VERSION;
use notion_core::transport::TransportError;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::callback::Code;
use crate::connection::{Connection, RedirectUri};
use crate::error::{self, Error, ErrorKind, Result};
use crate::grant::Grant;

/// Far more than a grant takes.
pub(crate) const MAX_BODY: usize = 64 << 10;

/// Exchanges an authorization code, once: sent again, it could be taken for stolen.
pub(crate) async fn exchange(
    connection: &Connection,
    code: &Code,
    redirect_uri: Option<&RedirectUri>,
) -> Result<Grant> {
    let request = exchange_request(connection, code, redirect_uri)?;
    let answer = connection
        .token_transport()
        .send(request)
        .await
        .map_err(no_answer)?;
    let status = answer.status();
    let secrets = [code.expose(), connection.secret().expose()];
    let grant = read(connection, &answer, &secrets);
    match &grant {
        Ok(grant) => {
            tracing::debug!(client_id = %connection.client_id(), bot_id = %grant.bot_id(), "granted");
        }
        Err(error) => {
            tracing::debug!(client_id = %connection.client_id(), status = status.as_u16(), kind = ?error.kind(), "no grant");
        }
    }
    grant
}

/// Source: <https://developers.notion.com/reference/create-a-token>.
fn exchange_request(
    connection: &Connection,
    code: &Code,
    redirect_uri: Option<&RedirectUri>,
) -> Result<Request<Bytes>> {
    #[derive(Serialize)]
    struct Body<'a> {
        grant_type: &'static str,
        code: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        redirect_uri: Option<&'a str>,
    }
    let body = serde_json::to_vec(&Body {
        grant_type: "authorization_code",
        code: code.expose(),
        redirect_uri: redirect_uri.map(RedirectUri::as_str),
    });
    let body = body.map_err(|_| unsendable())?;
    let mut request = Request::new(Bytes::from(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = format!("{}/v1/oauth/token", connection.base_url())
        .parse()
        .map_err(|_| unsendable())?;
    let json = HeaderValue::from_static("application/json");
    let headers = request.headers_mut();
    headers.insert(header::AUTHORIZATION, basic(connection)?);
    headers.insert(header::CONTENT_TYPE, json.clone());
    headers.insert(header::ACCEPT, json);
    headers.insert("Notion-Version", HeaderValue::from_static(NOTION_VERSION));
    Ok(request)
}

/// Notion documents the plain `id:secret`, where RFC 6749 §2.3.1 would encode both first.
fn basic(connection: &Connection) -> Result<HeaderValue> {
    let id = connection.client_id();
    let pair = Zeroizing::new(format!("{id}:{}", connection.secret().expose()));
    let text = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
    let mut value = HeaderValue::from_str(&text).map_err(|_| unsendable())?;
    value.set_sensitive(true);
    Ok(value)
}

fn unsendable() -> Error {
    Error::new(
        ErrorKind::Configuration,
        "the connection makes no request that can be sent",
    )
}

fn no_answer(error: TransportError) -> Error {
    let (kind, message, hint) = if error.was_sent() {
        (
            ErrorKind::OutcomeUnknown,
            "the answer of the token endpoint was lost on the way",
            "Begin again with a new link: an authorization that was not exchanged gives no access.",
        )
    } else {
        (
            ErrorKind::Network,
            "Notion could not be reached",
            "Check the network, and the base URL if you set one; then begin again with a new link.",
        )
    };
    Error::new(kind, message).with_hint(hint).with_source(error)
}

/// What a response says. `secrets` were sent, and are not repeated even if the response does.
fn read(connection: &Connection, answer: &http::Response<Bytes>, secrets: &[&str]) -> Result<Grant> {
    let (status, headers, body) = (answer.status(), answer.headers(), answer.body());
    if !status.is_success() {
        return Err(refused(status, headers, body, secrets));
    }
    let broken = |why: &'static str| {
        Error::new(
            ErrorKind::Response,
            format!("the token endpoint answered, but {why}"),
        )
        .with_response(error::Response {
            status: Some(status),
            request_id: request_id(headers, None, secrets),
            ..error::Response::default()
        })
        .with_hint("Is the base URL right, and no proxy in between? Then begin again with a new link.")
    };
    if body.len() > MAX_BODY {
        return Err(broken("with more than 64 KiB"));
    }
    let raw = std::str::from_utf8(body).map_err(|_| broken("not in UTF-8"))?;
    Grant::receive(connection.client_id().clone(), raw, Timestamp::now()).map_err(broken)
}

/// The body of an error response: OAuth's form and Notion's.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorBody<'a> {
    #[serde(borrow)]
    error: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow)]
    code: Option<std::borrow::Cow<'a, str>>,
    #[serde(borrow)]
    request_id: Option<std::borrow::Cow<'a, str>>,
}

/// The error that a refusal stands for. Descriptions are dropped: they may repeat anything.
fn refused(status: StatusCode, headers: &HeaderMap, body: &[u8], secrets: &[&str]) -> Error {
    let body = Some(body)
        .filter(|body| body.len() <= MAX_BODY)
        .unwrap_or_default();
    let parsed: ErrorBody<'_> = serde_json::from_slice(body).unwrap_or_default();
    let code = parsed.error.or(parsed.code);
    let (kind, message, hint) = meaning(status, code.as_deref());
    Error::new(kind, message)
        .with_hint(hint)
        .with_response(error::Response {
            status: Some(status),
            code: code
                .filter(|code| is_code(code, secrets))
                .map(std::borrow::Cow::into_owned),
            request_id: request_id(headers, parsed.request_id.as_deref(), secrets),
            retry_after: retry_after(headers),
        })
}

/// Source: <https://developers.notion.com/reference/create-a-token> and
/// [RFC 6749 §5.2](https://www.rfc-editor.org/rfc/rfc6749#section-5.2).
fn meaning(status: StatusCode, code: Option<&str>) -> (ErrorKind, &'static str, &'static str) {
    const LATER: &str = "Begin again with a new link, later.";
    match (status.as_u16(), code) {
        (429 | 529, _) | (_, Some("rate_limited")) => (
            ErrorKind::RateLimited,
            "Notion is asked too often for tokens",
            LATER,
        ),
        (500.., _) => (ErrorKind::Unavailable, "Notion failed to answer", LATER),
        (300..=399, _) => (
            ErrorKind::Response,
            "the token endpoint sends elsewhere, where the client secret does not go",
            "Check the base URL, if you set one.",
        ),
        (_, Some("invalid_grant")) => (
            ErrorKind::InvalidGrant,
            "Notion does not take the authorization code: it was used, has expired, or is for another redirect URI",
            "Begin again with a new link.",
        ),
        (_, Some("invalid_client")) | (401, _) => (
            ErrorKind::Configuration,
            "Notion does not know this client id with this client secret",
            "Copy both from the Configuration tab of the connection; if the secret is shown no more, make a new one there.",
        ),
        (_, Some("unauthorized_client")) => (
            ErrorKind::Configuration,
            "the connection may not exchange authorization codes",
            "Only public connections can: look at its type in the Creator dashboard.",
        ),
        (_, Some("invalid_request")) => (
            ErrorKind::Configuration,
            "Notion finds the exchange malformed",
            "Compare the redirect URIs with the Configuration tab: the same ones, character by character.",
        ),
        _ => (
            ErrorKind::Configuration,
            "the token endpoint refuses the exchange",
            "Check the base URL, if you set one, and the Configuration tab of the connection.",
        ),
    }
}

/// Whether this is an error code, such as `invalid_grant`, and nothing that was sent.
fn is_code(code: &str, secrets: &[&str]) -> bool {
    let is_word = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_word && (1..=40).contains(&code.len()) && !repeats(code, secrets)
}

fn request_id(headers: &HeaderMap, of_body: Option<&str>, secrets: &[&str]) -> Option<String> {
    let of_header = || headers.get("x-notion-request-id")?.to_str().ok();
    of_body
        .or_else(of_header)
        .filter(|id| !repeats(id, secrets))
        .and_then(|id| Uuid::try_parse(id).ok())
        .map(|id| id.to_string())
}

fn repeats(text: &str, secrets: &[&str]) -> bool {
    secrets
        .iter()
        .any(|secret| text.contains(secret) || secret.contains(text))
}

/// Source: <https://developers.notion.com/reference/request-limits>, whole seconds.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}
