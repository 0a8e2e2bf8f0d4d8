//! A server that holds the client secret for programs that others run.
//!
//! A program that is given away cannot keep a secret. So it sends its user to Notion with a redirect URI of this server, which
//! sends the browser on to the program, and exchanges the code when the program asks it to. The program has the tokens, and
//! the server keeps nothing.
//!
//! ```no_run
//! # #[cfg(feature = "axum")]
//! # fn app() -> Result<(), Box<dyn std::error::Error>> {
//! use notion_oauth::broker::{self, Broker};
//! use notion_oauth::{Connection, KeyRing};
//!
//! // On the server: NOTION_REDIRECT_URI is https://example.com/notion/callback.
//! let broker = Broker::new(Connection::from_env()?, KeyRing::from_env()?)?;
//! let app: axum::Router = axum::Router::new().nest("/notion", broker::router(broker));
//! # Ok(())
//! # }
//! ```
//!
//! ```no_run
//! # #[cfg(feature = "loopback")]
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use notion_oauth::loopback::{Loopback, open_browser};
//! use notion_oauth::{ClientId, Connection, RedirectUri};
//!
//! // In the program: the client id is no secret.
//! let id = ClientId::new("463558a3-725e-4f37-b6d3-0889894f68de")?;
//! let connection = Connection::brokered(id, "https://example.com/notion")?.build()?;
//! let loopback = Loopback::bind(&RedirectUri::new("http://127.0.0.1:0/callback")?).await?; // any free port
//! let pending = loopback.authorize(&connection)?;
//! open_browser(pending.url()).await;
//! let grant = loopback.receive(&pending).await?.into_grant()?;
//! # Ok(())
//! # }
//! ```
//!
//! # Why it is safe
//!
//! The state of a flow is the challenge of a random verifier, as in [RFC 7636](https://www.rfc-editor.org/rfc/rfc7636), and a
//! port. The server seals the code with the challenge into a ticket, which is good for a few minutes, and sends the browser
//! with it to that port of its own machine. It sends nothing to Notion before somebody brings a ticket and the verifier that
//! fits it. So whoever sees the ticket needs the verifier; and whoever began the flow, and talked somebody else into allowing
//! it, needs the ticket, which is on that person's machine. There is no other way to fetch it, such as by asking again and again.
//! A ticket is used up when it is brought: by one server, that is. Several with the same keys do not know of each other, and the
//! code in it is refused by Notion the second time.
//!
//! Tokens are refreshed through the server, too: what it answers is for whoever has a refresh token. It asks Notion once for
//! each request, so limit how often an address may ask. A program that stores its grants with [`Workspaces`](crate::Workspaces)
//! loses none by a crash of the server that it would not lose by one of Notion: it is flagged to authorize again.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, RETRY_AFTER,
};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::callback::{Answer, Callback, Code};
use crate::connection::Connection;
use crate::endpoint::{self, OUTCOME_UNKNOWN};
use crate::error::{self, Error, ErrorKind, Result};
use crate::flow::broker_landing;
use crate::grant::RefreshToken;
use crate::keys::KeyRing;
use crate::seal::{Place, Seal};
use crate::state::State;

/// How long a ticket is good. The browser and the program need no time to think.
const LIFETIME: Duration = Duration::from_secs(2 * 60);
/// Far more than is asked in good faith.
const MAX_BODY: usize = 8 << 10;
/// What a program takes for a code.
const MAX_TICKET: usize = 512;

/// Exchanges codes, and refreshes tokens, for programs that do not have the client secret. See [the module](self).
#[derive(Debug)]
pub struct Broker {
    connection: Connection,
    seal: Seal,
    lifetime: Duration,
    used: Mutex<Used>,
}

/// The digests of the tickets that were used, and the time in microseconds since 1970 until which each would be good.
type Used = BTreeMap<[u8; 32], i64>;

impl Broker {
    /// For the first redirect URI of the connection, whose path ends with `/callback`. The keys seal the tickets: a server that
    /// runs several times needs the same ones everywhere.
    ///
    /// # Errors
    /// When the redirect URI does not end so, or the connection has no client secret.
    pub fn new(connection: Connection, keys: KeyRing) -> Result<Self> {
        let redirect_uri = &connection.redirect_uris()[0];
        let is_callback =
            redirect_uri.url().path().ends_with("/callback") && redirect_uri.url().query().is_none();
        if !is_callback || connection.secret().is_none() {
            return Err(Error::new(
                ErrorKind::Configuration,
                "a broker needs the client secret, and a redirect URI that ends with `/callback`",
            )
            .with_hint("Register one such as `https://example.com/notion/callback`."));
        }
        Ok(Self {
            connection,
            seal: Seal::Keys(keys),
            lifetime: LIFETIME,
            used: Mutex::default(),
        })
    }

