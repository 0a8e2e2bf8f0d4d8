//! How requests reach Notion.
//!
//! All of them go one way: the limiter gives a place, the transport sends, the answer is classified, and what may
//! be sent again is. [`Transport`] is the seam: reqwest is behind it, and so can be a mock or a recorder.

#[cfg(feature = "http-client")]
mod http_client;
mod limiter;
mod retry;
mod send;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use crate::token::BoxFuture;

#[cfg(feature = "http-client")]
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

/// What a header `Retry-After` says: seconds, as Notion sends them, or the date that HTTP also allows. `None` if it is
/// neither.
///
/// Source: <https://developers.notion.com/reference/request-limits>.
///
/// ```
/// use notion_core::transport::retry_after;
///
/// assert_eq!(retry_after("17").unwrap().as_secs(), 17);
/// assert_eq!(retry_after("soon"), None);
/// ```
#[must_use]
pub fn retry_after(value: &str) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return (seconds >= 0.0)
            .then(|| Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(Duration::MAX));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(value)
        .ok()?;
    Some(
        date.duration_since(Timestamp::now())
            .try_into()
            .unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after(" 17 "), Some(Duration::from_secs(17)));
        assert_eq!(retry_after("1.5"), Some(Duration::from_secs(2)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        let soon = Timestamp::now() + jiff::SignedDuration::from_secs(100);
        let date = jiff::fmt::rfc2822::DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&soon)
            .unwrap();
        assert!((98..=100).contains(&retry_after(&date).unwrap().as_secs()));
        assert_eq!(retry_after("18446744073709551615"), Some(Duration::MAX));
        for value in ["", "soon", "-1", "NaN"] {
            assert_eq!(retry_after(value), None, "{value}");
        }
    }
}
