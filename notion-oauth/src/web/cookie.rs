//! The browser's secret, in a cookie that no other site, subdomain or script can plant or read.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use zeroize::Zeroizing;

use super::Web;
use crate::binding::Binding;

/// Browsers take a name with this prefix only with `Secure` and `Path=/`, and without `Domain`.
///
/// Source: <https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes>.
const OVER_HTTPS: &str = "__Host-notion-oauth";
const ON_THIS_MACHINE: &str = "notion-oauth";

impl Web {
    /// What the browser brought, if it is a secret of this crate and there is no second one that differs.
    pub(super) fn binding(&self, headers: &HeaderMap) -> Option<Binding> {
        let mut found: Option<&str> = None;
        for pair in headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(|header| header.split(';'))
        {
            let Some((name, value)) = pair.trim().split_once('=') else {
                continue;
            };
            if name != self.cookie_name() {
                continue;
            }
            if found.is_some_and(|found| found != value) {
                return None;
            }
            found = Some(value);
        }
        Binding::parse(found?).ok()
    }

    /// The header that gives it to the browser. It lasts until the browser is closed, and is sent along when the user
    /// comes back from Notion: `Strict` would keep it back then.
    pub(super) fn cookie(&self, binding: &Binding) -> Option<HeaderValue> {
        let (name, secret) = (self.cookie_name(), binding.expose());
        let secure = if self.site.is_https { "; Secure" } else { "" };
        let text = Zeroizing::new(format!("{name}={secret}; Path=/{secure}; HttpOnly; SameSite=Lax"));
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    fn cookie_name(&self) -> &'static str {
        if self.site.is_https {
            OVER_HTTPS
        } else {
            ON_THIS_MACHINE
        }
    }
}