    /// How long a ticket is good; 2 minutes if not set.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Answers a request: what the router does, for other frameworks. The last part of the path says what is asked:
    /// `GET callback`, `POST token`, `POST introspect` or `POST revoke`.
    pub async fn respond(&self, parts: &Parts, body: &[u8]) -> Response<String> {
        let name = parts.uri.path().rsplit('/').next().unwrap_or_default();
        if parts.method == Method::GET && name == "callback" {
            return self.callback(parts.uri.query().unwrap_or_default());
        }
        let asked = Some(body)
            .filter(|body| parts.method == Method::POST && body.len() <= MAX_BODY)
            .and_then(|body| serde_json::from_slice(body).ok())
            .unwrap_or_default();
        match self.answer(name, &asked).await {
            Ok(body) => json(StatusCode::OK, (*body).clone()),
            Err(error) => refusal(&error),
        }
    }

    /// What Notion answers to a program, if the program may ask.
    async fn answer(&self, name: &str, asked: &Asked<'_>) -> Result<Zeroizing<String>> {
        let connection = &self.connection;
        let text = match (name, &*asked.grant_type) {
            ("token", "authorization_code") => {
                let code = self.code(&asked.code, &asked.code_verifier);
                let code = code.ok_or_else(|| refused(ErrorKind::InvalidGrant, "invalid_grant"))?;
                // The programs name it in the authorization URL.
                let redirect_uri = Some(&connection.redirect_uris()[0]);
                let grant = endpoint::exchange(connection, &code, redirect_uri, None).await?;
                grant.expose_raw().to_owned()
            }
            ("token", "refresh_token") if !asked.refresh_token.is_empty() => {
                let token = RefreshToken::restored(&asked.refresh_token);
                endpoint::refresh(connection, &token)
                    .await?
                    .expose_raw()
                    .to_owned()
            }
            ("introspect", _) if !asked.token.is_empty() => endpoint::introspect(connection, &asked.token)
                .await?
                .expose_raw()
                .to_owned(),
            ("revoke", _) if !asked.token.is_empty() => {
                endpoint::revoke(connection, &asked.token).await?;
                "{}".to_owned()
            }
            _ => return Err(refused(ErrorKind::Configuration, "invalid_request")),
        };
        Ok(Zeroizing::new(text))
    }

    /// Sends the browser on to the program that waits for it.
    fn callback(&self, query: &str) -> Response<String> {
        let query = Zeroizing::new(format!("?{query}"));
        let callback = Callback::parse(&query)
            .ok()
            .filter(|callback| callback.is_from(&self.connection));
        let Some(Callback { state, answer, .. }) = callback else {
            return page("This link does not work. Begin again in the program.");
        };
        let Some((challenge, port)) = state.as_ref().and_then(place) else {
            // A cancel without a state says to nobody that it is one.
            return page("Nothing was connected. You can close this window, and begin again in the program.");
        };
        let (key, value) = match answer {
            Answer::Code(code) => match self.ticket(&code, challenge) {
                Some(ticket) => ("code", ticket),
                None => return page("The answer of Notion cannot be handed on. Begin again in the program."),
            },
            Answer::Error(error) => ("error", Zeroizing::new(error.as_str().to_owned())),
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair(key, &value);
        query.extend_pairs(state.as_ref().map(|state| ("state", state.expose())));
        let location = Zeroizing::new(format!("{}?{}", broker_landing(port), query.finish()));
        let Ok(mut location) = HeaderValue::from_str(&location) else {
            return page("This link does not work. Begin again in the program.");
        };
        location.set_sensitive(true);
        tracing::debug!(port, key, "a browser goes on to its program");
        let mut response = page("");
        *response.status_mut() = StatusCode::SEE_OTHER;
        response.headers_mut().insert(LOCATION, location);
        response
    }

    /// What a program takes for its code: the code, sealed with the challenge of the verifier that it has to bring.
    fn ticket(&self, code: &Code, challenge: &str) -> Option<Zeroizing<String>> {
        let until = Timestamp::now().checked_add(self.lifetime).ok()?.as_microsecond();
        let ticket = SealedCode {
            code: code.expose().to_owned(),
            challenge: challenge.to_owned(),
            until,
        };
        let ticket = Zeroizing::new(serde_json::to_vec(&ticket).ok()?);
        let sealed = self.seal.seal(self.place(), &ticket).ok()?;
        let text = Zeroizing::new(URL_SAFE_NO_PAD.encode(sealed));
        (text.len() <= MAX_TICKET).then_some(text)
    }

    /// The code in a ticket, once, for whoever has the verifier, and in time.
    fn code(&self, ticket: &str, verifier: &str) -> Option<Code> {
        let sealed = URL_SAFE_NO_PAD.decode(ticket).ok()?;
        let opened = self.seal.open(self.place(), &sealed).ok()?;
        let sealed_code: SealedCode = serde_json::from_slice(&opened).ok()?;
        let challenge = State::received(Zeroizing::new(verifier.to_owned())).challenge();
        let is_right = bool::from(challenge.as_bytes().ct_eq(sealed_code.challenge.as_bytes()));
        let is_good = is_right && self.is_first(&sealed, sealed_code.until);
        is_good.then(|| Code::restored(&sealed_code.code))
    }

    /// Whether a ticket is still good, and nobody has brought it before. It is used up by this.
    fn is_first(&self, ticket: &[u8], until: i64) -> bool {
        let now = Timestamp::now().as_microsecond();
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, until| now <= *until);
        now <= until && used.insert(Sha256::digest(ticket).into(), until).is_none()
    }

