//! The ready-made authorization URL of the dashboard.

use url::Url;

use super::redirect::is_loopback;
use super::{ClientSecret, Connection, ConnectionBuilder, RedirectUri};
use crate::error::{Error, ErrorKind, Result};
use crate::id::ClientId;

const PATH: &str = "/v1/oauth/authorize";

impl ConnectionBuilder {
    /// Takes client id and redirect URI from the authorization URL that the Configuration tab of a connection shows.
    ///
    /// ```
    /// use notion_oauth::{ClientSecret, ConnectionBuilder};
    ///
    /// let connection = ConnectionBuilder::from_authorization_url(
    ///     "https://api.notion.com/v1/oauth/authorize?client_id=463558a3-725e-4f37-b6d3-0889894f68de\
    ///      &response_type=code&owner=user&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback",
    ///     ClientSecret::new("secret_you_found_my_fake_secret")?,
    /// )?
    /// .build()?;
    ///
    /// assert_eq!(connection.redirect_uris()[0].as_str(), "https://example.com/callback");
    /// # Ok::<(), notion_oauth::Error>(())
    /// ```
    ///
    /// # Errors
    /// When it is not such a URL, with `response_type=code` and `owner=user`: the error says all that is wrong with it.
    /// Servers other than Notion's are taken only on this machine, as the client secret would go there.
    pub fn from_authorization_url(url: impl AsRef<str>, client_secret: ClientSecret) -> Result<Self> {
        let url = Url::parse(url.as_ref().trim()).map_err(|source| wrong("is no URL").with_source(source))?;
        let is_notion = url.scheme() == "https" && url.host_str() == Some("api.notion.com");
        let base = match url.path().strip_suffix(PATH) {
            Some("") if is_notion && url.port().is_none() => None,
            Some(base) if is_loopback(&url) => Some(format!("{}{base}", url.origin().ascii_serialization())),
            _ => {
                return Err(wrong(
                    "does not begin with `https://api.notion.com/v1/oauth/authorize`",
                ));
            }
        };
        let parameter = |name: &str| {
            let mut values = url
                .query_pairs()
                .filter(|(key, _)| key == name)
                .map(|(_, value)| value);
            match (values.next(), values.next()) {
                (Some(value), None) if !value.is_empty() => Ok(value),
                (Some(_), Some(_)) => Err(format!("has `{name}` twice")),
                _ => Err(format!("has no `{name}`")),
            }
        };
        let must_be = |name: &str, expected: &str| match parameter(name) {
            Ok(value) if value != expected => Err(format!("has another `{name}` than `{expected}`")),
            Ok(_) => Ok(()),
            Err(why) => Err(format!("{why}: it must be `{name}={expected}`")),
        };
        let (client_id, redirect_uri) = (parameter("client_id"), parameter("redirect_uri"));
        let problems = [
            client_id.as_ref().err().cloned(),
            redirect_uri.as_ref().err().cloned(),
            must_be("response_type", "code").err(),
            must_be("owner", "user").err(),
        ];
        let (Ok(client_id), Ok(redirect_uri), [None, None, None, None]) =
            (client_id, redirect_uri, &problems)
        else {
            let problems: Vec<_> = problems.into_iter().flatten().collect();
            return Err(wrong(&problems.join(", and ")));
        };
        let builder = Connection::builder(
            ClientId::new(client_id)?,
            client_secret,
            RedirectUri::new(redirect_uri)?,
        );
        Ok(match base {
            Some(base) => builder.base_url(base),
            None => builder,
        })
    }
}

/// The URL is not repeated: it may hold a state.
fn wrong(why: &str) -> Error {
    Error::new(ErrorKind::Configuration, format!("the authorization URL {why}"))
        .with_hint("Copy it whole from the Configuration tab of the connection.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(url: &str) -> Result<Connection> {
        ConnectionBuilder::from_authorization_url(url, ClientSecret::new("secret_CANARY").unwrap())?.build()
    }

    const GOOD: &str =
        "client_id=c1&redirect_uri=https%3A%2F%2Fexample.com%2Fcb&response_type=code&owner=user";

    #[test]
    fn s000_5_the_dashboards_url_makes_a_connection() {
        let connection = import(&format!(" https://api.notion.com/v1/oauth/authorize?{GOOD}\n")).unwrap();
        assert_eq!(connection.client_id().as_str(), "c1");
        assert_eq!(connection.redirect_uris()[0].as_str(), "https://example.com/cb");
        assert_eq!(connection.base_url(), "https://api.notion.com");
        let local = import(&format!("http://127.0.0.1:6684/v1/oauth/authorize?{GOOD}")).unwrap();
        assert_eq!(local.base_url(), "http://127.0.0.1:6684");
    }

    #[test]
    fn s000_5_what_is_wrong_with_it_is_said_at_once() {
        let query = |query: &str| format!("https://api.notion.com/v1/oauth/authorize?{query}");
        for (url, expected) in [
            ("".to_owned(), "is no URL"),
            ("api.notion.com/v1".to_owned(), "is no URL"),
            (
                format!("https://evil.example/v1/oauth/authorize?{GOOD}"),
                "begin with",
            ),
            (
                format!("https://api.notion.com.evil.example/v1/oauth/authorize?{GOOD}"),
                "begin with",
            ),
            (
                format!("http://api.notion.com/v1/oauth/authorize?{GOOD}"),
                "begin with",
            ),
            (
                format!("https://api.notion.com/v1/oauth/token?{GOOD}"),
                "begin with",
            ),
            (query(&GOOD.replace("owner=user", "")), "it must be `owner=user`"),
            (
                query(&GOOD.replace("owner=user", "owner=workspace")),
                "another `owner` than `user`",
            ),
            (
                query(&GOOD.replace("=code", "=token")),
                "another `response_type` than `code`",
            ),
            (
                query(&GOOD.replace("client_id=c1", "client_id=")),
                "has no `client_id`",
            ),
            (query(&format!("{GOOD}&client_id=c2")), "has `client_id` twice"),
            (
                query("owner=user"),
                "has no `client_id`, and has no `redirect_uri`, and has no `response_type`",
            ),
            (
                query(&GOOD.replace("https%3A%2F%2Fexample.com", "https%3A%2F%2F*.example.com")),
                "wildcard",
            ),
            (query(&GOOD.replace("c1", "secret_CANARY")), "swapped"),
        ] {
            let error = import(&url).unwrap_err();
            assert!(error.is_configuration());
            let shown = error.to_string();
            assert!(shown.contains(expected), "{url}: {shown}");
            assert!(!shown.contains("CANARY"), "{shown}");
        }
    }
}
