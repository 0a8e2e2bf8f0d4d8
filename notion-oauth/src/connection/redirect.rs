use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use url::{Host, Url};

use crate::error::{Error, ErrorKind, Result};

/// Where Notion sends the user back to: a URI that is registered in the Configuration tab of the connection.
///
/// Notion compares it with the registered one character by character, port included, so it is kept as it was given.
/// What Notion's form does not accept is refused here: it needs a protocol, and may have no fragment, relative path,
/// wildcard, user name, or public IP address. `http` is for this machine only.
///
/// ```
/// use notion_oauth::RedirectUri;
///
/// let uri = RedirectUri::new("http://localhost:8080/callback")?;
/// assert_eq!(uri.as_str(), "http://localhost:8080/callback");
///
/// let error = RedirectUri::new("https://*.example.com/callback").unwrap_err();
/// assert!(error.to_string().contains("wildcard"));
/// # Ok::<(), notion_oauth::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RedirectUri {
    text: Box<str>,
    url: Url,
}

impl RedirectUri {
    /// Takes a redirect URI.
    ///
    /// # Errors
    /// When Notion would not register it; the error says why.
    pub fn new(uri: impl AsRef<str>) -> Result<Self> {
        let text = uri.as_ref().trim();
        let url = check(text).map_err(|why| {
            // The text may hold credentials, so it is not repeated in full.
            let shown: String = text
                .chars()
                .take_while(|&c| c != '@' && c != '?')
                .take(100)
                .collect();
            let shown = if text.contains('@') { "…" } else { &shown };
            Error::new(
                ErrorKind::Configuration,
                format!("the redirect URI `{shown}` {why}"),
            )
            .with_hint("It must be one that the Configuration tab of the connection lists.")
        })?;
        Ok(Self {
            text: text.into(),
            url,
        })
    }

    /// The URI, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URI, taken apart.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it leads back to this machine, where a [loopback](crate#features) login can receive it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }
}

impl FromStr for RedirectUri {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::new(text)
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedirectUri({})", self.text)
    }
}

/// Whether the host of a URL is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The checks look at the text as well as at the URL, because parsing a URL mends what Notion would not.
fn check(text: &str) -> Result<Url, &'static str> {
    if text.is_empty() {
        return Err("is empty");
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) || text.contains(['\\', '"', '<', '>', '`']) {
        return Err("holds characters that a URI has to encode");
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        return Err("needs a protocol, such as `https://`");
    };
    if rest.starts_with('/') {
        return Err("needs a host");
    }
    if text.contains('#') {
        return Err("may have no fragment (`#`)");
    }
    if text.contains('*') {
        return Err("may have no wildcard (`*`)");
    }
    let url = Url::parse(text).map_err(|_| "is no URI")?;
    if !matches!(scheme.to_ascii_lowercase().as_str(), "https" | "http") {
        return Err("needs the protocol `https`, or `http` on this machine");
    }
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err("may have no user name or password");
    }
    let path = rest[authority.len()..].split('?').next().unwrap_or_default();
    let is_dots = |segment: &str| {
        let segment = segment.to_ascii_lowercase().replace("%2e", ".");
        segment == "." || segment == ".."
    };
    if path.split('/').any(is_dots) {
        return Err("may have no relative path (`.` or `..`)");
    }
    if match url.host() {
        Some(Host::Ipv4(ip)) => is_public_v4(ip),
        Some(Host::Ipv6(ip)) => is_public_v6(ip),
        _ => false,
    } {
        return Err("may have no public IP address: use a domain name");
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err("needs `https`: with `http` the authorization code would cross the network in the clear");
    }
    let ours = ["code", "state", "error", "error_description", "error_uri"];
    if url.query_pairs().any(|(key, _)| ours.contains(&&*key)) {
        return Err("may have no query parameter that Notion's answer uses");
    }
    Ok(url)
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !(ip.is_loopback() || ip.is_private() || ip.is_link_local())
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    match ip.to_ipv4_mapped() {
        Some(v4) => is_public_v4(v4),
        None => !(ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s002_1_what_notion_registers_is_taken_as_it_is() {
        for good in [
            "https://example.com/auth/notion/callback",
            "https://example.com",
            "https://EXAMPLE.com:8443/Callback/?tenant=a%20b",
            "https://xn--bcher-kva.example/cb",
            "https://10.0.0.7/cb",
            "https://[fd00::7]/cb",
            "http://localhost:8080/callback",
            "http://localhost:0/callback",
            "http://app.localhost/cb",
            "http://127.0.0.1:9999/",
            "http://[::1]:9999/cb",
        ] {
            assert_eq!(RedirectUri::new(good).unwrap().as_str(), good);
        }
        assert!(RedirectUri::new("http://[::1]:9999/cb").unwrap().is_loopback());
        assert!(
            !RedirectUri::new("https://localhost.example.com/cb")
                .unwrap()
                .is_loopback()
        );
    }

    #[test]
    fn s002_1_what_notion_refuses_is_refused_with_the_reason() {
        for (bad, reason) in [
            ("", "is empty"),
            ("example.com/callback", "protocol"),
            ("/callback", "protocol"),
            ("localhost:8080/callback", "protocol"),
            ("https:example.com/callback", "protocol"),
            ("https:///callback", "host"),
            ("ftp://example.com/callback", "protocol"),
            ("javascript://example.com/%0aalert(1)", "protocol"),
            ("myapp://callback", "protocol"),
            ("https://example.com/callback#top", "fragment"),
            ("https://example.com/callback#", "fragment"),
            ("https://example.com/a/../callback", "relative"),
            ("https://example.com/./callback", "relative"),
            ("https://example.com/a/%2E%2e/callback", "relative"),
            ("https://*.example.com/callback", "wildcard"),
            ("https://example.com/*", "wildcard"),
            ("https://user@example.com/callback", "user name"),
            ("https://user:pass@example.com/callback", "user name"),
            ("https://@example.com/callback", "user name"),
            ("https://93.184.216.34/callback", "public IP"),
            ("https://0x5db8d822/callback", "public IP"),
            ("https://1572395042/callback", "public IP"),
            ("https://[2606:2800:220:1:248:1893:25c8:1946]/cb", "public IP"),
            ("https://[::ffff:93.184.216.34]/cb", "public IP"),
            ("https://0.0.0.0/cb", "public IP"),
            ("http://example.com/callback", "`https`"),
            ("http://10.0.0.7/callback", "`https`"),
            ("http://localhost.example.com/callback", "`https`"),
            ("https://example.com/call back", "encode"),
            ("https://example.com/call\r\nback", "encode"),
            ("https://example.com\\callback", "encode"),
            ("https://bücher.example/cb", "encode"),
            ("https://example.com/cb?state=1", "query"),
            ("https://example.com/cb?c%6fde=1", "query"),
            ("https://example.com:99999/cb", "no URI"),
        ] {
            let error = RedirectUri::new(bad).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(error.to_string().contains(reason), "{bad}: {error}");
        }
    }

    #[test]
    fn the_error_does_not_repeat_credentials() {
        let error = RedirectUri::new("https://user:hunter2@example.com/cb?token=hunter2").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