    /// A ticket is good for one connection, and is no record of a store.
    fn place(&self) -> Place<'_> {
        Place {
            table: "broker",
            key: self.connection.client_id().as_str(),
            version: 0,
        }
    }
}

/// The routes, to nest where the redirect URI leads: at `/notion` for `https://example.com/notion/callback`.
#[cfg(feature = "axum")]
pub fn router(broker: Broker) -> axum::Router {
    use axum::body::{Body, to_bytes};

    let broker = std::sync::Arc::new(broker);
    let names = ["/callback", "/token", "/introspect", "/revoke"];
    names.into_iter().fold(axum::Router::new(), |router, name| {
        let broker = std::sync::Arc::clone(&broker);
        let respond = move |request: axum::extract::Request| {
            let broker = std::sync::Arc::clone(&broker);
            async move {
                let (parts, body) = request.into_parts();
                // What is too long is treated as what is empty: neither is asked in good faith.
                let body = to_bytes(body, MAX_BODY).await.unwrap_or_default();
                broker.respond(&parts, &body).await.map(Body::from)
            }
        };
        router.route(name, axum::routing::any(respond))
    })
}

/// What a ticket holds on its way through the browser.
#[derive(Serialize, Deserialize)]
struct SealedCode {
    code: String,
    challenge: String,
    /// In microseconds since 1970.
    until: i64,
}

impl Drop for SealedCode {
    fn drop(&mut self) {
        self.code.zeroize();
    }
}

/// All that a program may send, of which each call takes its own. What is missing is empty, which nothing is good for.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked<'a> {
    #[serde(borrow)]
    grant_type: Cow<'a, str>,
    #[serde(borrow)]
    code: Cow<'a, str>,
    #[serde(borrow)]
    code_verifier: Cow<'a, str>,
    #[serde(borrow)]
    refresh_token: Cow<'a, str>,
    #[serde(borrow)]
    token: Cow<'a, str>,
}

/// The challenge in a state, and the port of the program that has begun the flow.
fn place(state: &State) -> Option<(&str, u16)> {
    let (challenge, port) = state.expose().split_once('.')?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let number: u16 = port.parse().ok()?;
    // The ports below belong to the system.
    let is_place = number >= 1024 && number.to_string() == port;
    (challenge.len() == 43 && challenge.bytes().all(is_plain) && is_place).then_some((challenge, number))
}

/// What a program needs to know of an error: whether its token is used up.
fn refusal(error: &Error) -> Response<String> {
    let is_success = error.status().is_some_and(|status| status.is_success());
    let (status, code) = match error.kind() {
        ErrorKind::OutcomeUnknown => (StatusCode::BAD_GATEWAY, OUTCOME_UNKNOWN),
        ErrorKind::Response if is_success => (StatusCode::BAD_GATEWAY, OUTCOME_UNKNOWN),
        ErrorKind::Network => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
        _ => (
            error
                .status()
                .filter(|status| !status.is_redirection())
                .unwrap_or(StatusCode::BAD_GATEWAY),
            error.code().unwrap_or("server_error"),
        ),
    };
    let mut response = json(status, serde_json::json!({"error": code}).to_string());
    if let Some(patience) = error.retry_after() {
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, patience.as_secs().into());
    }
    response
}

/// What is not even asked of Notion.
fn refused(kind: ErrorKind, code: &str) -> Error {
    Error::new(kind, "the broker does not ask this").with_response(error::Response {
        status: Some(StatusCode::BAD_REQUEST),
        code: Some(code.to_owned()),
        ..error::Response::default()
    })
}

fn json(status: StatusCode, body: String) -> Response<String> {
    let mut response = kept(Response::new(body), "application/json");
    *response.status_mut() = status;
    response
}

/// A page of our own words, for who has taken a wrong turn.
fn page(text: &str) -> Response<String> {
    let mut response = kept(Response::new(text.to_owned()), "text/plain; charset=utf-8");
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

fn kept(mut response: Response<String>, content_type: &'static str) -> Response<String> {
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, content_type),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
