//! The one way of all requests.

use std::error::Error as _;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, header};

use super::retry::Failure;
use super::{Limiter, TransportError};
use crate::api::{self, Effect, NOTION_VERSION, Request, Response};
use crate::client::Notion;
use crate::error::{Error, ErrorKind, Result};
use crate::token::Token;

impl Notion {
    /// Sends a request, again where that is safe and of use, and gives the body of its success.
    pub(crate) async fn send(&self, request: Request) -> Result<Response> {
        let mut token = self.inner.token.token().await?;
        let mut limiter = self.inner.limiter(&token);
        let mut renewed = false;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let place = limiter.place(self.inner.policy.patience).await;
            place.map_err(|pause| paused(&request, pause))?;
            let sent = self.inner.transport.send(self.complete(&request, &token)?).await;
            let (error, failure) = match sent {
                Ok(answer) if answer.status().is_success() => {
                    tracing::debug!(endpoint = request.endpoint, attempts, "answered");
                    return text(&request, answer.into_body());
                }
                Ok(answer) => refused(&request, &answer, &limiter),
                Err(error) => no_answer(&request, error),
            };
            if error.is_unauthorized() && !renewed {
                renewed = true;
                if let Some(better) = self.inner.token.renew(&token).await? {
                    token = better;
                    limiter = self.inner.limiter(&token);
                    continue;
                }
            }
            let Some(delay) = self
                .inner
                .policy
                .delay(attempts, request.effect, failure, jitter())
            else {
                return Err(error);
            };
            tracing::info!(endpoint = request.endpoint, attempts, ?delay, kind = ?error.kind(), "sending again");
            tokio::time::sleep(delay).await;
        }
    }

    /// The request with all that it needs to be sent.
    fn complete(&self, request: &Request, token: &Token) -> Result<http::Request<Bytes>> {
        let mut http = request.http.clone();
        let uri = format!("{}{}", self.inner.base_url, http.uri());
        *http.uri_mut() = uri.parse().map_err(|error: http::uri::InvalidUri| {
            Error::new(ErrorKind::InvalidInput, "the path and the base URL make no URL").with_source(error)
        })?;
        let headers = http.headers_mut();
        headers.insert(header::AUTHORIZATION, token.bearer()?);
        headers.insert("Notion-Version", HeaderValue::from_static(NOTION_VERSION));
        Ok(http)
    }
}

fn refused(request: &Request, answer: &http::Response<Bytes>, limiter: &Limiter) -> (Error, Failure) {
    let status = answer.status();
    let error = api::error(
        request.endpoint,
        request.effect,
        status,
        answer.headers(),
        answer.body(),
    );
    let (retry_after, is_blocked) = (error.retry_after(), error.is_blocked());
    if matches!(status.as_u16(), 429 | 529) {
        // The limit is the connection's, so all of its requests wait. Where Notion names no time, one that
        // is short: the next refusal names a longer one.
        limiter.pause(retry_after.unwrap_or(Duration::from_secs(1)));
    }
    (
        error,
        Failure::Status {
            status,
            retry_after,
            is_blocked,
        },
    )
}

/// Notion has asked for a pause that lasts longer than this client waits.
fn paused(request: &Request, pause: Duration) -> Error {
    let seconds = pause.as_secs();
    Error::new(
        ErrorKind::RateLimited,
        format!("Notion asked this connection to pause, for {seconds} more seconds"),
    )
    .with_endpoint(request.endpoint)
    .with_hint("Nothing was sent. Try again then, or set `max_retry_after` to wait that long.")
}

fn no_answer(request: &Request, error: TransportError) -> (Error, Failure) {
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(std::error::Error::source) {
        cause = Some(deeper);
    }
    let cause = cause.map(|cause| format!(": {cause}")).unwrap_or_default();
    let (kind, message, failure) = match (error.was_sent(), request.effect) {
        (false, _) => (
            ErrorKind::Network,
            "Notion could not be reached",
            Failure::NotSent,
        ),
        (true, Effect::Read) => (
            ErrorKind::Network,
            "the connection broke before the answer came",
            Failure::Lost,
        ),
        (true, Effect::Write) => (
            ErrorKind::OutcomeUnknown,
            "the connection broke before the answer came",
            Failure::Lost,
        ),
    };
    let error = Error::new(kind, format!("{message}{cause}"))
        .with_endpoint(request.endpoint)
        .with_source(error);
    let error = match kind {
        ErrorKind::OutcomeUnknown => {
            error.with_hint("It may have been carried out: look before sending it again.")
        }
        _ => error.with_hint("Check the network, and the base URL if you set one."),
    };
    (error, failure)
}

/// The whole body is checked to be UTF-8 here, once.
fn text(request: &Request, body: Bytes) -> Result<Response> {
    match String::from_utf8(body.into()) {
        Ok(text) => Ok(Response::new(request, text)),
        Err(error) => {
            let error = error.utf8_error();
            Err(Response::new(request, String::new()).broken(error))
        }
    }
}

/// A random number from 0 to 1: the keys of a hasher are the randomness that the standard library has.
fn jitter() -> f64 {
    RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64
}
