//! How requests reach Notion.
//!
//! All of them go one way: the limiter gives a place, the transport sends, the answer is classified, and what may
//! be sent again is. [`Transport`] is the seam: reqwest is behind it, and so can be a mock or a recorder.

mod http_client;
mod limiter;
mod retry;
mod send;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use crate::token::BoxFuture;

pub use http_client::HttpClient;
pub use limiter::Limiter;
pub(crate) use retry::Policy;

/// Sends one request and gives its answer, whatever its status.
///
/// The request is complete: URL, credentials, version. An implementation neither follows redirects, which would hand
/// the token on, nor repeats anything.
pub trait Transport: Send + Sync + 'static {
    /// Sends `request`.
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;
}

/// Why there is no answer.
#[derive(Debug)]
pub struct TransportError {
    sent: bool,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl TransportError {
    /// The request certainly did not reach the server, so that it may be sent again.
    pub fn not_sent(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            sent: false,
            source: source.into(),
        }
    }

    /// The request may have reached the server, and its answer was lost.
    pub fn lost(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self {
            sent: true,
            source: source.into(),
        }
    }

    /// Whether the request may have reached the server.
    #[must_use]
    pub fn was_sent(&self) -> bool {
        self.sent
    }
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        (**self).send(request)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.sent {
            "the answer was lost"
        } else {
            "the request was not sent"
        })
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}

/// What `Retry-After` says. Notion sends whole seconds.
///
/// Source: <https://developers.notion.com/reference/request-limits>.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(http::header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}
