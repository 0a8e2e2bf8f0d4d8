//! Tokens that were given out: which are good, and what a refresh does to them.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::registry::remember;
use super::settings::{OAuthSettings, RefreshMode};
use crate::engine::id;
use crate::secret::Secret;

/// How many used refresh tokens are recognized. There is no end to them otherwise.
const MAX_SPENT: usize = 2000;

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenUse {
    Access,
    Refresh,
}

/// A token that was given out and not ended yet.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) usage: TokenUse,
    pub(crate) bot: Uuid,
    /// All tokens that descend from the same code.
    pub(crate) family: Uuid,
    /// The access and the refresh token that were given out together.
    pub(crate) pair: Uuid,
    pub(crate) issued: Timestamp,
    pub(crate) expires: Option<Timestamp>,
    /// The pair that has taken the place of this one already.
    pub(crate) successor: Option<Uuid>,
}

/// A refresh token that was used.
#[derive(Debug, Clone)]
pub(crate) struct Spent {
    pub(crate) bot: Uuid,
    pub(crate) family: Uuid,
}

/// What is given out together. Without a refresh token in modes that know none.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    pub(crate) access: Secret,
    pub(crate) refresh: Option<Secret>,
}

/// How often what happened.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counters {
    pub(crate) codes: u64,
    pub(crate) exchanges: u64,
    pub(crate) refreshes: u64,
    pub(crate) repeated_refreshes: u64,
    pub(crate) reused_refresh_tokens: u64,
    pub(crate) ended_families: u64,
    pub(crate) revocations: u64,
    pub(crate) access_tokens: u64,
    pub(crate) refresh_tokens: u64,
}

/// All tokens.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tokens {
    known: HashMap<Secret, Token>,
    /// Oldest first.
    spent: VecDeque<(Secret, Spent)>,
    pub(crate) counters: Counters,
}

impl TokenUse {
    /// How documents call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Refresh => "refresh",
        }
    }
}

impl Token {
    fn is_live(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|end| now < end)
    }
}

impl Tokens {
    /// A token that is good.
    pub(crate) fn live(&self, token: &str, now: Timestamp) -> Option<&Token> {
        self.known.get(token).filter(|known| known.is_live(now))
    }

    /// All tokens that were not ended, by their text.
    pub(crate) fn all(&self) -> Vec<(&Secret, &Token)> {
        let mut all: Vec<_> = self.known.iter().collect();
        all.sort_unstable_by_key(|(token, _)| *token);
        all
    }

    /// Adds a token as it was before the simulator was stopped.
    pub(crate) fn restore(&mut self, text: Secret, token: Token) {
        self.known.insert(text, token);
    }

    /// All used refresh tokens that are recognized, oldest first.
    pub(crate) fn spent(&self) -> impl Iterator<Item = (&Secret, &Spent)> {
        self.spent.iter().map(|(token, spent)| (token, spent))
    }

    /// Adds a used refresh token as it was before the simulator was stopped.
    pub(crate) fn restore_spent(&mut self, text: Secret, spent: Spent) {
        remember(&mut self.spent, MAX_SPENT, text, spent);
    }

    /// The bot that a refresh token was given to, whether it was used since or not.
    pub(crate) fn refresher(&self, token: &str, now: Timestamp) -> Option<Uuid> {
        let live = self
            .live(token, now)
            .filter(|live| live.usage == TokenUse::Refresh);
        let spent = || self.spent.iter().find(|(known, _)| known == token);
        live.map(|live| live.bot)
            .or_else(|| spent().map(|(_, spent)| spent.bot))
    }

    /// The first pair of a new family.
    pub(crate) fn begin(&mut self, bot: Uuid, settings: &OAuthSettings, now: Timestamp) -> Pair {
        self.issue(bot, id::fresh(), settings, now).1
    }

    /// The newest pair of a bot that is still good.
    pub(crate) fn current(&self, bot: Uuid, now: Timestamp) -> Option<Pair> {
        let own = self.known.values().filter(|token| token.bot == bot);
        let newest = own
            .filter(|token| {
                token.usage == TokenUse::Access && token.is_live(now) && token.successor.is_none()
            })
            .max_by_key(|token| (token.issued, token.pair))?;
        self.pair(newest.pair, now)
    }

