//! What the OAuth server remembers.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::settings::OAuthSettings;
use super::tokens::Tokens;
use crate::connection::{Installation, Registration};
use crate::engine::access::Access;
use crate::engine::id;
use crate::secret::Secret;

/// How long a code or an open consent page is good for.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// How many open consent pages, and how many codes, are remembered. The clock may stand still, so age alone is no bound.
const MAX_OPEN: usize = 1000;

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

/// What a user allowed. It is granted when the code is exchanged, not before.
#[derive(Debug, Clone)]
pub(crate) struct Decision {
    pub(crate) workspace: Uuid,
    pub(crate) user: Uuid,
    pub(crate) access: Access,
    /// Whether the user wants a copy of the template.
    pub(crate) duplicates_template: bool,
}

/// A code that was given out.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(crate) consent: Consent,
    pub(crate) decision: Decision,
    /// Why it is not good any more.
    pub(crate) ended: Option<&'static str>,
    issued: Timestamp,
}

/// All of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Registry {
    /// How the server behaves, if that was changed since it was started.
    pub(crate) settings: Option<OAuthSettings>,
    pub(crate) tokens: Tokens,
    /// Oldest first.
    consents: VecDeque<(Secret, Consent)>,
    /// Oldest first.
    codes: VecDeque<(Secret, Code)>,
}

impl Consent {
    /// A consent page that is opened now.
    pub(crate) fn new(
        connection: &Registration,
        redirect_uri: String,
        redirect_given: bool,
        state: Option<String>,
        now: Timestamp,
    ) -> Self {
        Self {
            client_id: connection.id.clone(),
            redirect_uri,
            redirect_given,
            state,
            opened: now,
        }
    }

    fn is_good(&self, now: Timestamp) -> bool {
        now.duration_since(self.opened) <= LIFETIME
    }
}

impl Code {
    /// What is wrong with the code, if anything is.
    pub(crate) fn problem(&self, now: Timestamp) -> Option<&'static str> {
        let expired = now.duration_since(self.issued) > LIFETIME;
        self.ended.or(expired.then_some("this code has expired"))
    }
}

impl Registry {
    /// Remembers an open consent page; its id can be used once.
    pub(crate) fn open_consent(&mut self, consent: Consent) -> Secret {
        let id = Secret::fresh("");
        remember(&mut self.consents, MAX_OPEN, id.clone(), consent);
        id
    }

    /// The open consent page with this id.
    pub(crate) fn consent(&self, id: &str, now: Timestamp) -> Option<&Consent> {
        self.consents
            .iter()
            .find_map(|(open, consent)| (open == id).then_some(consent))
            .filter(|consent| consent.is_good(now))
    }

    /// The open consent page with this id, which is closed by that.
    pub(crate) fn close_consent(&mut self, id: &str, now: Timestamp) -> Option<Consent> {
        let at = self.consents.iter().position(|(open, _)| open == id)?;
        let (_, consent) = self.consents.remove(at)?;
        Some(consent).filter(|consent| consent.is_good(now))
    }

    /// A new code for what a user allowed.
    pub(crate) fn issue_code(&mut self, consent: Consent, decision: Decision, now: Timestamp) -> Secret {
        let code = Secret::from(id::fresh().to_string());
        let issued = Code {
            consent,
            decision,
            ended: None,
            issued: now,
        };
        remember(&mut self.codes, MAX_OPEN, code.clone(), issued);
        self.tokens.counters.codes += 1;
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
            known.ended = Some("this code has already been used");
        }
    }

    /// Ends all that was given out for an installation.
    pub(crate) fn forget(&mut self, gone: &Installation) {
        self.tokens.forget(gone.bot);
        for (_, code) in &mut self.codes {
            let decision = &code.decision;
            if code.consent.client_id == gone.connection
                && decision.workspace == gone.workspace
                && Some(decision.user) == gone.user
            {
                code.ended.get_or_insert("this code has been revoked");
            }
        }
    }
}

/// Adds to a list that forgets its oldest entry when it is full.
pub(super) fn remember<T>(list: &mut VecDeque<(Secret, T)>, most: usize, id: Secret, entry: T) {
    if list.len() == most {
        list.pop_front();
    }
    list.push_back((id, entry));
}
