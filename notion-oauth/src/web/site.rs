//! Where the routes are.

use super::Route;
use crate::connection::RedirectUri;
use crate::error::{Error, ErrorKind, Result};

/// The paths by which a browser reaches the routes, as the redirect URI says them.
pub(super) struct Site {
    mount: String,
    callback: String,
    /// Otherwise it is this machine.
    pub(super) is_https: bool,
}

impl Site {
    pub(super) fn of(redirect_uri: &RedirectUri) -> Result<Self> {
        let url = redirect_uri.url();
        let (mount, callback) = url.path().rsplit_once('/').unwrap_or_default();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        let is_taken = ["start", "done", "disconnect"].contains(&callback);
        if callback.is_empty() || is_taken || !callback.bytes().all(is_plain) {
            return Err(Error::new(
                ErrorKind::Configuration,
                format!("the redirect URI `{redirect_uri}` does not end with a word of its own"),
            )
            .with_hint("Register one such as `https://example.com/notion/callback`."));
        }
        Ok(Self {
            mount: mount.to_owned(),
            callback: callback.to_owned(),
            is_https: url.scheme() == "https",
        })
    }

    pub(super) fn mount(&self) -> &str {
        &self.mount
    }

    /// The last part of its path.
    pub(super) fn name(&self, route: Route) -> &str {
        match route {
            Route::Start => "start",
            Route::Callback => &self.callback,
            Route::Done => "done",
            Route::Disconnect => "disconnect",
        }
    }

    pub(super) fn path(&self, route: Route) -> String {
        format!("{}/{}", self.mount, self.name(route))
    }

    /// The path with a query, of which parts that are `None` are left out.
    pub(super) fn link(&self, route: Route, query: &[(&str, Option<&str>)]) -> String {
        let mut written = url::form_urlencoded::Serializer::new(String::new());
        for (key, value) in query {
            if let Some(value) = value {
                written.append_pair(key, value);
            }
        }
        let (path, query) = (self.path(route), written.finish());
        if query.is_empty() {
            path
        } else {
            format!("{path}?{query}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(uri: &str) -> Result<Site> {
        Site::of(&RedirectUri::new(uri).unwrap())
    }

    #[test]
    fn the_redirect_uri_says_where_the_routes_are() {
        let nested = site("https://example.com/auth/notion/cb?tenant=1").unwrap();
        assert_eq!(nested.path(Route::Callback), "/auth/notion/cb");
        assert_eq!(nested.path(Route::Start), "/auth/notion/start");
        assert!(nested.is_https);
        let top = site("http://localhost:3000/callback").unwrap();
        assert_eq!(top.path(Route::Done), "/done");
        assert!(!top.is_https);
        let link = top.link(Route::Start, &[("return_to", Some("/a?b=c&d")), ("bot", None)]);
        assert_eq!(link, "/start?return_to=%2Fa%3Fb%3Dc%26d");
        for bad in [
            "https://example.com",
            "https://example.com/a/",
            "https://example.com/done",
            "https://example.com/{x}",
        ] {
            assert!(site(bad).is_err(), "{bad}");
        }
    }
}
