//! What is sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use notion_core::NOTION_VERSION;
use serde::Serialize;
use zeroize::Zeroizing;

use super::Call;
use crate::connection::{Connection, Credential};
use crate::error::{Error, ErrorKind, Result};
use crate::id::ClientId;
use crate::wipe;

/// The request, complete.
pub(super) fn new(connection: &Connection, call: Call, body: &impl Serialize) -> Result<Request<Bytes>> {
    let body = wipe::json(body).map_err(|_| unsendable())?;
    let mut request = Request::new(wipe::body(body));
    *request.method_mut() = Method::POST;
    let server = match connection.credential() {
        Credential::Secret(_) => &format!("{}/v1/oauth", connection.base_url()),
        Credential::Broker(url) => url,
    };
    *request.uri_mut() = format!("{server}/{}", call.name())
        .parse()
        .map_err(|_| unsendable())?;
    let json = HeaderValue::from_static("application/json");
    let headers = request.headers_mut();
    if let Some(secret) = connection.secret() {
        headers.insert(header::AUTHORIZATION, basic(connection.client_id(), secret)?);
    }
    headers.insert(header::CONTENT_TYPE, json.clone());
    headers.insert(header::ACCEPT, json);
    headers.insert("Notion-Version", HeaderValue::from_static(NOTION_VERSION));
    Ok(request)
}

impl Call {
    fn name(self) -> &'static str {
        match self {
            Self::Exchange | Self::Refresh => "token",
            Self::Introspect => "introspect",
            Self::Revoke => "revoke",
        }
    }
}

/// Notion documents the plain `id:secret`, where RFC 6749 §2.3.1 would encode both first.
fn basic(id: &ClientId, secret: &str) -> Result<HeaderValue> {
    let pair = Zeroizing::new(format!("{id}:{secret}"));
    let mut text = Zeroizing::new(String::with_capacity("Basic ".len() + pair.len().div_ceil(3) * 4));
    text.push_str("Basic ");
    STANDARD.encode_string(pair.as_bytes(), &mut text);
    wipe::header(text).map_err(|_| unsendable())
}

fn unsendable() -> Error {
    Error::new(
        ErrorKind::Configuration,
        "the connection makes no request that can be sent",
    )
}
