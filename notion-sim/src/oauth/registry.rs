//! What the OAuth server remembers.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::engine::access::Access;
use crate::engine::id;

/// How long a code or an open consent page is good for.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// How many open consent pages, and how many codes, are remembered. The clock may stand still, so age alone is no bound.
const MAX_OPEN: usize = 1000;

/// A public connection as its developer registered it.
#[derive(Debug, Clone)]
pub(crate) struct Connection {
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) name: String,
    /// Compared character by character, as Notion does.
    pub(crate) redirect_uris: Vec<String>,
}

/// One user's authorization of one connection, with the bot that acts for it.
#[derive(Debug, Clone)]
pub(crate) struct Authorization {
    pub(crate) bot: Uuid,
    pub(crate) client_id: String,
    pub(crate) user: Uuid,
    pub(crate) access: Access,
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenUse {
    Access,
    Refresh,
}

/// A live token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) usage: TokenUse,
    pub(crate) bot: Uuid,
    /// The access and the refresh token that were given out together.
    pub(crate) pair: Uuid,
    pub(crate) issued: Timestamp,
}

/// A consent page that is open in a browser.
#[derive(Debug, Clone)]
pub(crate) struct Consent {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    /// Whether the address named the redirect URI, which decides whether the exchange has to.
    pub(crate) redirect_given: bool,
    pub(crate) state: Option<String>,
    opened: Timestamp,
}

/// A code that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) consent: Consent,
    pub(crate) user: Uuid,
    /// What the user picked. It is granted when the code is exchanged, not before.
    pub(crate) access: Access,
    pub(crate) used: bool,
    issued: Timestamp,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registry {
    pub(crate) authorizations: Vec<Authorization>,
    pub(crate) tokens: HashMap<String, Token>,
    /// Oldest first.
    consents: VecDeque<(String, Consent)>,
    /// Oldest first.
    codes: VecDeque<(String, Code)>,
}

impl Consent {
    /// A consent page that is opened now.
    pub(crate) fn new(
        connection: &Connection,
        redirect_uri: String,
        redirect_given: bool,
        state: Option<String>,
        now: Timestamp,
    ) -> Self {
        Self {
            client_id: connection.client_id.clone(),
            redirect_uri,
            redirect_given,
            state,
            opened: now,
        }
    }
}

impl Code {
    /// Whether the code is too old.
    pub(crate) fn expired(&self, now: Timestamp) -> bool {
        now.duration_since(self.issued) > LIFETIME
    }
}

impl Registry {
    /// Remembers an open consent page; its id can be used once.
    pub(crate) fn open_consent(&mut self, consent: Consent) -> String {
        let id = secret("");
        remember(&mut self.consents, id.clone(), consent);
        id
    }

    /// The open consent page with this id, which is closed by that.
    pub(crate) fn close_consent(&mut self, id: &str, now: Timestamp) -> Option<Consent> {
        let at = self.consents.iter().position(|(open, _)| open == id)?;
        let (_, consent) = self.consents.remove(at)?;
        (now.duration_since(consent.opened) <= LIFETIME).then_some(consent)
    }

    /// A new code for what a user allowed.
    pub(crate) fn issue_code(
        &mut self,
        consent: Consent,
        user: Uuid,
        access: Access,
        now: Timestamp,
    ) -> String {
        let code = id::fresh().to_string();
        let issued = Code {
            consent,
            user,
            access,
            used: false,
            issued: now,
        };
        remember(&mut self.codes, code.clone(), issued);
        code
    }

    /// A code that was given out at some time.
    pub(crate) fn code(&self, code: &str) -> Option<&Code> {
        self.codes
            .iter()
            .find_map(|(own, known)| (own == code).then_some(known))
    }

    /// Marks a code as used.
    pub(crate) fn spend_code(&mut self, code: &str) {
        for (_, known) in self.codes.iter_mut().filter(|(own, _)| own == code) {
            known.used = true;
        }
    }

    /// The authorization a bot acts for.
    pub(crate) fn authorization(&self, bot: Uuid) -> Option<&Authorization> {
        self.authorizations
            .iter()
            .find(|authorization| authorization.bot == bot)
    }

    /// The authorization a bot acts for, to change it.
    pub(crate) fn authorization_mut(&mut self, bot: Uuid) -> Option<&mut Authorization> {
        self.authorizations
            .iter_mut()
            .find(|authorization| authorization.bot == bot)
    }

    /// The authorization of a connection by a user. There is one at most, however often the user authorizes.
    pub(crate) fn between(&self, client_id: &str, user: Uuid) -> Option<&Authorization> {
        self.authorizations
            .iter()
            .find(|authorization| authorization.client_id == client_id && authorization.user == user)
    }

    /// A new pair of tokens: access and refresh.
    pub(crate) fn issue_pair(&mut self, bot: Uuid, now: Timestamp) -> (String, String) {
        let pair = id::fresh();
        let (access, refresh) = (secret("ntn_"), secret("nrt_"));
        for (token, usage) in [(&access, TokenUse::Access), (&refresh, TokenUse::Refresh)] {
            self.tokens.insert(
                token.clone(),
                Token {
                    usage,
                    bot,
                    pair,
                    issued: now,
                },
            );
        }
        (access, refresh)
    }

    /// Ends both tokens of a pair.
    pub(crate) fn end_pair(&mut self, pair: Uuid) {
        self.tokens.retain(|_, token| token.pair != pair);
    }
}

/// Adds to a list that forgets its oldest entry when it is full.
fn remember<T>(list: &mut VecDeque<(String, T)>, id: String, entry: T) {
    if list.len() == MAX_OPEN {
        list.pop_front();
    }
    list.push_back((id, entry));
}

/// A random text of 256 bits less a few.
fn secret(prefix: &str) -> String {
    format!(
        "{prefix}{}{}",
        id::undashed(id::fresh()),
        id::undashed(id::fresh())
    )
}
