//! Tokens and clients of installations.

use std::fmt;
use std::sync::Arc;

use notion_core::{BoxFuture, Notion, Token, TokenProvider};

use super::bots::{Bot, Cached};
use super::{Workspaces, not_found};
use crate::error::{Error, ErrorKind, Result};
use crate::id::BotId;
use crate::installation::Status;
use crate::introspection::Introspection;
use crate::vault::Stored;

/// Gives the current access token of an installation to a client, and refreshes it when Notion refuses it.
///
/// It is what [`Workspaces::client`] puts into its clients. Clones share everything, and hold the [`Workspaces`]: the store
/// stays open until the last of them is dropped.
#[derive(Clone)]
pub struct Provider {
    workspaces: Workspaces,
    bot_id: BotId,
    /// What is remembered of the installation is remembered for as long as somebody may ask for it.
    bot: Arc<Bot>,
}

impl Workspaces {
    /// A client that acts for the user of an installation, and keeps its tokens fresh by itself.
    ///
    /// All clients of an installation share one rate limit. One that was handed out stays good when these `Workspaces` are
    /// dropped and when the user authorizes again, and gives errors after the installation's end.
    ///
    /// # Errors
    /// [`NotFound`](ErrorKind::NotFound) when there is no such installation or its end has begun,
    /// [`NeedsReauthorization`](ErrorKind::NeedsReauthorization) when Notion takes its tokens no more, and as
    /// [`get`](Self::get).
    pub async fn client(&self, bot_id: &BotId) -> Result<Notion> {
        self.token(bot_id).await?;
        let provider = self.provider(bot_id.clone());
        let limiter = provider.bot.limiter().clone();
        self.connection().client_of(provider, limiter)
    }

    /// What [`client`](Self::client) takes tokens from, for a client that is set up in another way.
    ///
    /// It does not look whether there is such an installation: each request does.
    #[must_use]
    pub fn provider(&self, bot_id: BotId) -> Provider {
        Provider {
            workspaces: self.clone(),
            bot: self.inner.bots.of(&bot_id),
            bot_id,
        }
    }

    /// What Notion says about the access token of an installation.
    ///
    /// # Errors
    /// As [`get`](Self::get), and as [`Connection::introspect`](crate::Connection::introspect).
    pub async fn introspect(&self, bot_id: &BotId) -> Result<Introspection> {
        let installation = self.get(bot_id).await?;
        self.connection().introspect(installation.grant().token()).await
    }

    /// The token for the next request.
    pub(super) async fn token(&self, bot_id: &BotId) -> Result<Token> {
        let bot = self.inner.bots.find(bot_id);
        let Some((bot, cached)) =
            bot.and_then(|bot| Some((bot.token(self.inner.max_age)?, bot)).map(|(c, b)| (b, c)))
        else {
            return self.read_token(bot_id).await;
        };
        match cached {
            Cached::Good(token) => Ok(token),
            Cached::Unsure(token) => {
                bot.trust();
                or_keep(token, self.read_token(bot_id).await)
            }
            Cached::Old(token) => or_keep(token.clone(), self.renew(bot_id, &token).await),
        }
    }

    async fn read_token(&self, bot_id: &BotId) -> Result<Token> {
        let stored = self.load(bot_id).await?.ok_or_else(|| not_found(bot_id))?;
        self.usable_token(&stored)
    }

    /// The access token of an installation that can be used.
    pub(super) fn usable_token(&self, stored: &Stored) -> Result<Token> {
        self.inner.bots.learn(stored);
        let bot_id = stored.bot_id();
        let installation = stored.installation.as_ref().ok_or_else(|| not_found(bot_id))?;
        match installation.status() {
            Status::Healthy => Ok(installation.grant().token().clone()),
            Status::NeedsReauthorization => Err(needs_reauthorization()),
            Status::Revoking => Err(Error::new(
                ErrorKind::NotFound,
                format!("the installation of the bot {bot_id} is being removed"),
            )),
        }
    }
}

/// A token that may still be good is better than none, unless it is known that it is none.
fn or_keep(token: Token, better: Result<Token>) -> Result<Token> {
    match better {
        Err(error) if !is_final(&error) => {
            tracing::warn!(kind = ?error.kind(), "a token is used that could not be looked after: {error}");
            Ok(token)
        }
        better => better,
    }
}

fn is_final(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NeedsReauthorization
    )
}

pub(super) fn needs_reauthorization() -> Error {
    Error::new(
        ErrorKind::NeedsReauthorization,
        "Notion takes the tokens of this installation no more",
    )
    .with_hint("Let the user authorize the connection again: nothing else is lost.")
}

impl TokenProvider for Provider {
    fn token(&self) -> BoxFuture<'_, notion_core::Result<Token>> {
        Box::pin(async { self.workspaces.token(&self.bot_id).await.map_err(of_core) })
    }

    fn renew<'a>(&'a self, refused: &'a Token) -> BoxFuture<'a, notion_core::Result<Option<Token>>> {
        Box::pin(async move {
            let token = self
                .workspaces
                .renew(&self.bot_id, refused)
                .await
                .map_err(of_core)?;
            Ok((token != *refused).then_some(token))
        })
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider")
            .field("bot_id", &self.bot_id)
            .finish_non_exhaustive()
    }
}

/// An error as the client shows it.
fn of_core(error: Error) -> notion_core::Error {
    use notion_core::ErrorKind as Core;

    let kind = match error.kind() {
        ErrorKind::NeedsReauthorization | ErrorKind::NotFound => Core::Unauthorized,
        ErrorKind::RateLimited => Core::RateLimited,
        ErrorKind::Network => Core::Network,
        _ if error.is_retryable() => Core::Unavailable,
        _ => Core::Configuration,
    };
    notion_core::Error::custom(kind, error.to_string(), Some(Box::new(error)))
}
