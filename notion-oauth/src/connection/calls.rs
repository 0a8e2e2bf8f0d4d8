use notion_core::Token;

use super::Connection;
use crate::endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::grant::Grant;
use crate::introspection::Introspection;

/// What a connection can ask about tokens that it has.
impl Connection {
    /// New tokens for a grant whose access token Notion refuses.
    ///
    /// This is the low-level call: it sends once, and keeps nothing. The refresh token is used up with it, so a program
    /// that dies before it has stored the answer has lost the user, and so may two programs that refresh at once.
    /// [`Workspaces`](crate::Workspaces) takes care of all that; its clients refresh themselves.
    ///
    /// # Errors
    /// [`NeedsReauthorization`](ErrorKind::NeedsReauthorization) when the grant has no refresh token;
    /// [`InvalidGrant`](ErrorKind::InvalidGrant) when Notion does not take it;
    /// [`OutcomeUnknown`](ErrorKind::OutcomeUnknown) when the answer was lost; [`Response`](ErrorKind::Response) when the
    /// answer is no grant, or one of another bot. After any other error, the tokens are as good as before.
    pub async fn refresh(&self, grant: &Grant) -> Result<Grant> {
        self.check_owns(grant)?;
        let token = grant.refresh_token().ok_or_else(|| {
            Error::new(
                ErrorKind::NeedsReauthorization,
                "Notion gave no refresh token with this grant",
            )
            .with_hint("The user has to authorize the connection again.")
        })?;
        let renewed = endpoint::refresh(self, token).await?;
        if !renewed.is_for_bot_of(grant) {
            return Err(Error::new(
                ErrorKind::Response,
                "the token endpoint answered with tokens of another bot",
            )
            .with_hint("Is the base URL right, and no proxy in between?"));
        }
        Ok(renewed)
    }

    /// What Notion says about an access token of this connection.
    ///
    /// # Errors
    /// [`Configuration`](ErrorKind::Configuration) when client id and secret are wrong, and when the request fails. A
    /// token that is not good is no error.
    pub async fn introspect(&self, token: &Token) -> Result<Introspection> {
        endpoint::introspect(self, token.expose()).await
    }

    /// Ends an access token. One that is dead already is a success.
    ///
    /// What this does to the refresh token and to other tokens of the same user is not documented by Notion. To remove a
    /// user's connection for good, with all that is stored of it, use [`Workspaces`](crate::Workspaces).
    ///
    /// # Errors
    /// When the request fails. It may be repeated.
    pub async fn revoke(&self, token: &Token) -> Result<()> {
        endpoint::revoke(self, token.expose()).await
    }
}
