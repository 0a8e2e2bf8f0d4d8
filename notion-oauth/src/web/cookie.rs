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
    ///
    /// Other cookies of the host stand in the same header, in whatever bytes their applications chose. No more than ASCII is
    /// trimmed: a name after a space of Unicode lacks the prefix for a browser, which lets anybody set it.
    pub(super) fn binding(&self, headers: &HeaderMap) -> Option<Binding> {
        let name = self.cookie_name().as_bytes();
        let mut found = headers
            .get_all(COOKIE)
            .iter()
            .flat_map(|header| header.as_bytes().split(|byte| *byte == b';'))
            .filter_map(|pair| pair.trim_ascii().strip_prefix(name)?.strip_prefix(b"="));
        let first = found.next()?;
        if found.any(|other| other != first) {
            return None;
        }
        Binding::parse(std::str::from_utf8(first).ok()?).ok()
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
