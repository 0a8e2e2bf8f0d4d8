use std::io::Read;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use flate2::read::GzDecoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{HeaderValue, Request, Response};

use super::{Transport, TransportError};
use crate::error::{Error, ErrorKind, Result};
use crate::token::BoxFuture;

/// How much of a body is taken if not said otherwise: far more than any page of results, and less than an attack.
const MAX_BODY: usize = 256 << 20;

/// The [`Transport`] of a program: HTTP/1.1 by reqwest, with a pool of connections.
#[derive(Debug, Clone)]
pub struct HttpClient {
    client: reqwest::Client,
    max_body: usize,
    inflates: bool,
}

impl HttpClient {
    /// A client that waits so long for a whole answer.
    ///
    /// # Errors
    /// When TLS cannot be set up on this machine.
    pub fn new(timeout: Duration) -> Result<Self> {
        let builder = reqwest::Client::builder()
            .timeout(timeout)
            .connect_timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("notion-core/", env!("CARGO_PKG_VERSION")));
        let client = tls(builder)?.build().map_err(setup)?;
        Ok(Self {
            client,
            max_body: MAX_BODY,
            inflates: true,
        })
    }

    /// A client that you built: with a proxy, say.
    ///
    /// It must not follow redirects, which would hand the token on.
    #[must_use]
    pub fn from_reqwest(client: reqwest::Client) -> Self {
        Self {
            client,
            max_body: MAX_BODY,
            inflates: true,
        }
    }

    /// How many bytes of an answer to take, compressed and not; 256 MiB if not set. A longer one is lost.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Neither asks for compression nor undoes it: for short answers, where it only gives an attacker more to try.
    #[must_use]
    pub fn uncompressed(mut self) -> Self {
        self.inflates = false;
        self
    }
}

/// ring needs no C build of minutes, and unlike a process-wide provider this one meddles with nobody else's TLS.
#[cfg(feature = "rustls")]
fn tls(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    use rustls_platform_verifier::BuilderVerifierExt;

    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(setup)?
        .with_no_client_auth();
    Ok(builder.tls_backend_preconfigured(config))
}

#[cfg(not(feature = "rustls"))]
fn tls(builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder> {
    Ok(builder)
}

fn setup(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Configuration, "cannot set up HTTPS on this machine")
        .with_hint("Are the certificates of the operating system installed (Debian: ca-certificates)?")
        .with_source(error)
}

impl Transport for HttpClient {
    fn send(&self, mut request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let encoding = if self.inflates { "gzip" } else { "identity" };
        request
            .headers_mut()
            .insert(ACCEPT_ENCODING, HeaderValue::from_static(encoding));
        Box::pin(async move {
            let request = request
                .try_into()
                .map_err(|e: reqwest::Error| TransportError::not_sent(e.without_url()))?;
            let mut response = self.client.execute(request).await.map_err(classify)?;
            let mut body = BytesMut::new();
            while let Some(chunk) = response
                .chunk()
                .await
                .map_err(|e| TransportError::lost(e.without_url()))?
            {
                if body.len() + chunk.len() > self.max_body {
                    return Err(TransportError::lost(TOO_LONG));
                }
                body.extend_from_slice(&chunk);
            }
            let mut answer = Response::new(Bytes::new());
            *answer.status_mut() = response.status();
            *answer.headers_mut() = std::mem::take(response.headers_mut());
            *answer.body_mut() = match answer.headers().get(CONTENT_ENCODING) {
                Some(encoding) if self.inflates && encoding == "gzip" => {
                    inflate(&body, self.max_body).map_err(TransportError::lost)?
                }
                _ => body.freeze(),
            };
            Ok(answer)
        })
    }
}

/// Only what fails while connecting certainly never reached the server.
fn classify(error: reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() {
        TransportError::not_sent(error.without_url())
    } else {
        TransportError::lost(error.without_url())
    }
}

const TOO_LONG: &str = "the answer is longer than this client takes";

fn inflate(body: &[u8], max: usize) -> std::io::Result<Bytes> {
    let mut text = Vec::with_capacity(body.len().saturating_mul(8).min(max));
    GzDecoder::new(body).take(max as u64 + 1).read_to_end(&mut text)?;
    if text.len() > max {
        return Err(std::io::Error::other(TOO_LONG));
    }
    Ok(text.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_bomb_is_defused() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&vec![b' '; 1 << 20]).unwrap();
        let bomb = gzip.finish().unwrap();
        assert!(bomb.len() < 2_000);
        assert_eq!(inflate(&bomb, 1 << 20).unwrap().len(), 1 << 20);
        assert!(inflate(&bomb, (1 << 20) - 1).is_err());
        assert!(inflate(&bomb[..bomb.len() - 9], 1 << 20).is_err());
        assert!(inflate(b"no gzip", 1 << 20).is_err());
    }
}