    /// What comes of a refresh token; nothing where it is not good any more.
    pub(crate) fn refresh(&mut self, given: &str, settings: &OAuthSettings, now: Timestamp) -> Option<Pair> {
        let Some(token) = self.live(given, now).cloned() else {
            self.note_reuse(given, settings);
            return None;
        };
        if let Some(successor) = token.successor {
            let again = self.pair(successor, now);
            self.counters.repeated_refreshes += u64::from(again.is_some());
            return again;
        }
        self.counters.refreshes += 1;
        if settings.refresh_mode == RefreshMode::SameRefreshToken {
            self.known
                .retain(|_, known| known.pair != token.pair || known.usage != TokenUse::Access);
            let access = self.add(
                TokenUse::Access,
                token.bot,
                (token.family, token.pair),
                settings,
                now,
            );
            return Some(Pair {
                access,
                refresh: Some(given.into()),
            });
        }
        let spent = Spent {
            bot: token.bot,
            family: token.family,
        };
        remember(&mut self.spent, MAX_SPENT, given.into(), spent);
        let (pair, issued) = self.issue(token.bot, token.family, settings, now);
        if settings.refresh_mode == RefreshMode::Grace {
            let end = later(now, settings.grace);
            for old in self.known.values_mut().filter(|old| old.pair == token.pair) {
                old.expires = Some(old.expires.map_or(end, |own| own.min(end)));
                old.successor = Some(pair);
            }
        } else {
            self.known.retain(|_, old| old.pair != token.pair);
        }
        Some(issued)
    }

    /// Ends one token. Its partner stays good.
    pub(crate) fn revoke(&mut self, token: &str) {
        if self.known.remove(token).is_some() {
            self.counters.revocations += 1;
        }
    }

    /// Ends the access tokens of a bot, or of all bots. Refresh tokens stay good.
    pub(crate) fn expire_access(&mut self, bot: Option<Uuid>) -> usize {
        let before = self.known.len();
        self.known
            .retain(|_, token| token.usage != TokenUse::Access || bot.is_some_and(|bot| bot != token.bot));
        before - self.known.len()
    }

    /// Ends all tokens of a bot, and knows none that it used.
    pub(crate) fn forget(&mut self, bot: Uuid) {
        self.known.retain(|_, token| token.bot != bot);
        self.spent.retain(|(_, spent)| spent.bot != bot);
    }

    /// A refresh token that was used before comes again: somebody has a copy of it.
    fn note_reuse(&mut self, given: &str, settings: &OAuthSettings) {
        let Some(family) = self
            .spent
            .iter()
            .find(|(known, _)| known == given)
            .map(|(_, spent)| spent.family)
        else {
            return;
        };
        self.counters.reused_refresh_tokens += 1;
        if settings.refresh_mode == RefreshMode::Strict {
            self.counters.ended_families += 1;
            self.known.retain(|_, token| token.family != family);
        }
    }

    fn issue(&mut self, bot: Uuid, family: Uuid, settings: &OAuthSettings, now: Timestamp) -> (Uuid, Pair) {
        self.known.retain(|_, token| token.is_live(now));
        let pair = id::fresh();
        let access = self.add(TokenUse::Access, bot, (family, pair), settings, now);
        let refresh = (settings.refresh_mode != RefreshMode::NoRefreshToken)
            .then(|| self.add(TokenUse::Refresh, bot, (family, pair), settings, now));
        (pair, Pair { access, refresh })
    }

    fn add(
        &mut self,
        usage: TokenUse,
        bot: Uuid,
        (family, pair): (Uuid, Uuid),
        settings: &OAuthSettings,
        now: Timestamp,
    ) -> Secret {
        let (prefix, counter, lifetime) = match usage {
            TokenUse::Access => (
                "ntn_",
                &mut self.counters.access_tokens,
                settings.access_token_lifetime,
            ),
            TokenUse::Refresh => ("nrt_", &mut self.counters.refresh_tokens, None),
        };
        *counter += 1;
        let text = Secret::fresh(prefix);
        let token = Token {
            usage,
            bot,
            family,
            pair,
            issued: now,
            expires: lifetime.map(|time| later(now, time)),
            successor: None,
        };
        self.known.insert(text.clone(), token);
        text
    }

    /// The tokens of a pair, unless its access token has ended.
    fn pair(&self, pair: Uuid, now: Timestamp) -> Option<Pair> {
        let find = |usage: TokenUse| {
            let mut all = self.known.iter();
            let found =
                all.find(|(_, token)| token.pair == pair && token.usage == usage && token.is_live(now));
            found.map(|(text, _)| text.clone())
        };
        Some(Pair {
            access: find(TokenUse::Access)?,
            refresh: find(TokenUse::Refresh),
        })
    }
}

/// `now` and some more; the end of time where that is too much.
fn later(now: Timestamp, time: Duration) -> Timestamp {
    SignedDuration::try_from(time)
        .ok()
        .and_then(|time| now.checked_add(time).ok())
        .unwrap_or(Timestamp::MAX)
}
