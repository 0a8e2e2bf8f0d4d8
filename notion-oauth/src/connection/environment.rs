//! The connection that the environment names.

use zeroize::Zeroizing;

use super::{ClientSecret, Connection, ConnectionBuilder, RedirectUri};
use crate::error::{Error, ErrorKind, Result};
use crate::id::ClientId;

impl ConnectionBuilder {
    /// Takes the connection from what `variable` says, as [`Connection::from_env`] does from the environment.
    ///
    /// # Errors
    /// As [`Connection::from_env`].
    pub fn from_env(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let set = |name: &str| {
            let value = Zeroizing::new(variable(name)?);
            let value = value.trim();
            (!value.is_empty()).then(|| Zeroizing::new(value.to_owned()))
        };
        let either = |name: &str, alias: &str| match (set(name), set(alias)) {
            (Some(one), Some(other)) if one != other => Err(Error::new(
                ErrorKind::Configuration,
                format!("{name} and {alias} are set and differ"),
            )
            .with_hint("Unset one of them.")),
            (one, other) => Ok(one.or(other)),
        };
        let id = either("NOTION_CLIENT_ID", "OAUTH_CLIENT_ID")?;
        let secret = either("NOTION_CLIENT_SECRET", "OAUTH_CLIENT_SECRET")?;
        let (url, redirect_uris) = (set("NOTION_AUTH_URL"), set("NOTION_REDIRECT_URI"));
        let redirect_uris: Vec<_> = redirect_uris
            .iter()
            .flat_map(|uris| uris.split_whitespace())
            .collect();
        let mut builder = match (&id, &secret, &url, &*redirect_uris) {
            (id, Some(secret), Some(url), _) => {
                let builder =
                    Self::from_authorization_url(url.as_str(), ClientSecret::new(secret.as_str())?)?;
                if id
                    .as_ref()
                    .is_some_and(|id| id.as_str() != builder.client_id.as_str())
                {
                    return Err(Error::new(
                        ErrorKind::Configuration,
                        "NOTION_AUTH_URL is of another connection than the client id",
                    )
                    .with_hint("Unset one of them."));
                }
                builder
            }
            (Some(id), Some(secret), None, [first, ..]) => Connection::builder(
                ClientId::new(id.as_str())?,
                ClientSecret::new(secret.as_str())?,
                RedirectUri::new(first)?,
            ),
            _ => {
                let missing: Vec<_> = [
                    ("NOTION_CLIENT_ID", id.is_none() && url.is_none()),
                    ("NOTION_CLIENT_SECRET", secret.is_none()),
                    ("NOTION_REDIRECT_URI", redirect_uris.is_empty() && url.is_none()),
                ]
                .into_iter()
                .filter_map(|(name, is_missing)| is_missing.then_some(name))
                .collect();
                return Err(Error::new(
                    ErrorKind::Configuration,
                    format!("not set in the environment: {}", missing.join(", ")),
                )
                .with_hint(
                    "All three stand in the Configuration tab of the connection, in Notion's Creator dashboard.",
                ));
            }
        };
        for redirect_uri in redirect_uris {
            builder = builder.redirect_uri(RedirectUri::new(redirect_uri)?);
        }
        if let Some(url) = set("NOTION_BASE_URL") {
            builder = builder.base_url(url.as_str());
        }
        Ok(builder)
    }
}
