//! What an exchanged code gives: the installation, and the answer with the tokens.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::registry::Decision;
use super::tokens::Pair;
use crate::connection::Registration;
use crate::engine::duplicate::Duplicate;
use crate::exposure;
use crate::secret::Secret;
use crate::state::State;

/// Gives a connection what a user decided. One who authorizes again keeps the bot; what was picked now is what counts.
pub(super) fn give(
    state: &mut State,
    connection: &Registration,
    at: usize,
    decision: Decision,
    now: Timestamp,
) -> Uuid {
    let Decision {
        workspace,
        user,
        mut access,
        duplicates_template,
    } = decision;
    let template = connection.template.filter(|_| duplicates_template);
    let duplicate = template.and_then(|page| {
        let source = state
            .spaces
            .iter()
            .find(|space| space.pages.contains_key(&page))?;
        let copy = Duplicate::of(source, page)?;
        Some(copy.paste(state.space_mut(at), user, now))
    });
    if let Some(page) = duplicate {
        access.share(page);
    }
    let known = state.installations.iter().find(|known| {
        known.connection == connection.id && known.workspace == workspace && known.user == Some(user)
    });
    let bot = match known {
        Some(known) => known.bot,
        None => state.install(connection, at, Some(user), access.clone()),
    };
    if let Some(installation) = state.installation_mut(bot) {
        installation.access = access;
        installation.duplicated_template = duplicate;
    }
    bot
}

/// The answer of the token endpoint.
pub(super) fn body(state: &State, connection: &Registration, bot: Uuid, pair: &Pair) -> Map<String, Value> {
    let installation = state.installation(bot);
    let at = installation.and_then(|installation| state.space_at(installation.workspace));
    let space = state.space(at.unwrap_or_default());
    // The bot says whose it is.
    let mut owner = space.whole_user(bot)["bot"]["owner"].take();
    exposure::users(&mut owner, connection.capabilities);
    let mut out = Map::new();
    out.insert("access_token".into(), json!(pair.access.expose()));
    out.insert("token_type".into(), json!("bearer"));
    let refresh = pair.refresh.as_ref().map(Secret::expose);
    out.insert("refresh_token".into(), json!(refresh));
    out.insert("bot_id".into(), json!(bot));
    out.insert("workspace_name".into(), space.name.clone());
    out.insert("workspace_icon".into(), space.icon.clone());
    out.insert("workspace_id".into(), json!(space.id));
    out.insert("owner".into(), owner);
    let template = installation.and_then(|installation| installation.duplicated_template);
    out.insert("duplicated_template_id".into(), json!(template));
    out
}
