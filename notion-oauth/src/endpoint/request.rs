//! What is sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};
use notion_core::NOTION_VERSION;
use serde::Serialize;
use zeroize::Zeroizing;

use super::Call;
use crate::connection::Connection;
use crate::error::{Error, ErrorKind, Result};
use crate::wipe;

/// The request, complete.
pub(super) fn new(connection: &Connection, call: Call, body: &impl Serialize) -> Result<Request<Bytes>> {
    let body = wipe::json(body).map_err(|_| unsendable())?;
    let mut request = Request::new(wipe::body(body));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = format!("{}{}", connection.base_url(), call.path())
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

impl Call {
    fn path(self) -> &'static str {
        match self {
            Self::Exchange | Self::Refresh => "/v1/oauth/token",
            Self::Introspect => "/v1/oauth/introspect",
            Self::Revoke => "/v1/oauth/revoke",
        }
    }
}

/// Notion documents the plain `id:secret`, where RFC 6749 §2.3.1 would encode both first.
fn basic(connection: &Connection) -> Result<HeaderValue> {
    let id = connection.client_id();
    let pair = Zeroizing::new(format!("{id}:{}", connection.secret().expose()));
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
