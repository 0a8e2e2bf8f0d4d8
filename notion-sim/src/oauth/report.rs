//! What tests want to know of the OAuth server.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::settings::OAuthSettings;
use super::tokens::TokenUse;
use crate::engine::time;
use crate::state::State;

/// Settings, authorizations with their live tokens (by hash only), and how often what happened.
pub(crate) fn report(state: &State, settings: &OAuthSettings, now: Timestamp) -> Value {
    let tokens = &state.oauth.tokens;
    let live: Vec<_> = tokens
        .all()
        .into_iter()
        .filter(|(text, _)| tokens.live(text.expose(), now).is_some())
        .collect();
    let authorizations = state.authorizations().map(|installation| {
        let own = live.iter().filter(|(_, token)| token.bot == installation.bot);
        let own = own.map(|(text, token)| {
            json!({
                "use": token.usage.name(),
                "sha256": text.hash(),
                "family": token.family,
                "pair": token.pair,
                "issued": time::milli_z(token.issued),
                "expires": token.expires.map(time::milli_z),
            })
        });
        json!({
            "bot_id": installation.bot,
            "client_id": installation.connection,
            "workspace_id": installation.workspace,
            "user_id": installation.user,
            "tokens": own.collect::<Vec<_>>(),
        })
    });
    let count = |usage: TokenUse| live.iter().filter(|(_, token)| token.usage == usage).count();
    let counters = &tokens.counters;
    json!({
        "settings": settings.to_json(),
        "authorizations": authorizations.collect::<Vec<_>>(),
        "live": {"access_tokens": count(TokenUse::Access), "refresh_tokens": count(TokenUse::Refresh)},
        "counters": {
            "codes": counters.codes,
            "exchanges": counters.exchanges,
            "refreshes": counters.refreshes,
            "repeated_refreshes": counters.repeated_refreshes,
            "reused_refresh_tokens": counters.reused_refresh_tokens,
            "ended_families": counters.ended_families,
            "revocations": counters.revocations,
            "access_tokens": counters.access_tokens,
            "refresh_tokens": counters.refresh_tokens,
        },
    })
}
